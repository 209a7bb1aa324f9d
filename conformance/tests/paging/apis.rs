//! Lists of API Gateway.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{List, Service};

pub(crate) const REST_APIS: List = List {
    prepare: |_| {},
    create: |service, _| {
        let body = json!({"name": "x", "endpointConfiguration": {"types": ["REGIONAL"]}});
        text(&call(service, "POST", "/restapis", &body)["id"])
    },
    delete: |service, id| drop(call(service, "DELETE", &format!("/restapis/{id}"), &Value::Null)),
    page: |service, size, token| {
        let token = token.map(|token| format!("&position={token}")).unwrap_or_default();
        let answer = call(service, "GET", &format!("/restapis?limit={size}{token}"), &Value::Null);
        (ids(&answer["item"], "id"), answer["position"].as_str().map(str::to_owned))
    },
};

pub(crate) const HTTP_APIS: List = List {
    prepare: |_| {},
    create: |service, _| {
        let body = json!({"name": "x", "protocolType": "HTTP"});
        text(&call(service, "POST", "/v2/apis", &body)["apiId"])
    },
    delete: |service, id| drop(call(service, "DELETE", &format!("/v2/apis/{id}"), &Value::Null)),
    page: |service, size, token| {
        let token = token.map(|token| format!("&nextToken={token}")).unwrap_or_default();
        let answer = call(service, "GET", &format!("/v2/apis?maxResults={size}{token}"), &Value::Null);
        (ids(&answer["items"], "apiId"), answer["nextToken"].as_str().map(str::to_owned))
    },
};

fn call(service: &Service, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = service.emulator.blocking_respond(service.client.rest(method, path, body).unwrap());
    assert!(answer.status() < StatusCode::BAD_REQUEST, "{method} {path}: {:?}", answer.body());
    serde_json::from_slice(answer.body()).unwrap_or_default()
}

fn ids(items: &Value, id: &str) -> Vec<String> {
    items.as_array().into_iter().flatten().map(|item| text(&item[id])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
