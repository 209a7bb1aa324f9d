//! Groups and what else lines go to. The group of execution logs is made on demand, that of access logs is not.

use serde_json::{Value, json};

use super::Fate::{Arrives, Refused};
use super::Way;
use crate::calls::{Call, create_group, delete_group, permissions, usual_permissions};

const REST_GROUP: &str = "API-Gateway-Execution-Logs_REST_API/prod";
const WEB_SOCKET_GROUP: &str = "/aws/apigateway/WEBSOCKET_API/prod";

pub(crate) fn all() -> Vec<Way> {
    let usual = "arn:aws:logs:us-east-1:000000000000:log-group:access";
    let in_ireland = "arn:aws:logs:eu-west-1:000000000000:log-group:access";
    let firehose = "arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-lines";
    vec![
        Way::new(
            "the groups of execution logs are gone, and are made again",
            [delete_group(REST_GROUP), delete_group(WEB_SOCKET_GROUP)],
        )
        .execution(Arrives),
        Way::new(
            "the groups of execution logs are gone, and may not be made again",
            permissions(&json!([{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": "*"}]))
            .into_iter()
            .chain([delete_group(REST_GROUP), delete_group(WEB_SOCKET_GROUP)]),
        )
        .execution(Refused(
            "the role arn:aws:iam::000000000000:role/logs may not logs:CreateLogGroup on {group}: no statement allows it",
        ))
        .access(Arrives)
        .mended(usual_permissions()),
        Way::new("the group of access logs is gone", [delete_group("access")])
            .execution(Arrives)
            .access(Refused("the log group access does not exist"))
            .mended([create_group("access")]),
        Way::new("the destination is in another region", access_logs_to(in_ireland))
            .execution(Arrives)
            .access(Refused(
                "the destination is no log group or delivery stream in the stage's own account and region",
            ))
            .mended(access_logs_to(usual)),
        Way::new("the destination is a delivery stream, and there is no Firehose", access_logs_to(firehose))
            .execution(Arrives)
            .access(Refused("there is no Firehose here; --firehose-sink DIR writes to files in its place"))
            .mended(access_logs_to(usual)),
    ]
}

/// The access logs of all stages go to this destination.
fn access_logs_to(arn: &str) -> [Call; 3] {
    let of_rest = json!({"op": "replace", "path": "/accessLogSettings/destinationArn", "value": arn});
    let settings: Value = json!({"accessLogSettings": {"destinationArn": arn}});
    [
        Call::Patch("/restapis/REST_API/stages/prod", json!({"patchOperations": [of_rest]})),
        Call::Patch("/v2/apis/WEBSOCKET_API/stages/prod", settings.clone()),
        Call::Patch("/v2/apis/HTTP_API/stages/%24default", settings),
    ]
}
