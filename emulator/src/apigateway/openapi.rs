//! OpenAPI: APIs from documents, and documents from APIs.
//!
//! [`document`] makes a document of bytes, [`read`] a definition of a document, and an import makes an API of a
//! definition by calling the operations. An export takes the way back by [`write`].

pub(crate) mod calls;
pub(crate) mod definition;
pub(crate) mod document;
mod documented;
mod export;
pub(crate) mod findings;
mod import;
pub(crate) mod read;
pub(crate) mod references;
#[cfg(test)]
mod round_trip;
pub(crate) mod schema;
pub(crate) mod write;

use std::sync::LazyLock;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stagecheck_models::apigateway as operations;

use self::calls::Calls;
use super::faults::{bad_request, internal};
use super::{ApiGateway, apis};
use crate::service::{Fault, Registrar};
use crate::store::SmallMap;

/// The operations that an import calls.
static CALLS: LazyLock<Calls<ApiGateway>> = LazyLock::new(|| Calls::of(&operations::SERVICE, apis::register));

/// A row with the members that it answers.
pub(crate) fn as_answered<T: DeserializeOwned>(row: &impl Serialize) -> Result<T, Fault> {
    let answer = serde_json::to_value(row).and_then(serde_json::from_value);
    answer.map_err(|error| internal(&error.to_string()))
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.free(&operations::IMPORT_REST_API, import::import, &[]);
    registrar.free(&operations::PUT_REST_API, import::put, &[]);
    registrar.free(&operations::GET_EXPORT, export::get, &[]);
}

/// Refuses query parameters of an import or export that it does not know. Those of a signature in the query sign the
/// request, and say nothing else.
fn check_parameters(parameters: &SmallMap<String, String>, known: &[&str]) -> Result<(), Fault> {
    let is_known = |name: &str| known.contains(&name) || name.starts_with("X-Amz-");
    match parameters.iter().find(|(name, _)| !is_known(name)) {
        Some((unknown, _)) => Err(invalid("parameter", unknown, known)),
        None => Ok(()),
    }
}

fn invalid(what: &str, value: &str, valid: &[&str]) -> Fault {
    bad_request(format!("Invalid {what} specified: {value}. Valid options are {}", valid.join(",")))
}
