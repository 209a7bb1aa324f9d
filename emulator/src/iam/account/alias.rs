//! The account's alias.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::Registry;
use crate::iam::paging::Asked;
use crate::iam::{Iam, faults};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::Scopes;

/// An account's alias: no other account of the partition has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct AccountAlias {
    pub(super) account_alias: String,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>, registry: &Arc<Registry>) {
    let registry = Arc::clone(registry);
    registrar.free(
        &operations::CREATE_ACCOUNT_ALIAS,
        move |ctx, states, input| create(ctx, states, input, &registry),
        &[],
    );
    registrar.read(&operations::LIST_ACCOUNT_ALIASES, list, &[]);
    registrar.write(&operations::DELETE_ACCOUNT_ALIAS, delete, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneAlias {
    account_alias: String,
}

/// Another alias takes the place of the one that there is.
fn create(ctx: &Ctx<'_>, states: &Scopes<Iam>, input: OneAlias, registry: &Registry) -> Result<(), Fault> {
    let account_alias = input.account_alias;
    states.write(ctx.scope, |state| {
        if !registry.claim_alias(ctx.scope, &account_alias) {
            return Err(faults::exists(format!(
                "The account alias {account_alias} already exists. The account alias must be unique across all Amazon \
                 Web Services products. Refer to \
                 https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html#AboutAccountAlias"
            )));
        }
        state.account.alias.put((), AccountAlias { account_alias });
        Ok(())
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAliases {
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Aliases {
    account_aliases: Vec<String>,
    is_truncated: bool,
    marker: Option<String>,
}

/// An account has one at most.
fn list(_: &Ctx<'_>, state: &Iam, input: ListAliases) -> Result<Aliases, Fault> {
    let aliases = state.account.alias.iter().map(|(_, row)| row.account_alias.clone()).collect();
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let (account_aliases, marker) = asked.of_few(aliases, String::clone)?;
    Ok(Aliases { account_aliases, is_truncated: marker.is_some(), marker })
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneAlias) -> Result<(), Fault> {
    let alias = input.account_alias;
    if state.account.alias.get(&()).is_none_or(|row| row.account_alias != alias) {
        // The wording is inferred.
        return Err(faults::missing(format!("The Account Alias {alias} cannot be found.")));
    }
    state.account.alias.remove(&());
    Ok(())
}
