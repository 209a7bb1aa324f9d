//! What export, import and reset have to do with each other.

use anyhow::Result;
use proptest::prelude::*;
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::Emulator;

use crate::history::{self, ACCOUNTS, Act, REGIONS};
use crate::server::{self, export, import, reset};

const NOTHING: &str =
    r#"{"schema":"stagecheck-emulator/1","apigateway":[],"iam":[],"sts":[],"logs":[],"kms":[]}"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_export_is_all_that_there_is(history in history::history()) {
        survives(&history).map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
    }
}

fn survives(history: &[Act]) -> Result<()> {
    let emulator = Emulator::new();
    history::live(&emulator, history)?;
    let state = export(&emulator)?;
    let answers = ask_around(&emulator)?;

    reset(&emulator)?;
    anyhow::ensure!(export(&emulator)? == NOTHING, "a reset forgets all");
    import(&emulator, state.clone())?;
    anyhow::ensure!(export(&emulator)? == state, "an import brings all back");
    anyhow::ensure!(ask_around(&emulator)? == answers, "and answers are as before");

    let other = Emulator::builder().seed(1).build();
    history::live(&other, history)?;
    import(&other, state.clone())?;
    anyhow::ensure!(export(&other)? == state, "an import leaves nothing of what was there");
    anyhow::ensure!(ask_around(&other)? == answers, "elsewhere, answers are the same");
    Ok(())
}

/// What every caller sees, and what every API answers.
fn ask_around(emulator: &Emulator) -> Result<Vec<Value>> {
    let mut answers = Vec::new();
    for account in ACCOUNTS {
        for region in REGIONS {
            let client = Client::new(account, region);
            let apis = server::json(emulator, client.rest("GET", "/restapis", "")?)?;
            for api in apis["item"].as_array().into_iter().flatten() {
                let path = format!("/_aws/execute-api/{}/prod/", api["id"].as_str().unwrap_or_default());
                answers
                    .push(json!(emulator.blocking_respond(plain("GET", &path, "", "")?).status().as_u16()));
            }
            answers.push(apis);
            answers.push(server::json(emulator, client.rest("GET", "/account", "")?)?);
            answers.push(server::json(emulator, client.logs("DescribeLogGroups", "{}")?)?);
            for group in ["group0", "group1", "group2"] {
                let input = json!({"logGroupName": group}).to_string();
                let found = emulator.blocking_respond(client.logs("FilterLogEvents", input)?);
                answers.push(String::from_utf8_lossy(found.body()).into());
            }
            let roles = client.query("iam", "Action=ListRoles&Version=2010-05-08")?;
            let roles = String::from_utf8(server::done(emulator, roles)?.into_body().into())?;
            answers.push(roles.split("<ResponseMetadata>").next().unwrap_or_default().into());
        }
    }
    Ok(answers)
}

#[test]
fn a_reset_forgets_every_account_and_region() -> Result<()> {
    for path in ["/_stagecheck/reset", "/moto-api/reset"] {
        let emulator = Emulator::new();
        for account in ACCOUNTS {
            for region in REGIONS {
                let client = Client::new(account, region);
                let group = json!({"logGroupName": "group"}).to_string();
                server::done(&emulator, client.logs("CreateLogGroup", group)?)?;
                server::done(&emulator, client.rest("POST", "/restapis", r#"{"name":"api"}"#)?)?;
                server::done(&emulator, client.kms("CreateKey", "{}")?)?;
            }
        }
        let kept: Value = serde_json::from_slice(&export(&emulator)?)?;
        for service in ["logs", "kms"] {
            assert_eq!(kept[service].as_array().map(Vec::len), Some(ACCOUNTS.len() * REGIONS.len()));
        }
        let answer = server::json(&emulator, plain("POST", path, "", "")?)?;
        assert_eq!(answer, json!({"status": "ok"}));
        assert_eq!(export(&emulator)?, NOTHING, "{path}");
    }
    Ok(())
}
