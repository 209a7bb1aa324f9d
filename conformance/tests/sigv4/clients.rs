//! AWS's own clients, with signatures verified.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::python;
use stagecheck_emulator::{Emulator, Sigv4};

/// botocore calls every service, in both forms, as the default root, as an account's id and with a session; and is
/// refused with another secret.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn botocore_calls_every_service() -> Result<()> {
    let Some(python) = python::with_aws_clients()? else { return Ok(()) };
    let running = Emulator::builder().sigv4(Sigv4::Verify).build().start().await?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sigv4/clients.py");
    let output = Command::new(python).arg("-I").arg(script).arg(running.url()).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).context("the script tells in JSON")?;
    let root = "arn:aws:iam::000000000000:root";
    let session = "arn:aws:sts::000000000000:assumed-role/worker/shift";
    assert_eq!(
        told,
        json!({
            "root": {
                "apigateway": "ok", "apigatewayv2": "ok", "iam": "ok", "logs": "ok",
                "resourcegroupstaggingapi": "ok", "sts": "ok", "tagged": "ok", "presigned": root,
                "presigned rest": 200, "presigned iam": 200,
            },
            "account": {
                "apigateway": "ok", "apigatewayv2": "ok", "iam": "ok", "logs": "ok",
                "resourcegroupstaggingapi": "ok", "sts": "ok",
                // Another account has the API.
                "tagged": "NotFoundException 404",
                "presigned": "arn:aws:iam::123456789012:root", "presigned rest": 200, "presigned iam": 200,
            },
            "session": {
                "apigateway": "ok", "apigatewayv2": "ok", "iam": "ok", "logs": "ok",
                "resourcegroupstaggingapi": "ok", "sts": "ok", "tagged": "ok", "presigned": session,
                "presigned rest": 200, "presigned iam": 200,
            },
            "wrong": {
                "apigateway": "InvalidSignatureException 403", "apigatewayv2": "InvalidSignatureException 403",
                "iam": "SignatureDoesNotMatch 403", "logs": "InvalidSignatureException 400",
                "resourcegroupstaggingapi": "InvalidSignatureException 400", "sts": "SignatureDoesNotMatch 403",
                "tagged": "InvalidSignatureException 403", "presigned": "403", "presigned rest": 403,
                "presigned iam": 403,
            },
            "unsigned": "MissingAuthenticationToken 403",
        })
    );
    Ok(())
}

/// The configuration that an embedded emulator hands out signs with the right secret.
#[tokio::test]
async fn the_sdk_calls_in_memory_and_over_a_socket() -> Result<()> {
    let emulator = Emulator::builder().sigv4(Sigv4::Verify).build();
    let running = emulator.start().await?;
    for config in [emulator.sdk_config(), running.sdk_config()] {
        let apis = aws_sdk_apigateway::Client::new(&config);
        let api = apis.create_rest_api().name("a name / with $igns").send().await?;
        let id = api.id().context("APIs have ids")?;
        apis.get_rest_api().rest_api_id(id).send().await?;
        let arn = format!("arn:aws:apigateway:us-east-1::/restapis/{id}");
        apis.tag_resource().resource_arn(arn).tags("team", "blue").send().await?;
        let logs = aws_sdk_cloudwatchlogs::Client::new(&config);
        logs.create_log_group().log_group_name(format!("group/{id}")).send().await?;
    }
    Ok(())
}
