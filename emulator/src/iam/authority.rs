//! Lets others assume roles, on the trust policies and permissions as they are now.

use std::iter::once;
use std::sync::Arc;

use stagecheck_policy::{Context, Document, Outcome, Policy, Principal, Request, evaluate_trust};

use super::boundaries::PermissionsBoundary;
use super::entities::Entity;
use super::roles::Role;
use super::users::User;
use super::{Iam, aws_managed, managed_policies, memberships, tags};
use crate::service::ports::{
    Grants, ManagedPolicies, NotAssumed, Permissions, RoleSession, RoleTrust, Roles,
};
use crate::service::{Arn, Identity, NamedDocument, Principal as Caller};
use crate::store::{Account, InEffect, Region, Scope, assert_unlocked};
use crate::time::Timestamp;

/// Answers the [`Roles`] and [`Permissions`] ports from IAM's states that are in effect.
pub(crate) struct RoleAuthority {
    states: InEffect<Iam>,
}

impl RoleAuthority {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: InEffect<Iam>) -> Self {
        Self { states }
    }
}

impl Roles for RoleAuthority {
    fn assume_by(
        &self,
        action: &str,
        role_arn: &str,
        assumer: Principal<'_>,
        context: &Context,
    ) -> Result<RoleSession, NotAssumed> {
        assert_unlocked();
        let (scope, name) = place_of(role_arn).ok_or(NotAssumed::NoSuchRole)?;
        self.states.read(&scope, |state| {
            let role = state
                .roles
                .get(&name.into())
                .filter(|role| *role.arn == *role_arn)
                .ok_or(NotAssumed::NoSuchRole)?;
            let context = &with_tags_of(role, context);
            let request =
                Request { principal: assumer, action, resource: role_arn, resource_account: None, context };
            let trust = Policy { name: "trust policy", document: role.assume_role_policy_document.parsed() };
            let decision = evaluate_trust(&request, &trust);
            match decision.outcome {
                Outcome::Allowed => Ok(session(state, role)),
                Outcome::ExplicitDeny | Outcome::ImplicitDeny => Err(NotAssumed::NotTrusted(decision)),
            }
        })
    }
}

/// What conditions of the trust policy may ask about the role itself.
fn with_tags_of(role: &Role, context: &Context) -> Context {
    tags::pairs(&role.tags).into_iter().fold(context.clone(), |context, (key, value)| {
        let by_key = |prefix: &str| format!("{prefix}:ResourceTag/{key}");
        context.with(&by_key("aws"), [value.as_str()]).with(&by_key("iam"), [value.as_str()])
    })
}

/// Where a role's ARN points: whose state, and the name behind the path.
fn place_of(role_arn: &str) -> Option<(Scope, &str)> {
    let fields: Vec<&str> = role_arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = fields.as_slice() else { return None };
    let name = resource.strip_prefix("role/")?.rsplit('/').next()?;
    let region = Region::home_of(partition)?;
    Some((Scope { account: Account::parse(account)?, region }, name))
}

fn session(state: &Iam, role: &Role) -> RoleSession {
    RoleSession {
        role_arn: Arc::clone(&role.arn),
        role_id: Arc::clone(&role.role_id),
        role_name: Arc::from(role.role_name.as_str()),
        max_session_seconds: role.max_session_duration,
        grants: grants_of_role(state, role),
    }
}

fn grants_of_role(state: &Iam, role: &Role) -> Grants {
    Grants {
        policies: policies_of(state, &Entity::role(&role.role_name)).collect(),
        boundary: boundary(state, role.permissions_boundary.as_ref()),
        tags: tags::pairs(&role.tags),
    }
}

/// A user has what its groups have.
fn grants_of_user(state: &Iam, user: &User) -> Grants {
    let groups = memberships::groups_of(state, &user.user_name);
    let entities = once(Entity::user(&user.user_name)).chain(groups.map(|group| Entity::group(group)));
    Grants {
        policies: entities.flat_map(|entity| policies_of(state, &entity).collect::<Vec<_>>()).collect(),
        boundary: boundary(state, user.permissions_boundary.as_ref()),
        tags: tags::pairs(&user.tags),
    }
}

/// The inline and attached policies of a user, group or role.
fn policies_of(state: &Iam, entity: &Entity) -> impl Iterator<Item = NamedDocument> {
    let inline = state.inline_policies.range(entity.rows()).map(|(_, policy)| {
        (Arc::from(policy.policy_name.as_str()), Arc::clone(policy.policy_document.parsed()))
    });
    let attached = state.attachments.range(entity.rows()).filter_map(|((_, arn), _)| {
        Some((Arc::from(arn.as_str()), managed_policies::default_document(state, arn)?))
    });
    inline.chain(attached)
}

/// A boundary whose policy is gone allows nothing. IAM lets nobody delete such a policy, but an import can leave it out.
fn boundary(state: &Iam, boundary: Option<&PermissionsBoundary>) -> Option<NamedDocument> {
    let arn = boundary?.permissions_boundary_arn.as_str();
    let nothing = || Arc::new(Document::default());
    Some((Arc::from(arn), managed_policies::default_document(state, arn).unwrap_or_else(nothing)))
}

impl ManagedPolicies for RoleAuthority {
    fn default_text(&self, scope: &Scope, arn: &str) -> Option<String> {
        assert_unlocked();
        self.states.read(scope, |state| {
            managed_policies::default_text(state, arn).map(|document| document.text().to_owned())
        })
    }
}

impl Permissions for RoleAuthority {
    fn of(&self, caller: &Caller) -> Grants {
        assert_unlocked();
        let arn = match &caller.identity {
            Identity::Root if caller.is_federated_user() => return all(),
            Identity::Root => return Grants::default(),
            Identity::User { arn, .. } | Identity::Role { arn, .. } => arn,
        };
        let Some(scope) = scope_of(arn) else { return Grants::default() };
        self.states.read(&scope, |state| match &caller.identity {
            Identity::Root => Grants::default(),
            Identity::User { name, .. } => {
                let user =
                    state.users.get(name).filter(|user| is_of(caller, &user.user_id, user.create_date));
                user.map(|user| grants_of_user(state, user)).unwrap_or_default()
            }
            Identity::Role { name, .. } => {
                let role =
                    state.roles.get(name).filter(|role| is_of(caller, &role.role_id, role.create_date));
                role.map(|role| grants_of_role(state, role)).unwrap_or_default()
            }
        })
    }

    fn is_there(&self, caller: &Caller) -> bool {
        assert_unlocked();
        let (Identity::User { arn, .. } | Identity::Role { arn, .. }) = &caller.identity else { return true };
        scope_of(arn).is_some_and(|scope| {
            self.states.read(&scope, |state| match &caller.identity {
                Identity::Root => true,
                Identity::User { name, .. } => {
                    let user = state.users.get(name);
                    user.is_some_and(|user| is_of(caller, &user.user_id, user.create_date))
                }
                Identity::Role { name, .. } => {
                    let role = state.roles.get(name);
                    role.is_some_and(|role| is_of(caller, &role.role_id, role.create_date))
                }
            })
        })
    }

    fn trust(&self, role_arn: &str) -> Option<RoleTrust> {
        assert_unlocked();
        let (scope, name) = place_of(role_arn)?;
        self.states.read(&scope, |state| {
            let role = state.roles.get(&name.into()).filter(|role| *role.arn == *role_arn)?;
            let document = Arc::clone(role.assume_role_policy_document.parsed());
            Some(RoleTrust { policy: (Arc::from("trust policy"), document), tags: tags::pairs(&role.tags) })
        })
    }
}

/// What a federated user has whom root made: all, which the session's policies limit.
fn all() -> Grants {
    const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
    let document = aws_managed::by_arn(ADMINISTRATOR).map(|policy| Arc::clone(policy.document().parsed()));
    let policies = document.map(|document| (Arc::from("account root"), document));
    Grants { policies: policies.into_iter().collect(), ..Grants::default() }
}

/// Whose state has the user or role of this ARN.
fn scope_of(arn: &str) -> Option<Scope> {
    let arn = Arn::parse(arn)?;
    Some(Scope { account: Account::parse(arn.account)?, region: Region::home_of(arn.partition)? })
}

/// Whether it is this very user or role, and none of the same name that was made since.
fn is_of(caller: &Caller, id: &str, made: Timestamp) -> bool {
    if caller.is_federated_user() {
        // Its id is its account's and the name that it was given, so it is the time that tells.
        return caller.session.as_ref().is_some_and(|session| made <= session.issued);
    }
    caller.user_id.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::Scopes;

    /// A user under a path and one in a group, each with an inline policy to tell it by, and a role.
    fn authority() -> RoleAuthority {
        let policy = |name: &str| {
            let document = r#"{"Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}"#;
            json!({"PolicyName": name, "PolicyDocument": document})
        };
        let user = json!({
            "Path": "/people/", "UserName": "ann", "UserId": "AIDAANN", "CreateDate": 0,
            "Arn": "arn:aws:iam::000000000000:user/people/ann",
        });
        let group = json!({
            "Path": "/", "GroupName": "ops", "GroupId": "AGPAOPS", "CreateDate": 0,
            "Arn": "arn:aws:iam::000000000000:group/ops",
        });
        let state = json!({
            "users": [["ann", user]],
            "groups": [["ops", group]],
            "memberships": [[["ops", "ann"], {}]],
            "roles": [],
            "inline_policies": [
                [["group/ops", "of-ops"], policy("of-ops")],
                [["user/ann", "of-ann"], policy("of-ann")],
            ],
            "attachments": [], "policies": [], "policy_versions": [],
        });
        let states = Scopes::default();
        let iam: Iam = serde_json::from_value(state).unwrap();
        states
            .write(&Scope::default(), |state| {
                *state = iam;
                Ok::<_, ()>(())
            })
            .unwrap();
        RoleAuthority::new(InEffect::AtOnce(Arc::new(states)))
    }

    fn ann(user_id: &str) -> Caller {
        let arn = "arn:aws:iam::000000000000:user/people/ann";
        Caller {
            account: Account::default(),
            arn: arn.to_owned(),
            user_id: user_id.to_owned(),
            identity: Identity::User { arn: arn.into(), name: "ann".into() },
            session: None,
        }
    }

    #[test]
    fn a_user_has_its_own_policies_and_those_of_its_groups() {
        let authority = authority();
        let policies = authority.of(&ann("AIDAANN")).policies;
        let names: Vec<&str> = policies.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["of-ann", "of-ops"]);
    }

    #[test]
    fn another_of_the_same_name_has_nothing() {
        assert!(authority().of(&ann("AIDAOLD")).policies.is_empty());
    }
}
