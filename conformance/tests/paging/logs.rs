//! Lists of CloudWatch Logs.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{List, Page, Service};

const POLICY: &str = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"es.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}}"#;

pub(crate) const RESOURCE_POLICIES: List = List {
    prepare: |_| {},
    create: |service, number| {
        let name = format!("{number:064x}");
        call(service, "PutResourcePolicy", &json!({"policyName": name, "policyDocument": POLICY}));
        name
    },
    delete: |service, name| drop(call(service, "DeleteResourcePolicy", &json!({"policyName": name}))),
    page: |service, size, token| {
        page(service, ("DescribeResourcePolicies", "resourcePolicies", "policyName"), size, token)
    },
};

pub(crate) const DELIVERY_DESTINATIONS: List = List {
    prepare: |_| {},
    create: |service, number| {
        let name = format!("{number:060x}");
        let input = json!({"name": name,
            "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::bucket"}});
        call(service, "PutDeliveryDestination", &input);
        name
    },
    delete: |service, name| drop(call(service, "DeleteDeliveryDestination", &json!({"name": name}))),
    page: |service, size, token| {
        page(service, ("DescribeDeliveryDestinations", "deliveryDestinations", "name"), size, token)
    },
};

/// Each delivers one source to a destination of its own.
pub(crate) const DELIVERIES: List = List {
    prepare: |service| {
        let resource = "arn:aws:cloudfront::000000000000:distribution/E1";
        let source = json!({"name": "source", "logType": "ACCESS_LOGS", "resourceArn": resource});
        call(service, "PutDeliverySource", &source);
    },
    create: |service, number| {
        let name = (DELIVERY_DESTINATIONS.create)(service, number);
        let destination = format!("arn:aws:logs:us-east-1:000000000000:delivery-destination:{name}");
        let input = json!({"deliverySourceName": "source", "deliveryDestinationArn": destination});
        call(service, "CreateDelivery", &input)["delivery"]["id"].as_str().unwrap().to_owned()
    },
    delete: |service, id| drop(call(service, "DeleteDelivery", &json!({"id": id}))),
    page: |service, size, token| page(service, ("DescribeDeliveries", "deliveries", "id"), size, token),
};

/// A page of what an operation lists under a member, by what its items are called.
fn page(
    service: &Service,
    (operation, list, id): (&str, &str, &str),
    size: usize,
    token: Option<&str>,
) -> Page {
    let mut input = json!({"limit": size});
    if let Some(token) = token {
        input["nextToken"] = token.into();
    }
    let answer = call(service, operation, &input);
    let items = answer[list].as_array().into_iter().flatten();
    let ids = items.map(|item| item[id].as_str().unwrap().to_owned()).collect();
    (ids, answer["nextToken"].as_str().map(str::to_owned))
}

fn call(service: &Service, operation: &str, input: &Value) -> Value {
    let answer =
        service.emulator.blocking_respond(service.client.logs(operation, input.to_string()).unwrap());
    assert!(answer.status() < StatusCode::BAD_REQUEST, "{operation}: {:?}", answer.body());
    serde_json::from_slice(answer.body()).unwrap_or_default()
}
