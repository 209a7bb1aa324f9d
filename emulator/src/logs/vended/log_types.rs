//! Which services deliver which types of log.

use super::DestinationType;

/// The services that can be sources, by their names in ARNs, with the types of their logs.
///
/// Source: CloudWatch Logs API reference, PutDeliverySource; of API Gateway, its developer guide, "Create a log delivery
/// for REST API execution logs". The names in ARNs of services that the reference calls by their titles are those of
/// their own guides.
const LOG_TYPES: [(&str, &[&str]); 21] = [
    ("aidevops", &["APPLICATION_LOGS"]),
    (API_GATEWAY, &[EXECUTION_LOGS]),
    ("bedrock", &["APPLICATION_LOGS", "EVENT_LOGS"]),
    ("bedrock-agentcore", &["APPLICATION_LOGS", "TRACES", "USAGE_LOGS"]),
    ("cloudfront", &["ACCESS_LOGS"]),
    ("codewhisperer", &["EVENT_LOGS"]),
    ("ec2", &["EVENT_LOGS"]),
    (
        "eks",
        &[
            "AUTO_MODE_BLOCK_STORAGE_LOGS",
            "AUTO_MODE_COMPUTE_LOGS",
            "AUTO_MODE_IPAM_LOGS",
            "AUTO_MODE_LOAD_BALANCING_LOGS",
        ],
    ),
    ("elasticloadbalancing", &["NLB_ACCESS_LOGS"]),
    ("entityresolution", &["WORKFLOW_LOGS"]),
    ("mediapackagev2", &["EGRESS_ACCESS_LOGS", "INGRESS_ACCESS_LOGS"]),
    ("mediatailor", &["AD_DECISION_SERVER_LOGS", "MANIFEST_SERVICE_LOGS", "TRANSCODE_LOGS"]),
    ("network-firewall", &["ALERT_LOGS", "ALLOW_LOGS", "DENY_LOGS"]),
    ("pcs", &["PCS_JOBCOMP_LOGS", "PCS_SCHEDULER_AUDIT_LOGS", "PCS_SCHEDULER_LOGS"]),
    ("qbusiness", &["EVENT_LOGS", "SYNC_JOB_LOGS"]),
    ("quicksight", &["CHAT_LOGS", "FEEDBACK_LOGS"]),
    ("rtbfabric", &["APPLICATION_LOGS"]),
    ("securityhub", &["SECURITY_FINDING_LOGS"]),
    ("ses", &["APPLICATION_LOGS", "TRAFFIC_POLICY_DEBUG_LOGS"]),
    ("sso", &["ERROR_LOGS"]),
    (
        "workmail",
        &[
            "ACCESS_CONTROL_LOGS",
            "AUTHENTICATION_LOGS",
            "WORKMAIL_AVAILABILITY_PROVIDER_LOGS",
            "WORKMAIL_MAILBOX_ACCESS_LOGS",
            "WORKMAIL_PERSONAL_ACCESS_TOKEN_LOGS",
        ],
    ),
];

/// API Gateway's name in ARNs.
pub(super) const API_GATEWAY: &str = "apigateway";

/// The type of the execution logs of REST APIs.
pub(super) const EXECUTION_LOGS: &str = "EXECUTION_LOGS";

/// Services that ask for a permission of their own, `AllowVendedLogDeliveryForResource`.
///
/// Source: CloudWatch Logs user guide, "Service-specific permissions", has Amazon SES for its example; policies that AWS
/// manages name the others. API Gateway's guide and its actions in the Service Authorization Reference have none.
const CONSENTING: [&str; 6] =
    ["aidevops", "bedrock-agentcore", "cloudfront", "elasticloadbalancing", "securityhub", "ses"];

/// The types of a service's logs; `None` of one that cannot be a source.
pub(super) fn of_service(service: &str) -> Option<&'static [&'static str]> {
    LOG_TYPES.iter().find(|(name, _)| *name == service).map(|(_, types)| *types)
}

/// Whether who makes a source of a service's resource needs that service's permission, too.
pub(in crate::logs) fn asks_for_consent(service: &str) -> bool {
    CONSENTING.contains(&service)
}

/// Whether logs of a type can go to a kind of destination: traces to X-Ray, and nothing else does, as documented.
pub(super) fn goes_to(log_type: &str, destination: DestinationType) -> bool {
    (log_type == "TRACES") == (destination == DestinationType::XRay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_types_are_in_order_and_once() {
        assert!(LOG_TYPES.is_sorted_by(|(one, _), (other, _)| one < other));
        assert!(LOG_TYPES.iter().all(|(_, types)| types.is_sorted_by(|one, other| one < other)));
        assert!(CONSENTING.iter().all(|service| of_service(service).is_some()));
    }
}
