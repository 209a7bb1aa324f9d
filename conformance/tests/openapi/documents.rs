//! Documents that are made.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A document of so many paths, the same every time.
pub(crate) fn of_paths(count: usize) -> Value {
    let paths = (0..count).map(|number| {
        let (path, parameters) = match number % 3 {
            0 => (format!("/things{number}"), json!([])),
            1 => (format!("/things{number}/{{id}}"), json!([path_parameter("id")])),
            _ => (format!("/things{number}/all"), json!([])),
        };
        let mut operation = operation(number % 4, number);
        operation["parameters"] = parameters;
        (path, json!({(if number % 2 == 0 { "get" } else { "post" }): operation}))
    });
    document(&paths.collect())
}

fn path_parameter(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
}

fn document(paths: &Map<String, Value>) -> Value {
    json!({
        "openapi": "3.0.1",
        "info": {"title": "made", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {
                "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}},
                "B": {"type": "array", "items": {"$ref": "#/components/schemas/A"}, "maxItems": 3},
            },
            "securitySchemes": {
                "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
                "pool": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "cognito_user_pools",
                    "x-amazon-apigateway-authorizer": {
                        "type": "cognito_user_pools",
                        "providerARNs": ["arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a"],
                    },
                },
            },
        },
        "x-amazon-apigateway-request-validators": {
            "both": {"validateRequestBody": true, "validateRequestParameters": true},
        },
    })
}

/// An operation with one of four integrations.
fn operation(integration: usize, number: usize) -> Value {
    let integration = match integration {
        0 => json!({
            "type": "mock",
            "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
            "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": number.to_string()}}},
        }),
        1 => {
            json!({"type": "http_proxy", "httpMethod": "GET", "uri": format!("https://example.com/{number}")})
        }
        2 => json!({
            "type": "http",
            "httpMethod": "POST",
            "uri": "https://example.com",
            "passthroughBehavior": "never",
            "timeoutInMillis": 50 + number % 1000,
            "responses": {"5\\d\\d": {"statusCode": "200"}},
        }),
        _ => json!({"type": "mock", "cacheNamespace": format!("space{number}")}),
    };
    json!({
        "operationId": format!("Operation{number}"),
        "responses": {
            "200": {
                "description": "200 response",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
            },
        },
        "x-amazon-apigateway-integration": integration,
    })
}

/// Any small document that is imported without an error.
pub(crate) fn small() -> impl Strategy<Value = Value> {
    let choices =
        (0..4_usize, 0..1000_usize, vec(any::<bool>(), 6), btree_map("[a-zA-Z]{1,5}", any::<bool>(), 0..3));
    let operation = choices.prop_map(|(integration, number, yes, parameters)| {
        let mut operation = operation(integration, number);
        let parameter = |(name, required)| {
            json!({"name": name, "in": if yes[0] { "query" } else { "header" }, "required": required, "schema": {"type": "string"}})
        };
        operation["parameters"] = parameters.into_iter().map(parameter).collect();
        if yes[1] {
            operation["security"] = json!([{"key": []}]);
        } else if yes[2] {
            operation["security"] = json!([{"pool": if yes[3] { vec!["a/b"] } else { vec![] }}]);
        }
        if yes[4] {
            operation["x-amazon-apigateway-request-validator"] = json!("both");
        }
        if yes[5] {
            operation["description"] = format!("What {number} does").into();
        }
        operation
    });
    let verb = prop_oneof![Just("get"), Just("put"), Just("x-amazon-apigateway-any-method")];
    let item = btree_map(verb.prop_map(str::to_owned), operation, 1..3);
    btree_map("(/[a-z]{1,3}){0,2}/[a-z0-9._-]{1,6}", item, 1..4)
        .prop_map(|paths| document(&paths.into_iter().map(|(path, item)| (path, json!(item))).collect()))
}

/// Puts a value in the place of some other.
pub(crate) fn put_at(document: &mut Value, place: prop::sample::Index, value: Value) {
    let mut pointers = Vec::new();
    list(document, String::new(), &mut pointers);
    if let Some(at) = document.pointer_mut(place.get::<String>(&pointers)) {
        *at = value;
    }
}

fn list(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    if let Value::Object(members) = value {
        for (name, value) in members {
            let name = name.replace('~', "~0").replace('/', "~1");
            list(value, format!("{pointer}/{name}"), pointers);
        }
    }
    pointers.push(pointer);
}
