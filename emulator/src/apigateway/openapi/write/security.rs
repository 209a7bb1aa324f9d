//! Authorizers, API keys and IAM as security schemes.

use serde_json::{Map, Value, json};

use super::{Extent, put, put_list, put_some};
use crate::apigateway::openapi::definition::{Authorizer, Definition, Method};
use crate::apigateway::openapi::read::{API_KEY_HEADER, AUTH_TYPE, AUTHORIZER, HEADER, SIGV4, UNUSED_HEADER};

/// The scheme of API keys.
const API_KEY: &str = "api_key";
/// The scheme of IAM.
const IAM: &str = "sigv4";
/// The authorization type of IAM.
const AWS_IAM: &str = "AWS_IAM";

/// What a method requires.
pub(super) fn requirements(method: &Method) -> Vec<Value> {
    let mut requirements = Vec::new();
    let mut require = |scheme: &str, scopes: &[String]| {
        requirements.push(Value::Object(Map::from_iter([(scheme.to_owned(), json!(scopes))])));
    };
    if let Some(authorizer) = &method.authorizer {
        require(authorizer, &method.authorization_scopes);
    }
    if method.authorization_type == AWS_IAM {
        require(IAM, &[]);
    }
    if method.api_key_required {
        require(API_KEY, &[]);
    }
    requirements
}

/// The schemes that methods may require.
pub(super) fn schemes(definition: &Definition, extent: Extent) -> Map<String, Value> {
    let authorizers = definition.authorizers.iter();
    let mut schemes: Map<String, Value> =
        authorizers.map(|(name, authorizer)| (name.clone(), scheme(authorizer, extent))).collect();
    let methods = || definition.paths.values().flat_map(|methods| methods.values());
    if methods().any(|method| method.api_key_required) {
        put(&mut schemes, API_KEY, json!({"type": "apiKey", "name": API_KEY_HEADER, "in": "header"}));
    }
    if methods().any(|method| method.authorization_type == AWS_IAM) {
        let scheme = json!({"type": "apiKey", "name": "Authorization", "in": "header", AUTH_TYPE: SIGV4});
        put(&mut schemes, IAM, scheme);
    }
    schemes
}

/// An authorizer. What it looks for in one header stands as the scheme's name, anything else in the extension.
fn scheme(authorizer: &Authorizer, extent: Extent) -> Value {
    let source = authorizer.identity_source.as_ref();
    let header = source.and_then(|source| source.strip_prefix(HEADER));
    let header = header.filter(|header| authorizer.r#type != "REQUEST" && !header.contains(','));
    let mut scheme = Map::new();
    put(&mut scheme, "type", "apiKey");
    put(&mut scheme, "name", header.unwrap_or(UNUSED_HEADER));
    put(&mut scheme, "in", "header");
    if extent.authorizers {
        put_some(&mut scheme, AUTH_TYPE, authorizer.auth_type.as_ref());
        let mut extension = Map::new();
        put_some(&mut extension, "identitySource", source.filter(|_| header.is_none()));
        put_some(&mut extension, "authorizerUri", authorizer.authorizer_uri.as_ref());
        put_some(&mut extension, "authorizerCredentials", authorizer.authorizer_credentials.as_ref());
        let ttl = authorizer.authorizer_result_ttl_in_seconds.as_ref();
        put_some(&mut extension, "authorizerResultTtlInSeconds", ttl);
        let expression = authorizer.identity_validation_expression.as_ref();
        put_some(&mut extension, "identityValidationExpression", expression);
        put_list(&mut extension, "providerARNs", &authorizer.provider_arns);
        put(&mut extension, "type", authorizer.r#type.to_lowercase());
        put(&mut scheme, AUTHORIZER, extension);
    }
    Value::Object(scheme)
}
