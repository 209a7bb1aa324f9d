//! A document to a definition.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::definition::{Authorization, DEFAULT_ROUTE, Definition, Members, Route};
use super::members::{AUTHORIZER, CORS, INTEGRATION, JWT, Names, TLS, change, to_operation};
use crate::apigateway::openapi::findings::Findings;
use crate::apigateway::openapi::read::{
    AUTH_TYPE, AUTHORIZER as AUTHORIZER_EXTENSION, INTEGRATION as INTEGRATION_EXTENSION, SIGV4, VERBS,
    boolean, object, text,
};
use crate::apigateway::openapi::references::{PartCount, References, target};

/// Reads the document of an HTTP API. What cannot be read is left out with a warning.
pub(super) fn read(root: &Value, findings: &mut Findings) -> Definition {
    let mut reader = Reader {
        root,
        references: References::of(root),
        findings,
        part_count: PartCount::default(),
        passed_over: Vec::new(),
    };
    reader.check_version();
    let schemes = reader.schemes();
    let mut routes = BTreeMap::new();
    for (path, item) in reader.references.paths(reader.findings).into_iter().flatten() {
        if path.starts_with("x-") {
            continue;
        }
        if !path.starts_with('/') {
            reader.findings.parse_issue(format_args!("paths. Resource {path} should start with /"));
            // The default route is taken all the same, as users report.
            if path != DEFAULT_ROUTE {
                continue;
            }
        }
        if reader.part_count.refuse(reader.findings) {
            break;
        }
        let Some(item) = reader.resolve(item, format_args!("paths.'{path}'")) else { continue };
        for (key, verb) in VERBS {
            let Some(operation) = item.get(key) else { continue };
            let attribute = format!("paths.'{path}'({key})");
            let Some(operation) = reader.resolve(operation, &attribute) else { continue };
            let route = reader.route(operation, &attribute, &schemes);
            let is_default = path.trim_start_matches('/') == DEFAULT_ROUTE;
            let key = if is_default { DEFAULT_ROUTE.to_owned() } else { format!("{verb} {path}") };
            routes.insert(key, route);
        }
    }
    let mut passed = passed_over(root);
    passed.append(&mut reader.passed_over);
    let authorizers = schemes.into_iter().filter_map(|(name, scheme)| Some((name, scheme?)));
    Definition { api: api(root), authorizers: authorizers.collect(), routes, passed_over: passed }
}

/// That `ImportInfo` tells of what is ignored is documented; which, and in what words, is inferred.
fn passed_over(root: &Value) -> Vec<String> {
    const OF_REST_APIS: [&str; 9] = [
        "x-amazon-apigateway-api-key-source",
        "x-amazon-apigateway-binary-media-types",
        "x-amazon-apigateway-documentation",
        "x-amazon-apigateway-gateway-responses",
        "x-amazon-apigateway-minimum-compression-size",
        "x-amazon-apigateway-policy",
        "x-amazon-apigateway-request-validator",
        "x-amazon-apigateway-request-validators",
        "x-amazon-apigateway-security-policy",
    ];
    let extensions = OF_REST_APIS.into_iter().filter(|name| root.get(name).is_some());
    let schemas = root.pointer("/components/schemas").map(|_| "components.schemas");
    extensions.chain(schemas).map(ignoring).collect()
}

fn ignoring(attribute: impl std::fmt::Display) -> String {
    format!("Ignoring unsupported attribute {attribute}")
}

/// What the API has of its own.
fn api(root: &Value) -> Members {
    let mut api = Members::new();
    let info = root.get("info").unwrap_or(&Value::Null);
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            api.insert(name.to_owned(), value);
        }
    };
    set("Name", text(info, "title").map(Value::from));
    set("Description", text(info, "description").map(Value::from));
    set("Version", text(info, "version").map(Value::from));
    set("CorsConfiguration", root.get("x-amazon-apigateway-cors").and_then(cors));
    let endpoint = |value: &Value| boolean(value.get(ENDPOINT)?, "disableExecuteApiEndpoint");
    let servers = root.get("servers").and_then(Value::as_array).into_iter().flatten();
    let disabled = servers.chain([root]).find_map(endpoint);
    set("DisableExecuteApiEndpoint", disabled.map(Value::from));
    let tags = root.get("tags").and_then(Value::as_array).into_iter().flatten();
    let tags: Map<String, Value> =
        tags.filter_map(|tag| Some((text(tag, "name")?, text(tag, TAG_VALUE)?.into()))).collect();
    set("Tags", (!tags.is_empty()).then_some(Value::Object(tags)));
    api
}

/// How an API is reached.
pub(super) const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";
/// The value of a tag of the API.
pub(super) const TAG_VALUE: &str = "x-amazon-apigateway-tag-value";

fn cors(extension: &Value) -> Option<Value> {
    extension.is_object().then(|| {
        let mut cors = to_operation(extension, &CORS);
        for list in ["AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders"] {
            change(&mut cors, list, list_of_texts);
        }
        Value::Object(cors)
    })
}

/// A list, or what a text lists with commas. What is neither is left for the operation to refuse.
fn list_of_texts(value: &Value) -> Value {
    match value {
        Value::String(text) => text.split(',').map(|each| each.trim().to_owned()).collect(),
        value => value.clone(),
    }
}

/// A text in capitals.
fn capitals(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| text.to_uppercase().into())
}

/// An object with its members under the names that operations have for them.
fn renamed(value: &Value, names: &[Names]) -> Value {
    if value.is_object() { Value::Object(to_operation(value, names)) } else { value.clone() }
}

struct Reader<'a, 'f> {
    root: &'a Value,
    references: References<'a>,
    findings: &'f mut Findings,
    part_count: PartCount,
    passed_over: Vec<String>,
}

impl<'a> Reader<'a, '_> {
    fn resolve(&mut self, value: &'a Value, attribute: impl std::fmt::Display) -> Option<&'a Value> {
        self.references.object(value, attribute, self.findings)
    }

    /// Documented: "Currently, the only supported value is `1.0`". That another is a warning is inferred.
    fn check_version(&mut self) {
        const VERSION: &str = "x-amazon-apigateway-importexport-version";
        if let Some(other) =
            text(self.root, VERSION).filter(|version| !["1.0", "1"].contains(&version.as_str()))
        {
            self.findings.warn(format!("Unsupported value '{other}' of {VERSION}. Ignoring."));
        }
    }

    /// The security schemes: authorizers, or none for IAM.
    fn schemes(&mut self) -> BTreeMap<String, Option<Members>> {
        let components = self.root.get("components").unwrap_or(&Value::Null);
        let mut schemes = BTreeMap::new();
        for (name, scheme) in object(components, "securitySchemes").into_iter().flatten() {
            let Some(scheme) = self.resolve(scheme, format_args!("components.securitySchemes.{name}")) else {
                continue;
            };
            if let Some(extension) = scheme.get(AUTHORIZER_EXTENSION) {
                if let Some(extension) = self.resolve(extension, name) {
                    schemes.insert(name.clone(), Some(authorizer(scheme, extension)));
                }
            } else if text(scheme, AUTH_TYPE).is_some_and(|kind| kind.eq_ignore_ascii_case(SIGV4)) {
                schemes.insert(name.clone(), None);
            }
        }
        schemes
    }

    fn route(
        &mut self,
        operation: &'a Value,
        attribute: &str,
        schemes: &BTreeMap<String, Option<Members>>,
    ) -> Route {
        // Documented: HTTP APIs validate no requests.
        if operation.get("requestBody").is_some() {
            self.passed_over.push(ignoring(format_args!("{attribute}.requestBody")));
        }
        self.look_for_models(operation, attribute);
        Route {
            operation_name: text(operation, "operationId"),
            authorization: self.authorization(operation, attribute, schemes),
            integration: self.integration(operation, attribute),
        }
    }

    /// HTTP APIs have no models; but AWS warns of those that a document names and has not.
    fn look_for_models(&mut self, operation: &'a Value, attribute: &str) {
        for (status, response) in object(operation, "responses").into_iter().flatten() {
            self.part_count.add(1);
            let Some(response) = self.resolve(response, format_args!("{attribute}.responses.{status}"))
            else {
                continue;
            };
            for (_, content) in object(response, "content").into_iter().flatten() {
                if let Some(schema) = content.get("schema").filter(|schema| target(schema).is_some()) {
                    self.resolve(schema, format_args!("{attribute}.responses.{status}.content.schema"));
                }
            }
        }
    }

    fn authorization(
        &mut self,
        operation: &Value,
        attribute: &str,
        schemes: &BTreeMap<String, Option<Members>>,
    ) -> Authorization {
        let required = operation.get("security").or_else(|| self.root.get("security"));
        let requirements = required.and_then(Value::as_array).into_iter().flatten();
        for (name, _) in requirements.clone().filter_map(Value::as_object).flatten() {
            match schemes.get(name) {
                Some(None) => return Authorization::Iam,
                Some(Some(_)) => {
                    let scopes = requirements.filter_map(|each| each.get(name)).find_map(Value::as_array);
                    let scopes = scopes.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
                    return Authorization::Authorizer(name.clone(), scopes.collect());
                }
                // Inferred wording.
                None => {
                    self.findings
                        .warn(format!("Security scheme '{name}' of {attribute} is not supported. Ignoring."));
                }
            }
        }
        Authorization::None
    }

    fn integration(&mut self, operation: &'a Value, attribute: &str) -> Option<Members> {
        let extension = operation.get(INTEGRATION_EXTENSION)?;
        let extension = self.resolve(extension, format_args!("{attribute}.{INTEGRATION_EXTENSION}"))?;
        let mut members = to_operation(extension, &INTEGRATION);
        for name in ["IntegrationType", "IntegrationMethod", "ConnectionType"] {
            change(&mut members, name, capitals);
        }
        change(&mut members, "PayloadFormatVersion", |_| {
            // YAML without quotes makes a number of it.
            let version = text(extension, "payloadFormatVersion");
            version.map(|version| if version.contains('.') { version } else { format!("{version}.0") }).into()
        });
        change(&mut members, "TlsConfig", |tls| renamed(tls, &TLS));
        Some(members)
    }
}

fn authorizer(scheme: &Value, extension: &Value) -> Members {
    let mut members = to_operation(extension, &AUTHORIZER);
    change(&mut members, "AuthorizerType", capitals);
    change(&mut members, "IdentitySource", list_of_texts);
    change(&mut members, "JwtConfiguration", |jwt| {
        let mut jwt = renamed(jwt, &JWT);
        if let Some(jwt) = jwt.as_object_mut() {
            change(jwt, "Audience", list_of_texts);
            if let Some(issuer) = discovered_issuer(scheme).filter(|_| !jwt.contains_key("Issuer")) {
                jwt.insert("Issuer".to_owned(), issuer.into());
            }
        }
        jwt
    });
    members
}

/// The issuer of an `openIdConnect` scheme. AWS reads it from the document at the scheme's URL, which stands below the
/// issuer as OpenID Connect Discovery 1.0 has it.
fn discovered_issuer(scheme: &Value) -> Option<String> {
    let url = text(scheme, "openIdConnectUrl")?;
    url.strip_suffix("/.well-known/openid-configuration").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_item_that_is_referred_to_everywhere_is_refused() {
        let responses: Map<String, Value> =
            (0..2_000).map(|number| (number.to_string(), Value::Object(Map::new()))).collect();
        let paths: Map<String, Value> = (0..2_000)
            .map(|number| (format!("/{number}"), serde_json::json!({"$ref": "#/x-item"})))
            .collect();
        let item = serde_json::json!({"get": {"responses": responses}});
        let root = serde_json::json!({"openapi": "3.0.1", "paths": paths, "x-item": item});
        let mut findings = Findings::default();
        let definition = read(&root, &mut findings);
        assert_eq!(definition.routes.len(), 501);
        let message = findings.conclude(false).unwrap_err().message;
        assert!(message.contains("It repeats too much by reference."), "{message}");
    }
}
