//! Requests to API Gateway that are wrong.

use anyhow::Result;
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::deep;
use crate::refusal::Refusal;
use crate::world::World;

fn serialization<'a>() -> Refusal<'a> {
    Refusal::rest(400, "SerializationException")
}

#[test]
fn bodies_that_are_not_what_the_shape_says() -> Result<()> {
    let world = World::new()?;
    let nested = format!(r#"{{"name":"a","tags":{}}}"#, deep('{', "\"a\":", '}'));
    let many_digits = format!(r#"{{"name":"a","minimumCompressionSize":{}}}"#, "9".repeat(400));
    for body in [
        "{",
        r#"{"name":"#,
        "nonsense",
        "[]",
        "\"name\"",
        "17",
        "null",
        r#"{"name":"a"} {"name":"b"}"#,
        r#"{"name":"a",}"#,
        r#"{"name":"\ud800"}"#,
        "{\"name\":\"a\nb\"}",
        r#"{"name":1}"#,
        r#"{"name":{}}"#,
        r#"{"name":["a"]}"#,
        r#"{"name":true}"#,
        r#"{"name":"a","tags":[]}"#,
        r#"{"name":"a","tags":"a=b"}"#,
        r#"{"name":"a","tags":{"a":1}}"#,
        r#"{"name":"a","tags":{"a":{"b":"c"}}}"#,
        r#"{"name":"a","endpointConfiguration":["EDGE"]}"#,
        r#"{"name":"a","endpointConfiguration":{"types":"EDGE"}}"#,
        r#"{"name":"a","endpointConfiguration":{"types":{"0":"EDGE"}}}"#,
        r#"{"name":"a","disableExecuteApiEndpoint":"true"}"#,
        r#"{"name":"a","disableExecuteApiEndpoint":1}"#,
        r#"{"name":"a","minimumCompressionSize":"12"}"#,
        r#"{"name":"a","minimumCompressionSize":1.5}"#,
        r#"{"name":"a","minimumCompressionSize":2147483648}"#,
        r#"{"name":"a","minimumCompressionSize":1e300}"#,
        r#"{"name":"a","minimumCompressionSize":1e999}"#,
        &many_digits,
        &nested,
    ] {
        let start: String = body.chars().take(80).collect();
        world.refuses(&start, world.client.rest("POST", "/restapis", body.to_owned())?, &serialization())?;
    }
    let broken = Bytes::from_static(b"{\"name\":\"\xff\"}");
    world.refuses("broken UTF-8", world.client.rest("POST", "/restapis", broken)?, &serialization())
}

/// The member is passed over; what is told is that another one is missing.
#[test]
fn a_deep_member_that_nobody_knows() -> Result<()> {
    let world = World::new()?;
    let body = format!(r#"{{"unknown":{}}}"#, deep('[', "", ']'));
    let missing = "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy \
        constraint: Member must not be null";
    let refusal = Refusal::rest(400, "ValidationException").saying(missing);
    world.refuses("10,000 lists", world.client.rest("POST", "/restapis", body)?, &refusal)
}

#[test]
fn broken_text_in_paths_and_queries() -> Result<()> {
    let world = World::new()?;
    for path in [
        "/restapis/%FF",
        "/restapis/%C3%28/stages",
        "/restapis/a/stages/%80",
        "/restapis?limit=%FF",
        "/restapis?%FF=1",
        "/restapis?limit=ten",
        "/restapis?limit=1.5",
        "/restapis?limit=",
        "/restapis?limit=99999999999999999999",
    ] {
        world.refuses(path, world.client.rest("GET", path, "")?, &serialization())?;
    }
    let bad_request = |message| Refusal::rest(400, "BadRequestException").saying(message);
    let limit = bad_request("Invalid limit specified: it must be between 1 and 500");
    let position = bad_request("Invalid position specified");
    for (path, refusal) in [
        ("/restapis?limit=0", limit),
        ("/restapis?limit=-1", limit),
        ("/restapis?limit=501", limit),
        ("/restapis?position=nonsense", position),
        ("/restapis?position=%F0%9F%A6%80", position),
        // A token of another list, and one behind the end of this one.
        (&format!("/restapis/{}/resources?position=Ing4Ig", world.api), position),
        (&format!("/restapis/{}/resources?position=WyJ6eiIsInoiXQ", world.api), position),
    ] {
        world.refuses(path, world.client.rest("GET", path, "")?, &refusal)?;
    }
    Ok(())
}

#[test]
fn inputs_that_break_the_models_constraints() -> Result<()> {
    let world = World::new()?;
    let method = format!("/restapis/{}/resources/{}/methods/GET", world.api, world.pets);
    let responses_999 = format!("{method}/responses/999");
    for (verb, path, body, message) in [
        (
            "POST",
            "/restapis",
            "",
            "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: \
             Member must not be null",
        ),
        (
            "POST",
            "/restapis",
            r#"{"name":null,"apiKeySource":"COOKIE"}"#,
            "2 validation errors detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: \
             Member must not be null; Value 'COOKIE' at 'createRestApiInput.apiKeySource' failed to satisfy \
             constraint: Member must satisfy enum value set: [HEADER, AUTHORIZER]",
        ),
        (
            "POST",
            "/restapis",
            r#"{"name":"a","endpointConfiguration":{"types":["EDGE","MOON"]}}"#,
            "1 validation error detected: Value 'MOON' at 'createRestApiInput.endpointConfiguration.types.2.member' \
             failed to satisfy constraint: Member must satisfy enum value set: [REGIONAL, EDGE, PRIVATE]",
        ),
        (
            "PATCH",
            "/account",
            r#"{"patchOperations":[{"op":"destroy","path":"/"}]}"#,
            "1 validation error detected: Value 'destroy' at 'updateAccountInput.patchOperations.1.member.op' failed \
             to satisfy constraint: Member must satisfy enum value set: [add, remove, replace, move, copy, test]",
        ),
        (
            "PUT",
            &responses_999,
            "{}",
            "1 validation error detected: Value '999' at 'putMethodResponseInput.statusCode' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
        ),
    ] {
        let refusal = Refusal::rest(400, "ValidationException").saying(message);
        world.refuses(message, world.client.rest(verb, path, body)?, &refusal)?;
    }
    Ok(())
}

#[test]
fn operations_that_there_are_not() -> Result<()> {
    let world = World::new()?;
    let unknown = Refusal::rest(403, "AccessDeniedException")
        .saying("Unable to determine service/operation name to be authorized");
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("DELETE", "/restapis"),
        ("get", "/restapis"),
        ("BREW", "/restapis"),
        ("HEAD", "/account"),
        ("OPTIONS", "*"),
        ("POST", "/restapis/a/b/c/d/e/f/g/h"),
        ("GET", "/RestApis"),
    ] {
        world.refuses(&format!("{method} {path}"), world.client.rest(method, path, "")?, &unknown)?;
    }
    let not_built = Refusal::rest(501, "NotImplemented");
    world.refuses("not built", world.client.rest("GET", "/v2/portals", "")?, &not_built)
}

#[test]
fn content_types_that_are_not_json() -> Result<()> {
    let world = World::new()?;
    let refusal = Refusal::rest(415, "UnsupportedMediaTypeException");
    for given in [&b"text/plain"[..], b"application/xml", b"application/x-amz-json-1.1", b"", b"\xff"] {
        let mut request = world.client.rest("POST", "/restapis", r#"{"name":"a"}"#)?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_bytes(given)?);
        world.refuses(&String::from_utf8_lossy(given), request, &refusal)?;
    }
    Ok(())
}
