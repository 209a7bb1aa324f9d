//! The test suite for Signature Version 4 that AWS publishes, as the package of its own signer brings it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::canonical::CanonicalRequest;
use super::signature::Signature;
use super::{Conduct, Received, Secret, Verifier};
use crate::edge::refusal::Refusal;
use crate::time::Timestamp;
use crate::wire::Form;

/// Only Amazon S3 leaves paths as they are.
const UNNORMALISED: &str = "-unnormalized";

/// Two cases come without their secret; the paths of both are in a test of canonical paths.
const INCOMPLETE: [&str; 2] = ["double-encode-path", "double-url-encode"];

/// A token that is added to a request once that is signed, which these services do not take.
const TOKEN_AFTERWARDS: &str = "post-sts-header-after";

#[test]
fn every_request_of_the_suite_verifies_in_both_forms() {
    let mut verified = 0;
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(UNNORMALISED) || name == TOKEN_AFTERWARDS || INCOMPLETE.contains(&&*name) {
            continue;
        }
        for form in ["header", "query"] {
            verify(&case, form).unwrap_or_else(|error| panic!("{name}, {form}: {error}"));
            verified += 1;
        }
    }
    assert_eq!(verified, 60, "the suite has other cases than it had");
}

/// Holds one request against the suite's canonical request, string to sign and signature.
fn verify(case: &Path, form: &str) -> Result<(), String> {
    let read = |part: &str| fs::read_to_string(case.join(format!("{form}-{part}.txt"))).unwrap();
    let context: Value =
        serde_json::from_str(&fs::read_to_string(case.join("context.json")).unwrap()).unwrap();
    let text = |pointer: &str| context.pointer(pointer).and_then(Value::as_str);
    let secret: Arc<str> = text("/credentials/secret_access_key").unwrap().into();
    let other: Arc<str> = "another secret".into();
    let now = Timestamp::parse_iso8601(text("/timestamp").unwrap()).unwrap();
    let conduct = Conduct { skew_minutes: 5, ignores_expires: false };

    let request = Request::parse(&read("signed-request"));
    let parameters = Form::parse(&request.query).unwrap();
    let received = request.received(&parameters);
    let signature = Signature::of(&received).map_err(|error| format!("{error:?}"))?;
    let canonical = CanonicalRequest::of(&received, &signature).map_err(|error| format!("{error:?}"))?;
    same(&String::from_utf8(canonical.bytes.clone()).unwrap(), &read("canonical-request"))?;
    same(&canonical.string_to_sign(&signature), &read("string-to-sign"))?;
    same(&signature.digits, &read("signature"))?;

    let verified = |secret: &Arc<str>, session_token| {
        let secret = Some(Secret { secret, session_token });
        Verifier::default().verify(&received, &signature.credential, secret, conduct, now)
    };
    let token = text("/credentials/token");
    same(&format!("{:?}", verified(&secret, token)), "Ok(())")?;
    let mismatch = verified(&other, token);
    if !matches!(mismatch, Err(Refusal::Mismatch { .. })) {
        return Err(format!("another secret: {mismatch:?}"));
    }
    same(&format!("{:?}", verified(&secret, Some("another token"))), "Err(UnknownKey)")
}

fn same(ours: &str, theirs: &str) -> Result<(), String> {
    if ours == theirs.trim_end() { Ok(()) } else { Err(format!("{ours:?} is not {theirs:?}")) }
}

/// The folders of the suite.
fn cases() -> Vec<PathBuf> {
    let arguments = ["metadata", "--format-version", "1", "--offline", "--manifest-path"];
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = Command::new(env!("CARGO")).args(arguments).arg(manifest).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let signer = packages.iter().find(|package| package["name"] == "aws-sigv4").unwrap();
    let folder = Path::new(signer["manifest_path"].as_str().unwrap()).parent().unwrap();
    let suite = fs::read_dir(folder.join("aws-signing-test-suite/v4")).unwrap();
    suite.map(|entry| entry.unwrap().path()).collect()
}

/// A request as the suite writes it down.
struct Request {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: String,
}

impl Request {
    fn parse(text: &str) -> Self {
        let (head, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        let (first, lines) = head.split_once('\n').unwrap_or((head, ""));
        let (method, target) = first.split_once(' ').unwrap();
        let (target, _) = target.rsplit_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // A value may go on in the next line, which HTTP had once and has no more.
        let unfolded = lines.replace("\n ", " ");
        let mut headers = HeaderMap::new();
        for line in unfolded.lines() {
            let (name, value) = line.split_once(':').unwrap();
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(name.parse::<HeaderName>().unwrap(), value);
        }
        let length =
            headers.get("content-length").map_or(0, |value| value.to_str().unwrap().parse().unwrap());
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: rest[..length].to_owned(),
        }
    }

    fn received<'a>(&'a self, parameters: &'a Form<'a>) -> Received<'a> {
        Received {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            parameters,
            host: self.headers["host"].to_str().unwrap(),
            headers: &self.headers,
            body: self.body.as_bytes(),
        }
    }
}
