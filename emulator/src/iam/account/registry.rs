//! What is found in all accounts, and whose it is: aliases, and requests to delegate.

use std::collections::{BTreeSet, HashMap};

use parking_lot::RwLock;

use super::Account;
use super::delegation_requests::{DelegationRequest, RequestId};
use crate::iam::Iam;
use crate::store::{Exported, Scope};

/// Follows commits, and is never exported.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Account aliases by partition and alias.
    aliases: HashMap<(&'static str, String), Scope>,
    /// Delegation requests by their ids, with the account that made them.
    requests: HashMap<RequestId, Scope>,
    /// The requests that an account owns, whoever made them.
    owned: HashMap<Scope, BTreeSet<RequestId>>,
}

impl Registry {
    /// Follows a commit.
    pub(crate) fn follow(&self, scope: &Scope, state: &Iam) {
        let account = &state.account;
        let mut requests = account.delegation_requests.changed().peekable();
        let alias_changed = account.alias.changed().next().is_some();
        if requests.peek().is_none() && !alias_changed {
            return;
        }
        let mut known = self.known.write();
        if alias_changed {
            known.aliases.retain(|_, owner| owner != scope);
            known.add_alias(scope, account);
        }
        for id in requests {
            known.forget(id);
            if let Some(request) = account.delegation_requests.get(id) {
                known.add_request(scope, id, request);
            }
        }
    }

    /// Knows what is in these states and nothing else.
    pub(crate) fn rebuild(&self, states: &[Exported<Iam>]) {
        let mut known = Known::default();
        for Exported { scope, state } in states {
            known.add_alias(scope, &state.account);
            for (id, request) in state.account.delegation_requests.iter() {
                known.add_request(scope, id, request);
            }
        }
        *self.known.write() = known;
    }

    /// Reserves an alias for an account that is about to take it; `false` if another has it.
    pub(super) fn claim_alias(&self, scope: &Scope, alias: &str) -> bool {
        let key = (scope.region.partition().id, alias.to_owned());
        let mut known = self.known.write();
        let owner = known.aliases.entry(key).or_insert_with(|| home(scope));
        *owner == home(scope)
    }

    /// The account that made a delegation request.
    pub(super) fn maker_of(&self, id: &RequestId) -> Option<Scope> {
        self.known.read().requests.get(id).cloned()
    }

    /// The requests that an account owns, each with the account that made it.
    pub(super) fn owned_by(&self, scope: &Scope) -> Vec<(RequestId, Scope)> {
        let known = self.known.read();
        let ids = known.owned.get(&home(scope)).into_iter().flatten();
        ids.filter_map(|id| Some((id.clone(), known.requests.get(id)?.clone()))).collect()
    }
}

impl Known {
    fn add_alias(&mut self, scope: &Scope, account: &Account) {
        if let Some(row) = account.alias.get(&()) {
            let key = (scope.region.partition().id, row.account_alias.clone());
            self.aliases.insert(key, scope.clone());
        }
    }

    fn add_request(&mut self, scope: &Scope, id: &RequestId, request: &DelegationRequest) {
        self.requests.insert(id.clone(), scope.clone());
        if let Some(owner) = request.owner_account() {
            let owner = Scope { account: owner, region: scope.region.clone() };
            self.owned.entry(owner).or_default().insert(id.clone());
        }
    }

    fn forget(&mut self, id: &RequestId) {
        self.requests.remove(id);
        for ids in self.owned.values_mut() {
            ids.remove(id);
        }
    }
}

/// The scope that has an account's IAM.
fn home(scope: &Scope) -> Scope {
    Scope { account: scope.account.clone(), region: scope.region.partition().home_region() }
}
