//! The calls that services answered.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;
use stagecheck_models::{Operation, Service};

use crate::service::Principal;
use crate::time::Timestamp;

/// How many calls are kept; the total counts on.
const KEPT: usize = 1000;

/// The latest calls.
#[derive(Debug, Default)]
pub(crate) struct History {
    calls: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    total: u64,
    latest: VecDeque<Call>,
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
}

impl History {
    pub(crate) fn record(&self, call: Call) {
        let mut calls = self.calls.lock();
        calls.total += 1;
        if calls.latest.len() == KEPT {
            calls.latest.pop_front();
        }
        calls.latest.push_back(call);
    }

    pub(crate) fn report(&self) -> Report {
        let calls = self.calls.lock();
        Report { total: calls.total, requests: calls.latest.iter().map(ReportedCall::of).collect() }
    }

    pub(crate) fn reset(&self) {
        *self.calls.lock() = Calls::default();
    }
}

impl ReportedCall {
    fn of(call: &Call) -> Self {
        let operation = call.operation.map_or("-", |operation| operation.name);
        Self {
            operation: format!("{}:{operation}", call.service.name),
            principal: call.principal.arn.clone(),
            status: call.status,
            time: call.time,
        }
    }
}
