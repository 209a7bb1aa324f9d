//! Signatures of requests to deployed APIs, whose methods ask for AWS_IAM.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::client::plain;

use crate::signer::Signer;
use crate::world::{NOW, World};

/// An API with `GET /pets` for who may invoke it.
fn deploy(world: &World) -> Result<String> {
    let call = |method: &str, path: &str, body: &Value| -> Result<Value> {
        let request = plain(method, path, "application/json", body.to_string())?;
        Ok(serde_json::from_str(&world.done(world.root.sign(request, "apigateway")?)?)?)
    };
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned).context("no such member");
    let api = call("POST", "/restapis", &json!({"name": "pets"}))?;
    let (id, root) = (text(&api, "id")?, text(&api, "rootResourceId")?);
    let pets = call("POST", &format!("/restapis/{id}/resources/{root}"), &json!({"pathPart": "pets"}))?;
    let method = format!("/restapis/{id}/resources/{}/methods/GET", text(&pets, "id")?);
    call("PUT", &method, &json!({"authorizationType": "AWS_IAM"}))?;
    call("PUT", &format!("{method}/responses/200"), &json!({}))?;
    let template = json!({"application/json": "{\"statusCode\": 200}"});
    call("PUT", &format!("{method}/integration"), &json!({"type": "MOCK", "requestTemplates": template}))?;
    call("PUT", &format!("{method}/integration/responses/200"), &json!({}))?;
    call("POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": "prod"}))?;
    Ok(id)
}

fn told(answer: &Response<Bytes>) -> (u16, String) {
    let code = answer.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    (answer.status().as_u16(), code.unwrap_or_default().to_owned())
}

#[test]
fn an_invocation_is_let_in_by_its_signature() -> Result<()> {
    let world = World::new();
    let id = deploy(&world)?;
    let request = || {
        plain(
            "GET",
            &format!("/_aws/execute-api/{id}/prod/pets?color=red&size=a%20b"),
            "application/json",
            "",
        )
    };
    let respond = |request: Request<Bytes>| told(&world.emulator.blocking_respond(request));
    for signed in
        [world.root.sign(request()?, "execute-api")?, world.root.presign(request()?, "execute-api", 60)?]
    {
        assert_eq!(respond(signed), (200, String::new()));
    }
    assert_eq!(respond(request()?), (403, "MissingAuthenticationTokenException".to_owned()));
    let forger = Signer { secret: "guess".to_owned(), ..world.root.clone() };
    let nobody = Signer { access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..world.root.clone() };
    let late = Signer { at: NOW.plus_seconds(-3600), ..world.root.clone() };
    for (signer, code) in [
        (forger, "InvalidSignatureException"),
        (nobody, "UnrecognizedClientException"),
        (late, "InvalidSignatureException"),
    ] {
        assert_eq!(respond(signer.sign(request()?, "execute-api")?), (403, code.to_owned()));
    }
    assert_eq!(
        respond(world.root.sign(request()?, "apigateway")?),
        (403, "InvalidSignatureException".to_owned())
    );
    let mut moved = world.root.sign(request()?, "execute-api")?;
    *moved.uri_mut() = moved.uri().to_string().replace("color=red", "color=blue").parse()?;
    assert_eq!(respond(moved), (403, "InvalidSignatureException".to_owned()));
    Ok(())
}
