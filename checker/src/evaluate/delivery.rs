//! Can API Gateway write to a log group with the role of its region?

use stagecheck_policy::{
    Context, Decision, Outcome, Policies, Policy, PolicyType, Principal, Request, evaluate, evaluate_trust,
};

use super::StageView;
use crate::inventory::{Inventory, Known, Region, Role, execution_log_group};

/// The service principal that assumes the role.
pub(crate) const SERVICE_PRINCIPAL: &str = "apigateway.amazonaws.com";

/// What writing a line takes. The group is made where it is missing.
const ACTIONS: [&str; 3] = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

/// Whether lines arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Possible,
    Impossible(Cause),
    /// Why nobody can tell.
    Unknown(String),
}

/// Why no line arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    RoleUnset,
    RoleGone {
        arn: String,
    },
    NotTrusted {
        arn: String,
        statement: Option<String>,
    },
    NotPermitted {
        arn: String,
        action: &'static str,
        resource: String,
        statement: Option<String>,
        by_boundary: bool,
    },
}

impl Cause {
    pub(crate) fn message(&self, region: &str) -> String {
        match self {
            Self::RoleUnset => format!("the account has no CloudWatch Logs role in {region}"),
            Self::RoleGone { arn } => {
                format!("the account's CloudWatch Logs role in {region}, {arn}, does not exist")
            }
            Self::NotTrusted { arn, statement: None } => {
                format!("the trust policy of {arn} does not let {SERVICE_PRINCIPAL} assume it")
            }
            Self::NotTrusted { arn, statement: Some(statement) } => {
                format!("the trust policy of {arn} keeps {SERVICE_PRINCIPAL} from assuming it: {statement}")
            }
            Self::NotPermitted { arn, action, resource, statement: None, by_boundary } => {
                let whose = if *by_boundary { "the permissions boundary" } else { "no policy" };
                let verb = if *by_boundary { "does not allow" } else { "allows" };
                format!("{whose} of {arn} {verb} {action} on {resource}")
            }
            Self::NotPermitted { arn, action, resource, statement: Some(statement), .. } => {
                format!("{arn} is denied {action} on {resource}: {statement}")
            }
        }
    }

    pub(crate) fn remediation(&self) -> String {
        match self {
            Self::RoleUnset | Self::RoleGone { .. } => {
                "Set a role that trusts apigateway.amazonaws.com and has the policy \
                 AmazonAPIGatewayPushToCloudWatchLogs (apigateway update-account, /cloudwatchRoleArn)."
            }
            Self::NotTrusted { statement: None, .. } => {
                "Let the service principal apigateway.amazonaws.com assume the role (sts:AssumeRole) in its trust policy."
            }
            Self::NotPermitted { statement: None, by_boundary: false, .. } => {
                "Attach the policy AmazonAPIGatewayPushToCloudWatchLogs to the role."
            }
            Self::NotPermitted { by_boundary: true, .. } => "Widen the role's permissions boundary.",
            Self::NotTrusted { statement: Some(_), .. } | Self::NotPermitted { statement: Some(_), .. } => {
                "Remove or narrow the statement that denies it."
            }
        }
        .to_owned()
    }
}

/// Whether lines can reach this group, which is there or not.
pub(crate) fn to_group(view: StageView<'_>, group: &str, exists: bool) -> Delivery {
    let needed = if exists { &ACTIONS[1..] } else { &ACTIONS[..] };
    reach(view.inventory, view.region_name, view.region, group, needed)
}

/// Whether the region's role is one that API Gateway can assume and that may write the execution logs of any stage.
pub(crate) fn role_fitness(inventory: &Inventory, region_name: &str, region: &Region) -> Delivery {
    reach(inventory, region_name, region, &execution_log_group("*", "*"), &ACTIONS)
}

fn reach(
    inventory: &Inventory,
    region_name: &str,
    region: &Region,
    group: &str,
    actions: &[&'static str],
) -> Delivery {
    let resource = format!(
        "arn:{}:logs:{region_name}:{}:log-group:{group}:log-stream:",
        inventory.partition, inventory.account
    );
    match fit_role(inventory, region) {
        Ok((arn, role)) => permitted(arn, role, actions, &resource),
        Err(delivery) => delivery,
    }
}

/// The region's role, if it is there and trusts API Gateway.
fn fit_role<'a>(inventory: &'a Inventory, region: &'a Region) -> Result<(&'a str, &'a Role), Delivery> {
    let arn = match &region.role_arn {
        Known::Value(arn) => arn,
        Known::Absent => return Err(Delivery::Impossible(Cause::RoleUnset)),
        Known::Unknown => return Err(unknown("the account's settings could not be read")),
    };
    let role = match inventory.roles.get(arn) {
        Some(Known::Value(role)) => role,
        Some(Known::Absent) => return Err(Delivery::Impossible(Cause::RoleGone { arn: arn.clone() })),
        Some(Known::Unknown) | None => return Err(unknown(&format!("the role {arn} could not be read"))),
    };
    let Known::Value(trust) = &role.trust else {
        return Err(unknown(&format!("the trust policy of {arn} is not understood")));
    };
    let context = Context::default();
    let request = Request {
        principal: Principal::Service(SERVICE_PRINCIPAL),
        action: "sts:AssumeRole",
        resource: arn,
        context: &context,
    };
    let decision = evaluate_trust(&request, &Policy { name: "trust policy", document: trust });
    match judge(&decision) {
        Judgement::Allowed => Ok((arn, role)),
        Judgement::Denied(statement) => {
            Err(Delivery::Impossible(Cause::NotTrusted { arn: arn.clone(), statement }))
        }
        Judgement::Depends(keys) => Err(unknown(&format!("the trust policy of {arn} depends on {keys}"))),
    }
}

/// Whether the role may do all of this. `resource` is the group up to the name of a stream.
fn permitted(arn: &str, role: &Role, actions: &[&'static str], resource: &str) -> Delivery {
    let Known::Value(policies) = &role.policies else {
        return unknown(&format!("a policy of {arn} could not be read or is not understood"));
    };
    if matches!(role.boundary, Known::Unknown) {
        return unknown(&format!("the permissions boundary of {arn} could not be read or is not understood"));
    }
    let policies: Vec<Policy<'_>> =
        policies.iter().map(|(name, document)| Policy { name, document }).collect();
    let boundary = role.boundary.value().map(|(name, document)| Policy { name, document });
    let context = Context::default();
    for action in actions {
        let request = Request { principal: Principal::Aws(arn), action, resource, context: &context };
        let decision = evaluate(&request, &Policies { identity: &policies, boundary });
        match judge(&decision) {
            Judgement::Allowed => {}
            Judgement::Denied(statement) => {
                return Delivery::Impossible(Cause::NotPermitted {
                    arn: arn.to_owned(),
                    action,
                    resource: resource.to_owned(),
                    statement,
                    by_boundary: decision.decided_by == PolicyType::Boundary,
                });
            }
            Judgement::Depends(keys) => {
                return unknown(&format!("whether {arn} may {action} depends on {keys}"));
            }
        }
    }
    Delivery::Possible
}

enum Judgement {
    Allowed,
    /// With the statement that denies, where one does.
    Denied(Option<String>),
    /// On condition keys of which it is not known whether API Gateway sends them.
    Depends(String),
}

fn judge(decision: &Decision) -> Judgement {
    if !decision.missing_keys.is_empty() && decision.outcome != Outcome::ExplicitDeny {
        return Judgement::Depends(decision.missing_keys.join(", "));
    }
    match decision.outcome {
        Outcome::Allowed => Judgement::Allowed,
        Outcome::ImplicitDeny => Judgement::Denied(None),
        Outcome::ExplicitDeny => Judgement::Denied(decision.matched.first().map(|matched| {
            let sid = matched.sid.as_ref().map(|sid| format!(" ({sid})")).unwrap_or_default();
            format!("{}, statement {}{sid}", matched.policy, matched.index + 1)
        })),
    }
}

fn unknown(why: &str) -> Delivery {
    Delivery::Unknown(why.to_owned())
}
