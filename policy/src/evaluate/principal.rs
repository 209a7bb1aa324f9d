//! Whom a `Principal` element means.

use super::request::Principal;
use crate::document::{Principals, Scope};

/// How closely an element names the one who asks, from not at all to by its own name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Not at all.
    #[default]
    Nobody,
    /// By its account, which within the account leaves the choice to identity policies.
    Account,
    /// By the role whose session it is, so that what limits the session still does.
    Role,
    /// By its own ARN, or as anyone.
    Itself,
}

pub(super) fn reach(scope: &Scope<Principals>, principal: Principal<'_>) -> Reach {
    match scope {
        Scope::Only(principals) => named(principals, principal),
        Scope::AllBut(principals) if is_exempt(principals, principal) => Reach::Nobody,
        Scope::AllBut(_) => Reach::Itself,
    }
}

/// What is given to `*` is given to sessions themselves: neither boundary nor session policies limit it. It means services,
/// too: S3's guide once let S3 publish to a topic by it, and policies that deny to `*` have to make an exception for them
/// by `aws:PrincipalIsAWSService`. Inferred: that `{"AWS": "*"}` lets no service assume a role.
///
/// Source: AWS IAM user guide, "AWS JSON policy elements: Principal".
fn named(principals: &Principals, principal: Principal<'_>) -> Reach {
    let listed = |names: &[String], name: &str| names.iter().any(|named| named == name);
    let by_name = match principal {
        Principal::Service(service) if listed(&principals.services, service) => Reach::Itself,
        Principal::Service(_) => Reach::Nobody,
        Principal::Federated(provider) if listed(&principals.federated, provider) => Reach::Itself,
        Principal::Federated(_) | Principal::Anonymous => Reach::Nobody,
        Principal::Root(arn) => {
            principals.aws.iter().map(|named| reach_of_user(named, arn)).max().unwrap_or_default()
        }
        Principal::Aws(arn) => {
            principals.aws.iter().map(|named| reach_of_aws(named, arn)).max().unwrap_or_default()
        }
        Principal::Session { arn, issuer } => {
            principals.aws.iter().map(|named| reach_of_session(named, arn, issuer)).max().unwrap_or_default()
        }
    };
    if is_wildcard_for(principals, principal) { Reach::Itself } else { by_name }
}

/// A Deny with `NotPrincipal` spares only those whose every name is listed: the account, and the user, or the role and
/// the session.
///
/// Source: AWS IAM user guide, "IAM JSON policy elements: NotPrincipal".
fn is_exempt(principals: &Principals, principal: Principal<'_>) -> bool {
    let is_listed =
        |reaches: fn(&str, &str) -> bool, name: &str| principals.aws.iter().any(|named| reaches(named, name));
    is_wildcard_for(principals, principal)
        || match principal {
            Principal::Service(_) | Principal::Federated(_) | Principal::Anonymous => {
                named(principals, principal) != Reach::Nobody
            }
            Principal::Root(arn) => is_listed(is_account_of, arn),
            Principal::Aws(arn) => {
                let itself = |named: &str, arn: &str| named == arn || is_role_of(named, arn);
                is_listed(is_account_of, arn) && is_listed(itself, arn)
            }
            Principal::Session { arn, issuer } => {
                let same = |named: &str, arn: &str| named == arn;
                is_listed(is_account_of, arn) && is_listed(same, arn) && is_listed(same, issuer)
            }
        }
}

fn is_wildcard_for(principals: &Principals, principal: Principal<'_>) -> bool {
    let is_of_aws = matches!(principal, Principal::Root(_) | Principal::Aws(_) | Principal::Session { .. });
    principals.anyone || (principals.any_aws && is_of_aws)
}

fn reach_of_user(named: &str, arn: &str) -> Reach {
    if named == arn {
        Reach::Itself
    } else if is_account_of(named, arn) {
        Reach::Account
    } else {
        Reach::Nobody
    }
}

/// A role that is named is not yet its session: what limits the session still does.
fn reach_of_aws(named: &str, arn: &str) -> Reach {
    match reach_of_user(named, arn) {
        Reach::Itself if arn.contains(":role/") => Reach::Role,
        Reach::Nobody if is_role_of(named, arn) => Reach::Role,
        reach => reach,
    }
}

fn reach_of_session(named: &str, arn: &str, issuer: &str) -> Reach {
    match reach_of_user(named, arn) {
        Reach::Nobody if named == issuer => Reach::Role,
        reach => reach,
    }
}

/// Whether `arn:aws:iam::ACCOUNT:root` or the account's id means the account of an ARN.
fn is_account_of(named: &str, arn: &str) -> bool {
    let Some(account) = arn.split(':').nth(4).filter(|account| !account.is_empty()) else { return false };
    named == account || (named.ends_with(":root") && named.split(':').nth(4) == Some(account))
}

/// Whether `arn:aws:iam::ACCOUNT:role/PATH/NAME` is the role of `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`.
fn is_role_of(role: &str, session: &str) -> bool {
    let (role, session): (Vec<&str>, Vec<&str>) =
        (role.splitn(6, ':').collect(), session.splitn(6, ':').collect());
    let (["arn", _, "iam", "", owner, role], ["arn", _, "sts", "", account, session]) =
        (&role[..], &session[..])
    else {
        return false;
    };
    let role_name = role.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    let session_role = session.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
    owner == account && role_name.is_some() && role_name == session_role
}
