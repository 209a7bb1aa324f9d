//! Security schemes and requirements to authorizers, API keys and authorization types.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Operation, Reader, integer, text, texts};
use crate::apigateway::openapi::definition::{Authorizer, COGNITO, Method};

/// The extension that makes a scheme an authorizer.
pub(crate) const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
/// The extension that says what kind of authorizer a scheme is, or that it is IAM.
pub(crate) const AUTH_TYPE: &str = "x-amazon-apigateway-authtype";
/// The value of [`AUTH_TYPE`] for IAM.
pub(crate) const SIGV4: &str = "awsSigv4";
/// The header that carries an API key.
pub(crate) const API_KEY_HEADER: &str = "x-api-key";
/// How the identity source of a header begins.
pub(crate) const HEADER: &str = "method.request.header.";
/// What stands for the header of authorizers that look elsewhere, in AWS's documents.
pub(crate) const UNUSED_HEADER: &str = "Unused";

/// What each security scheme means to API Gateway.
pub(super) struct Schemes(BTreeMap<String, Scheme>);

enum Scheme {
    ApiKey,
    Iam,
    Authorizer(Box<Authorizer>),
    /// A scheme of OpenAPI's that API Gateway has no use for.
    Unused,
}

/// Reads the schemes.
pub(super) fn read_schemes(reader: &mut Reader<'_>) -> Schemes {
    let mut schemes = BTreeMap::new();
    for (name, scheme) in reader.layout.security_schemes(reader.root).into_iter().flatten() {
        let Some(scheme) = reader.resolve(scheme, format_args!("security schemes.{name}")) else { continue };
        schemes.insert(name.clone(), read_scheme(reader, name, scheme));
    }
    Schemes(schemes)
}

/// What API Gateway has no use for is left out with a warning; the wordings are AWS's, but for the last.
fn read_scheme<'a>(reader: &mut Reader<'a>, name: &str, scheme: &'a Value) -> Scheme {
    // Documented: the type "if used, must be `apiKey`".
    if let Some(kind) = text(scheme, "type").filter(|kind| kind != "apiKey") {
        reader
            .findings
            .warn(format!("Unsupported security definition type '{kind}' for '{name}'. Ignoring."));
        return Scheme::Unused;
    }
    let auth_type = text(scheme, AUTH_TYPE);
    if auth_type.as_deref().is_some_and(|auth_type| auth_type.eq_ignore_ascii_case(SIGV4)) {
        return Scheme::Iam;
    }
    let header = text(scheme, "name");
    if let Some(extension) = scheme.get(AUTHORIZER) {
        return match reader.resolve(extension, AUTHORIZER) {
            Some(extension) => Scheme::Authorizer(Box::new(authorizer(extension, header, auth_type))),
            None => Scheme::Unused,
        };
    }
    if auth_type.is_some() {
        reader.findings.error(format!(
            "Unable to create authorizer from security definition: '{name}'. Extension {AUTHORIZER} is required. Any \
             methods with security: '{name}' will not be created. If this security definition is not a custom \
             authorizer, remove the {AUTH_TYPE} extension and it will be ignored."
        ));
        return Scheme::Unused;
    }
    if header.is_some_and(|header| header.eq_ignore_ascii_case(API_KEY_HEADER)) {
        return Scheme::ApiKey;
    }
    reader.findings.warn(format!(
        "API key security definition '{name}' is not for the header '{API_KEY_HEADER}'. Ignoring."
    ));
    Scheme::Unused
}

fn authorizer(extension: &Value, header: Option<String>, auth_type: Option<String>) -> Authorizer {
    let kind = text(extension, "type").unwrap_or_default().to_uppercase();
    let header = header.filter(|header| kind != "REQUEST" && header != UNUSED_HEADER);
    let of_header = header.map(|header| format!("{HEADER}{header}"));
    Authorizer {
        r#type: kind,
        provider_arns: texts(extension, "providerARNs"),
        auth_type,
        authorizer_uri: text(extension, "authorizerUri"),
        authorizer_credentials: text(extension, "authorizerCredentials"),
        identity_source: text(extension, "identitySource").or(of_header),
        identity_validation_expression: text(extension, "identityValidationExpression"),
        authorizer_result_ttl_in_seconds: integer(extension, "authorizerResultTtlInSeconds"),
    }
}

impl Schemes {
    /// The authorizers among them.
    pub(super) fn into_authorizers(self) -> BTreeMap<String, Authorizer> {
        let authorizer = |(name, scheme)| match scheme {
            Scheme::Authorizer(authorizer) => Some((name, *authorizer)),
            Scheme::ApiKey | Scheme::Iam | Scheme::Unused => None,
        };
        self.0.into_iter().filter_map(authorizer).collect()
    }

    /// Lets the method ask for what the operation requires.
    pub(super) fn secure(&self, method: &mut Method, reader: &mut Reader<'_>, operation: &Operation<'_>) {
        "NONE".clone_into(&mut method.authorization_type);
        let required = operation.value.get("security");
        let requirements = required.and_then(Value::as_array).into_iter().flatten();
        for (name, scopes) in requirements.filter_map(Value::as_object).flatten() {
            match self.0.get(name) {
                Some(Scheme::ApiKey) => method.api_key_required = true,
                Some(Scheme::Iam) => "AWS_IAM".clone_into(&mut method.authorization_type),
                // Inferred: which is taken, and the wording.
                Some(Scheme::Authorizer(_)) if method.authorizer.is_some() => reader.findings.warn(format!(
                    "Multiple authorizers for '{} {}'. Ignoring '{name}'.",
                    operation.verb, operation.path
                )),
                Some(Scheme::Authorizer(authorizer)) => {
                    let kind = if authorizer.r#type == COGNITO { COGNITO } else { "CUSTOM" };
                    kind.clone_into(&mut method.authorization_type);
                    method.authorizer = Some(name.clone());
                    let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str);
                    method.authorization_scopes = scopes.map(str::to_owned).collect();
                }
                Some(Scheme::Unused) => {}
                // Inferred wording.
                None => reader.findings.warn(format!(
                    "Reference to security scheme '{name}' of '{} {}' not found. Ignoring.",
                    operation.verb, operation.path
                )),
            }
        }
        let auth = operation.value.get("x-amazon-apigateway-auth").and_then(|auth| text(auth, "type"));
        if let Some(auth) = auth {
            method.authorization_type = auth.to_uppercase();
        }
    }
}
