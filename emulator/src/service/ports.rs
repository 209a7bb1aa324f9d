//! What services ask of each other. The composition root says who answers.
//!
//! No port may be called under a service lock.

mod encryption;
mod vended_logs;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use stagecheck_policy::{Context, Decision, MatchedStatement, Policies, Policy, Principal, Request};

pub use encryption::{EncryptionKeys, KeyRefusal, KeyUse};
pub use vended_logs::{
    DELIVERY_SERVICE, DeliveryAccess, DeliveryTarget, LogDeliveries, LogDelivery, LogPolicies,
    NoRoomInPolicies, ServiceAccess, StageLogging,
};

use crate::service::{Arn, Ctx, Fault, Identity, NamedDocument, Principal as Caller};
use crate::store::{Account, Region, Scope};
use crate::time::Timestamp;

/// Lets someone assume a role. Answered by IAM.
pub trait Roles: Send + Sync {
    /// The session that `assumer` gets of the role, if its trust policy says so.
    ///
    /// # Errors
    ///
    /// Why not.
    fn assume(
        &self,
        role_arn: &str,
        assumer: Principal<'_>,
        context: &Context,
    ) -> Result<RoleSession, NotAssumed> {
        self.assume_by("sts:AssumeRole", role_arn, assumer, context)
    }

    /// As [`assume`](Self::assume), if the trust policy allows this action of STS.
    ///
    /// # Errors
    ///
    /// Why not.
    fn assume_by(
        &self,
        action: &str,
        role_arn: &str,
        assumer: Principal<'_>,
        context: &Context,
    ) -> Result<RoleSession, NotAssumed>;
}

/// Knows managed policies. Answered by IAM.
pub trait ManagedPolicies: Send + Sync {
    /// The text of the default version of a policy of the account, or of one that AWS manages.
    fn default_text(&self, scope: &Scope, arn: &str) -> Option<String>;
}

/// Why a role was not assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAssumed {
    /// There is no such role, or the text is no role's ARN.
    NoSuchRole,
    /// Its trust policy does not let this principal in.
    NotTrusted(Decision),
}

/// What a role may do, as it was when it was assumed.
#[derive(Clone, Debug)]
pub struct RoleSession {
    /// The role's ARN.
    pub role_arn: Arc<str>,
    /// The role's unique id, `AROA…`.
    pub role_id: Arc<str>,
    /// The role's name, without its path.
    pub role_name: Arc<str>,
    /// Its longest session, in seconds.
    pub max_session_seconds: i64,
    /// What its policies let it do.
    pub grants: Grants,
}

/// What the policies of an identity let it do.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    /// Its inline and attached policies, by name or ARN, with those of its groups.
    pub policies: Vec<NamedDocument>,
    /// Its permissions boundary, by ARN.
    pub boundary: Option<NamedDocument>,
    /// Its tags, which `aws:PrincipalTag` tells.
    pub tags: Vec<(String, String)>,
}

impl RoleSession {
    /// Whether the role's policies let it do this to that.
    #[must_use]
    pub fn decide(&self, action: &str, resource: &str, context: &Context) -> Decision {
        let request = Request {
            principal: Principal::Aws(&self.role_arn),
            action,
            resource,
            resource_account: None,
            context,
        };
        self.grants.decide(&request, Policies::default())
    }
}

impl Grants {
    /// Whether these policies, with the others that apply, allow a request.
    #[must_use]
    pub fn decide(&self, request: &Request<'_>, others: Policies<'_>) -> Decision {
        let identity: Vec<Policy<'_>> = self.policies.iter().map(named).collect();
        let boundary = self.boundary.as_ref().map(named);
        stagecheck_policy::evaluate(request, &Policies { identity: &identity, boundary, ..others })
    }
}

/// A document as evaluation takes it.
#[must_use]
pub fn named((name, document): &NamedDocument) -> Policy<'_> {
    Policy { name, document }
}

/// Tells what callers may do. Answered by IAM.
pub trait Permissions: Send + Sync {
    /// The policies of a caller's user or role; nothing of root, and of what is gone since.
    fn of(&self, caller: &Caller) -> Grants;

    /// Whether the caller's user or role is still there: this very one, and none of the same name that was made since.
    fn is_there(&self, caller: &Caller) -> bool;

    /// Whom a role trusts; `None` where there is no such role.
    fn trust(&self, role_arn: &str) -> Option<RoleTrust>;
}

/// Whom a role trusts.
#[derive(Clone, Debug)]
pub struct RoleTrust {
    /// Its trust policy.
    pub policy: NamedDocument,
    /// The role's tags.
    pub tags: Vec<(String, String)>,
}

/// Reads JSON Web Tokens. Answered by STS, which has the keys of their issuers.
pub trait Tokens: Send + Sync {
    /// What a token claims, if the issuer that it names signed it. Tokens of an issuer whose keys were not given are taken
    /// for what they claim. When they hold, and for whom they are, is for others to look at.
    ///
    /// # Errors
    ///
    /// [`BadToken`] when it is none, or signed by somebody else.
    fn claims(&self, token: &str) -> Result<serde_json::Map<String, serde_json::Value>, BadToken>;
}

/// What is no good token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadToken;

/// Writes log events. Answered by CloudWatch Logs.
pub trait LogWriter: Send + Sync {
    /// What there is of a destination.
    fn look_up(&self, scope: &Scope, group: &str, stream: &str) -> Presence;

    /// Appends events, oldest first, to a stream. The stream is made if it is missing, and the group, too, where
    /// `missing_group` says so.
    ///
    /// # Errors
    ///
    /// [`NotAppended`] when the group is missing and is not to be made, or is encrypted with a key that may not be used.
    fn append(
        &self,
        scope: &Scope,
        destination: &Destination<'_>,
        events: &[(Timestamp, String)],
        now: Timestamp,
    ) -> Result<(), NotAppended>;
}

/// What there is of a log destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Not even the group.
    Nothing,
    /// The group, without the stream.
    Group,
    /// Group and stream.
    Stream,
}

/// Where log events go.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// Log group name.
    pub group: &'a str,
    /// Log stream name.
    pub stream: &'a str,
    /// What to do without the group.
    pub missing_group: MissingGroup,
}

/// What to do when a log group is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingGroup {
    /// Make it.
    Create,
    /// Give up.
    Refuse,
}

/// Why events were not appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAppended {
    /// The log group is missing.
    NoSuchGroup,
    /// CloudWatch Logs may not use the key, by its ARN, that the group is encrypted with.
    KeyRefused(Arc<str>, KeyRefusal),
}

/// Keeps resources that bear tags. Answered by each service that has some.
pub trait TagBearer: Send + Sync {
    /// The service's name in ARNs.
    fn service(&self) -> &'static str;

    /// Whether a resource that can be tagged may have this ARN, be it there or not. The service is this one.
    fn takes(&self, arn: &Arn<'_>) -> bool;

    /// The resource of this ARN, if the scope has it, and it has tags or once had some.
    fn tagged(&self, scope: &Scope, arn: &Arn<'_>) -> Option<TaggedResource>;

    /// Shows the resources of the scope that have tags, or once had some, in the order of their ARNs and behind one of
    /// these, until it is told to stop. The visitor is called under the service's lock, and copies what it keeps.
    fn each_tagged(
        &self,
        scope: &Scope,
        after: Option<&Arn<'_>>,
        visit: &mut dyn FnMut(TaggedRow<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()>;

    /// Adds tags to a resource, over those of the same keys.
    ///
    /// # Errors
    ///
    /// What the service answers when its own operation for it is called.
    fn tag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, tags: &[(String, String)]) -> Result<(), Fault>;

    /// Takes tags off a resource.
    ///
    /// # Errors
    ///
    /// What the service answers when its own operation for it is called.
    fn untag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, keys: &[String]) -> Result<(), Fault>;
}

/// A resource with its tags, in the order of their keys, as its service has it.
#[derive(Debug)]
pub struct TaggedRow<'a> {
    /// Its ARN.
    pub arn: Arn<'a>,
    /// Its tags; none where it only had some once.
    pub tags: Vec<(&'a str, &'a str)>,
}

impl TaggedRow<'_> {
    /// A copy of it.
    #[must_use]
    pub fn to_resource(&self) -> TaggedResource {
        let tags = self.tags.iter().map(|&(key, value)| (key.to_owned(), value.to_owned()));
        TaggedResource { arn: self.arn.text.to_owned(), tags: tags.collect() }
    }
}

/// A resource with its tags, in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedResource {
    /// Its ARN.
    pub arn: String,
    /// Its tags; none where it only had some once.
    pub tags: Vec<(String, String)>,
}

/// Knows access keys. Answered by IAM for those of users, and by STS for those of sessions.
pub trait AccessKeys: Send + Sync {
    /// The key of this id, if it was made here.
    fn access_key(&self, id: &str) -> Option<AccessKey>;
}

/// Checks the codes of MFA devices. Answered by IAM.
pub trait MfaDevices: Send + Sync {
    /// Whether the serial number is that of a device of the caller's user, and the code one that it shows now. A code is
    /// good once: so it is as documented.
    fn verify(&self, caller: &Caller, serial_number: &str, code: &str, now: Timestamp) -> bool;
}

/// An access key.
#[derive(Clone)]
pub struct AccessKey {
    /// Whose it is.
    pub owner: Arc<Caller>,
    /// The secret that requests are signed with.
    pub secret: Arc<str>,
    /// The token that comes with temporary credentials.
    pub session_token: Option<Arc<str>>,
    /// When it stops to be good; `None` of long-term ones.
    pub expires: Option<Timestamp>,
    /// Whether it may be used at all.
    pub active: bool,
}

impl AccessKey {
    /// Whether it is past its time.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// Notes who uses what. Answered by IAM.
pub trait UsageRecorder: Send + Sync {
    /// Notes an attempt, whatever comes of it. Of the root's nothing is kept.
    fn record(&self, used: &UsedAction<'_>);
}

/// An attempt to do something.
#[derive(Clone, Copy, Debug)]
pub struct UsedAction<'a> {
    /// The account of the one who tries.
    pub account: &'a Account,
    /// Where.
    pub region: &'a Region,
    /// Whose permissions the one has.
    pub identity: &'a Identity,
    /// The unique id as GetCallerIdentity tells it.
    pub unique_id: &'a str,
    /// The long-term access key that was used, if one was.
    pub access_key_id: Option<&'a str>,
    /// The service's signing name.
    pub service: &'a str,
    /// The action's name in policies, without the service.
    pub action: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Without the secrets.
impl fmt::Debug for AccessKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccessKey")
            .field("owner", &self.owner.arn)
            .field("expires", &self.expires)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

/// Says what needs a service-linked role. Answered by each service that has one and may refuse to let it go.
pub trait LinkedService: Send + Sync {
    /// The service's principal, which its role trusts.
    fn principal(&self) -> &'static str;

    /// What in the account needs the role, in all regions of the partition.
    fn uses(&self, scope: &Scope) -> Vec<RoleUse>;
}

/// What needs a service-linked role in a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleUse {
    /// The region.
    pub region: Region,
    /// The ARNs of the resources.
    pub resources: Vec<String>,
}

/// Knows the identity providers that an account trusts, and the one that it is. Answered by IAM.
pub trait IdentityProviders: Send + Sync {
    /// The SAML provider of this ARN.
    fn saml(&self, arn: &str) -> Option<SamlProvider>;

    /// The account's OpenID Connect provider of this issuer, which may begin with `https://` or not.
    fn oidc(&self, scope: &Scope, issuer_url: &str) -> Option<OidcProvider>;

    /// The issuer of the account's own tokens; `None` unless outbound identity federation is enabled.
    fn outbound(&self, scope: &Scope) -> Option<String>;
}

/// A SAML provider, as its metadata tells of it.
#[derive(Clone)]
pub struct SamlProvider {
    /// Its ARN.
    pub arn: String,
    /// Who issues its assertions: the `entityID` of the metadata.
    pub entity_id: String,
    /// The certificates that its assertions may be signed with, as DER.
    pub signing_certificates: Vec<Vec<u8>>,
    /// When the metadata stops to be good.
    pub valid_until: Timestamp,
    /// Whether assertions that are not encrypted are refused.
    pub encryption_required: bool,
    /// The private keys that encrypted assertions may be decrypted with, as PEM.
    pub private_keys: Vec<Arc<str>>,
}

/// Without the keys.
impl fmt::Debug for SamlProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SamlProvider")
            .field("arn", &self.arn)
            .field("entity_id", &self.entity_id)
            .field("valid_until", &self.valid_until)
            .field("encryption_required", &self.encryption_required)
            .finish_non_exhaustive()
    }
}

/// An OpenID Connect provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcProvider {
    /// Its ARN.
    pub arn: String,
    /// The issuer, without `https://`, as condition keys name it.
    pub url: String,
    /// The client ids (audiences) that tokens may be for.
    pub client_ids: Vec<String>,
    /// SHA-1 digests of the certificates of the server that has its keys, as hexadecimal digits.
    pub thumbprints: Vec<String>,
}

/// The statement that a decision rests on, for people: `policy logging, statement 2 (DenyPut)`.
#[must_use]
pub fn describe_statement(statement: &MatchedStatement) -> String {
    let position = statement.index + 1;
    match &statement.sid {
        Some(sid) => format!("policy {}, statement {position} ({sid})", statement.policy),
        None => format!("policy {}, statement {position}", statement.policy),
    }
}
