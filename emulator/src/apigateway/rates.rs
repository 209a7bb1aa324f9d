//! How often API Gateway's operations may be called.
//!
//! Source: the page "Amazon API Gateway quotas", as of August 2026, which gives rates. That a single call may be made at
//! once where no burst is given is inferred, and so is that HTTP and WebSocket APIs share the total. Edge-optimised APIs,
//! which AWS lets be made every 30 seconds, are taken for regional ones here: an operation is all that is looked at.

use stagecheck_models::{apigateway as v1, apigatewayv2 as v2};

use crate::service::{Fault, Rate};

/// The rates of both APIs.
pub(crate) static RATES: [Rate; 10] = [
    Rate { operations: &[], per_second: 10.0, burst: 40.0 },
    // Captured: of calls 16.6 seconds apart four went through, the fifth did not, the next did.
    Rate { operations: &[&v1::UPDATE_ACCOUNT], per_second: 0.05, burst: 1.6 },
    Rate {
        operations: &[&v1::CREATE_RESOURCE, &v1::DELETE_RESOURCE, &v1::CREATE_API_KEY, &v1::DELETE_API_KEY],
        per_second: 5.0,
        burst: 5.0,
    },
    Rate { operations: &[&v1::GET_RESOURCES], per_second: 2.5, burst: 5.0 },
    every(1.0, &[&v1::PUT_REST_API]),
    every(3.0, &[&v1::CREATE_REST_API, &v1::IMPORT_REST_API]),
    every(5.0, &[&v1::CREATE_DEPLOYMENT]),
    every(15.0, &[&v2::CREATE_VPC_LINK]),
    every(20.0, &[&v1::UPDATE_USAGE_PLAN, &v1::CREATE_DOCUMENTATION_VERSION]),
    every(
        30.0,
        &[
            &v1::DELETE_REST_API,
            &v1::CREATE_DOMAIN_NAME,
            &v1::UPDATE_DOMAIN_NAME,
            &v1::DELETE_DOMAIN_NAME,
            &v1::IMPORT_DOCUMENTATION_PARTS,
            &v2::DELETE_VPC_LINK,
        ],
    ),
];

const fn every(seconds: f64, operations: &'static [&'static stagecheck_models::Operation]) -> Rate {
    Rate { operations, per_second: 1.0 / seconds, burst: 1.0 }
}

/// The answer to calls that come too often, as captured.
#[must_use]
pub(crate) fn too_many_requests() -> Fault {
    Fault::new(429, "TooManyRequestsException", "Too Many Requests")
}
