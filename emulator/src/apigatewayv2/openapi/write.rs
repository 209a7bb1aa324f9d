//! A definition to a document, laid out as AWS does.

use serde_json::{Map, Value, json};

use super::definition::{Authorization, DEFAULT_ROUTE, Definition, Members, Route};
use super::members::{AUTHORIZER, CORS, INTEGRATION, JWT, TLS, change, to_document};
use super::read::{ENDPOINT, TAG_VALUE};
use crate::apigateway::openapi::read::{
    AUTH_TYPE, AUTHORIZER as AUTHORIZER_EXTENSION, INTEGRATION as INTEGRATION_EXTENSION, SIGV4, verb_key,
};

/// The scheme of IAM.
const IAM: &str = "sigv4";

/// Writes a document. `endpoint` is where the API is served, `stage` what of it, if any.
pub(super) fn write(
    definition: &Definition,
    endpoint: &str,
    stage: Option<&str>,
    with_extensions: bool,
) -> Value {
    let api = &definition.api;
    let mut document = Map::new();
    document.insert("openapi".to_owned(), json!("3.0.1"));
    let info = [("title", "Name"), ("description", "Description"), ("version", "Version")];
    document.insert("info".to_owned(), Value::Object(to_document(api, &info)));
    let base_path = stage.filter(|stage| *stage != DEFAULT_ROUTE).unwrap_or_default();
    let mut server = json!({
        "url": format!("{endpoint}/{{basePath}}"),
        "variables": {"basePath": {"default": base_path}},
    });
    if with_extensions && api.get("DisableExecuteApiEndpoint") == Some(&Value::Bool(true)) {
        server[ENDPOINT] = json!({"disableExecuteApiEndpoint": true});
    }
    document.insert("servers".to_owned(), json!([server]));
    if let Some(tags) =
        api.get("Tags").and_then(Value::as_object).filter(|tags| with_extensions && !tags.is_empty())
    {
        let tags = tags.iter().map(|(name, value)| json!({"name": name, TAG_VALUE: value}));
        document.insert("tags".to_owned(), tags.collect());
    }
    document.insert("paths".to_owned(), paths(definition, with_extensions));
    document.insert("components".to_owned(), components(definition, with_extensions));
    if with_extensions {
        if let Some(Value::Object(cors)) = api.get("CorsConfiguration") {
            document.insert("x-amazon-apigateway-cors".to_owned(), Value::Object(to_document(cors, &CORS)));
        }
        document.insert("x-amazon-apigateway-importexport-version".to_owned(), json!("1.0"));
    }
    Value::Object(document)
}

fn paths(definition: &Definition, with_extensions: bool) -> Value {
    let mut paths = Map::new();
    for (key, route) in &definition.routes {
        let (verb, path) = key.split_once(' ').unwrap_or(("ANY", "/$default"));
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[verb_key(verb)] = operation(key, route, with_extensions);
    }
    Value::Object(paths)
}

fn operation(key: &str, route: &Route, with_extensions: bool) -> Value {
    let mut operation = Map::new();
    if let Some(name) = &route.operation_name {
        operation.insert("operationId".to_owned(), name.as_str().into());
    }
    let description = format!("Default response for {key}");
    operation.insert("responses".to_owned(), json!({"default": {"description": description}}));
    let security = match &route.authorization {
        Authorization::None => None,
        Authorization::Iam => Some((IAM, &[][..])),
        Authorization::Authorizer(name, scopes) => Some((name.as_str(), scopes.as_slice())),
    };
    if let Some((scheme, scopes)) = security {
        operation.insert("security".to_owned(), json!([{scheme: scopes}]));
    }
    if with_extensions {
        if key == DEFAULT_ROUTE {
            operation.insert("isDefaultRoute".to_owned(), true.into());
        }
        if let Some(integration) = &route.integration {
            operation.insert(INTEGRATION_EXTENSION.to_owned(), integration_of(integration));
        }
    }
    Value::Object(operation)
}

fn integration_of(members: &Members) -> Value {
    let mut integration = to_document(members, &INTEGRATION);
    change(&mut integration, "type", |kind| kind.as_str().map(str::to_lowercase).into());
    change(&mut integration, "tlsConfig", |tls| {
        Value::Object(tls.as_object().map(|tls| to_document(tls, &TLS)).unwrap_or_default())
    });
    Value::Object(integration)
}

fn components(definition: &Definition, with_extensions: bool) -> Value {
    let scheme = |(name, members): (&String, &Members)| (name.clone(), scheme(members, with_extensions));
    let mut schemes: Map<String, Value> = definition.authorizers.iter().map(scheme).collect();
    if definition.routes.values().any(|route| route.authorization == Authorization::Iam) {
        let scheme = json!({"type": "apiKey", "name": "Authorization", "in": "header", AUTH_TYPE: SIGV4});
        schemes.insert(IAM.to_owned(), scheme);
    }
    if schemes.is_empty() { json!({}) } else { json!({"securitySchemes": schemes}) }
}

fn scheme(members: &Members, with_extensions: bool) -> Value {
    let is_jwt = members.get("AuthorizerType") == Some(&json!("JWT"));
    let mut scheme = if is_jwt {
        json!({"type": "oauth2", "flows": {}})
    } else {
        json!({"type": "apiKey", "name": "Unused", "in": "header"})
    };
    if with_extensions {
        let mut extension = to_document(members, &AUTHORIZER);
        change(&mut extension, "type", |kind| kind.as_str().map(str::to_lowercase).into());
        change(&mut extension, "identitySource", |sources| {
            let sources = sources.as_array().into_iter().flatten().filter_map(Value::as_str);
            sources.collect::<Vec<_>>().join(",").into()
        });
        change(&mut extension, "jwtConfiguration", |jwt| {
            Value::Object(jwt.as_object().map(|jwt| to_document(jwt, &JWT)).unwrap_or_default())
        });
        scheme[AUTHORIZER_EXTENSION] = Value::Object(extension);
    }
    scheme
}
