//! What defines a REST API, free of ids: what readers make and writers take.
//!
//! Its parts have the members that the operations take and answer, under the same names, with names in the place of
//! ids. So an import is calls of the operations, and an export begins with the rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::apigateway::faults::bad_request;
use crate::service::Fault;

/// An API's definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Definition {
    pub(crate) settings: Settings,
    /// By path, then by verb.
    pub(crate) paths: BTreeMap<String, BTreeMap<String, Method>>,
    pub(crate) models: BTreeMap<String, Model>,
    pub(crate) authorizers: BTreeMap<String, Authorizer>,
    pub(crate) validators: BTreeMap<String, Validator>,
    /// By response type.
    pub(crate) gateway_responses: BTreeMap<String, GatewayResponse>,
    pub(crate) documentation: Vec<DocumentationPart>,
    /// When the version of the documentation was made, in an export.
    pub(crate) documented: Option<String>,
}

/// What an API has of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) api_key_source: Option<String>,
    pub(crate) binary_media_types: Vec<String>,
    pub(crate) minimum_compression_size: Option<i64>,
    pub(crate) policy: Option<Value>,
    pub(crate) security_policy: Option<String>,
    pub(crate) endpoint_access_mode: Option<String>,
    pub(crate) disable_execute_api_endpoint: Option<bool>,
    pub(crate) vpc_endpoint_ids: Vec<String>,
    pub(crate) ip_address_type: Option<String>,
    /// The version of the documentation that the document carries.
    pub(crate) documentation_version: Option<String>,
}

/// A method, as PutMethod takes it and GetMethod answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Method {
    pub(crate) authorization_type: String,
    pub(crate) api_key_required: bool,
    /// The authorizer's name.
    #[serde(rename = "authorizerId", skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) authorization_scopes: Vec<String>,
    /// The validator's name.
    #[serde(rename = "requestValidatorId", skip_serializing_if = "Option::is_none")]
    pub(crate) request_validator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operation_name: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) request_parameters: BTreeMap<String, bool>,
    /// Model names by content type.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) request_models: BTreeMap<String, String>,
    #[serde(skip_serializing)]
    pub(crate) method_responses: BTreeMap<String, MethodResponse>,
    #[serde(skip_serializing)]
    pub(crate) method_integration: Option<Integration>,
}

/// What a method may answer under one status.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct MethodResponse {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) response_parameters: BTreeMap<String, bool>,
    /// Model names by content type.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) response_models: BTreeMap<String, String>,
}

/// What a method does with a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Integration {
    pub(crate) r#type: String,
    /// PutIntegration calls it otherwise than GetIntegration.
    #[serde(rename(serialize = "integrationHttpMethod"), skip_serializing_if = "Option::is_none")]
    pub(crate) http_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) connection_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) connection_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credentials: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) request_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "templates")]
    pub(crate) request_templates: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) passthrough_behavior: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_handling: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_in_millis: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cache_namespace: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) cache_key_parameters: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tls_config: Option<TlsConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response_transfer_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) integration_target: Option<String>,
    /// By status.
    #[serde(skip_serializing)]
    pub(crate) integration_responses: BTreeMap<String, IntegrationResponse>,
}

/// How an integration meets the certificate of its endpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct TlsConfig {
    pub(crate) insecure_skip_verification: bool,
}

/// How an integration's answer becomes the method's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct IntegrationResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) selection_pattern: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) response_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "templates")]
    pub(crate) response_templates: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_handling: Option<String>,
}

/// Templates that are answered as null have an empty text.
fn templates<'de, D: Deserializer<'de>>(answer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let templates = BTreeMap::<String, Option<String>>::deserialize(answer)?;
    Ok(templates.into_iter().map(|(kind, template)| (kind, template.unwrap_or_default())).collect())
}

/// A model. What it refers to is named as the document names it, by `#/definitions/…` in either specification.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    pub(crate) description: Option<String>,
    pub(crate) schema: Value,
    /// What the model has instead of a JSON schema.
    pub(crate) other: Option<OtherSchema>,
}

/// The content type of models that have a JSON schema. A document's models are of this type.
pub(crate) const JSON: &str = "application/json";

/// A schema of other content than JSON. Documents have no place for it but an extension of our own, which AWS passes over
/// as it does any that it does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OtherSchema {
    pub(crate) content_type: String,
    pub(crate) schema: String,
}

/// An authorizer, as CreateAuthorizer takes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Authorizer {
    pub(crate) r#type: String,
    #[serde(rename = "providerARNs", skip_serializing_if = "Vec::is_empty")]
    pub(crate) provider_arns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auth_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_credentials: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identity_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identity_validation_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_result_ttl_in_seconds: Option<i64>,
}

/// The type of authorizers that ask Cognito.
pub(crate) const COGNITO: &str = "COGNITO_USER_POOLS";

/// A request validator, as CreateRequestValidator takes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Validator {
    pub(crate) validate_request_body: bool,
    pub(crate) validate_request_parameters: bool,
}

/// A gateway response, as PutGatewayResponse takes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct GatewayResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status_code: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) response_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) response_templates: BTreeMap<String, String>,
}

/// What is written of one place of an API.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DocumentationPart {
    pub(crate) location: Location,
    /// An object.
    pub(crate) properties: Value,
}

/// What a documentation part is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Location {
    pub(crate) r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

impl Definition {
    /// Puts the document's base path to use.
    pub(crate) fn place_under(&mut self, base_path: &str, mode: BasePath) {
        let Some(prefix) = mode.prefix(base_path) else { return };
        let place = |path: &str| format!("{prefix}{}", if path == "/" { "" } else { path });
        let paths = std::mem::take(&mut self.paths);
        self.paths = paths.into_iter().map(|(path, methods)| (place(&path), methods)).collect();
        for part in &mut self.documentation {
            if let Some(path) = &mut part.location.path {
                *path = place(path);
            }
        }
    }
}

/// What an import does with the document's base path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BasePath {
    /// Leave it aside.
    #[default]
    Ignore,
    /// Put it before every path.
    Prepend,
    /// Put it before every path, without its first part.
    Split,
}

impl BasePath {
    /// What it makes of a base path to put before every path, if anything.
    pub(crate) fn prefix(self, base_path: &str) -> Option<String> {
        let base_path = base_path.trim_matches('/');
        let prefix = match self {
            Self::Ignore => "",
            Self::Prepend => base_path,
            // The first part is where a domain name's mapping puts the API.
            Self::Split => base_path.split_once('/').map_or("", |(_, rest)| rest),
        };
        (!prefix.is_empty()).then(|| format!("/{prefix}"))
    }

    /// By its name in a request, if there is one. The values are documented, the wording is inferred.
    pub(crate) fn asked_for(name: Option<&str>) -> Result<Self, Fault> {
        match name {
            None => Ok(Self::default()),
            Some("ignore") => Ok(Self::Ignore),
            Some("prepend") => Ok(Self::Prepend),
            Some("split") => Ok(Self::Split),
            Some(other) => Err(bad_request(format!(
                "Invalid basepath specified: {other}. Valid options are ignore,prepend,split"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths_are_ignored_prepended_or_split() {
        let placed = |mode| {
            let mut definition = Definition::default();
            for path in ["/", "/e"] {
                definition.paths.insert(path.to_owned(), BTreeMap::new());
            }
            definition.place_under("/a/b/c", mode);
            definition.paths.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(placed(BasePath::Ignore), ["/", "/e"]);
        assert_eq!(placed(BasePath::Prepend), ["/a/b/c", "/a/b/c/e"]);
        assert_eq!(placed(BasePath::Split), ["/b/c", "/b/c/e"]);
    }
}
