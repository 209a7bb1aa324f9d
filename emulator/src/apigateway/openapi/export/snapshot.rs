//! Rows to a definition.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::apigateway::apis::{self, DocumentationVersion, RestApi};
use crate::apigateway::endpoint::EndpointType;
use crate::apigateway::openapi::as_answered;
use crate::apigateway::openapi::definition::{
    Definition, DocumentationPart, Integration, JSON, Method, Model, OtherSchema, Settings,
};
use crate::apigateway::openapi::schema::{rename_reference, visit_schemas};
use crate::apigateway::{ApiId, Deployment};
use crate::service::Fault;
use crate::time::Timestamp;

/// What a stage serves, as it was deployed, with the documentation of the stage's version. A stage without one has no
/// documentation, as documented.
pub(super) fn of(
    api: &ApiId,
    deployment: &Deployment,
    documentation: Option<&DocumentationVersion>,
) -> Result<Definition, Fault> {
    let mut definition = Definition { settings: settings(&deployment.api)?, ..Definition::default() };
    let mut authorizers = BTreeMap::new();
    for row in &deployment.parts.authorizers {
        authorizers.insert(row.id.to_string(), row.name.clone());
        definition.authorizers.insert(row.name.clone(), as_answered(row)?);
    }
    let mut validators = BTreeMap::new();
    for row in &deployment.parts.request_validators {
        validators.insert(row.id.to_string(), row.name.clone());
        definition.validators.insert(row.name.clone(), as_answered(row)?);
    }
    for row in &deployment.parts.gateway_responses {
        definition.gateway_responses.insert(row.response_type.to_string(), as_answered(row)?);
    }
    for row in &deployment.parts.models {
        definition.models.insert(row.name.to_string(), model(api, row));
    }
    for route in deployment.routes.iter() {
        let mut methods = BTreeMap::new();
        for (verb, row) in &route.methods {
            let mut method: Method = as_answered(row)?;
            method.authorizer = method.authorizer.and_then(|id| authorizers.get(&id).cloned());
            method.request_validator = method.request_validator.and_then(|id| validators.get(&id).cloned());
            method.method_integration.iter_mut().for_each(|each| leave_defaults(each, &route.resource_id));
            methods.insert(verb.to_string(), method);
        }
        definition.paths.insert(route.path.to_string(), methods);
    }
    if let Some(version) = documentation {
        document(&mut definition, version)?;
    }
    Ok(definition)
}

/// What GetRestApi answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    name: String,
    description: Option<String>,
    created_date: Timestamp,
    version: Option<String>,
    #[serde(default)]
    binary_media_types: Vec<String>,
    minimum_compression_size: Option<i64>,
    api_key_source: Option<String>,
    endpoint_configuration: Endpoint,
    /// Escaped as the inside of a JSON string.
    policy: Option<String>,
    disable_execute_api_endpoint: bool,
    security_policy: Option<String>,
    endpoint_access_mode: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    types: [EndpointType; 1],
    #[serde(default)]
    vpc_endpoint_ids: Vec<String>,
    ip_address_type: Option<String>,
}

/// Settings that are as in any API are left out. An API without a version has the moment of its creation there.
fn settings(row: &RestApi) -> Result<Settings, Fault> {
    let answer: Answer = as_answered(row)?;
    let unless = |value: Option<String>, usual: &str| value.filter(|value| value != usual);
    let [endpoint_type] = answer.endpoint_configuration.types;
    let policy = answer.policy.and_then(|policy| {
        let text: String = serde_json::from_str(&format!("\"{policy}\"")).ok()?;
        serde_json::from_str(&text).ok()
    });
    Ok(Settings {
        title: answer.name,
        description: answer.description,
        version: Some(answer.version.unwrap_or_else(|| answer.created_date.iso8601())),
        api_key_source: unless(answer.api_key_source, "HEADER"),
        binary_media_types: answer.binary_media_types,
        minimum_compression_size: answer.minimum_compression_size,
        policy,
        security_policy: unless(answer.security_policy, &endpoint_type.default_security_policy()),
        endpoint_access_mode: answer.endpoint_access_mode,
        disable_execute_api_endpoint: Some(answer.disable_execute_api_endpoint),
        vpc_endpoint_ids: answer.endpoint_configuration.vpc_endpoint_ids,
        ip_address_type: unless(
            answer.endpoint_configuration.ip_address_type,
            &endpoint_type.default_ip_address_type(),
        ),
        documentation_version: None,
    })
}

/// A model with references to its like by `#/definitions/…`.
fn model(api: &ApiId, row: &apis::Model) -> Model {
    let schema: Option<Value> =
        (row.content_type == JSON).then(|| serde_json::from_str(&row.schema).ok()).flatten();
    let Some(mut schema) = schema else {
        let other = OtherSchema { content_type: row.content_type.to_string(), schema: row.schema.clone() };
        return Model { description: row.description.clone(), schema: json!({}), other: Some(other) };
    };
    visit_schemas(&mut schema, &mut |members| {
        rename_reference(members, |url| Some(format!("#/definitions/{}", apis::model_of(api, url)?)));
    });
    Model { description: None, schema, other: None }
}

/// Leaves out what an import gives an integration that does not have it.
fn leave_defaults(integration: &mut Integration, resource: &str) {
    integration.cache_namespace.take_if(|namespace| namespace == resource);
    integration.timeout_in_millis.take_if(|timeout| *timeout == apis::LONGEST_TIMEOUT);
}

fn document(definition: &mut Definition, version: &DocumentationVersion) -> Result<(), Fault> {
    for row in &version.parts {
        let part = DocumentationPart {
            location: as_answered(&row.location)?,
            properties: serde_json::from_str(&row.properties).unwrap_or_default(),
        };
        definition.documentation.push(part);
    }
    definition.documentation.sort_by(|one, other| one.location.cmp(&other.location));
    definition.settings.documentation_version = Some(version.version.to_string());
    definition.documented = Some(version.created_date.iso8601());
    Ok(())
}
