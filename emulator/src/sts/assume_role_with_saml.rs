//! AssumeRoleWithSAML.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde::{Deserialize, Serialize};
use stagecheck_policy::{Context, Principal as Seen};

use super::assumption::{Assumed, AssumedRoleUser, Assumption};
use super::credentials::{Credentials, expiry, role_duration};
use super::saml::{self, Assertion, BadResponse};
use super::session_policies::{Passed, PolicyArn};
use super::session_tags::{self, SessionTags, Tag};
use super::trust::{self, Asked};
use super::{Ports, Sts, faults};
use crate::service::ports::SamlProvider;
use crate::service::{Arn, Ctx, Fault};
use crate::store::Scopes;
use crate::time::Timestamp;

const ACTION: &str = "sts:AssumeRoleWithSAML";

/// What AWS's own attributes begin with.
///
/// Source: AWS IAM user guide, "Configure SAML assertions for the authentication response". `SessionDuration`, which is
/// among them, is for sign-in at the console.
const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";

const NAME_ID_FORMATS: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

/// Seconds that an assertion is good for.
const REDEEMED_WITHIN: i64 = 300;

/// Seconds by which the clock of a provider may be ahead (inferred).
const LEEWAY: i64 = 300;

/// Attributes that are condition keys, by their names and object identifiers.
///
/// Source: AWS IAM user guide, "Available keys for SAML-based AWS STS federation".
const CONDITION_KEYS: [(&str, &str); 14] = [
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "saml:edupersonaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.7", "saml:edupersonentitlement"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "saml:edupersonscopedaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.2", "saml:edupersonnickname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.3", "saml:edupersonorgdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.4", "saml:edupersonorgunitdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.5", "saml:edupersonprimaryaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "saml:edupersonprincipalname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.8", "saml:edupersonprimaryorgunitdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.10", "saml:edupersontargetedid"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.11", "saml:edupersonassurance"),
    ("urn:oid:2.5.4.3", "saml:cn"),
    ("urn:oid:0.9.2342.19200300.100.1.3", "saml:mail"),
    ("urn:oid:0.9.2342.19200300.100.1.1", "saml:uid"),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumeRoleWithSaml {
    role_arn: String,
    principal_arn: String,
    #[serde(rename = "SAMLAssertion")]
    assertion: String,
    #[serde(default)]
    policy_arns: Vec<PolicyArn>,
    policy: Option<String>,
    duration_seconds: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumedRole {
    credentials: Credentials,
    assumed_role_user: AssumedRoleUser,
    packed_policy_size: Option<usize>,
    subject: String,
    subject_type: String,
    issuer: String,
    audience: String,
    name_qualifier: String,
    source_identity: Option<String>,
}

pub(super) fn assume_role(
    ctx: &Ctx<'_>,
    states: &Scopes<Sts>,
    input: AssumeRoleWithSaml,
    ports: &Ports,
) -> Result<AssumedRole, Fault> {
    // Documented of tags and source identities that the trust policy does not let pass, too.
    let refused = |_: &str| faults::not_authorized_to(ACTION);
    let provider = provider(ctx, &input.principal_arn, ports)?;
    let assertion = assertion(&input.assertion, &provider)?;
    check_issuer(&assertion, &provider)?;
    check_times(ctx, &assertion)?;
    let recipient = check_audience(&assertion)?;
    // Documented of an assertion that names nobody, and of roles that it does not offer.
    if assertion.subject.is_empty() || !offers(&assertion, &input.role_arn, &input.principal_arn) {
        return Err(refused(ACTION));
    }
    let session_name = session_name(&assertion)?;
    let tags = session_tags(&assertion)?;
    let source_identity = source_identity(&assertion)?;
    let told = Told::of(&assertion, &provider);

    let asked = Asked {
        role_arn: &input.role_arn,
        session_name,
        action: ACTION,
        tags: &tags,
        source_identity: source_identity.as_deref(),
        context_providers: &[],
    };
    let context = told.context(trust::of_request(ctx), &assertion, &provider, recipient);
    let role = asked.of(ctx, &*ports.roles, Seen::Federated(&provider.arn), context, refused)?;

    let duration = role_duration(input.duration_seconds, &role)?;
    // Whichever is sooner, as documented.
    let expires = expiry(ctx, duration);
    let expires = assertion.session_not_on_or_after.map_or(expires, |end| end.min(expires));
    let assumption = Assumption {
        role,
        session_name,
        expires,
        passed: Passed { policy: input.policy, arns: input.policy_arns },
        tags,
        source_identity: source_identity.clone(),
        federated_provider: Some(provider.arn.clone()),
    };
    let Assumed { credentials, assumed_role_user, packed_policy_size } =
        assumption.issue(ctx, states, &*ports.policies)?;
    Ok(AssumedRole {
        credentials,
        assumed_role_user,
        packed_policy_size,
        audience: recipient.to_owned(),
        subject: assertion.subject,
        issuer: assertion.issuer,
        subject_type: told.subject_type,
        name_qualifier: told.name_qualifier,
        source_identity,
    })
}

/// Source: AWS IAM user guide, "Troubleshoot SAML federation with IAM", as of the faults that follow.
fn provider(ctx: &Ctx<'_>, arn: &str, ports: &Ports) -> Result<SamlProvider, Fault> {
    let invalid = faults::invalid_identity_token;
    let provider = ports.providers.saml(arn).ok_or_else(|| invalid("Specified provider doesn't exist"))?;
    if provider.valid_until <= ctx.now {
        // That it counts, and the wording, are inferred.
        return Err(invalid("The metadata of the specified provider has expired"));
    }
    Ok(provider)
}

fn assertion(base64: &str, provider: &SamlProvider) -> Result<Assertion, Fault> {
    let invalid = || faults::invalid_identity_token("Invalid base64 SAMLResponse");
    let base64: String = base64.split_ascii_whitespace().collect();
    let xml = BASE64_STANDARD.decode(base64).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let xml = xml.ok_or_else(invalid)?;
    let assertion = saml::parse(&xml, provider).map_err(|bad| match bad {
        BadResponse::Malformed => {
            faults::invalid_identity_token("Your request included an invalid SAML response.")
        }
        BadResponse::NotAuthenticated(status) => {
            // The wording is inferred.
            faults::rejected_claim(format!(
                "The identity provider reported that authentication failed: {status}"
            ))
        }
        BadResponse::Encrypted => {
            Fault::not_implemented("AssumeRoleWithSAML does not take encrypted assertions in this emulator")
        }
        BadResponse::BadSignature => faults::invalid_identity_token("Response signature invalid"),
    })?;
    if provider.encryption_required {
        // The rule is documented, the wording inferred.
        return Err(faults::invalid_identity_token("The specified provider requires encrypted assertions"));
    }
    Ok(assertion)
}

fn check_issuer(assertion: &Assertion, provider: &SamlProvider) -> Result<(), Fault> {
    if assertion.issuer == provider.entity_id {
        return Ok(());
    }
    Err(faults::invalid_identity_token("Issuer not present in specified provider"))
}

fn check_times(ctx: &Ctx<'_>, assertion: &Assertion) -> Result<(), Fault> {
    let latest = ctx.now.plus_seconds(LEEWAY);
    if assertion.not_before.into_iter().chain(assertion.issued).any(|begins| begins > latest) {
        // The wording is inferred.
        return Err(faults::invalid_identity_token("The assertion is not valid yet"));
    }
    let confirmed = assertion.confirmations.iter().filter_map(|each| each.not_on_or_after);
    let confirmed = confirmed.chain(assertion.session_not_on_or_after);
    let redeemable = assertion.issued.map(|issued| issued.plus_seconds(REDEEMED_WITHIN + 1));
    let ends: Option<Timestamp> = confirmed.chain(assertion.not_on_or_after).chain(redeemable).min();
    if ends.is_none_or(|ends| ends <= ctx.now) {
        // Seen by users.
        return Err(faults::expired_token("Token must be redeemed within 5 minutes of issuance"));
    }
    Ok(())
}

/// The endpoint that the assertion is for, which is AWS's, in any region.
fn check_audience(assertion: &Assertion) -> Result<&str, Fault> {
    // Source: AWS IAM user guide, "Configure SAML assertions for the authentication response".
    let is_endpoint = |url: &str| {
        let host = url.strip_prefix("https://").and_then(|rest| rest.strip_suffix("/saml"));
        let host = host.map(|host| host.split_once("/acs/").map_or(host, |(host, _)| host));
        let is_sign_in = |domain: &str| {
            host.and_then(|host| host.strip_suffix(domain)).is_some_and(|region| {
                region.is_empty()
                    || region.ends_with('.')
                        && crate::store::Region::parse(region.trim_end_matches('.')).is_some()
            })
        };
        ["signin.aws.amazon.com", "signin.amazonaws.cn", "signin.amazonaws-us-gov.com"]
            .into_iter()
            .any(is_sign_in)
    };
    let is_aws = |audience: &String| {
        is_endpoint(audience)
            || matches!(
                audience.as_str(),
                "urn:amazon:webservices"
                    | "urn:amazon:webservices:govcloud"
                    | "urn:amazon:webservices:cn-north-1"
            )
    };
    let recipient =
        assertion.confirmations.iter().map(|each| each.recipient.as_str()).find(|each| is_endpoint(each));
    let is_meant = !assertion.audiences.is_empty()
        && assertion.audiences.iter().all(|restriction| restriction.iter().any(is_aws));
    recipient
        .filter(|_| is_meant)
        .ok_or_else(|| faults::invalid_identity_token("Response does not contain the required audience"))
}

/// Whether the assertion offers this role by this provider: the ARNs stand in either order.
fn offers(assertion: &Assertion, role: &str, provider: &str) -> bool {
    let offered = attribute(assertion, "Role").unwrap_or_default().iter();
    offered
        .filter_map(|pair| pair.split_once(','))
        .map(|(one, other)| (one.trim(), other.trim()))
        .any(|pair| pair == (role, provider) || pair == (provider, role))
}

fn session_name(assertion: &Assertion) -> Result<&str, Fault> {
    let invalid = faults::invalid_identity_token;
    match attribute(assertion, "RoleSessionName") {
        Some([name]) if trust::is_session_name(name) => Ok(name),
        None | Some([]) => Err(invalid("RoleSessionName is required in AuthnResponse")),
        Some(_) => Err(invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")),
    }
}

fn source_identity(assertion: &Assertion) -> Result<Option<String>, Fault> {
    let values = attribute(assertion, "SourceIdentity");
    values.map(|values| trust::source_identity(values.first().map_or("", String::as_str))).transpose()
}

fn session_tags(assertion: &Assertion) -> Result<SessionTags, Fault> {
    // The wording is inferred.
    let bad = |key: &str| {
        faults::invalid_identity_token(format!("The PrincipalTag {key} of the assertion is invalid"))
    };
    let prefix = format!("{ATTRIBUTES}PrincipalTag:");
    let mut tags = Vec::new();
    for (name, values) in &assertion.attributes {
        let Some(key) = name.strip_prefix(&prefix) else { continue };
        let [value] = values.as_slice() else { return Err(bad(key)) };
        tags.push(Tag { key: key.to_owned(), value: value.clone() });
    }
    session_tags::check_sizes(&tags).map_err(bad)?;
    let transitive = attribute(assertion, "TransitiveTagKeys").unwrap_or_default().to_vec();
    SessionTags::new(tags, transitive, None)
}

fn attribute<'a>(assertion: &'a Assertion, name: &str) -> Option<&'a [String]> {
    assertion.attribute(&format!("{ATTRIBUTES}{name}"))
}

/// What an answer and condition keys tell beside the assertion.
struct Told {
    subject_type: String,
    name_qualifier: String,
}

impl Told {
    fn of(assertion: &Assertion, provider: &SamlProvider) -> Self {
        let format = &assertion.subject_format;
        // Documented as the hash of the issuer, the account and the provider's name, one behind the other.
        let hashed = format!("{}{}", assertion.issuer, provider_path(provider));
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, hashed.as_bytes());
        Self {
            subject_type: format.strip_prefix(NAME_ID_FORMATS).unwrap_or(format).to_owned(),
            name_qualifier: BASE64_STANDARD.encode(hash),
        }
    }

    fn context(
        &self,
        context: Context,
        assertion: &Assertion,
        provider: &SamlProvider,
        recipient: &str,
    ) -> Context {
        let mut context = context
            .with("aws:FederatedProvider", [provider.arn.as_str()])
            .with("saml:aud", [recipient])
            .with("saml:iss", [assertion.issuer.as_str()])
            .with("saml:sub", [assertion.subject.as_str()])
            .with("saml:sub_type", [self.subject_type.as_str()])
            .with("saml:namequalifier", [self.name_qualifier.as_str()])
            .with("saml:doc", [provider_path(provider)]);
        for (name, key) in CONDITION_KEYS {
            let by_key = key.trim_start_matches("saml:");
            let is_it = |each: &str| each == name || each.eq_ignore_ascii_case(by_key);
            let values =
                assertion.attributes.iter().find(|(each, _)| is_it(each)).map(|(_, values)| values.clone());
            context = context.with(key, values.unwrap_or_default());
        }
        context
    }
}

/// `123456789012/MyProvider`
fn provider_path(provider: &SamlProvider) -> String {
    let arn = Arn::parse(&provider.arn);
    let name = arn.and_then(|arn| arn.resource.strip_prefix("saml-provider/")).unwrap_or_default();
    format!("{}/{name}", arn.map_or("", |arn| arn.account))
}

#[cfg(test)]
mod tests;
