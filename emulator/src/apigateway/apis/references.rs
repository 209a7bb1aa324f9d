//! What methods name: authorizers, request validators, models.

use crate::apigateway::faults::bad_request;
use crate::apigateway::{ApiGateway, ApiId};
use crate::service::Fault;
use crate::store::SmallMap;

/// An authorization by an authorizer needs one that is there.
pub(super) fn check_authorizer(state: &ApiGateway, api: &ApiId, id: Option<&str>) -> Result<(), Fault> {
    let exists = |id: &str| state.authorizers.contains(&(api.clone(), id.into()));
    if id.is_some_and(exists) {
        return Ok(());
    }
    Err(bad_request(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a \
         valid authorizer.",
    ))
}

/// A request validator must be there.
pub(super) fn check_validator(state: &ApiGateway, api: &ApiId, id: Option<&str>) -> Result<(), Fault> {
    let exists = |id: &str| state.request_validators.contains(&(api.clone(), id.into()));
    if id.is_none_or(exists) {
        return Ok(());
    }
    Err(bad_request("Invalid Request Validator identifier specified"))
}

/// The models of content types must be there.
pub(super) fn check_models(
    state: &ApiGateway,
    api: &ApiId,
    models: Option<&SmallMap<String, String>>,
) -> Result<(), Fault> {
    let exists = |name: &str| state.models.contains(&(api.clone(), name.into()));
    match models.into_iter().flatten().find(|(_, name)| !exists(name)) {
        Some((_, name)) => Err(bad_request(format!("Invalid model identifier specified: {name}"))),
        None => Ok(()),
    }
}
