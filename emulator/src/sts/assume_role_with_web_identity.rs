//! AssumeRoleWithWebIdentity.
//!
//! AWS fetches the keys of a provider, and trusts its server by certificate or thumbprint. The emulator connects to nobody:
//! it verifies signatures with the keys that it was given, and where it was given none for an issuer it takes what a token
//! claims. All else is checked alike.

use serde::{Deserialize, Serialize};
use stagecheck_policy::{Context, Principal as Seen};

use super::assumption::{Assumed, AssumedRoleUser, Assumption};
use super::credentials::{Credentials, expiry, role_duration, scope_of_arn};
use super::json_web_keys::{Verdict, without_scheme};
use super::json_web_token::{Claims, JsonWebToken, texts};
use super::session_policies::{Passed, PolicyArn};
use super::session_tags::{self, SessionTags, Tag};
use super::trust::{self, Asked, seconds};
use super::{Ports, Sts, faults};
use crate::service::{Ctx, Fault};
use crate::store::{Scope, Scopes};

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// Providers that need not be registered, and are principals by their names.
const BUILT_IN: [&str; 2] = ["accounts.google.com", "cognito-identity.amazonaws.com"];

/// Providers whose access tokens AWS has them verify.
const BY_ACCESS_TOKEN: [&str; 2] = ["graph.facebook.com", "www.amazon.com"];

/// GitHub's issuer, and those of its claims that are condition keys beside those of every provider.
///
/// Source: AWS IAM user guide, "Available keys for AWS OIDC federation".
const GITHUB: &str = "token.actions.githubusercontent.com";
const GITHUB_CLAIMS: [&str; 9] = [
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "workflow",
];

/// Seconds by which the clock of a provider may be ahead (inferred).
const LEEWAY: i64 = 300;

const TAGS: &str = "https://aws.amazon.com/tags";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumeRoleWithWebIdentity {
    role_arn: String,
    role_session_name: String,
    web_identity_token: String,
    provider_id: Option<String>,
    #[serde(default)]
    policy_arns: Vec<PolicyArn>,
    policy: Option<String>,
    duration_seconds: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumedRole {
    credentials: Credentials,
    subject_from_web_identity_token: String,
    assumed_role_user: AssumedRoleUser,
    packed_policy_size: Option<usize>,
    provider: String,
    audience: String,
    source_identity: Option<String>,
}

/// Who vouches for the caller.
struct Provider {
    /// As a trust policy names it: its ARN, or its name if it is built in.
    principal: String,
    /// What its condition keys begin with.
    issuer: String,
    /// Whom tokens may be for; anyone with one that is built in, so that trust policies have to ask.
    client_ids: Option<Vec<String>>,
}

pub(super) fn assume_role(
    ctx: &Ctx<'_>,
    states: &Scopes<Sts>,
    input: AssumeRoleWithWebIdentity,
    ports: &Ports,
) -> Result<AssumedRole, Fault> {
    if let Some(id) = &input.provider_id {
        return Err(access_token(id));
    }
    let token = JsonWebToken::parse(&input.web_identity_token).ok_or_else(not_a_token)?;
    let claims = &token.claims;
    // As AssumeRoleWithSAML, whichever action the trust policy does not allow (inferred).
    let refused = |_: &str| faults::not_authorized_to(ACTION);
    let scope = scope_of_arn(ctx, &input.role_arn).ok_or_else(|| refused(ACTION))?;
    let provider = Provider::of(claims, &scope, ports)?;
    check_signature(&token, &provider, ports)?;
    check_times(ctx, claims)?;
    let subject = claims.text("sub").ok_or_else(|| missing("sub"))?;
    let audience = provider.audience(claims)?;
    let tags = session_tags(claims)?;
    let source_identity = source_identity(claims)?;

    let asked = Asked {
        role_arn: &input.role_arn,
        session_name: &input.role_session_name,
        action: ACTION,
        tags: &tags,
        source_identity: source_identity.as_deref(),
        context_providers: &[],
    };
    let context = provider.context(trust::of_request(ctx), claims, audience);
    let role = asked.of(ctx, &*ports.roles, Seen::Federated(&provider.principal), context, refused)?;

    let duration = role_duration(input.duration_seconds, &role)?;
    let assumption = Assumption {
        role,
        session_name: &input.role_session_name,
        expires: expiry(ctx, duration),
        passed: Passed { policy: input.policy, arns: input.policy_arns },
        tags,
        source_identity: source_identity.clone(),
        federated_provider: Some(provider.principal.clone()),
    };
    let Assumed { credentials, assumed_role_user, packed_policy_size } =
        assumption.issue(ctx, states, &*ports.policies)?;
    Ok(AssumedRole {
        credentials,
        assumed_role_user,
        packed_policy_size,
        subject_from_web_identity_token: subject.to_owned(),
        audience: audience.to_owned(),
        provider: provider.principal,
        source_identity,
    })
}

/// Access tokens are not signed: only the provider itself can tell whether one is good, and it cannot be reached.
fn access_token(provider: &str) -> Fault {
    if BY_ACCESS_TOKEN.contains(&provider) {
        // The wording is inferred.
        faults::idp_unreachable(format!("The identity provider {provider} could not be reached."))
    } else {
        // Code and wording are inferred; the two that there are are documented.
        faults::validation_error(format!(
            "ProviderId {provider} is not supported: it is one of {}",
            BY_ACCESS_TOKEN.join(", ")
        ))
    }
}

/// Seen by users.
fn not_a_token() -> Fault {
    faults::invalid_identity_token(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    )
}

/// The wording is inferred.
fn missing(claim: &str) -> Fault {
    faults::invalid_identity_token(format!("Missing a required claim: {claim}"))
}

fn check_signature(token: &JsonWebToken<'_>, provider: &Provider, ports: &Ports) -> Result<(), Fault> {
    let key_id = token.key_id.as_deref();
    let message = token.message.as_bytes();
    match ports.oidc_keys.verify(&provider.issuer, key_id, token.algorithm, message, &token.signature) {
        Verdict::Good | Verdict::NotToldOf => Ok(()),
        // Seen by users.
        Verdict::NoSuchKey => Err(faults::invalid_identity_token(
            "Couldn't retrieve verification key from your identity provider,  please reference \
             AssumeRoleWithWebIdentity documentation for requirements",
        )),
        // The wording is inferred.
        Verdict::Bad => {
            Err(faults::invalid_identity_token("The signature of the provided token is invalid."))
        }
    }
}

fn check_times(ctx: &Ctx<'_>, claims: &Claims) -> Result<(), Fault> {
    let expires = claims.moment("exp").ok_or_else(|| missing("exp"))?;
    if expires <= ctx.now {
        // Seen by users.
        return Err(faults::expired_token(format!(
            "Token expired: current date/time {} must be before the expiration date/time {}",
            seconds(ctx.now),
            seconds(expires)
        )));
    }
    let issued = claims.moment("iat").ok_or_else(|| missing("iat"))?;
    let begins = claims.moment("nbf").unwrap_or(issued).max(issued);
    if begins > ctx.now.plus_seconds(LEEWAY) {
        // The wording is inferred.
        return Err(faults::invalid_identity_token(format!(
            "Token is not yet valid: current date/time {} must be after {}",
            seconds(ctx.now),
            seconds(begins)
        )));
    }
    Ok(())
}

impl Provider {
    /// The provider that issued a token, if the account of the role trusts it.
    fn of(claims: &Claims, scope: &Scope, ports: &Ports) -> Result<Self, Fault> {
        let url = claims.text("iss").ok_or_else(|| missing("iss"))?;
        let issuer = without_scheme(url);
        if BUILT_IN.contains(&issuer) {
            let issuer = issuer.to_owned();
            return Ok(Self { principal: issuer.clone(), issuer, client_ids: None });
        }
        // Seen by users.
        let provider = ports.providers.oidc(scope, url).ok_or_else(|| {
            faults::invalid_identity_token(format!(
                "No OpenIDConnect provider found in your account for {url}"
            ))
        })?;
        Ok(Self { principal: provider.arn, issuer: provider.url, client_ids: Some(provider.client_ids) })
    }

    /// Whom the token is for: the party that it is authorized for, if it names one.
    fn audience<'a>(&self, claims: &'a Claims) -> Result<&'a str, Fault> {
        let audiences = claims.texts("aud");
        let first = audiences.first().ok_or_else(|| missing("aud"))?;
        let candidates = match claims.text("azp") {
            Some(party) => vec![party],
            None => audiences.clone(),
        };
        let is_client =
            |each: &&str| self.client_ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id == each));
        match candidates.into_iter().find(is_client) {
            Some(audience) => Ok(audience),
            // Google's tokens name the app that asked as party, and providers know the one that is meant.
            None if is_client(first) => Ok(first),
            // Seen by users.
            None => Err(faults::invalid_identity_token("Incorrect token audience")),
        }
    }

    /// Source: AWS IAM user guide, "Available keys for AWS OIDC federation".
    fn context(&self, context: Context, claims: &Claims, audience: &str) -> Context {
        let key = |name: &str| format!("{}:{name}", self.issuer);
        let mut context = context
            .with("aws:FederatedProvider", [self.principal.as_str()])
            .with(&key("aud"), [audience])
            .with(&key("oaud"), claims.texts("aud"))
            .with(&key("sub"), claims.text("sub"))
            .with(&key("amr"), claims.texts("amr"))
            .with(&key("email"), claims.text("email"));
        if self.issuer == GITHUB {
            for name in GITHUB_CLAIMS {
                context = context.with(&key(name), claims.text(name));
            }
        }
        context
    }
}

/// Tags come as one claim, or as one for each.
///
/// Source: AWS IAM user guide, "Passing session tags using AssumeRoleWithWebIdentity".
fn session_tags(claims: &Claims) -> Result<SessionTags, Fault> {
    let mut tags = Vec::new();
    let mut add = |key: &str, value: &serde_json::Value| {
        let values = texts(value);
        let [value] = values.as_slice() else { return Err(bad_tags(key)) };
        tags.push(Tag { key: key.to_owned(), value: (*value).to_owned() });
        Ok(())
    };
    let whole = claims.get(TAGS);
    let nested = whole.and_then(|claim| claim.get("principal_tags")?.as_object());
    for (key, value) in nested.into_iter().flatten() {
        add(key, value)?;
    }
    let prefix = format!("{TAGS}/principal_tags/");
    for (name, value) in claims.iter() {
        if let Some(key) = name.strip_prefix(&prefix) {
            add(key, value)?;
        }
    }
    let transitive = whole.and_then(|claim| claim.get("transitive_tag_keys"));
    let transitive = transitive.or_else(|| claims.get(&format!("{TAGS}/transitive_tag_keys")));
    let transitive = transitive.map(texts).unwrap_or_default().into_iter().map(str::to_owned).collect();
    session_tags::check_sizes(&tags).map_err(bad_tags)?;
    SessionTags::new(tags, transitive, None)
}

/// The wording is inferred.
fn bad_tags(key: &str) -> Fault {
    faults::invalid_identity_token(format!("The principal tag {key} of the token is invalid."))
}

fn source_identity(claims: &Claims) -> Result<Option<String>, Fault> {
    let given = claims.get(SOURCE_IDENTITY);
    given.map(|value| trust::source_identity(value.as_str().unwrap_or_default())).transpose()
}

#[cfg(test)]
mod tests;
