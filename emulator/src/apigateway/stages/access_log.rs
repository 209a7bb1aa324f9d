//! Access log settings.

use serde::{Deserialize, Serialize};

use super::log_format;
use crate::apigateway::faults::bad_request;
use crate::service::Fault;

/// Where access logs go, and what a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessLogSettings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) destination_arn: Option<String>,
}

impl AccessLogSettings {
    /// Checks the destination. API Gateway looks at it before it looks at the account's role, and at the
    /// [format](Self::check_format) after. Whether the group exists is not checked.
    pub(super) fn check_destination(&self) -> Result<(), Fault> {
        self.destination_arn.as_deref().map_or(Ok(()), check_destination)
    }

    /// Checks the format.
    pub(super) fn check_format(&self) -> Result<(), Fault> {
        let Some(format) = &self.format else { return Ok(()) };
        if !log_format::is_single_line(format) {
            return Err(bad_request(format!(
                "Access Log format must be single line, new line character is allowed only at end of the format: \
                 '{format}'"
            )));
        }
        log_format::check_request_id(format)
            .and_then(|()| log_format::check_size(format))
            .map_err(bad_request)
    }
}

/// Refuses a destination that is no log group's ARN.
pub(crate) fn check_destination(arn: &str) -> Result<(), Fault> {
    if !arn.starts_with("arn:") {
        return Err(bad_request(format!(
            "Invalid ARN specified in the request. ARNs must start with 'arn:': {arn}"
        )));
    }
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    match fields.as_slice() {
        ["arn", _, "logs", _, _, resource] => match resource.strip_prefix("log-group:") {
            // Reported by users; templates that end in `:*` pass, because CloudFormation cuts it off.
            Some(group) if !is_group_name(group) => Err(bad_request(format!(
                "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': \
                 '{resource}'"
            ))),
            Some(_) => Ok(()),
            None => Err(no_destination()),
        },
        ["arn", _, "firehose", _, _, resource] => {
            let stream = resource.strip_prefix("deliverystream/").ok_or_else(no_destination)?;
            // The rule is documented, the wording inferred.
            if !is_stream_name(stream) {
                return Err(bad_request(format!(
                    "Kinesis Data Firehose delivery stream name must start with '{STREAM_PREFIX}': '{stream}'"
                )));
            }
            Ok(())
        }
        _ => Err(no_destination()),
    }
}

/// What names of delivery streams begin with that API Gateway writes to (API reference, "AccessLogSettings").
const STREAM_PREFIX: &str = "amazon-apigateway-";

/// Whether it is a name of a delivery stream (Firehose API reference, "CreateDeliveryStream") that API Gateway writes to.
fn is_stream_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    name.starts_with(STREAM_PREFIX) && name.len() <= 64 && name.bytes().all(allowed)
}

fn is_group_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-/.".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

fn no_destination() -> Fault {
    bad_request("The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream")
}
