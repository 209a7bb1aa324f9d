//! Integration subtypes: the AWS actions that HTTP APIs call without a function between.
//!
//! Source: the page "Integration subtype reference" of the developer guide.

use crate::apigatewayv2::faults::bad_request;
use crate::service::Fault;
use crate::store::SmallMap;

/// An action, and the parameters that it cannot do without.
struct Subtype {
    name: &'static str,
    required: &'static [&'static str],
}

const SUBTYPES: [Subtype; 10] = [
    Subtype { name: "EventBridge-PutEvents", required: &["Detail", "DetailType", "Source"] },
    Subtype { name: "SQS-SendMessage", required: &["QueueUrl", "MessageBody"] },
    Subtype { name: "SQS-ReceiveMessage", required: &["QueueUrl"] },
    Subtype { name: "SQS-DeleteMessage", required: &["ReceiptHandle", "QueueUrl"] },
    Subtype { name: "SQS-PurgeQueue", required: &["QueueUrl"] },
    Subtype {
        name: "AppConfig-GetConfiguration",
        required: &["Application", "Environment", "Configuration", "ClientId"],
    },
    Subtype { name: "Kinesis-PutRecord", required: &["StreamName", "Data", "PartitionKey"] },
    Subtype { name: "StepFunctions-StartExecution", required: &["StateMachineArn"] },
    Subtype { name: "StepFunctions-StartSyncExecution", required: &["StateMachineArn"] },
    Subtype { name: "StepFunctions-StopExecution", required: &["ExecutionArn"] },
];

/// Refuses actions that there are not, and those without what they need. The texts are inferred.
pub(super) fn check(name: &str, parameters: Option<&SmallMap<String, String>>) -> Result<(), Fault> {
    let Some(subtype) = SUBTYPES.iter().find(|subtype| subtype.name == name) else {
        return Err(bad_request(format!("Invalid integration subtype specified: {name}")));
    };
    let is_given = |parameter: &&&str| parameters.is_some_and(|given| given.contains_key(**parameter));
    let missing: Vec<&str> =
        subtype.required.iter().filter(|parameter| !is_given(parameter)).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(bad_request(format!("Missing required request parameters for {name}: [{}]", missing.join(", "))))
}
