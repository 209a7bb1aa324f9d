//! What documents call the members of integrations, authorizers and CORS configurations.

use serde_json::{Map, Value};

use super::definition::Members;

/// A member in documents, and in operations.
pub(super) type Names = (&'static str, &'static str);

/// Of an integration.
pub(super) const INTEGRATION: [Names; 13] = [
    ("payloadFormatVersion", "PayloadFormatVersion"),
    ("type", "IntegrationType"),
    ("integrationSubtype", "IntegrationSubtype"),
    ("httpMethod", "IntegrationMethod"),
    ("uri", "IntegrationUri"),
    ("credentials", "CredentialsArn"),
    ("connectionType", "ConnectionType"),
    ("connectionId", "ConnectionId"),
    ("description", "Description"),
    ("requestParameters", "RequestParameters"),
    ("responseParameters", "ResponseParameters"),
    ("timeoutInMillis", "TimeoutInMillis"),
    ("tlsConfig", "TlsConfig"),
];

/// Of an integration's TLS configuration.
pub(super) const TLS: [Names; 1] = [("serverNameToVerify", "ServerNameToVerify")];

/// Of an authorizer.
pub(super) const AUTHORIZER: [Names; 9] = [
    ("type", "AuthorizerType"),
    ("identitySource", "IdentitySource"),
    ("jwtConfiguration", "JwtConfiguration"),
    ("authorizerUri", "AuthorizerUri"),
    ("authorizerCredentials", "AuthorizerCredentialsArn"),
    ("authorizerPayloadFormatVersion", "AuthorizerPayloadFormatVersion"),
    ("authorizerResultTtlInSeconds", "AuthorizerResultTtlInSeconds"),
    ("identityValidationExpression", "IdentityValidationExpression"),
    ("enableSimpleResponses", "EnableSimpleResponses"),
];

/// Of an authorizer's tokens.
pub(super) const JWT: [Names; 2] = [("issuer", "Issuer"), ("audience", "Audience")];

/// Of a CORS configuration.
pub(super) const CORS: [Names; 6] = [
    ("allowOrigins", "AllowOrigins"),
    ("allowMethods", "AllowMethods"),
    ("allowHeaders", "AllowHeaders"),
    ("exposeHeaders", "ExposeHeaders"),
    ("maxAge", "MaxAge"),
    ("allowCredentials", "AllowCredentials"),
];

/// The members of an object that operations know, under the names that they have there.
pub(super) fn to_operation(value: &Value, names: &[Names]) -> Members {
    let known = names.iter().filter_map(|(in_document, in_operation)| {
        let value = value.get(in_document).filter(|value| !value.is_null())?;
        Some(((*in_operation).to_owned(), value.clone()))
    });
    known.collect()
}

/// The way back.
pub(super) fn to_document(members: &Members, names: &[Names]) -> Map<String, Value> {
    let known = names.iter().filter_map(|(in_document, in_operation)| {
        Some(((*in_document).to_owned(), members.get(*in_operation)?.clone()))
    });
    known.collect()
}

/// Changes a member that is there.
pub(super) fn change(members: &mut Map<String, Value>, name: &str, to: impl FnOnce(&Value) -> Value) {
    if let Some(value) = members.get_mut(name) {
        *value = to(value);
    }
}
