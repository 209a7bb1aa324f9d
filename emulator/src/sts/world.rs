//! What tests of STS run in: one role, one managed policy, one MFA device, and identity providers to be given.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use stagecheck_policy::{
    Context, Document, Kind, Outcome, Policy, Principal as Seen, Request, evaluate_trust,
};

use super::{AuthorizationMessages, OidcKeys, Ports, SessionKeys, SigningKeys, Sts};
use crate::ids::Ids;
use crate::service::ports::{
    AccessKeys as _, Grants, IdentityProviders, ManagedPolicies, MfaDevices, NotAssumed, OidcProvider,
    Permissions, RoleSession, RoleTrust, Roles, SamlProvider,
};
use crate::service::{Ctx, Fault, Identity, Principal, Quotas};
use crate::store::{Account, Scope, Scopes};
use crate::time::Timestamp;

pub(super) const ROLE: &str = "arn:aws:iam::123456789012:role/team/worker";
pub(super) const USER: &str = "arn:aws:iam::123456789012:user/ann";
pub(super) const POLICY: &str = "arn:aws:iam::123456789012:policy/reader";
pub(super) const DEVICE: &str = "arn:aws:iam::123456789012:mfa/ann";
pub(super) const READ: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:Get*","Resource":"*"}}"#;

/// A moment in 2026.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

pub(super) type Handler<I, O> = fn(&Ctx<'_>, &Scopes<Sts>, I, &Ports) -> Result<O, Fault>;

pub(super) struct World {
    pub(super) states: Scopes<Sts>,
    pub(super) keys: Arc<SessionKeys>,
    pub(super) ports: Ports,
    pub(super) now: Timestamp,
    scope: Scope,
    ids: Ids,
}

/// Answers all that IAM does.
#[derive(Clone, Default)]
pub(super) struct FakeIam {
    pub(super) trust: Option<Arc<Document>>,
    pub(super) saml: Option<SamlProvider>,
    pub(super) oidc: Option<OidcProvider>,
    pub(super) issuer: Option<String>,
}

impl Roles for FakeIam {
    fn assume_by(
        &self,
        action: &str,
        role_arn: &str,
        principal: Seen<'_>,
        context: &Context,
    ) -> Result<RoleSession, NotAssumed> {
        let document = self.trust.as_ref().filter(|_| role_arn == ROLE).ok_or(NotAssumed::NoSuchRole)?;
        let request = Request { principal, action, resource: role_arn, resource_account: None, context };
        let decision = evaluate_trust(&request, &Policy { name: "trust policy", document });
        if decision.outcome != Outcome::Allowed {
            return Err(NotAssumed::NotTrusted(decision));
        }
        Ok(RoleSession {
            role_arn: ROLE.into(),
            role_id: "AROAEXAMPLE".into(),
            role_name: "worker".into(),
            max_session_seconds: 7200,
            grants: Grants::default(),
        })
    }
}

impl Permissions for FakeIam {
    fn of(&self, caller: &Principal) -> Grants {
        let tags = match &caller.identity {
            Identity::User { .. } => vec![("team".to_owned(), "blue".to_owned())],
            Identity::Root | Identity::Role { .. } => Vec::new(),
        };
        Grants { tags, ..Grants::default() }
    }

    fn is_there(&self, _: &Principal) -> bool {
        true
    }

    fn trust(&self, role_arn: &str) -> Option<RoleTrust> {
        let document = self.trust.as_ref().filter(|_| role_arn == ROLE)?;
        let policy = (Arc::from("trust policy"), Arc::clone(document));
        Some(RoleTrust { policy, tags: Vec::new() })
    }
}

impl ManagedPolicies for FakeIam {
    fn default_text(&self, _: &Scope, arn: &str) -> Option<String> {
        (arn == POLICY).then(|| READ.to_owned())
    }
}

impl MfaDevices for FakeIam {
    fn verify(&self, caller: &Principal, serial_number: &str, code: &str, _: Timestamp) -> bool {
        caller.arn == USER && serial_number == DEVICE && code == "123456"
    }
}

impl IdentityProviders for FakeIam {
    fn saml(&self, arn: &str) -> Option<SamlProvider> {
        self.saml.clone().filter(|provider| provider.arn == arn)
    }

    fn oidc(&self, _: &Scope, issuer_url: &str) -> Option<OidcProvider> {
        let url = issuer_url.trim_start_matches("https://");
        self.oidc.clone().filter(|provider| provider.url == url)
    }

    fn outbound(&self, _: &Scope) -> Option<String> {
        self.issuer.clone()
    }
}

impl World {
    /// With a role that has this trust policy.
    pub(super) fn new(trust: &str) -> Self {
        Self::with(trust, FakeIam::default(), OidcKeys::default())
    }

    pub(super) fn with(trust: &str, account: FakeIam, oidc_keys: OidcKeys) -> Self {
        let trust = Document::parse(trust, Kind::Trust).unwrap();
        let account = Arc::new(FakeIam { trust: Some(Arc::new(trust)), ..account });
        let keys = Arc::new(SessionKeys::default());
        let follow = Arc::clone(&keys);
        Self {
            states: Scopes::with_commit_hook(move |_, state| follow.follow(state)),
            ports: Ports {
                roles: Arc::clone(&account) as _,
                permissions: Arc::clone(&account) as _,
                policies: Arc::clone(&account) as _,
                mfa_devices: Arc::clone(&account) as _,
                keys: vec![Arc::clone(&keys) as _],
                providers: account,
                oidc_keys: Arc::new(oidc_keys),
                messages: Arc::new(AuthorizationMessages::new()),
                signing_keys: Arc::new(SigningKeys::default()),
            },
            keys,
            now: NOW,
            scope: Scope { account: Account::parse("123456789012").unwrap(), ..Scope::default() },
            ids: Ids::seeded(1),
        }
    }

    pub(super) fn root(&self) -> Principal {
        Principal::root(&self.scope)
    }

    /// The user ann.
    pub(super) fn user(&self) -> Principal {
        Principal {
            arn: USER.to_owned(),
            user_id: "AIDAEXAMPLE".to_owned(),
            identity: Identity::User { arn: USER.into(), name: "ann".into() },
            ..self.root()
        }
    }

    /// Who has the credentials of an answer.
    pub(super) fn session(&self, answer: &Value) -> Principal {
        let id = answer["Credentials"]["AccessKeyId"].as_str().unwrap();
        Principal::clone(&self.keys.access_key(id).unwrap().owner)
    }

    pub(super) fn call<I: DeserializeOwned, O: Serialize>(
        &self,
        caller: &Principal,
        handler: Handler<I, O>,
        input: Value,
    ) -> Result<Value, Fault> {
        let ctx = Ctx {
            scope: &self.scope,
            principal: caller,
            now: self.now,
            ids: &self.ids,
            quotas: &Quotas::Default,
        };
        let input = serde_json::from_value(input).unwrap();
        handler(&ctx, &self.states, input, &self.ports).map(|output| serde_json::to_value(output).unwrap())
    }
}
