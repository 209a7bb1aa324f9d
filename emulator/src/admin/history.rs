//! The calls that services answered.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde::Serialize;
use stagecheck_models::{Operation, Service};

use crate::service::Principal;
use crate::service::authorization::Ruling;
use crate::sts::AuthorizationMessages;
use crate::time::Timestamp;

/// How many calls are kept; the total counts on.
const KEPT: usize = 1000;

/// How many parts the calls are kept in, in turn, so that callers seldom wait for each other.
const PARTS: usize = 8;

/// The latest calls.
#[derive(Debug, Default)]
pub(crate) struct History {
    total: AtomicU64,
    /// Calls with their numbers. The call of a number is in the part of its remainder.
    parts: [Mutex<VecDeque<(u64, Call)>>; PARTS],
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) service: &'static Service,
    /// `None` where the service has no such operation.
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) principal: Arc<Principal>,
    pub(crate) status: u16,
    pub(crate) time: Timestamp,
    /// What was decided on it, where policies were asked.
    pub(crate) ruling: Option<Arc<Ruling>>,
}

/// What is told of the calls, oldest first.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    total: u64,
    requests: Vec<ReportedCall>,
}

#[derive(Debug, Serialize)]
struct ReportedCall {
    /// `apigateway:GetStages`
    operation: String,
    /// ARN of the caller.
    principal: String,
    status: u16,
    #[serde(serialize_with = "Timestamp::serialize_iso8601")]
    time: Timestamp,
    /// What policies said to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<Arc<Ruling>>,
    /// Of a call that is denied, or would be: what DecodeAuthorizationMessage takes.
    #[serde(rename = "encodedAuthorizationMessage", skip_serializing_if = "Option::is_none")]
    encoded_authorization_message: Option<String>,
}

impl History {
    pub(crate) fn record(&self, call: Call) {
        let number = self.total.fetch_add(1, Ordering::Relaxed);
        let mut part = self.parts[number as usize % PARTS].lock();
        if part.len() == KEPT / PARTS {
            part.pop_front();
        }
        part.push_back((number, call));
    }

    pub(crate) fn report(&self, messages: &AuthorizationMessages) -> Report {
        let mut calls: Vec<(u64, Call)> =
            self.parts.iter().flat_map(|part| part.lock().iter().cloned().collect::<Vec<_>>()).collect();
        calls.sort_by_key(|(number, _)| *number);
        let requests = calls.into_iter().map(|(_, call)| ReportedCall::of(call, messages)).collect();
        Report { total: self.total.load(Ordering::Relaxed), requests }
    }

    pub(crate) fn reset(&self) {
        for part in &self.parts {
            part.lock().clear();
        }
        self.total.store(0, Ordering::Relaxed);
    }
}

impl ReportedCall {
    fn of(call: Call, messages: &AuthorizationMessages) -> Self {
        let operation = call.operation.map_or("-", |operation| operation.name);
        Self {
            operation: format!("{}:{operation}", call.service.name),
            principal: call.principal.arn.clone(),
            status: call.status,
            time: call.time,
            encoded_authorization_message: call
                .ruling
                .as_ref()
                .and_then(|ruling| messages.encode(&ruling.authorization_message(&call.principal)?)),
            authorization: call.ruling,
        }
    }
}
