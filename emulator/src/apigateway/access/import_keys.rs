//! ImportApiKeys: keys from a file.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::api_keys::{self, ApiKey, KeyId};
use super::key_csv::{self, Row};
use super::usage_plan_keys::{self, UsagePlanKey};
use super::usage_plans::{self, PlanId};
use crate::apigateway::ApiGateway;
use crate::apigateway::faults::bad_request;
use crate::service::{Ctx, Fault};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportApiKeys {
    body: Bytes,
    format: String,
    #[serde(default)]
    fail_on_warnings: bool,
}

#[derive(Serialize)]
pub(super) struct ApiKeyIds {
    ids: Vec<KeyId>,
    warnings: Vec<String>,
}

/// Imports the keys of a file that can be. A key whose value is there already is overwritten, as documented; one that
/// cannot be imported gets a warning. With `failOnWarnings`, a warning is a fault, and nothing is imported.
pub(super) fn import(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: ImportApiKeys,
) -> Result<ApiKeyIds, Fault> {
    if input.format != "csv" {
        // Inferred wording.
        return Err(bad_request(format!("Unsupported format: {}. Only csv is supported", input.format)));
    }
    let rows = key_csv::parse(&input.body)?;
    let mut answer = ApiKeyIds { ids: Vec::with_capacity(rows.len()), warnings: Vec::new() };
    let mut imported = BTreeSet::new();
    for row in rows {
        if let Err(fault) = check(&row) {
            answer.warnings.push(warning(row.line, &fault.message));
            continue;
        }
        let line = row.line;
        let mut key = match api_keys::of_value(state, &row.value) {
            Some(known) => ApiKey::clone(known),
            None => {
                api_keys::check_quota(ctx, state)?;
                ApiKey::new(ctx.ids.lower(10).into(), row.value, ctx.now.whole_seconds())
            }
        };
        key.name = Some(row.name);
        key.description = Some(row.description).filter(|description| !description.is_empty());
        key.enabled = row.enabled;
        key.last_updated_date = ctx.now.whole_seconds();
        for plan in row.plans {
            let plan = PlanId::from(plan);
            let fits = usage_plans::find(state, &plan)
                .and_then(|found| usage_plans::check_key(state, found, &key.id))
                .and_then(|()| usage_plan_keys::check_quota(ctx, state, &plan, &key.id));
            match fits {
                Ok(()) => drop(state.usage_plan_keys.put((plan, key.id.clone()), UsagePlanKey::default())),
                Err(fault) => answer.warnings.push(warning(line, &format!("{plan}: {}", fault.message))),
            }
        }
        if imported.insert(key.id.clone()) {
            answer.ids.push(key.id.clone());
        }
        state.api_keys.put(key.id.clone(), key);
    }
    if input.fail_on_warnings && !answer.warnings.is_empty() {
        return Err(bad_request(format!("Failed to import API keys: {}", answer.warnings.join("; "))));
    }
    Ok(answer)
}

fn check(row: &Row) -> Result<(), Fault> {
    api_keys::check_value(&row.value)?;
    api_keys::check_name(Some(&row.name))
}

/// The wording of warnings is inferred. It never tells a value.
fn warning(line: usize, what: &str) -> String {
    format!("Line {line}: {what}")
}
