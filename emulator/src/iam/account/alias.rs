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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;
    use crate::service::{Principal, Quotas};
    use crate::store::{Account, Region, Scope};
    use crate::time::Timestamp;

    /// The states of all accounts, as the emulator has them.
    fn states(registry: &Arc<Registry>) -> Scopes<Iam> {
        let follow = Arc::clone(registry);
        Scopes::with_commit_hook(move |scope, state| follow.follow(scope, state))
    }

    fn scope(account: &str, region: &str) -> Scope {
        Scope { account: Account::parse(account).unwrap(), region: Region::parse(region).unwrap() }
    }

    fn in_account<T>(scope: &Scope, call: impl FnOnce(&Ctx<'_>) -> T) -> T {
        let (principal, ids, quotas) = (Principal::root(scope), Ids::seeded(1), Quotas::default());
        let now = Timestamp::from_seconds(0.0);
        call(&Ctx { scope, principal: &principal, now, ids: &ids, quotas: &quotas })
    }

    #[test]
    fn no_two_accounts_of_a_partition_have_one_alias() {
        let registry = Arc::new(Registry::default());
        let states = states(&registry);
        let take = |scope: &Scope, alias: &str| {
            let input = OneAlias { account_alias: alias.to_owned() };
            in_account(scope, |ctx| create(ctx, &states, input, &registry)).map_err(|fault| fault.code)
        };
        let (one, two) = (scope("111111111111", "us-east-1"), scope("222222222222", "us-east-1"));
        assert_eq!(take(&one, "mine"), Ok(()));
        assert_eq!(take(&scope("111111111111", "eu-west-1"), "mine"), Ok(()));
        assert_eq!(take(&two, "mine"), Err("EntityAlreadyExists"));
        assert_eq!(take(&scope("222222222222", "cn-north-1"), "mine"), Ok(()));
        // An alias that another took the place of is free, and so is one that was deleted.
        assert_eq!(take(&one, "other"), Ok(()));
        assert_eq!(take(&two, "mine"), Ok(()));
        assert_eq!(take(&one, "mine"), Err("EntityAlreadyExists"));
        let input = OneAlias { account_alias: "mine".to_owned() };
        in_account(&two, |ctx| states.write(&two, |state| delete(ctx, state, input))).unwrap();
        assert_eq!(take(&one, "mine"), Ok(()));
    }

    #[test]
    fn an_import_brings_its_aliases() {
        let registry = Arc::new(Registry::default());
        let states = states(&registry);
        let one = scope("111111111111", "us-east-1");
        let input = OneAlias { account_alias: "mine".to_owned() };
        in_account(&one, |ctx| create(ctx, &states, input, &registry)).unwrap();
        let exported = serde_json::to_string(&states.export().unwrap()).unwrap();
        drop(states.replace(Vec::new(), &|states| registry.rebuild(states)));
        let two = scope("222222222222", "us-east-1");
        assert!(registry.claim_alias(&two, "mine"));
        drop(states.replace(serde_json::from_str(&exported).unwrap(), &|states| registry.rebuild(states)));
        assert!(!registry.claim_alias(&two, "mine") && registry.claim_alias(&one, "mine"));
    }
}
