//! Deliveries, which take the execution logs of REST APIs in the place of the group that API Gateway manages. With a delivery
//! deleted, that group has them again.

use serde_json::json;

use super::Fate::{Arrives, Refused, RefusedBy};
use super::Way;
use crate::calls::{Call, account_role, create_group, delete_group, document};

pub(crate) fn all() -> Vec<Way> {
    let deny = json!({"Sid": "NotHere", "Effect": "Deny", "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "logs:*", "Resource": "arn:aws:logs:us-east-1:000000000000:log-group:executions:*"});
    let deny = json!({"policyName": "own", "policyDocument": document(&json!([deny])).to_string()});
    vec![
        Way::new("execution logs are delivered to a group of one's own", delivery())
            .delivered_to("executions", Arrives)
            .mended([Call::DeleteDeliveries]),
        // It is log delivery that writes there, not the role.
        Way::new(
            "execution logs are delivered to a group of one's own, and the account has no role any more",
            delivery().into_iter().chain([account_role("")]),
        )
        .under_role(Refused("no role is set in the account's settings for this region"))
        .delivered_to("executions", Arrives)
        .mended([Call::DeleteDeliveries, account_role("arn:aws:iam::000000000000:role/logs")]),
        Way::new("the group of the delivery is gone", delivery().into_iter().chain([delete_group("executions")]))
            .delivered_to("executions", Refused("the log group executions does not exist"))
            .mended([Call::DeleteDeliveries]),
        // Its own policy, which let log delivery in, went with it.
        Way::new(
            "the group of the delivery is made anew",
            delivery().into_iter().chain([delete_group("executions"), create_group("executions")]),
        )
        .delivered_to(
            "executions",
            Refused(
                "resource policies do not let delivery.logs.amazonaws.com logs:CreateLogStream on {stream}: no \
                 statement allows it",
            ),
        )
        .mended([Call::DeleteDeliveries]),
        Way::new(
            "a policy denies the delivery",
            delivery().into_iter().chain([Call::Logs("PutResourcePolicy", deny)]),
        )
        .delivered_to(
            "executions",
            RefusedBy(
                "resource policies do not let delivery.logs.amazonaws.com logs:CreateLogStream on {stream}: a \
                 statement denies it",
                "policy own, statement 1 (NotHere)",
            ),
        )
        .mended([Call::DeleteDeliveries]),
    ]
}

/// A delivery of the REST API's execution logs, line by line as they are.
fn delivery() -> [Call; 4] {
    let stage = "arn:aws:apigateway:us-east-1:000000000000:/restapis/REST_API/stages/prod";
    let group = "arn:aws:logs:us-east-1:000000000000:log-group:executions";
    [
        create_group("executions"),
        Call::Logs(
            "PutDeliverySource",
            json!({"name": "prod", "resourceArn": stage, "logType": "EXECUTION_LOGS"}),
        ),
        Call::Logs(
            "PutDeliveryDestination",
            json!({"name": "executions", "outputFormat": "plain",
                "deliveryDestinationConfiguration": {"destinationResourceArn": group}}),
        ),
        Call::Logs(
            "CreateDelivery",
            json!({"deliverySourceName": "prod", "recordFields": ["payload"],
                "deliveryDestinationArn": "arn:aws:logs:us-east-1:000000000000:delivery-destination:executions"}),
        ),
    ]
}
