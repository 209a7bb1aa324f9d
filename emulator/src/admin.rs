//! The emulator's own endpoints, and those that tools written for other emulators call.

mod history;
mod visitors;

use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method};
use serde::Serialize;
use serde_json::json;
use stagecheck_models::SERVICES;

pub(crate) use history::{Call, History};
pub(crate) use visitors::Visitors;

use crate::gateway::{Connections, Delivery, Throttles, Verdicts};
use crate::states::States;
use crate::sts::{AuthorizationMessages, SigningKeys};
use crate::wire::Answer;

/// The largest body that an import may have, in bytes.
pub(crate) const LARGEST_IMPORT: usize = 1 << 30;

/// Answers the emulator's own endpoints.
pub(crate) struct Admin {
    pub(crate) states: Arc<States>,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) throttles: Arc<Throttles>,
    pub(crate) verdicts: Arc<Verdicts>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) history: Arc<History>,
    pub(crate) signing_keys: Arc<SigningKeys>,
    pub(crate) messages: Arc<AuthorizationMessages>,
    pub(crate) visitors: Visitors,
}

/// An endpoint of the emulator itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Health,
    Reset,
    State,
    Deliveries,
    Flush,
    Requests,
    WebIdentityKeys,
    MotoReset,
    LocalStackHealth,
    /// Below a prefix of ours, but nothing is there.
    Nowhere,
}

impl Endpoint {
    /// The endpoint at a path, if the path is one of ours.
    pub(crate) fn at(path: &str) -> Option<Self> {
        Some(match path {
            "/_stagecheck/health" => Self::Health,
            "/_stagecheck/reset" => Self::Reset,
            "/_stagecheck/state" => Self::State,
            "/_stagecheck/deliveries" => Self::Deliveries,
            "/_stagecheck/flush" => Self::Flush,
            "/_stagecheck/requests" => Self::Requests,
            "/_stagecheck/web-identity-keys" => Self::WebIdentityKeys,
            "/moto-api/reset" => Self::MotoReset,
            "/_localstack/health" => Self::LocalStackHealth,
            _ if ["/_stagecheck/", "/moto-api/", "/_localstack/"]
                .iter()
                .any(|prefix| path.starts_with(prefix)) =>
            {
                Self::Nowhere
            }
            _ => return None,
        })
    }

    /// Whether it tells or changes what is kept. Whether the emulator is there, everybody may ask.
    const fn has_something_to_lose(self) -> bool {
        match self {
            Self::Reset
            | Self::MotoReset
            | Self::State
            | Self::Deliveries
            | Self::Flush
            | Self::Requests
            | Self::Nowhere => true,
            Self::Health | Self::LocalStackHealth | Self::WebIdentityKeys => false,
        }
    }

    /// What it understands, for the `Allow` header.
    const fn methods(self) -> &'static str {
        match self {
            Self::Reset | Self::MotoReset | Self::Flush => "POST",
            Self::State => "GET, PUT",
            Self::Health
            | Self::Deliveries
            | Self::Requests
            | Self::WebIdentityKeys
            | Self::LocalStackHealth => "GET",
            Self::Nowhere => "",
        }
    }
}

impl Admin {
    pub(crate) fn answer(&self, endpoint: Endpoint, head: &Parts, body: &[u8]) -> Answer {
        if endpoint.has_something_to_lose()
            && let Err(stranger) = self.visitors.check(head)
        {
            return error_answer(403, &stranger.to_string());
        }
        match (endpoint, &head.method) {
            (Endpoint::Health, &Method::GET) => {
                let services: Vec<&str> = SERVICES.iter().map(|service| service.name).collect();
                json_answer(
                    200,
                    &json!({"status": "ok", "version": env!("CARGO_PKG_VERSION"), "services": services}),
                )
            }
            (Endpoint::LocalStackHealth, &Method::GET) => {
                let services: serde_json::Map<_, _> =
                    SERVICES.iter().map(|service| (service.name.to_owned(), "running".into())).collect();
                json_answer(
                    200,
                    &json!({
                        "services": services, "edition": "stagecheck", "version": env!("CARGO_PKG_VERSION"),
                    }),
                )
            }
            (Endpoint::Reset | Endpoint::MotoReset, &Method::POST) => {
                self.reset();
                json_answer(200, &json!({"status": "ok"}))
            }
            (Endpoint::State, &Method::GET) => match self.states.export() {
                Ok(state) => Answer { status: 200, headers: vec![json_type()], body: state.into() },
                Err(error) => error_answer(500, &format!("the state has no JSON form: {error}")),
            },
            (Endpoint::State, &Method::PUT) if body.len() > LARGEST_IMPORT => {
                error_answer(413, &format!("the state is larger than {LARGEST_IMPORT} bytes"))
            }
            (Endpoint::State, &Method::PUT) => match self.states.import(body) {
                Ok(()) => json_answer(200, &json!({"status": "ok"})),
                Err(refused) => error_answer(400, &format!("{refused}. Nothing was changed.")),
            },
            (Endpoint::Deliveries, &Method::GET) => json_answer(200, &self.delivery.records()),
            (Endpoint::Flush, &Method::POST) => {
                self.delivery.flush();
                json_answer(200, &json!({"status": "ok"}))
            }
            (Endpoint::Requests, &Method::GET) => json_answer(200, &self.history.report(&self.messages)),
            (Endpoint::WebIdentityKeys, &Method::GET) => json_answer(200, &self.signing_keys.key_set()),
            (Endpoint::Nowhere, _) => error_answer(
                404,
                "there is no such endpoint; the emulator's own are /_stagecheck/health, reset, state, deliveries, \
                 flush, requests and web-identity-keys",
            ),
            (endpoint, method) => {
                let mut answer =
                    error_answer(405, &format!("{method} is not understood here: {}", endpoint.methods()));
                answer.headers.push((ALLOW, HeaderValue::from_static(endpoint.methods())));
                answer
            }
        }
    }

    fn reset(&self) {
        let before = self.states.take_all();
        self.delivery.reset();
        self.throttles.reset();
        self.verdicts.reset();
        self.connections.end_all();
        self.history.reset();
        // Freeing a large state takes milliseconds that the caller need not wait for. Without a thread to do it, the
        // closure, and with it the state, is dropped here.
        let _ = thread::Builder::new().name("reset".to_owned()).spawn(move || drop(before));
    }
}

fn json_answer(status: u16, body: &impl Serialize) -> Answer {
    match serde_json::to_vec(body) {
        Ok(body) => Answer { status, headers: vec![json_type()], body: body.into() },
        Err(error) => Answer { status: 500, headers: Vec::new(), body: Bytes::from(error.to_string()) },
    }
}

fn error_answer(status: u16, message: &str) -> Answer {
    json_answer(status, &json!({"error": message}))
}

fn json_type() -> (http::HeaderName, HeaderValue) {
    (CONTENT_TYPE, HeaderValue::from_static("application/json"))
}
