//! Arbitrary bytes, and good requests with arbitrary damage.

use std::cell::RefCell;
use std::sync::LazyLock;

use anyhow::Result;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Uri};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::good;
use crate::world::World;

/// A request in parts that need not fit together.
#[derive(Clone, Debug)]
struct Anything {
    method: String,
    path: Vec<u8>,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

/// What means something to one of the formats.
const PIECES: [&str; 16] =
    ["\"", "{", "}", "[", "]", "null", "-1", "1e9", "%FF", "&", "=", ".", "/", "\u{0}", "é", ":"];

/// Damage to a text: bytes that take the place of others.
#[derive(Clone, Debug)]
struct Damage {
    at: Index,
    removed: usize,
    put: Vec<u8>,
}

impl Damage {
    fn strategy() -> impl Strategy<Value = Self> {
        let put = prop_oneof![
            3 => select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..8),
        ];
        (any::<Index>(), 0..12_usize, put).prop_map(|(at, removed, put)| Self { at, removed, put })
    }

    fn inflict(&self, text: &mut Vec<u8>) {
        let at = self.at.index(text.len() + 1);
        let end = (at + self.removed).min(text.len());
        text.splice(at..end, self.put.iter().copied());
    }
}

impl Anything {
    /// Nothing but the headers' names is chosen.
    fn arbitrary() -> impl Strategy<Value = Self> {
        let method = prop_oneof![
            3 => select(&["GET", "PUT", "POST", "PATCH", "DELETE"][..]).prop_map(str::to_owned),
            1 => "[A-Za-z!#$%&'*+.^_`|~-]{1,10}",
        ];
        let start = select(&["/", "/restapis/", "/account", "/_stagecheck/", "/_aws/execute-api/", "/?"][..]);
        let path = (start, prop::collection::vec(any::<u8>(), 0..40));
        let path = path.prop_map(|(start, rest)| [start.as_bytes(), &rest].concat());
        let names = select(&HEADERS[..]);
        let value = prop_oneof![
            select(&VALUES[..]).prop_map(|value| value.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..40),
        ];
        let headers = prop::collection::vec((names, value), 0..4);
        let body = prop::collection::vec(any::<u8>(), 0..200);
        (method, path, headers, body).prop_map(|(method, path, headers, body)| Self {
            method,
            path,
            headers,
            body,
        })
    }

    /// One of the world's good requests, damaged.
    fn damaged() -> impl Strategy<Value = Self> {
        let good = select(GOOD.as_slice());
        let damages = || prop::collection::vec(Damage::strategy(), 0..4);
        (good, damages(), damages(), damages()).prop_map(|(mut request, path, header, body)| {
            // Most often only the body: damage elsewhere keeps a request from its operation.
            if path.len() == 3 {
                path.iter().for_each(|damage| damage.inflict(&mut request.path));
            }
            if header.len() == 3
                && let Some((_, value)) = request.headers.first_mut()
            {
                header.iter().for_each(|damage| damage.inflict(value));
            }
            body.iter().for_each(|damage| damage.inflict(&mut request.body));
            request
        })
    }

    fn of(request: &Request<Bytes>) -> Self {
        let headers = HEADERS.into_iter().filter_map(|name| {
            let value = request.headers().get(name)?;
            Some((name, value.as_bytes().to_vec()))
        });
        Self {
            method: request.method().to_string(),
            path: request.uri().to_string().into_bytes(),
            headers: headers.collect(),
            body: request.body().to_vec(),
        }
    }

    /// The request, if HTTP can carry it at all.
    fn request(&self) -> Option<Request<Bytes>> {
        let mut request = Request::new(Bytes::from(self.body.clone()));
        *request.method_mut() = self.method.parse().ok()?;
        *request.uri_mut() = Uri::try_from(self.path.as_slice()).ok()?;
        for (name, value) in &self.headers {
            let value = HeaderValue::from_bytes(value).ok()?;
            request.headers_mut().append(HeaderName::from_static(name), value);
        }
        Some(request)
    }
}

const HEADERS: [&str; 7] =
    ["authorization", "content-type", "host", "user-agent", "x-amz-target", "x-amzn-requestid", "accept"];

const VALUES: [&str; 8] = [
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host",
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request",
    "application/json",
    "application/x-amz-json-1.1",
    "application/x-www-form-urlencoded",
    "Logs_20140328.PutLogEvents",
    "a.execute-api.us-east-1.localhost:4566",
];

thread_local! {
    /// A world that only successes change, and then it is made anew.
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

static GOOD: LazyLock<Vec<Anything>> = LazyLock::new(|| taken_apart(good::requests));

static READS: LazyLock<Vec<Anything>> = LazyLock::new(|| taken_apart(good::reads));

/// Nothing where there is no world, which the properties notice.
fn taken_apart(requests: fn(&World) -> Result<Vec<Request<Bytes>>>) -> Vec<Anything> {
    let requests = World::new().and_then(|world| requests(&world)).unwrap_or_default();
    requests.iter().map(Anything::of).collect()
}

/// Whatever is asked, the answer is no failure of the emulator's, and only a success changes anything.
fn holds(anything: &Anything) -> Result<(), TestCaseError> {
    let Some(request) = anything.request() else { return Ok(()) };
    WORLD.with_borrow_mut(|kept| {
        let broken = |error: anyhow::Error| TestCaseError::fail(format!("{error:#}"));
        let world = match kept.take() {
            Some(world) => world,
            None => World::new().map_err(broken)?,
        };
        let before = world.state().map_err(broken)?;
        let answer = world.emulator.blocking_respond(request);
        let status = answer.status();
        prop_assert!(!status.is_server_error() || status == 501, "{:?}", answer);
        if status.is_success() {
            return goes_on(&world);
        }
        prop_assert_eq!(world.state().map_err(broken)?, before, "{:?}", answer);
        *kept = Some(world);
        Ok(())
    })
}

/// What a success left can be read. An API that it broke may fail, but not the emulator.
fn goes_on(world: &World) -> Result<(), TestCaseError> {
    prop_assert!(!READS.is_empty());
    for anything in READS.iter() {
        let Some(request) = anything.request() else { continue };
        let answer = world.emulator.blocking_respond(request);
        let failed = answer.headers().get("x-amzn-errortype").is_some_and(|code| code == "InternalFailure")
            || String::from_utf8_lossy(answer.body()).contains("failed in the emulator");
        prop_assert!(!failed, "{:?}: {:?}", anything, answer);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_requests_are_refused_or_served(anything in Anything::arbitrary()) {
        holds(&anything)?;
    }

    #[test]
    fn damaged_requests_are_refused_or_served(anything in Anything::damaged()) {
        holds(&anything)?;
    }
}
