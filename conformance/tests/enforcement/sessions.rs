//! What sessions of users and of root may do, which is less than those who asked for them.

use anyhow::Result;
use serde_json::json;
use stagecheck_conformance::client::{Client, plain};
use stagecheck_conformance::xml::element;
use stagecheck_emulator::{IamMode, ServiceControl};

use crate::world::{ACCOUNT, World, allow, iam};

const LOGS_ALONE: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}"#;

/// The session that a call of STS gives.
fn session(world: &World, caller: &Client, call: &str) -> Result<Client> {
    let answer = world.done(caller.query("sts", format!("Version=2011-06-15&Action={call}"))?)?;
    let key = element(std::str::from_utf8(answer.body())?, "AccessKeyId")?;
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

/// Other keys that nobody made are root's.
#[test]
fn a_key_that_is_gone_is_nobodys() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    world.done(world.root.query("iam", iam("CreateUser&UserName=ann"))?)?;
    let made = world.done(world.root.query("iam", iam("CreateAccessKey&UserName=ann"))?)?;
    let key = element(std::str::from_utf8(made.body())?, "AccessKeyId")?;
    let ann = Client::new(&key, "us-east-1");
    assert_eq!(world.denied(ann.query("iam", iam("ListRoles"))?)?.code, "AccessDenied");
    world.done(world.root.query("iam", iam(&format!("DeleteAccessKey&UserName=ann&AccessKeyId={key}")))?)?;
    for gone in [ann, Client::new("ASIAIOSFODNN7EXAMPLE", "us-east-1")] {
        assert_eq!(world.denied(gone.query("iam", iam("ListRoles"))?)?.code, "InvalidClientTokenId");
    }
    Ok(())
}

#[test]
fn a_session_of_a_role_that_is_gone_assumes_no_other() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let first = world.session("first", &[])?;
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:role/first"},"Action":"sts:AssumeRole"}}"#;
    let create = format!("CreateRole&RoleName=second&AssumeRolePolicyDocument={trust}");
    world.done(world.root.query("iam", iam(&create))?)?;
    let second = "arn:aws:iam::000000000000:role/second";
    world.assume(&first, second)?;
    // It is remade under the name that the trust policy had.
    world.done(world.root.query("iam", iam("DeleteRole&RoleName=first"))?)?;
    world.session("first", &[])?;
    let call = format!("Version=2011-06-15&Action=AssumeRole&RoleArn={second}&RoleSessionName=shift");
    assert_eq!(world.denied(first.query("sts", call)?)?.code, "AccessDenied");
    Ok(())
}

#[test]
fn no_path_leads_around_service_control_policies() -> Result<()> {
    let control = ServiceControl::default().with_level(None, [("logs-alone", LOGS_ALONE)])?;
    // These hold for root, too, so the user is made where there are none.
    let free = World::new(IamMode::Enforce);
    let path = "/x:role/aws-service-role/";
    free.done(free.root.query("iam", iam(&format!("CreateUser&UserName=bob&Path={path}")))?)?;
    let attach = "AttachUserPolicy&UserName=bob&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess";
    free.done(free.root.query("iam", iam(attach))?)?;
    let made = free.done(free.root.query("iam", iam("CreateAccessKey&UserName=bob"))?)?;
    let key = element(std::str::from_utf8(made.body())?, "AccessKeyId")?;
    let world = World::under(IamMode::Enforce, control);
    world.done(plain("PUT", "/_stagecheck/state", "application/json", free.export()?)?)?;
    let bob = Client::new(&key, "us-east-1");
    world.done(bob.logs("DescribeLogGroups", "{}")?)?;
    let denied = world.denied(bob.rest("GET", "/restapis", "")?)?;
    assert!(denied.message.contains("service control policy"), "{}", denied.message);
    Ok(())
}

/// The transitive key is written in another case, which does not matter in keys of tags.
#[test]
fn a_tag_that_goes_along_needs_its_permission() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"AWS": ACCOUNT}, "Action": ["sts:AssumeRole", "sts:TagSession"]}});
    for role in ["first", "second"] {
        let create = format!("CreateRole&RoleName={role}&AssumeRolePolicyDocument={trust}");
        world.done(world.root.query("iam", iam(&create))?)?;
    }
    let own = json!({"Version": "2012-10-17", "Statement": [allow("sts:AssumeRole", "*")]});
    let put = format!("PutRolePolicy&RoleName=first&PolicyName=own&PolicyDocument={own}");
    world.done(world.root.query("iam", iam(&put))?)?;
    let assume =
        |role| format!("AssumeRole&RoleArn=arn:aws:iam::{ACCOUNT}:role/{role}&RoleSessionName=shift");
    let tags = "&Tags.member.1.Key=Project&Tags.member.1.Value=x&TransitiveTagKeys.member.1=project";
    let tagged = session(&world, world.administrator()?, &(assume("first") + tags))?;
    let call = format!("Version=2011-06-15&Action={}", assume("second"));
    let denied = world.denied(tagged.query("sts", call)?)?;
    assert!(denied.message.contains("sts:TagSession"), "{}", denied.message);
    let untagged = session(&world, world.administrator()?, &assume("first"))?;
    session(&world, &untagged, &assume("second"))?;
    Ok(())
}
