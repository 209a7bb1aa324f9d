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
        super::tags::register(calls);
    })
});

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.free(&operations::IMPORT_API, import::import, &[]);
    registrar.free(&operations::REIMPORT_API, import::reimport, &[]);
    registrar.free(&operations::EXPORT_API, export::export, &[]);
}

#[cfg(test)]
mod tests {
    use crate::apigateway::openapi::document::Document;
    use crate::apigateway::openapi::findings::Findings;
    use crate::apigateway::openapi::write::Syntax;

    use super::{definition::Definition, read, write};

    fn read_text(text: &str) -> Definition {
        let mut findings = Findings::default();
        let definition = read::read(&Document::parse(text.as_bytes()).unwrap().root, &mut findings);
        assert_eq!(findings.conclude(true).unwrap(), [""; 0]);
        definition
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let document =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/documents/http_api.yaml"));
        let definition = read_text(document);
        assert_eq!(definition.routes.len(), 4);
        for syntax in [Syntax::Json, Syntax::Yaml] {
            let written = write::write(&definition, "https://example.com", Some("live"), true);
            let text = syntax.write(&written).unwrap();
            assert_eq!(read_text(&text), definition, "{text}");
        }
    }
}
