//! What an API is set to do and the data plane does not do is answered 501 with what it is, and never as if it were not
//! set.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::client::plain;

use crate::world::World;

/// Integrations, and what a request says once they are deployed.
fn cases() -> [(&'static str, Value); 3] {
    let proxy = |more: Value| {
        let mut integration =
            json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://localhost:1/"});
        let members = integration.as_object_mut();
        members.into_iter().for_each(|members| members.extend(more.as_object().cloned().unwrap_or_default()));
        integration
    };
    let function = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\
                    arn:aws:lambda:us-east-1:000000000000:function:f/invocations";
    [
        (
            "This emulator does not serve answers that are streamed yet",
            proxy(json!({"responseTransferMode": "STREAM"})),
        ),
        (
            "This emulator does not serve integrations that trust every certificate yet",
            proxy(json!({"tlsConfig": {"insecureSkipVerification": true}})),
        ),
        (
            "This emulator runs no functions; --lambda-endpoint URL has it invoke them at one that does",
            json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function}),
        ),
    ]
}

#[test]
fn what_is_kept_and_not_served_is_said() -> Result<()> {
    for (message, integration) in cases() {
        let world = World::new()?;
        let api = format!("/restapis/{}", world.api);
        let method = format!("{api}/resources/{}/methods/GET", world.pets);
        world.rest("PUT", &format!("{method}/integration"), &integration)?;
        ensure!(asked(&world)?.0 == 200, "{message}: nothing is deployed yet");
        world.rest("POST", &format!("{api}/deployments"), &json!({"stageName": "prod"}))?;
        let (status, body) = asked(&world)?;
        ensure!((status, &body) == (501, &json!({"message": message})), "{message}: {status} {body}");
    }
    Ok(())
}

/// The answer of the deployed API.
fn asked(world: &World) -> Result<(u16, Value)> {
    let request =
        plain("GET", &format!("/_aws/execute-api/{}/prod/pets", world.api), "application/json", "")?;
    let answer = world.emulator.blocking_respond(request);
    Ok((answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default()))
}
