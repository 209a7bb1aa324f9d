//! Requests that reach no service, or none in a region that there is.

use anyhow::Result;
use stagecheck_conformance::client::{Client, plain};

use crate::refusal::Refusal;
use crate::world::World;

#[test]
fn services_that_are_not_emulated() -> Result<()> {
    let world = World::new()?;
    for (service, message) in [
        ("sqs", "The service sqs is not emulated. docs/coverage.md lists what is."),
        ("execute-api", "The service execute-api is not emulated. docs/coverage.md lists what is."),
        ("IAM", "The service IAM is not emulated. docs/coverage.md lists what is."),
        ("", "The service  is not emulated. docs/coverage.md lists what is."),
    ] {
        let refusal = Refusal::query(501, "NotImplemented").saying(message);
        let form = "Action=ListRoles&Version=2010-05-08";
        world.refuses(service, world.client.query(service, form)?, &refusal)?;
    }
    let mut request = plain("POST", "/", "application/x-amz-json-1.1", "{}")?;
    request.headers_mut().insert("x-amz-target", "CertificateManager.ListCertificates".parse()?);
    world.refuses("an unsigned target", request, &Refusal::logs(501, "NotImplemented"))?;
    let client = &world.client;
    let rest = Refusal::rest(501, "NotImplemented");
    world.refuses("a path", client.signed(plain("GET", "/functions", "", "")?, "lambda")?, &rest)?;
    let xml = Refusal::query(501, "NotImplemented");
    world.refuses("restXml", client.signed(plain("GET", "/", "", "")?, "s3")?, &xml)
}

#[test]
fn requests_that_name_no_service() -> Result<()> {
    let world = World::new()?;
    let nobody = Refusal::rest(404, "UnknownOperationException");
    for (method, path, body) in [
        ("GET", "/", ""),
        ("GET", "/nowhere", ""),
        ("POST", "/", "Version=2010-05-08"),
        ("POST", "/", "Action=Nonsense"),
        ("POST", "/", "{"),
        ("POST", "/?Action=%FF", ""),
        ("OPTIONS", "*", ""),
        ("GET", "/_stagecheck", ""),
    ] {
        world.refuses(
            &format!("{method} {path} {body}"),
            plain(method, path, "application/x-www-form-urlencoded", body)?,
            &nobody,
        )?;
    }
    let mut signed = plain("GET", "/nowhere", "", "")?;
    for broken in ["AWS4-HMAC-SHA256 Credential=test", "AWS4-HMAC-SHA256 Credential=", "Bearer 17", ""] {
        signed.headers_mut().insert("authorization", broken.parse()?);
        world.refuses(broken, signed.clone(), &nobody)?;
    }
    Ok(())
}

#[test]
fn regions_that_there_cannot_be() -> Result<()> {
    let world = World::new()?;
    let message = "Credential should be scoped to a valid region.";
    for region in ["", "moon", "US-EAST-1", "us-east", "us_east_1", "us-east-1a", "1-1", "-1"] {
        let client = Client::new("test", region);
        let form = "Action=ListRoles&Version=2010-05-08";
        for (request, refusal) in [
            (client.rest("GET", "/restapis", "")?, Refusal::rest(403, "InvalidSignatureException")),
            (client.logs("DescribeLogGroups", "{}")?, Refusal::logs(400, "InvalidSignatureException")),
            (client.query("iam", form)?, Refusal::iam(403, "SignatureDoesNotMatch")),
            (client.query("sts", form)?, Refusal::sts(403, "SignatureDoesNotMatch")),
        ] {
            world.refuses(region, request, &refusal.saying(message))?;
        }
    }
    Ok(())
}

#[test]
fn deployed_apis_that_there_are_not() -> Result<()> {
    let world = World::new()?;
    let api = &world.api;
    let forbidden = Refusal::rest(403, "ForbiddenException").saying("Forbidden");
    let missing =
        Refusal::rest(403, "MissingAuthenticationTokenException").saying("Missing Authentication Token");
    let unsupported = Refusal::rest(415, "UnsupportedMediaTypeException").saying("Unsupported Media Type");
    for (method, path, content_type, refusal) in [
        ("GET", "/_aws/execute-api".to_owned(), "", forbidden),
        ("GET", "/_aws/execute-api/nothing/prod/pets".to_owned(), "", forbidden),
        ("GET", format!("/_aws/execute-api/{api}/test/pets"), "", forbidden),
        ("GET", format!("/_aws/execute-api/{api}/%FF/pets"), "", forbidden),
        ("GET", format!("/restapis/{api}/test/_user_request_/pets"), "", forbidden),
        ("GET", format!("/_aws/execute-api/{api}/prod/dogs"), "", missing),
        ("GET", format!("/_aws/execute-api/{api}/prod/%FF"), "", missing),
        ("GET", format!("/_aws/execute-api/{api}/prod/pets?a=%FF"), "text/plain", unsupported),
        ("POST", format!("/_aws/execute-api/{api}/prod/pets"), "", missing),
        ("BREW", format!("/_aws/execute-api/{api}/prod/pets"), "", missing),
    ] {
        world.refuses(&path, plain(method, &path, content_type, "")?, &refusal)?;
    }
    Ok(())
}

/// A path that only begins like an address of a deployed API is none.
#[test]
fn addresses_end_with_their_segments() -> Result<()> {
    let world = World::new()?;
    let api = &world.api;
    for path in
        [format!("/_aws/execute-api{api}/prod/pets"), format!("/restapis{api}/prod/_user_request_/pets")]
    {
        let nobody = Refusal::rest(404, "UnknownOperationException");
        world.refuses(&path, plain("GET", &path, "", "")?, &nobody)?;
    }
    Ok(())
}
