//! Routing rules: what a domain name leads to by headers and base paths, before its mappings.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::check_target;
use crate::apigateway::faults::{bad_request, conflict, not_found};
use crate::apigateway::{
    ApiGateway, ApiId, DomainKey, DomainNameId, StageName, find_domain, of_domain, quotas,
};
use crate::apigatewayv2::faults::reworded;
use crate::apigatewayv2::paging::{bad_token, limit_of};
use crate::service::{Ctx, Fault};
use crate::store::Indexed;

/// A rule: its domain name, and its id.
pub(crate) type RoutingRuleKey = (CompactString, DomainNameId, CompactString);

/// A routing rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RoutingRule {
    routing_rule_id: CompactString,
    routing_rule_arn: String,
    priority: i64,
    conditions: Vec<Condition>,
    actions: Vec<Action>,
}

/// By what it leads to.
impl Indexed<RoutingRuleKey> for RoutingRule {
    type Term = (ApiId, StageName);

    fn terms(&self, _: &RoutingRuleKey, tell: &mut dyn FnMut((ApiId, StageName))) {
        let targets = self.actions.iter().map(|action| &action.invoke_api);
        targets.map(|target| (target.api_id.clone(), target.stage.clone())).for_each(tell);
    }
}

/// What a request must have. A condition says one of the two.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    match_base_paths: Option<BasePaths>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    match_headers: Option<Headers>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BasePaths {
    any_of: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Headers {
    any_of: Vec<HeaderGlob>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HeaderGlob {
    header: String,
    value_glob: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    invoke_api: InvokeApi,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InvokeApi {
    api_id: ApiId,
    stage: StageName,
    #[serde(default)]
    strip_base_path: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateRoutingRule {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    priority: i64,
    conditions: Vec<Condition>,
    actions: Vec<Action>,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateRoutingRule,
) -> Result<Arc<RoutingRule>, Fault> {
    let domain = (input.domain_name, input.domain_name_id.unwrap_or_default());
    let domain_arn = find_domain(state, &domain)?.domain_name_arn.clone();
    let id = CompactString::from(ctx.ids.lower(6));
    let rule = RoutingRule {
        // Unlike a public domain name's own ARN, this one names the account.
        routing_rule_arn: ctx.scope.arn(
            "apigateway",
            format_args!(
                "/domainnames/{}/routingrules/{id}",
                domain_arn.rsplit('/').next().unwrap_or_default()
            ),
        ),
        routing_rule_id: id,
        priority: input.priority,
        conditions: input.conditions,
        actions: input.actions,
    };
    place(ctx, state, domain, rule)
}

/// Puts a rule in place that may be there.
fn place(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    domain: DomainKey,
    rule: RoutingRule,
) -> Result<Arc<RoutingRule>, Fault> {
    rule.check(state)?;
    let clashes = |other: &RoutingRule| {
        other.priority == rule.priority && other.routing_rule_id != rule.routing_rule_id
    };
    if state.v2.routing_rules.range(of_domain(&domain)).any(|(_, other)| clashes(other)) {
        // That priorities are unique is documented; the wording is inferred.
        return Err(conflict(format!(
            "A routing rule with priority {} already exists for this domain name",
            rule.priority
        )));
    }
    let rules = of_domain(&domain);
    let key = (domain.0, domain.1, rule.routing_rule_id.clone());
    if !state.v2.routing_rules.contains(&key) {
        let present = || state.v2.routing_rules.range(rules).count();
        quotas::check(ctx, quotas::ROUTING_RULES_PER_DOMAIN, "Routing Rules", "this domain name", present)
            .map_err(reworded)?;
    }
    Ok(state.v2.routing_rules.put(key, rule))
}

impl RoutingRule {
    /// How many conditions and actions there may be, and how long their parts, is documented; the wording is inferred.
    fn check(&self, state: &ApiGateway) -> Result<(), Fault> {
        let refuse = |what: &str| Err(bad_request(format!("Invalid routing rule: {what}")));
        let (mut headers, mut paths) = (0, 0);
        for condition in &self.conditions {
            match (&condition.match_headers, &condition.match_base_paths) {
                (Some(given), None) => {
                    headers += 1;
                    let [HeaderGlob { header, value_glob }] = given.any_of.as_slice() else {
                        return refuse("a header condition must have one header");
                    };
                    if !(1..=40).contains(&header.len()) || !(1..=128).contains(&value_glob.len()) {
                        return refuse("a header has up to 40 characters, and its value up to 128");
                    }
                }
                (None, Some(given)) => {
                    paths += 1;
                    if given.any_of.len() != 1 {
                        return refuse("a base path condition must have one base path");
                    }
                }
                _ => return refuse("a condition must be of either headers or base paths"),
            }
        }
        if headers > 2 || paths > 1 {
            return refuse("there may be up to two header conditions and one base path condition");
        }
        let [Action { invoke_api: InvokeApi { api_id, stage, .. } }] = self.actions.as_slice() else {
            return refuse("there must be one action");
        };
        check_target(state, api_id, stage)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutRoutingRule {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    routing_rule_id: CompactString,
    priority: i64,
    conditions: Vec<Condition>,
    actions: Vec<Action>,
}

pub(super) fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PutRoutingRule,
) -> Result<Arc<RoutingRule>, Fault> {
    let key = (input.domain_name, input.domain_name_id.unwrap_or_default(), input.routing_rule_id);
    let mut rule = RoutingRule::clone(find(state, &key)?);
    rule.priority = input.priority;
    rule.conditions = input.conditions;
    rule.actions = input.actions;
    place(ctx, state, (key.0, key.1), rule)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneRoutingRule {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    routing_rule_id: CompactString,
}

impl OneRoutingRule {
    fn key(self) -> RoutingRuleKey {
        (self.domain_name, self.domain_name_id.unwrap_or_default(), self.routing_rule_id)
    }
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: OneRoutingRule) -> Result<Arc<RoutingRule>, Fault> {
    find(state, &input.key()).map(Arc::clone)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRoutingRules {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoutingRules {
    routing_rules: Vec<Arc<RoutingRule>>,
    next_token: Option<String>,
}

pub(super) fn list(_: &Ctx<'_>, state: &ApiGateway, input: ListRoutingRules) -> Result<RoutingRules, Fault> {
    let domain = (input.domain_name, input.domain_name_id.unwrap_or_default());
    find_domain(state, &domain)?;
    let page = state
        .v2
        .routing_rules
        .page(of_domain(&domain), input.next_token.as_deref(), limit_of(input.max_results)?, |_, _| true)
        .map_err(bad_token)?;
    let routing_rules = page.rows.into_iter().map(|(_, rule)| rule).collect();
    Ok(RoutingRules { routing_rules, next_token: page.next })
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneRoutingRule) -> Result<(), Fault> {
    let key = input.key();
    find(state, &key)?;
    state.v2.routing_rules.remove(&key);
    Ok(())
}

/// The rule of this key.
fn find<'a>(state: &'a ApiGateway, key: &RoutingRuleKey) -> Result<&'a Arc<RoutingRule>, Fault> {
    find_domain(state, &(key.0.clone(), key.1.clone()))?;
    // Inferred, after the texts of other identifiers.
    state.v2.routing_rules.get(key).ok_or_else(|| not_found("Invalid routing rule identifier specified"))
}
