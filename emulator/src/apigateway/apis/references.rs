//! What methods name: authorizers, request validators, models.

use crate::apigateway::faults::bad_request;
use crate::apigateway::{ApiGateway, ApiId};
use crate::service::Fault;
use crate::store::SmallMap;

/// The models that every API has from the start.
const DEFAULT_MODELS: [&str; 2] = ["Empty", "Error"];

/// An authorization by an authorizer needs one that is there.
pub(super) fn check_authorizer(_state: &ApiGateway, _api: &ApiId, id: Option<&str>) -> Result<(), Fault> {
    // No authorizer can be made yet: there is no table of them.
    let exists = |_: &str| false;
    if id.is_some_and(exists) {
        return Ok(());
    }
    Err(bad_request(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a \
         valid authorizer.",
    ))
}

/// A request validator must be there.
pub(super) fn check_validator(_state: &ApiGateway, _api: &ApiId, id: Option<&str>) -> Result<(), Fault> {
    // No validator can be made yet: there is no table of them.
    let exists = |_: &str| false;
    if id.is_none_or(exists) {
        return Ok(());
    }
    Err(bad_request("Invalid Request Validator identifier specified"))
}

/// The models of content types must be there.
pub(super) fn check_models(
    _state: &ApiGateway,
    _api: &ApiId,
    models: Option<&SmallMap<String, String>>,
) -> Result<(), Fault> {
    // No model can be made yet: there is no table of them.
    let exists = |name: &str| DEFAULT_MODELS.contains(&name);
    match models.into_iter().flatten().find(|(_, name)| !exists(name)) {
        Some((_, name)) => Err(bad_request(format!("Invalid model identifier specified: {name}"))),
        None => Ok(()),
    }
}
