//! Whatever is signed verifies; whatever differs in one byte does not.

use anyhow::Result;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};
use proptest::prelude::*;
use proptest::sample::Index;
use stagecheck_conformance::client::plain;

use crate::signer::Signer;
use crate::world::{NOW, World};

/// Parts of a request. Their alphabets hold no two ways to write one thing, so that every change is one of meaning.
#[derive(Clone, Debug)]
struct Parts {
    method: &'static str,
    path: String,
    query: String,
    header: String,
    body: Vec<u8>,
    is_presigned: bool,
    age: i64,
}

fn parts() -> impl Strategy<Value = Parts> {
    let word = "([a-zA-Z0-9_~:@!$'*-]|%20|%2[0-9]|%C3%A9){1,6}";
    let pair = "([a-zA-Z0-9_~:@/?-]|%20|%4[0-9]|%E2%82%AC){1,5}=([a-zA-Z0-9_~!*-]|%20|%25){1,5}";
    (
        prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE"]),
        prop::collection::vec(word, 0..5),
        prop::collection::vec(pair, 0..5),
        "[!-+\\--~]{1,8}( {1,3}[!-+\\--~]{1,4}){0,3}",
        prop::collection::vec(any::<u8>(), 0..64),
        any::<bool>(),
        -299..=0_i64,
    )
        .prop_map(|(method, path, query, header, body, is_presigned, age)| Parts {
            method,
            path: format!("/{}", path.join("/")),
            query: query.join("&"),
            header,
            body,
            is_presigned,
            age,
        })
}

impl Parts {
    fn signed(&self) -> Result<Request<Bytes>> {
        let target = match self.query.as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        };
        let mut request = plain(self.method, &target, "application/json", self.body.clone())?;
        request.headers_mut().insert("x-amz-meta", HeaderValue::from_str(&self.header)?);
        let signer = Signer::root(NOW.plus_seconds(self.age));
        if self.is_presigned {
            signer.presign(request, "apigateway", 300)
        } else {
            signer.sign(request, "apigateway")
        }
    }
}

/// Where a byte is changed.
#[derive(Clone, Copy, Debug)]
enum Place {
    Method,
    Path,
    Query,
    Header,
    Body,
    Authorization,
    Date,
    Host,
}

fn place() -> impl Strategy<Value = Place> {
    use Place::{Authorization, Body, Date, Header, Host, Method, Path, Query};

    prop::sample::select(vec![Method, Path, Query, Header, Body, Authorization, Date, Host])
}

/// The request with one byte changed; `None` if it has none there, or could not be sent.
fn changed(request: &Request<Bytes>, place: Place, at: Index, byte: u8) -> Option<Request<Bytes>> {
    let mut request = request.clone();
    match place {
        Place::Method => {
            let text = with_byte(request.method().as_str().as_bytes(), at, byte)?;
            *request.method_mut() = http::Method::from_bytes(&text).ok()?;
        }
        Place::Path | Place::Query => {
            let uri = request.uri().clone();
            let (mut path, mut query) = (uri.path().as_bytes().to_vec(), uri.query().map(str::as_bytes));
            let changed;
            if matches!(place, Place::Path) {
                path = with_byte(&path, at, byte)?;
            } else {
                changed = with_byte(query?, at, byte)?;
                query = Some(&changed);
            }
            if path.contains(&b'?')
                || path.contains(&b'#')
                || query.is_some_and(|query| query.contains(&b'#'))
            {
                return None;
            }
            let target =
                [&path[..], if query.is_some() { b"?" } else { b"" }, query.unwrap_or_default()].concat();
            let mut parts = uri.into_parts();
            parts.path_and_query = Some(http::uri::PathAndQuery::try_from(&target[..]).ok()?);
            *request.uri_mut() = http::Uri::from_parts(parts).ok()?;
        }
        Place::Body => *request.body_mut() = with_byte(request.body(), at, byte)?.into(),
        Place::Header => change_header(&mut request, "x-amz-meta", at, byte)?,
        Place::Authorization => change_header(&mut request, AUTHORIZATION.as_str(), at, byte)?,
        Place::Date => change_header(&mut request, "x-amz-date", at, byte)?,
        Place::Host => change_header(&mut request, "host", at, byte)?,
    }
    Some(request)
}

fn change_header(request: &mut Request<Bytes>, name: &'static str, at: Index, byte: u8) -> Option<()> {
    let value = with_byte(request.headers().get(name)?.as_bytes(), at, byte)?;
    request.headers_mut().insert(name, HeaderValue::from_bytes(&value).ok()?);
    Some(())
}

/// Another byte at one place. Between the parts of an Authorization header, a comma is as good as a space.
fn with_byte(bytes: &[u8], at: Index, byte: u8) -> Option<Vec<u8>> {
    if bytes.is_empty() {
        return None;
    }
    let index = at.index(bytes.len());
    let is_separator = |byte| matches!(byte, b' ' | b',');
    if bytes[index] == byte || is_separator(bytes[index]) && is_separator(byte) {
        return None;
    }
    let mut bytes = bytes.to_vec();
    bytes[index] = byte;
    Some(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies(parts in parts()) {
        let told = World::new().call(parts.signed().map_err(fail)?).map_err(fail)?;
        prop_assert!(told.let_in, "{told:?}");
    }

    #[test]
    fn what_differs_in_one_byte_does_not(
        parts in parts(), place in place(), at in any::<Index>(), byte in 0x20..0x7f_u8,
    ) {
        let world = World::new();
        let request = parts.signed().map_err(fail)?;
        let Some(changed) = changed(&request, place, at, byte) else {
            return Err(TestCaseError::reject("nothing to change there"));
        };
        prop_assume!(!means_the_same(&request, &changed));
        let told = world.call(changed.clone()).map_err(fail)?;
        prop_assert!(!told.let_in, "{changed:?} was answered {told:?}");
        prop_assert!(world.call(request).map_err(fail)?.let_in);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed over")]
fn fail(error: anyhow::Error) -> TestCaseError {
    TestCaseError::fail(format!("{error:#}"))
}

/// Some ways to write a query mean one thing: digits of escapes in either case.
fn means_the_same(one: &Request<Bytes>, other: &Request<Bytes>) -> bool {
    let query = |request: &Request<Bytes>| {
        let query = request.uri().query().unwrap_or_default().replace('+', "%20");
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let mut pairs: Vec<_> = pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(value))
            })
            .collect();
        pairs.sort();
        pairs
    };
    one.uri().query() != other.uri().query() && query(one) == query(other)
}

fn decoded(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}
