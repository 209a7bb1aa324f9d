//! Routes, clients and messages.

use proptest::prelude::*;
use serde_json::{Value, json};
use stagecheck_conformance::laws::SECRETS;

use crate::integrations::{lambda, mock, server};

/// Messages, and what they name.
pub(super) const MESSAGES: [(&str, &str); 5] = [
    (r#"{"action": "a", "n": 1}"#, "a"),
    (r#"{"action": "b"}"#, "b"),
    (r#"{"action": "none"}"#, "none"),
    (r#"{"action": "$connect"}"#, "none"),
    ("no JSON", "none"),
];

/// What a backend says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// This text.
    Text(&'static str),
    /// The event that it got.
    Event,
    /// Nothing, with a success.
    Nothing,
    /// What is a failure to API Gateway.
    Failure,
}

/// A backend, with the status and the words of its answers.
#[derive(Clone, Debug)]
pub(super) struct Backend {
    pub(super) integration: Value,
    pub(super) status: u16,
    pub(super) says: Says,
}

/// What a route does, and whether it answers.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) backend: Backend,
    pub(super) answers: bool,
}

pub(super) fn route() -> impl Strategy<Value = Route> {
    let backend = |integration, status, says| Backend { integration, status, says };
    let mut nowhere = server("HTTP_PROXY", "/");
    nowhere["integrationUri"] = json!("http://127.0.0.1:1/");
    let backends = vec![
        backend(lambda("AWS_PROXY", "ok"), 201, Says::Text("{\"made\": true}")),
        backend(lambda("AWS_PROXY", "echo"), 200, Says::Event),
        backend(lambda("AWS_PROXY", "refuses"), 400, Says::Event),
        backend(lambda("AWS_PROXY", "raises"), 502, Says::Failure),
        backend(server("HTTP_PROXY", "/status/503"), 503, Says::Text("{\"code\": 7}")),
        backend(nowhere, 504, Says::Failure),
        backend(mock(200), 200, Says::Nothing),
    ];
    (prop::sample::select(backends), any::<bool>()).prop_map(|(backend, answers)| Route { backend, answers })
}

/// A client: which secrets it shows, and which messages it sends.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) secrets: Vec<bool>,
    pub(super) messages: Vec<(&'static str, &'static str)>,
}

pub(super) fn visit() -> impl Strategy<Value = Visit> {
    let secrets = prop::collection::vec(any::<bool>(), SECRETS.len());
    let messages = prop::collection::vec(prop::sample::select(MESSAGES.to_vec()), 0..5);
    (secrets, messages).prop_map(|(secrets, messages)| Visit { secrets, messages })
}
