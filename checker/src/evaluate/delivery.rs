//! Can API Gateway write to a log group with the role of its region?

use stagecheck_policy::{
    Context, Decision, Outcome, Policies, Policy, PolicyType, Principal, Request, evaluate, evaluate_trust,
};

use super::StageView;
use crate::inventory::{Inventory, Known, LogGroup, Region, Role, execution_log_group};

/// The service principal that assumes the role.
pub(crate) const SERVICE_PRINCIPAL: &str = "apigateway.amazonaws.com";

/// What writing a line takes. The group is made where it is missing.
const ACTIONS: [&str; 3] = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

/// What a role must allow on every resource before API Gateway takes it as an account's.
///
/// Inferred from a captured refusal of a role whose actions were limited to named groups.
const ACCEPTED_ACTIONS: [&str; 7] = [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
];

/// Whether lines arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Possible,
    /// Every reason why not; at least one.
    Impossible(Vec<Cause>),
    Unknown(Doubt),
}

/// Why nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) why: String,
    pub(crate) remediation: &'static str,
}

impl Doubt {
    fn unread(why: String) -> Self {
        Self { why, remediation: "Give the checker the permissions that it lacks, and check again." }
    }

    fn condition(why: String) -> Self {
        Self {
            why,
            remediation: "Send a request and look for its lines (verify --probe), or let the statement do without the \
                          condition.",
        }
    }
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
            Self::NotPermitted { arn, action, resource, statement: None, by_boundary: true } => {
                format!("the permissions boundary of {arn} does not allow {action} on {resource}")
            }
            Self::NotPermitted { arn, action, resource, statement: None, by_boundary: false } => {
                format!("no policy of {arn} allows {action} on {resource}")
            }
            Self::NotPermitted { arn, action, resource, statement: Some(statement), .. } => {
                format!("{arn} is denied {action} on {resource}: {statement}")
            }
        }
    }

    pub(crate) fn remediation(&self) -> &'static str {
        match self {
            Self::RoleUnset | Self::RoleGone { .. } => {
                "Set a role that trusts apigateway.amazonaws.com and has the policy \
                 AmazonAPIGatewayPushToCloudWatchLogs (apigateway update-account, /cloudwatchRoleArn)."
            }
            Self::NotTrusted { statement: None, .. } => {
                "Let the service principal apigateway.amazonaws.com assume the role (sts:AssumeRole) in its trust \
                 policy."
            }
            Self::NotPermitted { statement: None, by_boundary: false, .. } => {
                "Attach the policy AmazonAPIGatewayPushToCloudWatchLogs to the role."
            }
            Self::NotPermitted { by_boundary: true, .. } => "Widen the role's permissions boundary.",
            Self::NotTrusted { statement: Some(_), .. } | Self::NotPermitted { statement: Some(_), .. } => {
                "Remove or narrow the statement that denies it."
            }
        }
    }
}

/// Whether lines can reach a group. One that is missing would have to be made.
pub(crate) fn to_group(view: StageView<'_>, name: &str, group: &Known<LogGroup>) -> Delivery {
    let reach = |actions| reach(view.inventory, view.region_name, view.region, name, actions);
    match group {
        Known::Value(_) => reach(&ACTIONS[1..]),
        Known::Absent => reach(&ACTIONS),
        Known::Unknown => {
            let (with, without) = (reach(&ACTIONS[1..]), reach(&ACTIONS));
            if with == without {
                with
            } else {
                Delivery::Unknown(Doubt::unread(format!("the log group {name} could not be looked up")))
            }
        }
    }
}

/// Whether the region's role is one that API Gateway can assume and that may write the execution logs of any stage.
pub(crate) fn role_fitness(inventory: &Inventory, region_name: &str, region: &Region) -> Delivery {
    reach(inventory, region_name, region, &execution_log_group("*", "*"), &ACTIONS)
}

/// What keeps API Gateway from taking a role as an account's.
pub(crate) fn acceptance(arn: &str, role: &Role) -> Delivery {
    both(trusted(arn, role), permitted(arn, role, &ACCEPTED_ACTIONS, "*"))
}

fn reach(
    inventory: &Inventory,
    region_name: &str,
    region: &Region,
    group: &str,
    actions: &[&'static str],
) -> Delivery {
    let arn = match &region.role_arn {
        Known::Value(arn) => arn,
        Known::Absent => return Delivery::Impossible(vec![Cause::RoleUnset]),
        Known::Unknown => {
            return Delivery::Unknown(Doubt::unread("the account's settings could not be read".to_owned()));
        }
    };
    let role = match inventory.roles.get(arn) {
        Some(Known::Value(role)) => role,
        Some(Known::Absent) => return Delivery::Impossible(vec![Cause::RoleGone { arn: arn.clone() }]),
        Some(Known::Unknown) | None => {
            return Delivery::Unknown(Doubt::unread(format!("the role {arn} could not be read")));
        }
    };
    let resource = format!(
        "arn:{}:logs:{region_name}:{}:log-group:{group}:log-stream:",
        inventory.partition, inventory.account
    );
    both(trusted(arn, role), permitted(arn, role, actions, &resource))
}

/// What takes both: any cause of either, else any doubt.
fn both(a: Delivery, b: Delivery) -> Delivery {
    match (a, b) {
        (Delivery::Impossible(mut causes), Delivery::Impossible(more)) => {
            causes.extend(more);
            Delivery::Impossible(causes)
        }
        (Delivery::Impossible(causes), _) | (_, Delivery::Impossible(causes)) => Delivery::Impossible(causes),
        (Delivery::Unknown(doubt), _) | (_, Delivery::Unknown(doubt)) => Delivery::Unknown(doubt),
        (Delivery::Possible, Delivery::Possible) => Delivery::Possible,
    }
}

/// Whether the role lets API Gateway assume it.
fn trusted(arn: &str, role: &Role) -> Delivery {
    let Known::Value(trust) = &role.trust else {
        return Delivery::Unknown(Doubt::condition(format!("the trust policy of {arn} is not understood")));
    };
    let context = Context::default();
    let request = Request {
        principal: Principal::Service(SERVICE_PRINCIPAL),
        action: "sts:AssumeRole",
        resource: arn,
        resource_account: None,
        context: &context,
    };
    let decision = evaluate_trust(&request, &Policy { name: "trust policy", document: trust });
    match judge(&decision) {
        Judgement::Allowed => Delivery::Possible,
        Judgement::Denied(statement) => {
            Delivery::Impossible(vec![Cause::NotTrusted { arn: arn.to_owned(), statement }])
        }
        Judgement::Depends(keys) => {
            Delivery::Unknown(Doubt::condition(format!("the trust policy of {arn} depends on {keys}")))
        }
    }
}

/// Whether the role may do all of this.
fn permitted(arn: &str, role: &Role, actions: &[&'static str], resource: &str) -> Delivery {
    let not_understood = |what: &str| {
        Delivery::Unknown(Doubt::unread(format!("{what} of {arn} could not be read or is not understood")))
    };
    let Known::Value(policies) = &role.policies else { return not_understood("a policy") };
    if matches!(role.boundary, Known::Unknown) {
        return not_understood("the permissions boundary");
    }
    let policies: Vec<Policy<'_>> =
        policies.iter().map(|(name, document)| Policy { name, document }).collect();
    let boundary = role.boundary.value().map(|(name, document)| Policy { name, document });
    let context = Context::default();
    let mut doubt = None;
    for action in actions {
        let request = Request {
            principal: Principal::Aws(arn),
            action,
            resource,
            resource_account: None,
            context: &context,
        };
        let policies = Policies { identity: &policies, boundary, ..Policies::default() };
        let decision = evaluate(&request, &policies);
        match judge(&decision) {
            Judgement::Allowed => {}
            Judgement::Denied(statement) => {
                return Delivery::Impossible(vec![Cause::NotPermitted {
                    arn: arn.to_owned(),
                    action,
                    resource: resource.to_owned(),
                    statement,
                    by_boundary: decision.decided_by == PolicyType::Boundary,
                }]);
            }
            Judgement::Depends(keys) => {
                doubt = Some(Doubt::condition(format!("whether {arn} may {action} depends on {keys}")));
            }
        }
    }
    doubt.map_or(Delivery::Possible, Delivery::Unknown)
}

enum Judgement {
    Allowed,
    /// With the statement that denies, where one does.
    Denied(Option<String>),
    /// On condition keys of which it is not known whether API Gateway sends them.
    Depends(String),
}

fn judge(decision: &Decision) -> Judgement {
    if !decision.missing_keys.is_empty() {
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
