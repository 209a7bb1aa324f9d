//! OpenAPI 3.0 for HTTP APIs: ImportApi, ReimportApi and ExportApi.
//!
//! Documents, references and calls are those of REST APIs ([`crate::apigateway::openapi`]). A definition has its parts
//! with the members that the operations take; [`members`] says how documents name these.

mod definition;
mod export;
mod import;
mod members;
mod read;
mod write;

use std::sync::LazyLock;

use stagecheck_models::apigatewayv2 as operations;

use crate::apigateway::ApiGateway;
use crate::apigateway::openapi::calls::Calls;
use crate::service::Registrar;

/// The operations that an import calls.
static CALLS: LazyLock<Calls<ApiGateway>> = LazyLock::new(|| {
    Calls::of(&operations::SERVICE, |calls| {
        super::apis::register(calls);
        super::authorizers::register(calls);
        super::integrations::register(calls);
        super::routes::register(calls);
    })
});

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::IMPORT_API, import::import, &[]);
    registrar.write(&operations::REIMPORT_API, import::reimport, &[]);
    registrar.read(&operations::EXPORT_API, export::export, &[]);
}
