//! The body is signed, too.

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use stagecheck_conformance::client::plain;

use crate::world::World;

fn create() -> Result<Request<Bytes>> {
    plain("POST", "/restapis", "application/json", r#"{"name": "pets"}"#)
}

#[test]
fn another_body_is_refused() -> Result<()> {
    let world = World::new();
    for body in [r#"{"name": "dogs"}"#, "", "{", r#"{"name": "pets"} "#] {
        for signed in
            [world.root.sign(create()?, "apigateway")?, world.root.sign_with_hash(create()?, "apigateway")?]
        {
            let told = world.call(signed.map(|_| Bytes::from_static(body.as_bytes())))?;
            assert_eq!((told.code.as_str(), told.let_in), ("InvalidSignatureException", false), "{body}");
        }
    }
    let told = world.done(world.root.sign(plain("GET", "/restapis", "", "")?, "apigateway")?)?;
    assert!(!told.contains("pets") && !told.contains("dogs"), "{told}");
    Ok(())
}

/// The hash that a header tells is that of the body, and signed like all that is AWS's.
#[test]
fn the_hash_in_a_header_is_the_bodys() -> Result<()> {
    let world = World::new();
    for (hash, message) in [
        ("0000", "The value passed in x-amz-content-sha256 does not match the body."),
        (
            "UNSIGNED-PAYLOAD",
            "Bodies that are not signed (x-amz-content-sha256: UNSIGNED-PAYLOAD) are taken by none of these services. \
             Sign the SHA-256 of the body.",
        ),
        (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "Bodies that are signed in chunks (x-amz-content-sha256: STREAMING-…) are taken by Amazon S3 only. Sign \
             the SHA-256 of the whole body.",
        ),
        (
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "Bodies that are signed in chunks (x-amz-content-sha256: STREAMING-…) are taken by Amazon S3 only. Sign \
             the SHA-256 of the whole body.",
        ),
    ] {
        let mut request = create()?;
        request.headers_mut().insert("x-amz-content-sha256", hash.parse()?);
        let told = world.call(world.root.sign(request, "apigateway")?)?;
        assert_eq!((told.status, told.code.as_str()), (403, "InvalidSignatureException"), "{hash}");
        assert_eq!((told.message.as_str(), told.let_in), (message, false));
    }
    Ok(())
}

/// Only its beginning is read, which nobody signed.
#[test]
fn a_body_that_is_too_large_is_that_first() -> Result<()> {
    let world = World::new();
    let request = plain("POST", "/restapis", "application/json", vec![b' '; (10 << 20) + 1])?;
    let told = world.call(world.root.sign(request, "apigateway")?)?;
    assert_eq!((told.status, told.code.as_str()), (413, "RequestEntityTooLargeException"));
    Ok(())
}
