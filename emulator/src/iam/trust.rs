//! Whom trust policies name. A user or role must be there to be named, and what is meant is itself, not its name: when it
//! is renamed the policy follows, and when it goes its unique id stays, so that another of the same name is not trusted.
//!
//! AWS keeps unique ids instead of ARNs and writes ARNs when it is asked. Here it is the other way round, which no caller
//! can tell: a document changes when what it names does.
//!
//! Source: AWS IAM user guide, "AWS JSON policy elements: Principal".

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;
use stagecheck_policy::{Document, Principals, Scope as Which};

use super::document::TrustDocument;
use super::entities::{Entity, EntityKind, Term};
use super::roles::Role;
use super::{Iam, faults};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Account, Region, Scope, Scopes};

/// Tells the users, roles, sessions and accounts that a trust policy names, as it has them.
pub(super) fn named<'a>(document: &'a Document, tell: impl FnMut(&'a str)) {
    all_principals(document).flat_map(|principals| &principals.aws).map(String::as_str).for_each(tell);
}

fn all_principals(document: &Document) -> impl Iterator<Item = &Principals> {
    document.statements.iter().filter_map(|statement| statement.principals.as_ref()).map(
        |which| match which {
            Which::Only(principals) | Which::AllBut(principals) => principals,
        },
    )
}

/// Refuses principals that cannot be, and users and roles that other accounts do not have. An account that has neither
/// users nor roles here is taken at its word: nobody says what is in it.
pub(super) fn check(ctx: &Ctx<'_>, states: &Scopes<Iam>, document: &Document) -> Result<(), Fault> {
    for principals in all_principals(document) {
        if let Some(service) = principals.services.iter().find(|service| !may_be_a_service(service)) {
            return Err(faults::invalid_principal("SERVICE", service));
        }
        for name in &principals.aws {
            let there = match principal(ctx, name) {
                Named::Nobody => false,
                Named::Other | Named::Id => true,
                Named::Entity(scope, _) if is_own(ctx, &scope) => true,
                Named::Entity(scope, entity) => states.read(&scope, |state| {
                    let is_unknown = state.users.is_empty() && state.roles.is_empty();
                    is_unknown || arn_of(state, &entity) == Some(name)
                }),
            };
            if !there {
                return Err(faults::invalid_principal("AWS", name));
            }
        }
    }
    Ok(())
}

/// A trust policy whose users and roles of the own account are there, by their ARNs. Refuses others.
pub(super) fn known(ctx: &Ctx<'_>, state: &Iam, document: TrustDocument) -> Result<TrustDocument, Fault> {
    let mut by_id = Vec::new();
    for name in all_principals(document.parsed()).flat_map(|principals| &principals.aws) {
        let there = match principal(ctx, name) {
            Named::Entity(scope, entity) if is_own(ctx, &scope) => arn_of(state, &entity) == Some(name),
            Named::Id => match arn_with_id(state, name) {
                Some(arn) => {
                    by_id.push((name.clone(), arn.to_owned()));
                    true
                }
                None => false,
            },
            Named::Entity(..) | Named::Other | Named::Nobody => true,
        };
        if !there {
            return Err(faults::invalid_principal("AWS", name));
        }
    }
    by_id
        .iter()
        .try_fold(document, |document, (id, arn)| TrustDocument::parse(renamed(document.text(), id, arn)))
}

/// Has the account's trust policies say another name for a principal.
pub(super) fn rename(state: &mut Iam, old: &str, new: &str) {
    if old == new {
        return;
    }
    let rows: Vec<_> = state
        .roles
        .naming(&Term::Trusts(old.to_owned()))
        .map(|(name, role)| (name.clone(), Role::clone(role)))
        .collect();
    for (name, mut role) in rows {
        // What was a trust policy is one with another name in it.
        if let Ok(document) = TrustDocument::parse(renamed(role.assume_role_policy_document.text(), old, new))
        {
            role.assume_role_policy_document = document;
            state.roles.put(name, role);
        }
    }
}

/// Has the trust policies of all other accounts say another name for a principal.
pub(super) fn rename_elsewhere(ctx: &Ctx<'_>, states: &Scopes<Iam>, old: &str, new: &str) {
    if old == new {
        return;
    }
    let term = Term::Trusts(old.to_owned());
    for scope in states.scopes() {
        if !is_own(ctx, &scope) && states.read(&scope, |state| state.roles.count_naming(&term) > 0) {
            // It cannot fail: there is nothing to refuse.
            let _: Result<(), ()> = states.write(&scope, |state| {
                rename(state, old, new);
                Ok(())
            });
        }
    }
}

/// What an `AWS` principal may be.
enum Named {
    /// A user or role, and where it would be.
    Entity(Scope, Entity),
    /// A unique id.
    Id,
    /// An account, or a session.
    Other,
    /// Nobody: a group, another service's resource, or of another partition.
    Nobody,
}

fn principal(ctx: &Ctx<'_>, name: &str) -> Named {
    let partition = ctx.scope.region.partition().id;
    let Some(arn) = Arn::parse(name) else {
        return if Account::parse(name).is_some() { Named::Other } else { Named::Id };
    };
    let (Some(account), true) = (Account::parse(arn.account), arn.partition == partition) else {
        return Named::Nobody;
    };
    let entity = match (arn.service, arn.resource.split_once('/')) {
        ("iam", None) if arn.resource == "root" => return Named::Other,
        ("sts", Some(("assumed-role" | "federated-user", _))) => return Named::Other,
        ("iam", Some(("user", path))) => Entity::user(last_of(path)),
        ("iam", Some(("role", path))) => Entity::role(last_of(path)),
        _ => return Named::Nobody,
    };
    match Region::home_of(partition) {
        Some(region) if arn.region.is_empty() => Named::Entity(Scope { account, region }, entity),
        _ => Named::Nobody,
    }
}

fn last_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_own(ctx: &Ctx<'_>, scope: &Scope) -> bool {
    scope.account == ctx.scope.account && scope.region.partition() == ctx.scope.region.partition()
}

fn arn_of<'a>(state: &'a Iam, entity: &Entity) -> Option<&'a str> {
    match entity.kind {
        EntityKind::User => state.users.get(&entity.name).map(|user| &*user.arn),
        EntityKind::Role => state.roles.get(&entity.name).map(|role| &*role.arn),
        EntityKind::Group => None,
    }
}

/// Whose unique id this is. All are gone through: hardly anyone writes ids.
fn arn_with_id<'a>(state: &'a Iam, id: &str) -> Option<&'a str> {
    let users = state.users.iter().map(|(_, user)| (&*user.user_id, &*user.arn));
    let roles = state.roles.iter().map(|(_, role)| (&*role.role_id, &*role.arn));
    users.chain(roles).find(|(of, _)| *of == id).map(|(_, arn)| arn)
}

/// (inferred) AWS takes the services that there are, of which there is no public list: here all that have a host's name.
/// The domain alone was seen to be refused (aws-samples/aws-cdk-examples#801).
fn may_be_a_service(name: &str) -> bool {
    let is_of_a_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    name.contains('.')
        && !matches!(name, "amazonaws.com" | "amazonaws.com.cn")
        && name.bytes().all(is_of_a_name)
}

/// The document with another name for a principal, and all else as it stands.
fn renamed(text: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for place in places_of(text, old) {
        out.push_str(&text[done..place.start]);
        out.push_str(&serde_json::Value::from(new).to_string());
        done = place.end;
    }
    out.push_str(&text[done..]);
    out
}

/// Where a document names an `AWS` principal, in the order of the text.
fn places_of(text: &str, name: &str) -> Vec<Range<usize>> {
    #[derive(Deserialize)]
    struct Top<'a> {
        #[serde(borrow, rename = "Statement")]
        statement: &'a RawValue,
    }
    #[derive(Deserialize)]
    struct Statement<'a> {
        #[serde(borrow, default, rename = "Principal", alias = "NotPrincipal")]
        principal: Option<Principal<'a>>,
    }
    #[derive(Deserialize)]
    struct Principal<'a> {
        #[serde(borrow, default, rename = "AWS")]
        aws: Option<&'a RawValue>,
    }
    let Ok(top) = serde_json::from_str::<Top<'_>>(text) else { return Vec::new() };
    let statements = one_or_many(top.statement);
    let statements =
        statements.iter().filter_map(|raw| serde_json::from_str::<Statement<'_>>(raw.get()).ok());
    let names = statements.filter_map(|statement| statement.principal?.aws).flat_map(one_or_many);
    let is_meant = |raw: &&RawValue| serde_json::from_str::<String>(raw.get()).is_ok_and(|text| text == name);
    let place = |raw: &RawValue| {
        let start = raw.get().as_ptr().addr() - text.as_ptr().addr();
        start..start + raw.get().len()
    };
    names.filter(is_meant).map(place).collect()
}

fn one_or_many(raw: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| vec![raw])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_principals_are_renamed() {
        let ann = "arn:aws:iam::000000000000:user/ann";
        let text = format!(
            r#"{{"Statement" : [{{"Sid": "{ann}", "Effect": "Allow", "Principal": {{"AWS": ["{ann}",  "{ann}a", "arn:aws:iam::000000000000:user\/ann"]}},
                "Action": "sts:AssumeRole", "Condition": {{"ArnLike": {{"aws:PrincipalArn": "{ann}"}}}}}},
                {{"NotPrincipal": {{"AWS": "{ann}", "Service": "{ann}"}}}}]}}"#
        );
        let expected = format!(
            r#"{{"Statement" : [{{"Sid": "{ann}", "Effect": "Allow", "Principal": {{"AWS": ["AIDA",  "{ann}a", "AIDA"]}},
                "Action": "sts:AssumeRole", "Condition": {{"ArnLike": {{"aws:PrincipalArn": "{ann}"}}}}}},
                {{"NotPrincipal": {{"AWS": "AIDA", "Service": "{ann}"}}}}]}}"#
        );
        assert_eq!(renamed(&text, ann, "AIDA"), expected);
        let single = format!(r#"{{"Statement":{{"Principal":{{"AWS":"{ann}"}}}}}}"#);
        assert_eq!(renamed(&single, ann, "x"), r#"{"Statement":{"Principal":{"AWS":"x"}}}"#);
        assert_eq!(renamed("{}", ann, "x"), "{}");
    }

    #[test]
    fn services_have_the_names_of_hosts() {
        for name in ["apigateway.amazonaws.com", "ec2.amazonaws.com.cn", "states.us-east-1.amazonaws.com"] {
            assert!(may_be_a_service(name), "{name}");
        }
        for name in [
            "",
            "lambda",
            "amazonaws.com",
            "Lambda.amazonaws.com",
            "lambda.amazonaws.com ",
            "аpi.amazonaws.com",
        ] {
            assert!(!may_be_a_service(name), "{name}");
        }
    }
}
