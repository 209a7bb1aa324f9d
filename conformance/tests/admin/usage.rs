//! What callers use is noted.

use anyhow::Result;
use bytes::Bytes;
use http::Response;
use serde_json::json;
use stagecheck_conformance::client::Client;
use stagecheck_emulator::Emulator;

use crate::callers::{assume, create_role};
use crate::endpoints::one_logged_request;
use crate::server::{done, element, export};

const ROLE: &str = "arn:aws:iam::111111111111:role/worker";

/// What IAM answers, which must be a success.
fn iam(emulator: &Emulator, client: &Client, call: &str) -> Result<Response<Bytes>> {
    done(emulator, client.query("iam", format!("Version=2010-05-08&Action={call}"))?)
}

#[test]
fn what_a_session_does_its_role_was_used_for() -> Result<()> {
    let emulator = Emulator::new();
    let client = Client::new("111111111111", "us-east-1");
    done(&emulator, create_role(&client)?)?;
    iam(
        &emulator,
        &client,
        "AttachRolePolicy&RoleName=worker&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess",
    )?;
    let session = Client::new(&assume(&emulator, &client, "us-east-1", ROLE)?, "eu-west-1");
    let unused = iam(&emulator, &client, "GetRole&RoleName=worker")?;
    assert!(element(&unused, "LastUsedDate").is_err());

    // An attempt counts, whatever comes of it.
    let refused = emulator
        .blocking_respond(session.logs("DeleteLogGroup", json!({"logGroupName": "none"}).to_string())?);
    assert!(refused.status().is_client_error());
    let used = iam(&emulator, &client, "GetRole&RoleName=worker")?;
    assert!(element(&used, "LastUsedDate").is_ok());
    assert_eq!(element(&used, "Region")?, "eu-west-1");

    let report = |granularity: &str| -> Result<String> {
        let call = format!("GenerateServiceLastAccessedDetails&Arn={ROLE}&Granularity={granularity}");
        let job = element(&iam(&emulator, &client, &call)?, "JobId")?;
        let answer = iam(&emulator, &client, &format!("GetServiceLastAccessedDetails&JobId={job}"))?;
        Ok(String::from_utf8(answer.body().to_vec())?)
    };
    let services = report("SERVICE_LEVEL")?;
    assert_eq!(services.matches("<LastAuthenticated>").count(), 1, "{services}");
    assert!(services.contains(&format!("<LastAuthenticatedEntity>{ROLE}</LastAuthenticatedEntity>")));
    assert!(!services.contains("<ActionName>"), "{services}");
    let actions = report("ACTION_LEVEL")?;
    assert!(actions.contains("<ActionName>DeleteLogGroup</ActionName>"), "{actions}");
    Ok(())
}

#[test]
fn a_report_is_told_only_to_whom_it_was_made_for() -> Result<()> {
    let emulator = Emulator::new();
    let client = Client::new("111111111111", "us-east-1");
    done(&emulator, create_role(&client)?)?;
    let generated = iam(&emulator, &client, &format!("GenerateServiceLastAccessedDetails&Arn={ROLE}"))?;
    let get = format!(
        "Version=2010-05-08&Action=GetServiceLastAccessedDetails&JobId={}",
        element(&generated, "JobId")?
    );
    done(&emulator, client.query("iam", get.clone())?)?;
    let session = Client::new(&assume(&emulator, &client, "us-east-1", ROLE)?, "us-east-1");
    assert_eq!(emulator.blocking_respond(session.query("iam", get)?).status(), 404);
    Ok(())
}

#[test]
fn a_role_that_lines_are_delivered_under_was_used() -> Result<()> {
    let emulator = Emulator::new();
    let client = Client::new("test", "us-east-1");
    one_logged_request(&emulator, &client)?;
    let used = iam(&emulator, &client, "GetRole&RoleName=r")?;
    assert_eq!(element(&used, "Region")?, "us-east-1");
    Ok(())
}

#[test]
fn of_the_root_nothing_is_noted() -> Result<()> {
    let emulator = Emulator::new();
    let client = Client::new("111111111111", "us-east-1");
    let before = export(&emulator)?;
    iam(&emulator, &client, "ListUsers")?;
    assert_eq!(export(&emulator)?, before);
    Ok(())
}
