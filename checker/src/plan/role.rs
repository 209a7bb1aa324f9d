//! The role of a region: set one that works, or mend the one that is set.

use serde_json::{Value, json};

use super::change::digest;
use super::{Action, Change, Draft, Safety};
use crate::evaluate::{Cause, Delivery, SERVICE_PRINCIPAL, acceptance};
use crate::inventory::{Known, NEW_ROLE, Role, new_role_arn};

/// Adds what it takes for lines to arrive. Gives the ids that stages of the region have to wait for.
pub(super) fn mend(draft: &mut Draft<'_>, region: &str, delivery: &Delivery) -> Vec<String> {
    let Delivery::Impossible(causes) = delivery else { return Vec::new() };
    causes.iter().map(|cause| mend_cause(draft, region, cause)).collect()
}

fn mend_cause(draft: &mut Draft<'_>, region: &str, cause: &Cause) -> String {
    match cause {
        Cause::RoleUnset | Cause::RoleGone { .. } => set_role(draft, region),
        Cause::NotTrusted { arn, statement: None } => trust(draft, region, arn),
        Cause::NotPermitted { arn, statement: None, by_boundary: false, .. } => {
            attach(draft, region, role_name(arn), &[])
        }
        Cause::NotTrusted { arn, .. } | Cause::NotPermitted { arn, .. } => by_hand(draft, region, arn, cause),
    }
}

/// Sets a role of the account that API Gateway will take; where there is none, one that is made for it.
fn set_role(draft: &mut Draft<'_>, region: &str) -> String {
    let inventory = draft.inventory;
    let is_accepted = |(arn, role): &(&String, &Known<Role>)| {
        role.value().is_some_and(|role| acceptance(arn, role) == Delivery::Possible)
    };
    let (arn, needs) = match inventory.roles.iter().find(is_accepted) {
        Some((arn, _)) => (arn.clone(), Vec::new()),
        None => new_role(draft, region),
    };
    let before = inventory.regions.get(region).and_then(|region| region.role_arn.value());
    let change = Change::UpdateAccount { role_arn: arn.clone() };
    draft.add(Action {
        id: format!("{region}/account"),
        region: region.to_owned(),
        summary: format!("let API Gateway log with {arn} in {region}"),
        safety: Safety::NeedsApproval,
        caution: Some("it hands a role to API Gateway, for all APIs of the region".to_owned()),
        needs,
        permissions: change.permissions(),
        precondition: Some(account_digest(before.map(String::as_str))),
        inverse: Some(Change::UpdateAccount { role_arn: before.cloned().unwrap_or_default() }),
        change: Some(change),
    })
}

/// The ARN of the role that is made for it, and what must be done first. One of its name may be there, and not fit.
fn new_role(draft: &mut Draft<'_>, region: &str) -> (String, Vec<String>) {
    let arn = new_role_arn(&draft.inventory.partition, &draft.inventory.account);
    let needs = match draft.inventory.roles.get(&arn) {
        Some(Known::Value(role)) => mend(draft, region, &acceptance(&arn, role)),
        _ => {
            let created = create(draft, region);
            let attached = attach(draft, region, NEW_ROLE, std::slice::from_ref(&created));
            vec![created, attached]
        }
    };
    (arn, needs)
}

fn create(draft: &mut Draft<'_>, region: &str) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [trust_statement()]}).to_string();
    let change = Change::CreateRole { role: NEW_ROLE.to_owned(), trust };
    draft.add(Action {
        id: format!("role/{NEW_ROLE}"),
        region: region.to_owned(),
        summary: format!("create the role {NEW_ROLE}, which API Gateway can assume"),
        safety: Safety::NeedsApproval,
        caution: Some("it creates an IAM role".to_owned()),
        needs: Vec::new(),
        permissions: change.permissions(),
        precondition: Some(role_digest(None)),
        inverse: Some(Change::DeleteRole { role: NEW_ROLE.to_owned() }),
        change: Some(change),
    })
}

fn attach(draft: &mut Draft<'_>, region: &str, role: &str, needs: &[String]) -> String {
    let policy_arn = format!(
        "arn:{}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
        draft.inventory.partition
    );
    let change = Change::AttachRolePolicy { role: role.to_owned(), policy_arn: policy_arn.clone() };
    draft.add(Action {
        id: format!("role/{role}/policy"),
        region: region.to_owned(),
        summary: format!("let the role {role} write logs (AmazonAPIGatewayPushToCloudWatchLogs)"),
        safety: Safety::NeedsApproval,
        caution: Some("it gives permissions".to_owned()),
        needs: needs.to_vec(),
        permissions: change.permissions(),
        // Attaching what is attached changes nothing, so there is nothing that must still be so.
        precondition: None,
        inverse: Some(Change::DetachRolePolicy { role: role.to_owned(), policy_arn }),
        change: Some(change),
    })
}

/// Adds a statement to the trust policy; those that are there stay.
fn trust(draft: &mut Draft<'_>, region: &str, arn: &str) -> String {
    let name = role_name(arn);
    let Some(Known::Value(role)) = draft.inventory.roles.get(arn) else {
        // A role whose trust was judged was read.
        return format!("role/{name}/trust");
    };
    let change = Change::UpdateAssumeRolePolicy { role: name.to_owned(), trust: trusting(&role.trust_text) };
    draft.add(Action {
        id: format!("role/{name}/trust"),
        region: region.to_owned(),
        summary: format!("let API Gateway assume the role {name}"),
        safety: Safety::NeedsApproval,
        caution: Some("it changes who can assume a role".to_owned()),
        needs: Vec::new(),
        permissions: change.permissions(),
        precondition: Some(role_digest(Some(&role.trust_text))),
        inverse: Some(Change::UpdateAssumeRolePolicy {
            role: name.to_owned(),
            trust: role.trust_text.clone(),
        }),
        change: Some(change),
    })
}

fn by_hand(draft: &mut Draft<'_>, region: &str, arn: &str, cause: &Cause) -> String {
    draft.add(Action {
        id: format!("role/{}/by-hand", role_name(arn)),
        region: region.to_owned(),
        summary: format!("{}. {}", cause.message(region), cause.remediation()),
        safety: Safety::Manual,
        caution: Some("somebody denied it on purpose, and only they know why".to_owned()),
        needs: Vec::new(),
        permissions: Vec::new(),
        precondition: None,
        inverse: None,
        change: None,
    })
}

fn role_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn trust_statement() -> Value {
    json!({"Effect": "Allow", "Principal": {"Service": SERVICE_PRINCIPAL}, "Action": "sts:AssumeRole"})
}

/// The trust policy with API Gateway let in. A text that is not JSON gives way to a policy of that alone.
fn trusting(text: &str) -> String {
    let mut policy: Value = serde_json::from_str(text).unwrap_or_else(|_| json!({"Version": "2012-10-17"}));
    let mut statements = match policy.get_mut("Statement").map(Value::take) {
        Some(Value::Array(statements)) => statements,
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one],
    };
    statements.push(trust_statement());
    policy["Statement"] = Value::Array(statements);
    policy.to_string()
}

/// The role that a region logs with.
pub(crate) fn account_digest(role_arn: Option<&str>) -> String {
    digest(&json!({"cloudwatch_role_arn": role_arn}))
}

/// Whether a role is there, and its trust policy.
pub(crate) fn role_digest(trust: Option<&str>) -> String {
    // As JSON, since services lay the same policy out in different ways.
    let trust = trust.map(|text| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)));
    digest(&json!({"trust": trust}))
}

#[cfg(test)]
mod tests {
    use super::trusting;

    #[test]
    fn statements_that_are_there_stay() {
        let one = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
        let trust: serde_json::Value = serde_json::from_str(&trusting(one)).unwrap();
        assert_eq!(trust["Statement"][0]["Principal"]["Service"], "ec2.amazonaws.com");
        assert_eq!(trust["Statement"][1]["Principal"]["Service"], "apigateway.amazonaws.com");
        assert_eq!(trust["Version"], "2012-10-17");
    }
}
