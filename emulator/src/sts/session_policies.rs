//! Policies that are passed for a session, and limit what it may do.

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use stagecheck_policy::{Document, Kind, Limit};

use super::faults;
use super::session_tags::SessionTags;
use crate::service::ports::ManagedPolicies;
use crate::service::{Fault, NamedDocument};
use crate::store::Scope;

/// Managed policies that may be passed, as documented.
const MOST_ARNS: usize = 10;

/// What a policy that came without a name is called.
const INLINE: &str = "session policy";

/// Bytes that packed policies and tags may take (inferred: AWS tells neither the packing nor the space, but that policies
/// of many different ARNs come to more than all of it below 2,048 characters).
const PACKED_SPACE: usize = 1024;

/// A managed policy by its ARN.
#[derive(Deserialize)]
pub(super) struct PolicyArn {
    arn: Option<String>,
}

impl PolicyArn {
    pub(super) fn arn(&self) -> Option<&str> {
        self.arn.as_deref()
    }
}

/// What a request passes to limit its session.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) policy: Option<String>,
    pub(super) arns: Vec<PolicyArn>,
}

/// A policy of a session, parsed once, when it is passed.
#[derive(Clone, Debug)]
pub(super) struct SessionPolicy {
    name: Arc<str>,
    text: String,
    parsed: Arc<Document>,
}

impl SessionPolicy {
    fn parse(name: &str, text: String) -> Result<Self, Fault> {
        let parsed =
            Document::parse(&text, Kind::Identity).map_err(|error| faults::malformed_document(&error))?;
        Ok(Self { name: name.into(), text, parsed: Arc::new(parsed) })
    }

    pub(super) fn named(&self) -> NamedDocument {
        (Arc::clone(&self.name), Arc::clone(&self.parsed))
    }
}

/// Exported as its name and text.
impl Serialize for SessionPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.name, &self.text).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SessionPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (name, text) = <(String, String)>::deserialize(deserializer)?;
        Self::parse(&name, text).map_err(|fault| serde::de::Error::custom(fault.message))
    }
}

impl Passed {
    /// The policies, if any were passed. Managed ones are those of the session's account, as they are now (inferred: that
    /// later versions do not count).
    pub(super) fn resolve(
        self,
        scope: &Scope,
        managed: &dyn ManagedPolicies,
    ) -> Result<Option<Vec<SessionPolicy>>, Fault> {
        let Self { policy, arns } = self;
        if arns.len() > MOST_ARNS {
            return Err(faults::too_many_policy_arns(MOST_ARNS));
        }
        let arns: Vec<String> = arns.into_iter().filter_map(|each| each.arn).collect();
        // The plain text is that of the policy and of the ARNs, and white space counts (inferred).
        let most = Limit::Session.characters();
        let plain: usize = policy.iter().chain(&arns).map(|text| text.chars().count()).sum();
        if plain > most {
            return Err(faults::policy_too_long(most));
        }
        let mut policies = Vec::new();
        for arn in arns {
            let text = managed.default_text(scope, &arn).ok_or_else(|| faults::no_session_policy(&arn))?;
            policies.push(SessionPolicy::parse(&arn, text)?);
        }
        if let Some(text) = policy {
            policies.push(SessionPolicy::parse(INLINE, text)?);
        }
        Ok((!policies.is_empty()).then_some(policies))
    }
}

/// How much of the space the policies and tags take, in percent; `None` where there are none.
pub(super) fn packed_size(
    policies: Option<&[SessionPolicy]>,
    tags: &SessionTags,
) -> Result<Option<usize>, Fault> {
    if policies.is_none() && tags.passed().is_empty() {
        return Ok(None);
    }
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    for policy in policies.unwrap_or_default() {
        let text = if &*policy.name == INLINE { &policy.text } else { &*policy.name };
        // Writing to memory does not fail.
        let _ = packed.write_all(text.as_bytes());
    }
    for (key, value) in tags.passed() {
        let _ = packed.write_all(format!("{key}={value}\n").as_bytes());
    }
    let bytes = packed.finish().map_or(0, |bytes| bytes.len());
    let percent = (bytes * 100).div_ceil(PACKED_SPACE);
    match percent {
        0..=100 => Ok(Some(percent)),
        _ if policies.is_some() => Err(faults::packed_policy_too_large(percent)),
        _ => Err(faults::packed_tags_too_large(percent)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: &str =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:Get*","Resource":"*"}}"#;

    fn policy(text: &str) -> SessionPolicy {
        SessionPolicy::parse(INLINE, text.to_owned()).unwrap()
    }

    #[test]
    fn what_takes_too_much_space_is_told_in_percent() {
        let none = SessionTags::default();
        assert_eq!(packed_size(None, &none).unwrap(), None);
        let small = packed_size(Some(&[policy(READ)]), &none).unwrap();
        assert!(small.is_some_and(|percent| (1..20).contains(&percent)), "{small:?}");
        let ids = crate::ids::Ids::seeded(1);
        let actions: Vec<String> =
            (0..90).map(|_| format!("\"{}:{}\"", ids.lower(12), ids.alphanumeric(9))).collect();
        let text = READ.replace("\"logs:Get*\"", &format!("[{}]", actions.join(",")));
        let refused = packed_size(Some(&[policy(&text)]), &none).unwrap_err();
        assert_eq!(refused.code, "PackedPolicyTooLarge");
        assert!(refused.message.starts_with("Packed policy consumes 1"), "{}", refused.message);
    }

    #[test]
    fn a_policy_is_exported_as_name_and_text() {
        let text = serde_json::to_string(&policy(READ)).unwrap();
        let read: SessionPolicy = serde_json::from_str(&text).unwrap();
        assert_eq!((&*read.name, read.text.as_str()), (INLINE, READ));
        assert!(serde_json::from_str::<SessionPolicy>(r#"["p","{}"]"#).is_err());
    }
}
