//! What was used when: keys, roles and services, and the reports on it.
//!
//! Attempts count, as documented, be they refused or not. AWS's figures are hours late; those here are not.

mod access_keys;
mod granting_policies;
mod organizations;
mod recorder;
mod reports;
mod services;

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

pub(crate) use recorder::UsageLog;

use super::Iam;
use super::entities::just_after;
use crate::service::Registrar;
use crate::service::ports::AccessKeys;
use crate::store::{KeyRange, Table, Transactional};
use crate::time::Timestamp;
use access_keys::KeyUse;
use reports::Job;

/// How far back reports and `RoleLastUsed` look, as documented.
const TRACKED_SECONDS: i64 = 400 * 24 * 60 * 60;

/// The unique id of a user or role, which a new one of its name does not have.
type PrincipalId = CompactString;
type Namespace = CompactString;
type ActionName = CompactString;
type RegionName = CompactString;
type UseKey = (PrincipalId, Namespace, ActionName, RegionName);

/// When keys, roles and services were last used, and the reports on it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Usage {
    uses: Table<UseKey, Use>,
    keys: Table<CompactString, KeyUse>,
    jobs: Table<CompactString, Job>,
}

/// The latest use of a service's action in a region by a user or role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Use {
    at: Timestamp,
}

/// A use with where and what it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct LastUse<'a> {
    pub(super) at: Timestamp,
    pub(super) region: &'a RegionName,
    action: &'a ActionName,
}

impl Usage {
    pub(super) fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.uses);
        visit(&mut self.keys);
        visit(&mut self.jobs);
    }

    /// Whether the write that is about to end changed it.
    pub(super) fn is_changed(&self) -> bool {
        self.uses.changed().next().is_some()
            || self.keys.changed().next().is_some()
            || self.jobs.changed().next().is_some()
    }

    /// The latest use by a user or role of this id, within the time that is tracked.
    pub(super) fn last_use(&self, id: &str, now: Timestamp) -> Option<LastUse<'_>> {
        self.uses_of(id, now).max_by_key(|last| last.at)
    }

    /// When an access key was last used, in which region and for which service.
    pub(super) fn last_use_of_key(&self, id: &CompactString) -> Option<(Timestamp, &RegionName, &Namespace)> {
        let last = self.keys.get(id)?;
        Some((last.last_used_date?, &last.region, &last.service_name))
    }

    /// All uses by one, within the time that is tracked.
    fn uses_of(&self, id: &str, now: Timestamp) -> impl Iterator<Item = LastUse<'_>> {
        self.uses_within(of_principal(id), now)
    }

    /// Those of one service.
    fn uses_of_service(
        &self,
        id: &str,
        namespace: &str,
        now: Timestamp,
    ) -> impl Iterator<Item = LastUse<'_>> {
        self.uses_within(of_principal_and_service(id, namespace), now)
    }

    fn uses_within(&self, keys: KeyRange<UseKey>, now: Timestamp) -> impl Iterator<Item = LastUse<'_>> {
        let since = now.plus_seconds(-TRACKED_SECONDS);
        self.uses
            .range(keys)
            .filter(move |(_, last)| since < last.at && last.at <= now)
            .map(|((_, _, action, region), last)| LastUse { at: last.at, region, action })
    }
}

/// The keys of what one used.
fn of_principal(id: &str) -> KeyRange<UseKey> {
    let first = |id| (id, Namespace::default(), ActionName::default(), RegionName::default());
    (Bound::Included(first(id.into())), Bound::Excluded(first(just_after(id))))
}

/// The keys of what one used of a service.
fn of_principal_and_service(id: &str, namespace: &str) -> KeyRange<UseKey> {
    let first = |namespace| (id.into(), namespace, ActionName::default(), RegionName::default());
    (Bound::Included(first(namespace.into())), Bound::Excluded(first(just_after(namespace))))
}

/// Registers the operations. `keys` know whose an access key is.
pub(super) fn register(registrar: &mut impl Registrar<Iam>, keys: &[Arc<dyn AccessKeys>]) {
    access_keys::register(registrar, keys);
    reports::register(registrar);
    granting_policies::register(registrar);
    organizations::register(registrar);
}
