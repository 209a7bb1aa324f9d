//! What each protocol answers to each fault of a signature.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Request};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::time::Timestamp;

use crate::signer::Signer;
use crate::world::{NOW, Told, World, calls, identity};

/// A fault of a signature: who signs, and what becomes of the request then.
struct Fault {
    name: &'static str,
    signer: fn(&mut Signer),
    spoil: fn(&mut HeaderMap) -> Result<()>,
    /// The code in awsQuery, and in the other protocols.
    codes: (&'static str, &'static str),
}

const MISMATCH: (&str, &str) = ("SignatureDoesNotMatch", "InvalidSignatureException");
const INCOMPLETE: (&str, &str) = ("IncompleteSignature", "IncompleteSignatureException");
const UNKNOWN: (&str, &str) = ("InvalidClientTokenId", "UnrecognizedClientException");

const FAULTS: [Fault; 19] = [
    fault("another secret", |signer| signer.secret.push('x'), nothing, MISMATCH),
    fault(
        "an unknown key",
        |signer| "AKIAIOSFODNN7EXAMPLE".clone_into(&mut signer.access_key_id),
        nothing,
        UNKNOWN,
    ),
    fault(
        "an unknown session",
        |signer| "ASIAIOSFODNN7EXAMPLE".clone_into(&mut signer.access_key_id),
        nothing,
        UNKNOWN,
    ),
    fault(
        "a token that is nobody's",
        |signer| signer.session_token = Some("token".to_owned()),
        nothing,
        UNKNOWN,
    ),
    fault("no region's name", |signer| "moon".clone_into(&mut signer.region), nothing, MISMATCH),
    fault("too old", |signer| signer.at = NOW.plus_seconds(-901), nothing, MISMATCH),
    fault("too new", |signer| signer.at = NOW.plus_seconds(901), nothing, MISMATCH),
    fault(
        "another algorithm",
        |_| {},
        |headers| edit(headers, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"),
        INCOMPLETE,
    ),
    fault("no signed headers", |_| {}, |headers| edit(headers, "SignedHeaders=", "Signed="), INCOMPLETE),
    fault("no signature", |_| {}, |headers| edit(headers, "Signature=", "Sig="), INCOMPLETE),
    fault("a part without a name", |_| {}, |headers| edit(headers, "Signature=", "Signature "), INCOMPLETE),
    fault(
        "two credentials",
        |_| {},
        |headers| edit(headers, "SignedHeaders=", "Credential=test/1/2/3/4, SignedHeaders="),
        INCOMPLETE,
    ),
    fault(
        "no date",
        |_| {},
        |headers| headers.remove("x-amz-date").map(drop).context("it had one"),
        INCOMPLETE,
    ),
    fault(
        "another form of date",
        |_| {},
        |headers| set(headers, "x-amz-date", "2026-11-30T12:00:00Z"),
        INCOMPLETE,
    ),
    fault("another terminator", |_| {}, |headers| edit(headers, "/aws4_request", "/aws5_request"), MISMATCH),
    fault("another day", |_| {}, |headers| edit(headers, "/20261130/", "/20261129/"), MISMATCH),
    fault("an unsigned host", |_| {}, |headers| edit(headers, "host;", ""), MISMATCH),
    fault("an unsigned header of AWS's", |_| {}, |headers| set(headers, "x-amz-meta", "1"), MISMATCH),
    fault("a signature in capitals", |_| {}, capitals, MISMATCH),
];

const fn fault(
    name: &'static str,
    signer: fn(&mut Signer),
    spoil: fn(&mut HeaderMap) -> Result<()>,
    codes: (&'static str, &'static str),
) -> Fault {
    Fault { name, signer, spoil, codes }
}

fn nothing(_: &mut HeaderMap) -> Result<()> {
    Ok(())
}

fn edit(headers: &mut HeaderMap, from: &str, to: &str) -> Result<()> {
    let text = headers[AUTHORIZATION].to_str()?.replacen(from, to, 1);
    set(headers, "authorization", &text)
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<()> {
    headers.insert(name, HeaderValue::from_str(value)?);
    Ok(())
}

fn capitals(headers: &mut HeaderMap) -> Result<()> {
    let text = headers[AUTHORIZATION].to_str()?;
    let (before, digits) = text.split_once("Signature=").context("it is signed")?;
    let text = format!("{before}Signature={}", digits.to_uppercase());
    set(headers, "authorization", &text)
}

#[test]
fn each_fault_has_its_code_in_each_protocol() -> Result<()> {
    let world = World::new();
    for Fault { name, signer, spoil, codes } in FAULTS {
        for (service, request) in calls()? {
            let mut who = world.root.clone();
            signer(&mut who);
            let mut request = who.sign(request, service)?;
            spoil(request.headers_mut())?;
            let told = world.call(request)?;
            let (code, status) = match service {
                "iam" | "sts" if codes == INCOMPLETE => (codes.0, 400),
                "iam" | "sts" => (codes.0, 403),
                "apigateway" => (codes.1, 403),
                _ => (codes.1, 400),
            };
            assert_eq!((told.status, told.code.as_str()), (status, code), "{name}, {service}: {told:?}");
            assert!(!told.let_in, "{name}, {service}");
        }
    }
    Ok(())
}

#[test]
fn what_is_signed_well_is_let_in() -> Result<()> {
    let world = World::new();
    for (service, request) in calls()? {
        for signed in
            [world.root.sign(request.clone(), service)?, world.root.sign_with_hash(request, service)?]
        {
            let told = world.call(signed)?;
            assert!(told.status == 200 && told.let_in, "{service}: {told:?}");
        }
    }
    Ok(())
}

#[test]
fn unsigned_calls_are_refused() -> Result<()> {
    let world = World::new();
    for (service, request) in calls()? {
        let refused = match service {
            "iam" | "sts" => (403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
            "apigateway" => (403, "MissingAuthenticationTokenException", "Missing Authentication Token"),
            _ => (400, "MissingAuthenticationTokenException", "Request is missing Authentication Token"),
        };
        let told = world.call(request)?;
        assert_eq!((told.status, told.code.as_str()), (refused.0, refused.1), "{service}");
        assert!(told.message.ends_with(refused.2) && !told.let_in, "{service}: {told:?}");
    }
    // What there is of an operation is nobody's to know.
    let form = "Action=Nonsense&Version=2011-06-15";
    let mut nonsense = plain("POST", "/", "application/x-www-form-urlencoded", form)?;
    nonsense.headers_mut().insert("host", "sts.localhost".parse()?);
    assert_eq!(world.call(nonsense)?.code, "MissingAuthenticationToken");
    Ok(())
}

/// Their callers have no key yet.
#[test]
fn some_calls_need_no_signature() -> Result<()> {
    let world = World::new();
    for action in ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"] {
        let form = format!("Action={action}&Version=2011-06-15");
        let told = world.call(plain("POST", "/", "application/x-www-form-urlencoded", form)?)?;
        assert!(told.let_in && told.code != "MissingAuthenticationToken", "{action}: {told:?}");
    }
    Ok(())
}

#[test]
fn the_words_are_awss() -> Result<()> {
    let world = World::new();
    let said = |signer: &Signer, service: &str| -> Result<String> {
        let calls = calls()?.into_iter().find(|(name, _)| *name == service);
        let (_, request) = calls.context("a service")?;
        Ok(world.call(signer.sign(request, service)?)?.message)
    };
    let at = |moment: Timestamp| Signer { at: moment, ..world.root.clone() };
    for (signer, service, message) in [
        (
            at(NOW.plus_seconds(-901)),
            "sts",
            "Signature expired: 20261130T114459Z is now earlier than 20261130T114500Z (20261130T120000Z - 15 min.)",
        ),
        (
            at(NOW.plus_seconds(-301)),
            "logs",
            "Signature expired: 20261130T115459Z is now earlier than 20261130T115500Z (20261130T120000Z - 5 min.)",
        ),
        (
            at(NOW.plus_seconds(301)),
            "apigateway",
            "Signature not yet current: 20261130T120501Z is still later than 20261130T120500Z (20261130T120000Z + 5 \
             min.)",
        ),
        (
            Signer { access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..world.root.clone() },
            "iam",
            "The security token included in the request is invalid.",
        ),
        (
            Signer { access_key_id: "a/b".to_owned(), ..world.root.clone() },
            "iam",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
             'a/b/20261130/us-east-1/iam/aws4_request'",
        ),
    ] {
        if signer.access_key_id == "a/b" {
            // Without a service in its scope the call goes by its action.
            assert!(said(&signer, service)?.ends_with(message));
        } else {
            assert_eq!(said(&signer, service)?, message);
        }
    }
    Ok(())
}

/// It helps the client to find its mistake, and tells nothing that the client did not send.
#[test]
fn what_should_have_been_signed_is_told() -> Result<()> {
    let world = World::new();
    let wrong = Signer { secret: "another-secret".to_owned(), ..world.root.clone() };
    let told = world.call(wrong.sign(identity()?, "sts")?)?;
    assert_eq!(
        told.message,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this \
         request should have been\n'GET\n/\nAction=GetCallerIdentity&Version=2011-06-15\ncontent-type:\n\
         host:localhost:4566\nx-amz-date:20261130T120000Z\n\ncontent-type;host;x-amz-date\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\n\nThe String-to-Sign should have \
         been\n'AWS4-HMAC-SHA256\n20261130T120000Z\n20261130/us-east-1/sts/aws4_request\n\
         2e4285acd93ae22fcd840afeb3d041966b56b7c0d897a607a3717f96a6112708'\n"
    );
    let ann = crate::keys::user(&world)?;
    let wrong = Signer { secret: "another".to_owned(), ..ann.clone() };
    for (service, request) in calls()? {
        let told = world.call(wrong.sign(request, service)?)?;
        let is_told = told.message.contains("The Canonical String for this request should have been");
        assert_eq!(is_told, ["iam", "sts", "apigateway"].contains(&service), "{service}");
        assert!(!told.message.contains(&ann.secret), "{told:?}");
    }
    Ok(())
}

/// AWS, too, takes a request again while its signature is fresh.
#[test]
fn a_replay_is_taken_within_the_window_only() -> Result<()> {
    let world = World::new();
    for (service, request) in calls()? {
        world.clock.set(NOW);
        let window = if ["iam", "sts"].contains(&service) { 900 } else { 300 };
        let signed = world.root.sign(request, service)?;
        for (seconds, let_in) in
            [(0, true), (0, true), (window, true), (window + 1, false), (-window, true), (-window - 1, false)]
        {
            world.clock.set(NOW.plus_seconds(seconds));
            assert_eq!(world.call(signed.clone())?.let_in, let_in, "{service} after {seconds} seconds");
        }
    }
    Ok(())
}

/// With signatures left aside, the same requests are let in.
#[test]
fn nobody_looks_unless_told_to() -> Result<()> {
    let emulator = stagecheck_emulator::Emulator::new();
    let respond = |request: Request<Bytes>| emulator.blocking_respond(request).status().as_u16();
    assert_eq!(respond(Client::new("AKIAIOSFODNN7EXAMPLE", "us-east-1").rest("GET", "/restapis", "")?), 200);
    for (service, request) in calls()? {
        assert_eq!(respond(request), 200, "{service}");
    }
    Ok(())
}

/// One way of two to read a request must not tell the caller, and the other who signed.
#[test]
fn a_credential_within_another_word_names_nobody() -> Result<()> {
    let world = World::new();
    let mut request = world.root.sign(identity()?, "sts")?;
    edit(
        request.headers_mut(),
        "Credential=",
        "X-Credential=111111111111/20261130/us-east-1/sts/aws4_request, Credential=",
    )?;
    let Told { code, let_in, .. } = world.call(request)?;
    assert_eq!((code.as_str(), let_in), ("IncompleteSignature", false));
    Ok(())
}
