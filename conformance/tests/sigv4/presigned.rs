//! Signatures in queries.

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use stagecheck_conformance::client::plain;
use stagecheck_conformance::xml::element;

use crate::world::{NOW, World, identity};

fn list_roles() -> Result<Request<Bytes>> {
    plain("GET", "/?Action=ListRoles&Version=2010-05-08", "", "")
}

fn apis() -> Result<Request<Bytes>> {
    plain("GET", "/restapis?limit=7&name=a+b%20c", "", "")
}

#[test]
fn a_presigned_request_is_good_for_as_long_as_it_says() -> Result<()> {
    let world = World::new();
    for (service, request, code) in
        [("iam", list_roles()?, "RequestExpired"), ("apigateway", apis()?, "InvalidSignatureException")]
    {
        for expires in [1, 3600, 604_800] {
            let signed = world.root.presign(request.clone(), service, expires)?;
            let expires = i64::try_from(expires)?;
            for (seconds, let_in) in [(0, true), (expires, true), (expires + 1, false), (-1000, false)] {
                world.clock.set(NOW.plus_seconds(seconds));
                let told = world.call(signed.clone())?;
                assert_eq!(told.let_in, let_in, "{service}, {expires}, {seconds}: {told:?}");
                if seconds > expires {
                    assert_eq!(told.code, code, "{service}");
                }
            }
        }
    }
    Ok(())
}

/// What STS presigns is good for a quarter of an hour, whatever it says.
#[test]
fn sts_takes_no_notice_of_the_end() -> Result<()> {
    let world = World::new();
    for expires in [0, 1, 60, 604_800, 1_000_000] {
        let signed = world.root.presign(identity()?, "sts", expires)?;
        for (seconds, let_in) in [(0, true), (900, true), (901, false)] {
            world.clock.set(NOW.plus_seconds(seconds));
            let told = world.call(signed.clone())?;
            assert_eq!(told.let_in, let_in, "{expires}, {seconds}: {told:?}");
        }
        world.clock.set(NOW);
        assert_eq!(element(&world.done(signed)?, "Arn")?, "arn:aws:iam::000000000000:root");
    }
    Ok(())
}

#[test]
fn an_end_beyond_a_week_is_refused() -> Result<()> {
    let world = World::new();
    for expires in [0, 604_801, u64::MAX] {
        let told = world.call(world.root.presign(apis()?, "apigateway", expires)?)?;
        assert_eq!((told.status, told.code.as_str()), (403, "IncompleteSignatureException"), "{expires}");
        let told = world.call(world.root.presign(list_roles()?, "iam", expires)?)?;
        assert_eq!((told.status, told.code.as_str()), (400, "IncompleteSignature"), "{expires}");
    }
    Ok(())
}

#[test]
fn every_part_is_needed() -> Result<()> {
    let world = World::new();
    for name in [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
    ] {
        let mut signed = world.root.presign(apis()?, "apigateway", 60)?;
        let without = signed.uri().to_string().replace(&format!("{name}="), "X-Amz-Nothing=");
        *signed.uri_mut() = without.parse()?;
        let told = world.call(signed)?;
        let message = format!(
            "AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
        );
        assert_eq!((told.message, told.let_in), (message, false));
        assert_eq!((told.status, told.code.as_str()), (403, "IncompleteSignatureException"), "{name}");
    }
    Ok(())
}

#[test]
fn what_is_added_to_a_presigned_request_breaks_it() -> Result<()> {
    let world = World::new();
    let signed = world.root.presign(apis()?, "apigateway", 60)?;
    let mut longer = signed.clone();
    *longer.uri_mut() = format!("{}&position=x", signed.uri()).parse()?;
    let with_body = signed.clone().map(|_| Bytes::from_static(b"{}"));
    let mut with_header = signed.clone();
    with_header.headers_mut().insert("x-amz-meta", "1".parse()?);
    let mut posted = signed.clone();
    *posted.method_mut() = http::Method::POST;
    let mut elsewhere = signed.clone();
    elsewhere.headers_mut().insert("host", "localhost:4567".parse()?);
    for spoilt in [longer, with_body, with_header, posted, elsewhere] {
        let told = world.call(spoilt)?;
        assert_eq!((told.code.as_str(), told.let_in), ("InvalidSignatureException", false), "{told:?}");
    }
    assert!(world.call(signed)?.let_in);
    Ok(())
}
