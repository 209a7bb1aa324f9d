//! The account's settings, of which one region has one set.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_policy::{Context, Outcome, Principal};

use super::faults::{bad_request, cross_account_role};
use super::patch::{self, Op, PatchOperation, PatchRule};
use super::{ApiGateway, Ports};
use crate::service::ports::{Destination, MissingGroup, RoleSession};
use crate::service::{Ctx, Fault};
use crate::store::Scopes;

/// What the account's role must allow on every resource before API Gateway takes it.
///
/// Inferred from a captured refusal of a role whose actions were limited to named groups, and its acceptance with the
/// managed policy that has these seven on `*`.
const LOGGING_ACTIONS: [&str; 7] = [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
];

/// The service principal that assumes the account's role.
pub(crate) const SERVICE_PRINCIPAL: &str = "apigateway.amazonaws.com";

/// Where the account is greeted when its role is first set, and the greeting. The group is reported by many users, the
/// text and the stream's name are inferred.
const WELCOME_GROUP: &str = "/aws/apigateway/welcome";
const WELCOME_TEXT: &str = "Cloudwatch logs enabled for API Gateway";

/// The account's settings.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cloudwatch_role_arn: Option<Arc<str>>,
}

/// The settings as they are answered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountOutput {
    cloudwatch_role_arn: Option<Arc<str>>,
    throttle_settings: ThrottleSettings,
    features: [&'static str; 1],
    api_key_version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThrottleSettings {
    burst_limit: i64,
    rate_limit: f64,
}

impl AccountOutput {
    fn of(account: &Account) -> Self {
        Self {
            cloudwatch_role_arn: account.cloudwatch_role_arn.clone(),
            throttle_settings: ThrottleSettings { burst_limit: 5000, rate_limit: 10_000.0 },
            features: ["UsagePlans"],
            api_key_version: "4",
        }
    }
}

#[derive(Deserialize)]
pub(super) struct GetAccount {}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, _: GetAccount) -> Result<AccountOutput, Fault> {
    Ok(AccountOutput::of(&current(state)))
}

fn current(state: &ApiGateway) -> Account {
    state.account.get(&()).map(|account| Account::clone(account)).unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateAccount {
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

/// What an UpdateAccount asks for.
#[derive(Default)]
struct Update {
    /// The role to set, or none to clear it, where either is asked for.
    role: Option<Option<Arc<str>>>,
}

const PATCHES: [PatchRule<Update>; 2] = [
    PatchRule::new("/cloudwatchRoleArn", &[Op::Add, Op::Replace], |update, change| {
        update.role = Some(change.optional());
        Ok(())
    }),
    // The only feature is always there.
    PatchRule::new("/features", &[Op::Add, Op::Replace], |_, change| {
        change.one_of(&["UsagePlans"]).map(drop)
    }),
];

pub(super) fn update(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: UpdateAccount,
    ports: &Ports,
) -> Result<AccountOutput, Fault> {
    let mut update = Update::default();
    patch::apply(&mut update, &PATCHES, &input.patch_operations)?;
    let role = update.role;
    if let Some(Some(arn)) = &role {
        check_role(ctx, arn, ports)?;
    }
    let greets = matches!(role, Some(Some(_)));
    let account = states.write(ctx.scope, |state| {
        let mut account = current(state);
        if let Some(role) = role {
            account.cloudwatch_role_arn = role;
            state.account.put((), account.clone());
        }
        Ok::<_, Fault>(account)
    })?;
    if greets {
        greet(ctx, ports);
    }
    Ok(AccountOutput::of(&account))
}

/// Whether API Gateway can assume the role, and whether the role may log. Both failures get one answer.
fn check_role(ctx: &Ctx<'_>, arn: &str, ports: &Ports) -> Result<(), Fault> {
    if !arn.starts_with("arn:") {
        return Err(bad_request(format!(
            "Invalid ARN specified in the request. ARNs must start with 'arn:': {arn}"
        )));
    }
    let fields: Vec<&str> = arn.split(':').collect();
    let (partition, account) = (fields.get(1).copied(), fields.get(4).copied());
    let own = (Some(ctx.scope.region.partition().id), Some(ctx.scope.account.as_str()));
    if (partition, account) != own {
        // Reported for integrations. An account of another partition is another account, whatever its number.
        return Err(cross_account_role());
    }
    let context = Context::default();
    let may_log = |role: &RoleSession| {
        LOGGING_ACTIONS.iter().all(|action| role.decide(action, "*", &context).outcome == Outcome::Allowed)
    };
    match ports.roles.assume(arn, Principal::Service(SERVICE_PRINCIPAL), &context) {
        Ok(role) if may_log(&role) => Ok(()),
        _ => Err(bad_request(
            "The role ARN does not have required permissions configured. Please grant trust permission for API \
             Gateway and add the required role policy.",
        )),
    }
}

fn greet(ctx: &Ctx<'_>, ports: &Ports) {
    let stream = ctx.ids.hex32();
    if ports.logs.look_up(ctx.scope, WELCOME_GROUP, &stream) != crate::service::ports::Presence::Nothing {
        return;
    }
    let destination =
        Destination { group: WELCOME_GROUP, stream: &stream, missing_group: MissingGroup::Create };
    // With `MissingGroup::Create` there is nothing that can be missing; where the group's key may not be used, there is no
    // greeting.
    let _ = ports.logs.append(ctx.scope, &destination, &[(ctx.now, WELCOME_TEXT.to_owned())], ctx.now);
}
