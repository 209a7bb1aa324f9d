//! What sessions of users and of root may do, which is less than those who asked for them.

use anyhow::{Context as _, Result};
use stagecheck_conformance::client::Client;
use stagecheck_emulator::IamMode;

use crate::world::{World, element, iam};

const LOGS_ALONE: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}"#;

/// The session that a call of STS gives.
fn session(world: &World, caller: &Client, call: &str) -> Result<Client> {
    let answer = world.done(caller.query("sts", format!("Version=2011-06-15&Action={call}"))?)?;
    let key = element(std::str::from_utf8(answer.body())?, "AccessKeyId").context("a key")?;
    Ok(Client::new(&key, "us-east-1"))
}

#[test]
fn a_session_without_mfa_does_not_come_to_iam() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let session = session(&world, world.administrator()?, "GetSessionToken")?;
    world.done(session.logs("DescribeLogGroups", "{}")?)?;
    let refused = world.denied(session.query("iam", iam("ListRoles"))?)?;
    assert_eq!((refused.status, refused.code.as_str()), (403, "InvalidClientTokenId"));
    let asks_again = world.denied(session.query("sts", "Version=2011-06-15&Action=GetSessionToken")?)?;
    assert_eq!(asks_again.code, "AccessDenied");
    Ok(())
}

#[test]
fn a_federated_user_may_do_what_its_policy_and_its_maker_allow() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    for maker in [&world.root, world.administrator()?] {
        let call = format!("GetFederationToken&Name=guest&Policy={LOGS_ALONE}");
        let guest = session(&world, maker, &call)?;
        world.done(guest.logs("DescribeLogGroups", "{}")?)?;
        let denied = world.denied(guest.rest("GET", "/restapis", "")?)?;
        assert_eq!((denied.status, denied.code.as_str()), (403, "AccessDeniedException"));
        assert!(denied.message.contains("because no session policy allows"), "{}", denied.message);
        let refused = world.denied(guest.query("iam", iam("ListRoles"))?)?;
        assert_eq!(refused.code, "InvalidClientTokenId");
        // Without a policy it may do nothing.
        let powerless = session(&world, maker, "GetFederationToken&Name=guest")?;
        let denied = world.denied(powerless.logs("DescribeLogGroups", "{}")?)?;
        assert_eq!((denied.status, denied.code.as_str()), (400, "AccessDeniedException"));
    }
    Ok(())
}
