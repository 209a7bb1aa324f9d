//! Asking a role's trust policy, with what its conditions may ask about.

use stagecheck_policy::{Context, Principal as Seen};

use super::faults;
use super::session_tags::SessionTags;
use crate::service::ports::{NotAssumed, Permissions, RoleSession, Roles};
use crate::service::{Ctx, Fault, context};
use crate::time::Timestamp;

/// What someone asks of a role.
pub(super) struct Asked<'a> {
    pub(super) role_arn: &'a str,
    pub(super) session_name: &'a str,
    /// `sts:AssumeRole`, `sts:AssumeRoleWithSAML`, ….
    pub(super) action: &'static str,
    pub(super) tags: &'a SessionTags,
    pub(super) source_identity: Option<&'a str>,
    /// Who vouches for what else is told of the session; of Identity Center alone.
    pub(super) context_providers: &'a [String],
}

impl Asked<'_> {
    /// The session, if the trust policy allows all that it takes. `refused` words the refusal of an action.
    pub(super) fn of(
        &self,
        ctx: &Ctx<'_>,
        roles: &dyn Roles,
        assumer: Seen<'_>,
        context: Context,
        refused: impl Fn(&str) -> Fault,
    ) -> Result<RoleSession, Fault> {
        // (inferred) A role of another partition is as good as none: STS does not tell which roles exist.
        if !self.role_arn.starts_with(&format!("arn:{}:", ctx.scope.region.partition().id)) {
            return Err(refused(self.action));
        }
        let context = self.with_request(context);
        let assume = |action: &str| {
            roles.assume_by(action, self.role_arn, assumer, &context).map_err(|why| match why {
                NotAssumed::NoSuchRole => refused(self.action),
                NotAssumed::NotTrusted(_) => refused(action),
            })
        };
        let session = assume(self.action)?;
        for further in self.further_actions() {
            assume(further)?;
        }
        Ok(session)
    }

    /// Source: AWS IAM user guide, "Passing session tags in AWS STS" and "Monitor and control actions taken with assumed
    /// roles": inherited tags and source identities need the permission, too.
    fn further_actions(&self) -> impl Iterator<Item = &'static str> {
        [
            (!self.tags.is_empty(), "sts:TagSession"),
            (self.source_identity.is_some(), "sts:SetSourceIdentity"),
            (!self.context_providers.is_empty(), "sts:SetContext"),
        ]
        .into_iter()
        .filter_map(|(needed, action)| needed.then_some(action))
    }

    fn with_request(&self, mut context: Context) -> Context {
        context = context.with("sts:RoleSessionName", [self.session_name]);
        for (key, value) in self.tags.all() {
            context = context.with(&format!("aws:RequestTag/{key}"), [value.as_str()]);
        }
        context
            .with("aws:TagKeys", self.tags.all().map(|(key, _)| key.as_str()))
            .with("sts:TransitiveTagKeys", self.tags.transitive_keys().iter().map(String::as_str))
            .with("sts:SourceIdentity", self.source_identity)
            .with("sts:RequestContextProviders", self.context_providers.iter().map(String::as_str))
    }
}

/// What every request has.
pub(super) fn of_request(ctx: &Ctx<'_>) -> Context {
    context::of_time_and_place(ctx.scope.region.as_str(), ctx.now)
}

/// What a request tells of its caller, who gave an MFA code with it or not.
pub(super) fn of_caller(ctx: &Ctx<'_>, permissions: &dyn Permissions, gave_mfa_code: bool) -> Context {
    let tags = permissions.of(ctx.principal).tags;
    let context = of_request(ctx).with("aws:PrincipalIsAWSService", ["false"]);
    let context = context::of_caller(context, ctx.principal, &tags, ctx.now);
    // Long-term credentials that come without a code do not have the keys at all.
    if gave_mfa_code {
        context.with("aws:MultiFactorAuthPresent", ["true"]).with("aws:MultiFactorAuthAge", ["0"])
    } else {
        context
    }
}

pub(super) fn seconds(moment: Timestamp) -> i64 {
    moment.millis().div_euclid(1000)
}

/// A source identity, or the name of a session, that an identity provider tells.
pub(super) fn is_session_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (2..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// A source identity that an identity provider tells, if it is one.
pub(super) fn source_identity(text: &str) -> Result<String, Fault> {
    if is_session_name(text) {
        return Ok(text.to_owned());
    }
    // Source: AWS IAM user guide, "Troubleshoot SAML federation with IAM".
    Err(faults::invalid_identity_token(
        "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"",
    ))
}
