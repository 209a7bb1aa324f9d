//! The policy simulator: what policies would decide, without anybody doing anything.
//!
//! No account here is in an organization, so that no result has an `OrganizationsDecisionDetail`.

mod context;
mod context_keys;
mod documents;
mod resources;
mod results;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;
use stagecheck_policy::{Context, Kind, Policies, Policy, Principal, Request, ResourcePolicy};

use context::ContextEntry;
use documents::Source;
use results::{EvaluationResult, Judged};

use super::entities::{Entity, EntityKind};
use super::paging::DEFAULT_MAX_ITEMS;
use super::{Iam, faults, managed_policies, policy_sources};
use crate::service::{Arn, Ctx, Fault, Registrar};
use crate::store::{decode_token, encode_token};

/// Who the simulator says is calling where nobody is named; captured as the value of `aws:userid`.
const NOBODY: &str = "STUB_PRINCIPAL_FOR_POLICY_SIMULATOR";

/// How many results a page has at most, over all resources; at least one action is on it. AWS, too, may end pages early.
const MOST_RESULTS: usize = 10_000;

/// How many statements one action is held against, over all resources, in one call. AWS's limit is not known.
const MOST_MATCHES: usize = 1_000_000;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.read(&operations::SIMULATE_CUSTOM_POLICY, custom, &[]);
    registrar.read(&operations::SIMULATE_PRINCIPAL_POLICY, principal, &[]);
    context_keys::register(registrar);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SimulateCustomPolicy {
    policy_input_list: Vec<String>,
    #[serde(default)]
    permissions_boundary_policy_input_list: Vec<String>,
    action_names: Vec<String>,
    #[serde(default)]
    resource_arns: Vec<String>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller_arn: Option<String>,
    #[serde(default)]
    context_entries: Vec<ContextEntry>,
    resource_handling_option: Option<String>,
    max_items: Option<usize>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Simulated {
    evaluation_results: Vec<EvaluationResult>,
    is_truncated: bool,
    marker: Option<String>,
}

fn custom(ctx: &Ctx<'_>, _: &Iam, input: SimulateCustomPolicy) -> Result<Simulated, Fault> {
    Simulation {
        identity: documents::given(&input.policy_input_list)?,
        boundary: documents::given_boundary(&input.permissions_boundary_policy_input_list)?,
        resource: documents::given_resource_policy(input.resource_policy.as_deref())?,
        caller: Caller::named(ctx, input.caller_arn)?,
        has_resource_policy: input.resource_policy.is_some(),
        owner: input.resource_owner.as_deref().map(owner).transpose()?,
        context: context::of(&input.context_entries)?,
        resources: input.resource_arns,
        handling: input.resource_handling_option,
    }
    .run(&input.action_names, input.max_items, input.marker.as_deref())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SimulatePrincipalPolicy {
    policy_source_arn: String,
    #[serde(default)]
    policy_input_list: Vec<String>,
    #[serde(default)]
    permissions_boundary_policy_input_list: Vec<String>,
    action_names: Vec<String>,
    #[serde(default)]
    resource_arns: Vec<String>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller_arn: Option<String>,
    #[serde(default)]
    context_entries: Vec<ContextEntry>,
    resource_handling_option: Option<String>,
    max_items: Option<usize>,
    marker: Option<String>,
}

fn principal(ctx: &Ctx<'_>, state: &Iam, input: SimulatePrincipalPolicy) -> Result<Simulated, Fault> {
    let entity = policy_sources::entity_of(ctx, state, &input.policy_source_arn)?;
    let mut identity = documents::attached(state, &entity);
    identity.extend(documents::given(&input.policy_input_list)?);
    let boundary = match documents::given_boundary(&input.permissions_boundary_policy_input_list)? {
        Some(given) => Some(given),
        None => attached_boundary(state, &entity),
    };
    let caller = match input.caller_arn {
        Some(arn) => Caller::named(ctx, Some(arn))?,
        None => Caller::entity(ctx, state, &entity)?,
    };
    Simulation {
        identity,
        boundary,
        resource: documents::given_resource_policy(input.resource_policy.as_deref())?,
        caller,
        has_resource_policy: input.resource_policy.is_some(),
        owner: input.resource_owner.as_deref().map(owner).transpose()?,
        context: context::of(&input.context_entries)?,
        resources: input.resource_arns,
        handling: input.resource_handling_option,
    }
    .run(&input.action_names, input.max_items, input.marker.as_deref())
}

/// The boundary of a user or role. One whose policy is gone allows nothing.
fn attached_boundary<'a>(state: &'a Iam, entity: &Entity) -> Option<Source<'a>> {
    let boundary = match entity.kind {
        EntityKind::Group => None,
        EntityKind::Role => state.roles.get(&entity.name)?.permissions_boundary.as_ref(),
        EntityKind::User => state.users.get(&entity.name)?.permissions_boundary.as_ref(),
    };
    let arn = &boundary?.permissions_boundary_arn;
    let name = arn.rsplit('/').next().unwrap_or(arn);
    Some(match managed_policies::default_text(state, arn) {
        Some(document) => Source::stored(name.to_owned(), document),
        None => Source::silent(name.to_owned()),
    })
}

/// The account that an ARN as `ResourceOwner` stands for. A number alone is refused, as captured, whatever is documented.
fn owner(arn: &str) -> Result<String, Fault> {
    Arn::parse(arn)
        .filter(|arn| arn.service == "iam" && !arn.account.is_empty())
        .map(|arn| arn.account.to_owned())
        // The wording is inferred.
        .ok_or_else(|| {
            faults::invalid_input(format!("Invalid Resource Owner: {arn} is not the ARN of an account."))
        })
}

/// Who is simulated to call.
struct Caller {
    arn: String,
    /// Whether it is somebody, whom a resource's policy can name.
    is_somebody: bool,
}

impl Caller {
    /// The user of this ARN, who need not exist.
    fn named(ctx: &Ctx<'_>, arn: Option<String>) -> Result<Self, Fault> {
        let Some(arn) = arn else {
            let arn = ctx.scope.global_arn("iam", format_args!("user/{NOBODY}"));
            return Ok(Self { arn, is_somebody: false });
        };
        match policy_sources::read(&arn) {
            // Documented: only a user can be the caller. Observed: a role or group is taken, too.
            Some(_) => Ok(Self { arn, is_somebody: true }),
            None => Err(faults::no_entity_arn(&arn)),
        }
    }

    /// The entity whose policies are simulated; a group calls nothing.
    fn entity(ctx: &Ctx<'_>, state: &Iam, entity: &Entity) -> Result<Self, Fault> {
        let arn = match entity.kind {
            EntityKind::Group => None,
            EntityKind::Role => state.roles.get(&entity.name).map(|role| role.arn.to_string()),
            EntityKind::User => state.users.get(&entity.name).map(|user| user.arn.to_string()),
        };
        Self::named(ctx, arn)
    }

    /// What conditions are told of the caller unless the context entries say something else: its id, which is its ARN, as
    /// captured, and (inferred) the name of a user.
    fn tell(&self, mut context: Context) -> Context {
        let user_id = if self.is_somebody { self.arn.as_str() } else { NOBODY };
        if context.get("aws:userid").is_none() {
            context = context.with("aws:userid", [user_id]);
        }
        let user = policy_sources::read(&self.arn).filter(|(_, entity)| entity.kind == EntityKind::User);
        match user {
            Some((_, user)) if self.is_somebody && context.get("aws:username").is_none() => {
                context.with("aws:username", [user.name.as_str()])
            }
            _ => context,
        }
    }
}

/// All that decisions rest on, but for the actions.
struct Simulation<'a> {
    identity: Vec<Source<'a>>,
    boundary: Option<Source<'a>>,
    /// The policy of each resource; none of a trust policy, which the simulator takes and does not evaluate
    /// (aws/aws-cli#10314).
    resource: Option<Source<'a>>,
    has_resource_policy: bool,
    caller: Caller,
    /// The account of resources whose ARNs name none.
    owner: Option<String>,
    context: Context,
    /// As they are given.
    resources: Vec<String>,
    handling: Option<String>,
}

impl Simulation<'_> {
    /// Pages are counted in actions. A marker is the number of those before it.
    fn run(
        mut self,
        actions: &[String],
        max_items: Option<usize>,
        marker: Option<&str>,
    ) -> Result<Simulated, Fault> {
        let first: usize = match marker {
            Some(marker) => decode_token(marker)
                .ok()
                .filter(|first| (1..actions.len()).contains(first))
                .ok_or_else(|| faults::invalid_input("Invalid Marker."))?,
            None => 0,
        };
        resources::check(&self.resources)?;
        for action in actions {
            check_action(action)?;
        }
        if let Some(handling) = &self.handling {
            resources::check_handling(handling, actions, &self.resources)?;
        }
        self.check_resource_policy()?;
        self.context = self.caller.tell(self.context);
        let statements: usize = self.sources().map(|source| source.document.statements.len()).sum();
        if statements.saturating_mul(self.resources.len().max(1)) > MOST_MATCHES {
            return Err(faults::invalid_input("There are too many statements for so many resources."));
        }
        let at_once = (MOST_RESULTS / self.resources.len().max(1)).max(1);
        let last = actions.len().min(first + max_items.unwrap_or(DEFAULT_MAX_ITEMS).min(at_once));
        let missing = self.missing_context_values();
        let evaluation_results =
            actions[first..last].iter().map(|action| self.result(action, &missing)).collect();
        let is_truncated = last < actions.len();
        let marker = is_truncated.then(|| encode_token(&last));
        Ok(Simulated { evaluation_results, is_truncated, marker })
    }

    /// Captured: a resource's policy needs someone to speak of, resources that have ARNs, and to name ARNs itself.
    /// Documented: it must apply to each of the resources.
    fn check_resource_policy(&self) -> Result<(), Fault> {
        if !self.has_resource_policy {
            return Ok(());
        }
        if !self.caller.is_somebody {
            return Err(faults::invalid_input("Invalid caller - Caller cannot be null or empty."));
        }
        if self.is_on_everything() || self.resources.iter().any(|resource| resource == "*") {
            return Err(faults::no_entity_arn("*"));
        }
        match &self.resource {
            Some(policy) => resources::check_policy(&policy.document, &self.resources, &self.context),
            None => Ok(()),
        }
    }

    fn is_on_everything(&self) -> bool {
        self.resources.is_empty() || self.resources == ["*"]
    }

    /// The keys that the policies ask for and nothing tells, whatever the action is (boto/boto3#3111).
    fn missing_context_values(&self) -> Vec<String> {
        let mut missing: Vec<String> = Vec::new();
        for key in self.sources().flat_map(|source| source.document.context_keys()) {
            let is_known = self.context.get(key).is_some()
                || missing.iter().any(|known| known.eq_ignore_ascii_case(key));
            if !is_known {
                missing.push(key.to_owned());
            }
        }
        missing
    }

    fn sources(&self) -> impl Iterator<Item = &Source<'_>> {
        self.identity.iter().chain(&self.boundary).chain(&self.resource)
    }

    fn result(&self, action: &str, missing: &[String]) -> EvaluationResult {
        if self.is_on_everything() {
            return EvaluationResult::on_everything(action, self.judge(action, "*"), missing);
        }
        let judged = self.resources.iter().map(|resource| (resource.as_str(), self.judge(action, resource)));
        EvaluationResult::on_each(action, judged.collect(), missing)
    }

    fn judge(&self, action: &str, resource: &str) -> Judged {
        let identity: Vec<Policy<'_>> = self.identity.iter().map(Source::policy).collect();
        let of_resource = self.resource.as_ref().map(Source::policy);
        let decision = stagecheck_policy::evaluate(
            &Request {
                principal: Principal::Aws(&self.caller.arn),
                action,
                resource,
                resource_account: self.account_of(resource),
                context: &self.context,
            },
            &Policies {
                identity: &identity,
                boundary: self.boundary.as_ref().map(Source::policy),
                resource: of_resource.map_or(ResourcePolicy::None, ResourcePolicy::Sufficient),
                ..Policies::default()
            },
        );
        Judged::new(&decision, self.boundary.is_some(), |kind, id| {
            self.sources().find(|source| source.id == id && source.is_of(kind))
        })
    }

    /// Whose a resource is. Inferred: without a policy of the resource it does not matter, since nothing is known of the
    /// other side then.
    fn account_of<'b>(&'b self, resource: &'b str) -> Option<&'b str> {
        self.resource.as_ref()?;
        let named = Arn::parse(resource).map(|arn| arn.account).filter(|account| !account.is_empty());
        named.or(self.owner.as_deref())
    }
}

/// Wildcards and names that no service has are taken as they are, as captured. The wording is inferred.
fn check_action(action: &str) -> Result<(), Fault> {
    match action.split_once(':') {
        Some((service, name)) if !service.is_empty() && !name.is_empty() => Ok(()),
        _ => Err(faults::invalid_input(format!(
            "Invalid Action Name: {action} must be prefaced by a service, as in iam:CreateUser."
        ))),
    }
}

#[cfg(test)]
mod tests;
