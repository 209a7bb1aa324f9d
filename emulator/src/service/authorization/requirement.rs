//! One thing that a caller must be allowed.

use std::borrow::Cow;

use crate::service::{Fault, NamedDocument};

/// An action on a resource, with what is known of both for conditions to ask about.
#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    /// `iam:CreateRole`
    pub(crate) action: Cow<'static, str>,
    /// The resource's ARN, or `*` for actions that have none.
    pub(crate) resource: String,
    /// Condition keys with their values.
    pub(super) keys: Vec<(Cow<'static, str>, Vec<String>)>,
    pub(super) shown: Shown,
    /// Whether the resource is a role whose trust policy must allow it, too.
    pub(super) is_trusted: bool,
    /// The resource's own policy, where that must allow it, too.
    pub(super) policy: Option<NamedDocument>,
    /// Whether it is decided as within the account, whosever the resource is.
    pub(super) is_shared_elsewhere: bool,
    /// The answer to who is denied, where it is not the service's own.
    pub(super) refusal: Option<fn() -> Fault>,
}

/// What a denial calls the resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Arn,
    Text(String),
    Nothing,
}

impl Requirement {
    /// This action on that resource.
    pub(crate) fn new(action: impl Into<Cow<'static, str>>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            keys: Vec::new(),
            shown: Shown::Arn,
            is_trusted: false,
            policy: None,
            is_shared_elsewhere: false,
            refusal: None,
        }
    }

    /// With a condition key. One without values is as good as none.
    pub(crate) fn with<V: Into<String>>(
        mut self,
        key: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.keys.push((key.into(), values));
        }
        self
    }

    /// With the tags that the resource has, under `aws:ResourceTag` and the same of other prefixes.
    pub(crate) fn with_resource_tags(mut self, tags: &[(String, String)], prefixes: &[&str]) -> Self {
        for (key, value) in tags {
            for prefix in prefixes {
                self = self.with(format!("{prefix}:ResourceTag/{key}"), [value.as_str()]);
            }
        }
        self
    }

    /// With the tags that the request brings.
    pub(crate) fn with_request_tags(mut self, tags: &[(String, String)]) -> Self {
        for (key, value) in tags {
            self = self.with(format!("aws:RequestTag/{key}"), [value.as_str()]);
        }
        self.with("aws:TagKeys", tags.iter().map(|(key, _)| key.as_str()))
    }

    /// Called this in denials.
    pub(crate) fn shown_as(mut self, text: impl Into<String>) -> Self {
        self.shown = Shown::Text(text.into());
        self
    }

    /// Not named in denials.
    pub(crate) fn unnamed(mut self) -> Self {
        self.shown = Shown::Nothing;
        self
    }

    /// The resource may be another account's, whose policy for it the handler asks.
    pub(crate) fn shared_elsewhere(mut self) -> Self {
        self.is_shared_elsewhere = true;
        self
    }

    /// Who is denied is answered this.
    pub(crate) fn refused_by(mut self, refusal: fn() -> Fault) -> Self {
        self.refusal = Some(refusal);
        self
    }

    /// The resource has a policy of its own, which must allow it, too.
    pub(crate) fn under(mut self, policy: NamedDocument) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The resource is a role, whose trust policy must allow it, too.
    pub(crate) fn of_trusted_role(mut self) -> Self {
        self.is_trusted = true;
        self
    }
}

/// What giving a role to a service needs. A text that is no role's ARN asks for nothing: the handler refuses it.
///
/// Source: AWS IAM user guide, "Grant a user permissions to pass a role to an AWS service".
pub(crate) fn pass_role(role: &str, service: &str) -> Option<Requirement> {
    let is_role = role.starts_with("arn:") && role.contains(":role/");
    // A role of another account is for the handler to refuse.
    is_role.then(|| {
        Requirement::new("iam:PassRole", role).with("iam:PassedToService", [service]).shared_elsewhere()
    })
}
