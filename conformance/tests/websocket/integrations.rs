//! Integrations of routes.

use serde_json::{Value, json};
use stagecheck_conformance::account::ACCOUNT;

/// The integration with a function.
pub(crate) fn lambda(kind: &str, name: &str) -> Value {
    json!({"integrationType": kind, "integrationMethod": "POST", "integrationUri": function_uri(name)})
}

/// The integration with the server.
pub(crate) fn server(kind: &str, path: &str) -> Value {
    json!({"integrationType": kind, "integrationMethod": "POST", "integrationUri": format!("http://BACKEND{path}")})
}

pub(crate) fn mock(status: u16) -> Value {
    json!({"integrationType": "MOCK", "requestTemplates": {"$default": format!("{{\"statusCode\": {status}}}")}})
}

pub(crate) fn function_uri(name: &str) -> String {
    format!(
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\
         arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}/invocations"
    )
}
