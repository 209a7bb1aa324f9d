//! Which rows bear tags, and the paths in their ARNs.

use std::ops::ControlFlow;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::Tags;
use super::operations::not_an_arn;
use crate::apigateway::{ApiGateway, access, domains, faults};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Index, Scope, Table};

/// The rows of a table, by the path in their ARNs and what is said where there is none. Their tags are in `tags`.
macro_rules! rows {
    ($path:literal, $($table:ident).+, $missing:expr) => {
        rows!($path, $($table).+, $missing, in false)
    };
    ($path:literal, $($table:ident).+, $missing:expr, names_account) => {
        rows!($path, $($table).+, $missing, in true)
    };
    ($path:literal, $($table:ident).+, $missing:expr, in $names_account:literal) => {
        &Rows {
            path: $path,
            names_account: $names_account,
            table: |state| &state.$($table).+,
            table_mut: |state| &mut state.$($table).+,
            tags: |row| &row.tags,
            tags_mut: |row| &mut row.tags,
            missing: $missing,
        }
    };
}

/// Every kind of resource that bears tags, in both of API Gateway's APIs. Of two that fit a path the one is
/// meant that has such a row.
static KINDS: [&dyn Kind; 12] = [
    rows!("/restapis/{}", rest_apis, |ctx, id| faults::no_api(ctx, id)),
    rows!("/restapis/{}/stages/{}", stages, |_, _| faults::no_stage()),
    rows!("/apikeys/{}", api_keys, |_, _| access::no_key()),
    rows!("/usageplans/{}", usage_plans, |_, _| access::no_plan()),
    rows!("/clientcertificates/{}", client_certificates, |_, _| domains::no_certificate()),
    rows!("/vpclinks/{}", vpc_links, |_, _| domains::no_vpc_link()),
    rows!("/vpclinks/{}", v2.vpc_links, |_, _| domains::no_vpc_link()),
    rows!("/domainnames/{}+{}", domain_names, |_, _| domains::no_domain(), names_account),
    rows!("/domainnames/{}", domain_names, |_, _| domains::no_domain()),
    rows!("/apis/{}", v2.apis, |ctx, id| faults::no_api(ctx, id)),
    rows!("/apis/{}/stages/{}", v2.stages, |_, _| faults::no_stage()),
    rows!(
        "/domainnameaccessassociations/domainname/{}/vpcesource/{}",
        access_associations,
        |_, _| domains::no_association(),
        names_account
    ),
];

/// A resource with tags, in the order of ARNs: those that name the account come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::apigateway) struct TaggedPath {
    is_without_account: bool,
    path: String,
}

/// A resource that can bear tags, whether it is there or not.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    names_account: bool,
    path: &'a str,
}

impl<'a> Place<'a> {
    /// The place that an ARN names, whosever it is.
    pub(super) fn of(arn: &Arn<'a>) -> Option<Self> {
        let place = Self::at(arn);
        place.kinds().next().is_some().then_some(place)
    }

    fn at(arn: &Arn<'a>) -> Self {
        Self { names_account: !arn.account.is_empty(), path: arn.resource }
    }

    fn tagged(self) -> TaggedPath {
        TaggedPath { is_without_account: !self.names_account, path: self.path.to_owned() }
    }

    /// What has such ARNs: more than one kind where both APIs have a resource of one name.
    fn kinds(self) -> impl Iterator<Item = &'static dyn Kind> {
        kinds_of(self.path).filter(move |kind| kind.names_account() == self.names_account)
    }

    /// The tags, if the resource is there.
    pub(super) fn tags(self, state: &ApiGateway) -> Option<&Tags> {
        self.kinds().find_map(|kind| kind.tags(state, self.path))
    }

    /// Changes the tags, or tells that the resource is missing.
    pub(super) fn change(
        self,
        ctx: &Ctx<'_>,
        state: &mut ApiGateway,
        change: &mut dyn FnMut(&mut Tags) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut kinds = self.kinds();
        let kind =
            kinds.find(|kind| kind.tags(state, self.path).is_some()).ok_or_else(|| self.missing(ctx))?;
        kind.change(ctx, state, self.path, change)
    }

    /// What is said when the resource is missing.
    pub(super) fn missing(self, ctx: &Ctx<'_>) -> Fault {
        self.kinds().next().map_or_else(not_an_arn, |kind| kind.missing(ctx, self.path))
    }

    /// Whether it has tags or had some.
    pub(super) fn was_ever_tagged(self, state: &ApiGateway) -> bool {
        state.ever_tagged.contains(&self.tagged())
    }
}

/// Shows every resource that has tags or had some, by its ARN, behind one of these.
pub(super) fn each_tagged(
    scope: &Scope,
    state: &ApiGateway,
    after: Option<&Arn<'_>>,
    visit: &mut dyn FnMut(Arn<'_>, &Tags) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for TaggedPath { is_without_account, path } in
        state.ever_tagged.after(after.map(|arn| Place::at(arn).tagged()))
    {
        let place = Place { names_account: !is_without_account, path };
        let Some(tags) = place.tags(state) else { continue };
        let (partition, region) = (scope.region.partition().id, scope.region.as_str());
        let account = if *is_without_account { "" } else { scope.account.as_str() };
        let text = format!("arn:{partition}:apigateway:{region}:{account}:{path}");
        visit(Arn { text: &text, partition, service: "apigateway", region, account, resource: path }, tags)?;
    }
    ControlFlow::Continue(())
}

/// The tags of what stands at a path, over those of what it belongs to.
pub(in crate::apigateway) fn along(state: &ApiGateway, path: &str) -> Vec<(String, String)> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let places = ends.filter(|end| *end > 0).map(|end| &path[..end]);
    let tags = places.filter_map(|path| kinds_of(path).find_map(|kind| kind.tags(state, path)));
    tags.flat_map(|tags| tags.iter().map(|(key, value)| (key.clone(), value.clone()))).collect()
}

/// Brings up to date which resources have tags or had some, by what the present write changed.
pub(in crate::apigateway) fn follow_changes(state: &mut ApiGateway) {
    let mut changes = Vec::new();
    for kind in KINDS {
        kind.each_change(state, &mut |path, is_there| {
            let tagged = TaggedPath { is_without_account: !kind.names_account(), path };
            changes.push((tagged, is_there));
        });
    }
    for (tagged, is_there) in &changes {
        if *is_there {
            state.ever_tagged.remember(tagged);
        } else {
            state.ever_tagged.forget(tagged);
        }
    }
}

fn kinds_of(path: &str) -> impl Iterator<Item = &'static dyn Kind> {
    KINDS.into_iter().filter(move |kind| parts(kind.path(), path).is_some())
}

/// One kind of resource, whatever its table.
trait Kind: Sync {
    /// The path in its ARNs; `{}` stands for a part of the key.
    fn path(&self) -> &'static str;
    /// Whether its ARNs name the account, as those of private domain names do.
    fn names_account(&self) -> bool;
    fn tags<'s>(&self, state: &'s ApiGateway, path: &str) -> Option<&'s Tags>;
    fn change(
        &self,
        ctx: &Ctx<'_>,
        state: &mut ApiGateway,
        path: &str,
        change: &mut dyn FnMut(&mut Tags) -> Result<(), Fault>,
    ) -> Result<(), Fault>;
    fn missing(&self, ctx: &Ctx<'_>, path: &str) -> Fault;
    /// The paths of those that the present write took out, and of those that it changed and that have tags: whether
    /// they are there.
    fn each_change(&self, state: &ApiGateway, visit: &mut dyn FnMut(String, bool));
}

/// The rows of one table.
struct Rows<K: 'static, V: 'static, I: 'static = ()> {
    path: &'static str,
    names_account: bool,
    table: fn(&ApiGateway) -> &Table<K, V, I>,
    table_mut: fn(&mut ApiGateway) -> &mut Table<K, V, I>,
    tags: fn(&V) -> &Tags,
    tags_mut: fn(&mut V) -> &mut Tags,
    missing: fn(&Ctx<'_>, &K) -> Fault,
}

impl<K: Key, V: Clone, I> Rows<K, V, I> {
    fn key(&self, path: &str) -> Option<K> {
        K::of(&parts(self.path, path)?)
    }
}

impl<K: Key, V: Clone, I: Index<K, V>> Kind for Rows<K, V, I> {
    fn path(&self) -> &'static str {
        self.path
    }

    fn names_account(&self) -> bool {
        self.names_account
    }

    fn tags<'s>(&self, state: &'s ApiGateway, path: &str) -> Option<&'s Tags> {
        (self.table)(state).get(&self.key(path)?).map(|row| (self.tags)(row))
    }

    fn change(
        &self,
        ctx: &Ctx<'_>,
        state: &mut ApiGateway,
        path: &str,
        change: &mut dyn FnMut(&mut Tags) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let table = (self.table_mut)(state);
        let present = self.key(path).and_then(|key| table.get(&key).map(|row| (V::clone(row), key)));
        let (mut row, key) = present.ok_or_else(|| self.missing(ctx, path))?;
        change((self.tags_mut)(&mut row))?;
        table.put(key, row);
        Ok(())
    }

    fn missing(&self, ctx: &Ctx<'_>, path: &str) -> Fault {
        match self.key(path) {
            Some(key) => (self.missing)(ctx, &key),
            None => not_an_arn(),
        }
    }

    fn each_change(&self, state: &ApiGateway, visit: &mut dyn FnMut(String, bool)) {
        let table = (self.table)(state);
        for key in table.changed() {
            let row = table.get(key);
            if row.is_some_and(|row| (self.tags)(row).is_empty()) {
                continue;
            }
            // One table may have rows of two kinds.
            if let Some(path) = filled(self.path, &key.parts()) {
                visit(path, row.is_some());
            }
        }
    }
}

/// A key whose parts stand in the paths of ARNs.
trait Key: Ord + Clone + 'static {
    fn of(parts: &[&str]) -> Option<Self>;
    fn parts(&self) -> Vec<&str>;
}

impl Key for CompactString {
    fn of(parts: &[&str]) -> Option<Self> {
        let [id] = parts else { return None };
        Some((*id).into())
    }

    fn parts(&self) -> Vec<&str> {
        vec![self]
    }
}

/// A pair whose second part may be empty, as that of public domain names is.
impl Key for (CompactString, CompactString) {
    fn of(parts: &[&str]) -> Option<Self> {
        match parts {
            [first] => Some(((*first).into(), CompactString::default())),
            [first, second] => Some(((*first).into(), (*second).into())),
            _ => None,
        }
    }

    fn parts(&self) -> Vec<&str> {
        [&self.0, &self.1].into_iter().map(CompactString::as_str).filter(|part| !part.is_empty()).collect()
    }
}

/// What stands in a path where the pattern has `{}`; `None` where they differ elsewhere. No part has a slash.
fn parts<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut literals = pattern.split("{}");
    let mut rest = path.strip_prefix(literals.next()?)?;
    let mut parts = Vec::new();
    for literal in literals {
        let end = if literal.is_empty() { rest.len() } else { rest.find(literal)? };
        let (part, after) = rest.split_at(end);
        if part.is_empty() || part.contains('/') {
            return None;
        }
        parts.push(part);
        rest = after.strip_prefix(literal)?;
    }
    rest.is_empty().then_some(parts)
}

/// The pattern with these in place of its `{}`; `None` unless it has as many.
fn filled(pattern: &str, parts: &[&str]) -> Option<String> {
    let fits = pattern.matches("{}").count() == parts.len();
    fits.then(|| parts.iter().fold(pattern.to_owned(), |path, part| path.replacen("{}", part, 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_of_one_kind() {
        for (path, kind, found) in [
            ("/restapis/a", "/restapis/{}", Some(vec!["a"])),
            ("/restapis/a/stages/b", "/restapis/{}/stages/{}", Some(vec!["a", "b"])),
            ("/restapis/a/stages/b", "/restapis/{}", None),
            ("/restapis/a", "/restapis/{}/stages/{}", None),
            ("/domainnames/a.b+c", "/domainnames/{}+{}", Some(vec!["a.b", "c"])),
            ("/domainnames/a.b", "/domainnames/{}+{}", None),
            ("/restapis/", "/restapis/{}", None),
            ("restapis/a", "/restapis/{}", None),
        ] {
            assert_eq!(parts(kind, path), found, "{path}");
            if let Some(found) = found {
                assert_eq!(filled(kind, &found).as_deref(), Some(path));
                assert_eq!(filled(kind, &[]), None);
            }
        }
    }
}
