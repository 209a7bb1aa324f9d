//! Trust between accounts: who is named is there, and is meant rather than the name.

use anyhow::{Result, ensure};
use stagecheck_conformance::client::Client;
use stagecheck_conformance::xml::element;
use stagecheck_emulator::Emulator;

use crate::callers::assume;

const TRUSTING: &str = "111111111111";
const TRUSTED: &str = "222222222222";

#[test]
fn a_user_of_another_account_is_named_by_what_it_is() -> Result<()> {
    let emulator = Emulator::builder().seed(1).build();
    let call = |account: &str, form: &str| iam(&emulator, account, form);
    let role = |name: &str, user: &str| {
        let trust = trusting(&format!("arn:aws:iam::{TRUSTED}:user/{user}"));
        call(TRUSTING, &format!("CreateRole&RoleName={name}&AssumeRolePolicyDocument={trust}"))
    };
    // Nothing is known of the account, so it is taken at its word.
    role("early", "anybody")?;
    let zoe = element(&call(TRUSTED, "CreateUser&UserName=zoe")?, "UserId")?;
    role("late", "zoe")?;
    let refused = role("never", "anybody").unwrap_err().to_string();
    ensure!(refused.contains("MalformedPolicyDocument") && refused.contains("user/anybody"), "{refused}");

    call(TRUSTED, "UpdateUser&UserName=zoe&NewUserName=zora")?;
    ensure!(trust_of(&emulator, "late")?.contains("user%2Fzora"), "the policy does not follow the name");
    call(TRUSTED, "DeleteUser&UserName=zora")?;
    call(TRUSTED, "CreateUser&UserName=zora")?;
    let trust = trust_of(&emulator, "late")?;
    ensure!(trust.contains(&zoe) && !trust.contains("zora"), "{trust}");
    // The account has users now, but what was taken stays.
    ensure!(trust_of(&emulator, "early")?.contains("user%2Fanybody"), "{trust}");
    Ok(())
}

/// Seen by users of `aws iam get-user` in sessions of roles.
#[test]
fn a_session_of_a_role_is_no_user() -> Result<()> {
    let emulator = Emulator::builder().seed(1).build();
    let trust = trusting(TRUSTED);
    let created =
        iam(&emulator, TRUSTING, &format!("CreateRole&RoleName=r&AssumeRolePolicyDocument={trust}"))?;
    let root = Client::new(TRUSTED, "us-east-1");
    let key = assume(&emulator, &root, "us-east-1", &element(&created, "Arn")?)?;
    let refused = iam(&emulator, &key, "GetUser").unwrap_err().to_string();
    let told = "<Message>Must specify userName when calling with non-User credentials</Message>";
    ensure!(refused.contains("<Code>ValidationError</Code>") && refused.contains(told), "{refused}");
    iam(&emulator, &key, "CreateUser&UserName=zoe")?;
    ensure!(iam(&emulator, &key, "GetUser&UserName=zoe")?.contains("user/zoe"), "a name is enough");
    Ok(())
}

fn trusting(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

/// As the wire has it, percent-encoded.
fn trust_of(emulator: &Emulator, role: &str) -> Result<String> {
    element(&iam(emulator, TRUSTING, &format!("GetRole&RoleName={role}"))?, "AssumeRolePolicyDocument")
}

fn iam(emulator: &Emulator, account: &str, form: &str) -> Result<String> {
    let client = Client::new(account, "us-east-1");
    let answer = emulator.blocking_respond(client.query("iam", format!("Version=2010-05-08&Action={form}"))?);
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    ensure!(answer.status().is_success(), "{form}: {body}");
    Ok(body)
}
