//! Calls in smithy-rpc-v2-cbor that are wrong.

use anyhow::Result;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};

use crate::refusal::Refusal;
use crate::world::World;

/// `{"TagKeys": ["a"], "ResourceARNList": ["b"]}`
const UNTAG: &[u8] = b"\xa2\x67TagKeys\x81\x61a\x6fResourceARNList\x81\x61b";

#[test]
fn bodies_that_are_not_what_the_shape_says() -> Result<()> {
    let world = World::new()?;
    let serialization = Refusal::in_cbor(400, "SerializationException");
    let deep = [&b"\xa1\x61x"[..], &[0x81; 10_000]].concat();
    for body in [
        &b"{}"[..],
        b"\xf6",
        b"\x80",
        b"\xa1",
        b"\xbf",
        b"\xff",
        b"\xa0\xa0",
        b"\xa1\x67TagKeys\x61a",
        b"\xa1\x67TagKeys\x81\x01",
        b"\xa1\x67TagKeys\x81\x62\xc3\x28",
        b"\xa1\x67TagKeys\x9b\x7f\xff\xff\xff\xff\xff\xff\xff\x61a",
        b"\xa1\x67TagKeys\x81\x7b\x7f\xff\xff\xff\xff\xff\xff\xffa",
        b"\xa1\x01\x02",
        &deep,
    ] {
        let start = body[..body.len().min(40)].escape_ascii().to_string();
        let request = world.client.tagging_in_cbor("UntagResources", body.to_vec())?;
        world.refuses(&start, request, &serialization)?;
    }
    let missing = Refusal::in_cbor(400, "InvalidParameterException");
    for body in [&b""[..], b"\xa0", b"\xbf\xff", b"\xa1\x67TagKeys\xf7"] {
        let request = world.client.tagging_in_cbor("UntagResources", body.to_vec())?;
        world.refuses("members are missing", request, &missing)?;
    }
    Ok(())
}

#[test]
fn requests_that_are_not_of_the_protocol() -> Result<()> {
    let world = World::new()?;
    let unknown = Refusal::in_cbor(400, "UnknownOperationException");
    let good = || world.client.tagging_in_cbor("UntagResources", UNTAG);
    world.refuses("no such operation", world.client.tagging_in_cbor("untagresources", UNTAG)?, &unknown)?;
    for path in ["/", "/service/Logs_20140328/operation/UntagResources", "/operation/UntagResources"] {
        let mut request = good()?;
        *request.uri_mut() = path.parse()?;
        world.refuses(path, request, &unknown)?;
    }
    let mut request = good()?;
    *request.method_mut() = Method::PUT;
    world.refuses("another method", request, &unknown)?;
    let mut request = good()?;
    let target = HeaderValue::from_static("ResourceGroupsTaggingAPI_20170126.UntagResources");
    request.headers_mut().insert("x-amz-target", target);
    world.refuses("an operation in two places", request, &unknown)?;
    let mut request = good()?;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    world.refuses("JSON", request, &Refusal::in_cbor(404, "UnknownOperationException"))
}

/// What stands before the last four segments of the path does not count, and the name may have its namespace.
#[test]
fn the_service_may_be_named_in_full() -> Result<()> {
    let world = World::new()?;
    let name = "com.amazonaws.resourcegroupstaggingapi.ResourceGroupsTaggingAPI_20170126";
    let refusal = Refusal::in_cbor(400, "InvalidParameterException");
    for signed in [true, false] {
        let mut request = world.client.tagging_in_cbor("UntagResources", UNTAG)?;
        *request.uri_mut() = format!("/v1/service/{name}/operation/UntagResources").parse()?;
        if !signed {
            request.headers_mut().remove(http::header::AUTHORIZATION);
        }
        world.refuses("b is no ARN", request, &refusal)?;
    }
    Ok(())
}
