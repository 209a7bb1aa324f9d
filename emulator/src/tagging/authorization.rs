//! What each operation of the Resource Groups Tagging API needs.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Resource Group Tagging API".

use percent_encoding::utf8_percent_encode;
use stagecheck_models::resourcegroupstaggingapi as operations;

use super::Tagging;
use crate::service::Arn;
use crate::service::authorization::{Asked, Requirement, Row, WITHIN_ARNS};

/// The actions are named as the operations are, and have no resources.
pub(crate) static ROWS: &[Row<Tagging>] = &[
    Row::new(&operations::DESCRIBE_REPORT_CREATION, everything),
    Row::new(&operations::GET_COMPLIANCE_SUMMARY, everything),
    Row::new(&operations::GET_RESOURCES, everything),
    Row::new(&operations::GET_TAG_KEYS, everything),
    Row::new(&operations::GET_TAG_VALUES, everything),
    Row::new(&operations::LIST_REQUIRED_TAGS, everything),
    Row::new(&operations::START_REPORT_CREATION, everything),
    Row::new(&operations::TAG_RESOURCES, tagged),
    Row::new(&operations::UNTAG_RESOURCES, untagged),
];

type Call<'a> = Asked<'a, Tagging>;

/// Denials name no resource (aws/copilot-cli#444).
fn everything(call: &Call<'_>) -> Vec<Requirement> {
    vec![Requirement::new(call.action("tag"), "*").unnamed()]
}

/// Who tags must be allowed to by the resources' own services, too, as documented. That a denial of one refuses the call, and
/// does not only fail its resource, is inferred.
fn tagged(call: &Call<'_>) -> Vec<Requirement> {
    let tags = call.tags("Tags");
    let own = own_actions(call, |arn| action(arn, "Tag", "apigateway:PUT"));
    let mut requirements = everything(call);
    requirements.extend(own.into_iter().map(|requirement| requirement.with_request_tags(&tags)));
    requirements
}

fn untagged(call: &Call<'_>) -> Vec<Requirement> {
    let keys = call.texts("TagKeys");
    let own = own_actions(call, |arn| action(arn, "Untag", "apigateway:DELETE"));
    let mut requirements = everything(call);
    requirements.extend(own.into_iter().map(|own| own.with("aws:TagKeys", keys.iter().copied())));
    requirements
}

/// What the services of the resources ask for. The handler tells of texts that are no ARNs, and of other services.
fn own_actions(call: &Call<'_>, action: impl Fn(&Arn<'_>) -> Option<String>) -> Vec<Requirement> {
    let arns = call.texts("ResourceARNList").into_iter().filter_map(Arn::parse);
    arns.filter_map(|arn| Some(Requirement::new(action(&arn)?, resource(&arn)))).collect()
}

/// What the resource's service calls the deed.
fn action(arn: &Arn<'_>, deed: &str, of_api_gateway: &str) -> Option<String> {
    match (arn.service, arn.resource.split('/').next()) {
        ("apigateway", _) => Some(of_api_gateway.to_owned()),
        ("iam", Some(kind)) => {
            let kind = match kind {
                "instance-profile" => "InstanceProfile",
                "mfa" => "MFADevice",
                "oidc-provider" => "OpenIDConnectProvider",
                "policy" => "Policy",
                "role" => "Role",
                "saml-provider" => "SAMLProvider",
                "server-certificate" => "ServerCertificate",
                "user" => "User",
                // Nothing else of IAM bears tags.
                _ => "Resource",
            };
            Some(format!("iam:{deed}{kind}"))
        }
        ("logs", _) => Some(format!("logs:{deed}Resource")),
        _ => None,
    }
}

/// API Gateway's tags are resources of their own.
fn resource(arn: &Arn<'_>) -> String {
    match arn.service {
        "apigateway" => {
            let encoded = utf8_percent_encode(arn.text, WITHIN_ARNS);
            format!("arn:{}:apigateway:{}::/tags/{encoded}", arn.partition, arn.region)
        }
        _ => arn.text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::authorization::assert_complete;

    #[test]
    fn every_operation_has_its_row() {
        assert_complete(ROWS, &operations::SERVICE);
    }

    #[test]
    fn each_service_has_its_own_action() {
        for (arn, asked) in [
            ("arn:aws:iam::000000000000:role/a/r", Some("iam:TagRole")),
            ("arn:aws:iam::000000000000:policy/p", Some("iam:TagPolicy")),
            ("arn:aws:iam::000000000000:user/u", Some("iam:TagUser")),
            ("arn:aws:iam::000000000000:mfa/m", Some("iam:TagMFADevice")),
            ("arn:aws:iam::000000000000:group/g", Some("iam:TagResource")),
            ("arn:aws:logs:us-east-1:000000000000:log-group:g", Some("logs:TagResource")),
            ("arn:aws:apigateway:us-east-1::/restapis/a", Some("apigateway:PUT")),
            ("arn:aws:sqs:us-east-1:000000000000:q", None),
        ] {
            let arn = Arn::parse(arn).unwrap();
            assert_eq!(action(&arn, "Tag", "apigateway:PUT").as_deref(), asked);
        }
    }
}
