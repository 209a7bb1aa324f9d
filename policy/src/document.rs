//! What a policy document says, once parsed.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::condition::Condition;
use crate::glob::{Glob, steps};
use crate::parse::{self, ParseError};
use crate::pattern::Pattern;

/// What a document is attached to, which decides the elements that it must and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Attached to a user, group or role, or passed for a session: needs `Resource`, has no `Principal`.
    Identity,
    /// A role's trust policy: needs `Principal`, has no `Resource`.
    Trust,
    /// Attached to a resource: needs both.
    Resource,
    /// A service control policy: as [`Identity`](Self::Identity).
    ServiceControl,
    /// A resource control policy: denies only, to the principal `*`, but for `RCPFullAWSAccess`, which allows all.
    ResourceControl,
}

/// A policy document. The default has no statements, and so allows nothing.
///
/// Source: AWS IAM user guide, "IAM JSON policy elements reference".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Whether `Version` is `2012-10-17`, which gives policy variables their meaning.
    pub variables: bool,
    /// The `Id`, if it has one.
    pub id: Option<String>,
    /// Its statements, in the order of the text.
    pub statements: Vec<Statement>,
}

impl Document {
    /// Parses and validates a document.
    ///
    /// # Errors
    ///
    /// [`ParseError`] names the JSON path and the rule.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, ParseError> {
        parse::document(text, kind)
    }

    /// The condition keys that the document asks for, in conditions and in policy variables, each once and as it is
    /// first written, in the order of their letters: what `GetContextKeysForCustomPolicy` answers.
    #[must_use]
    pub fn context_keys(&self) -> Vec<&str> {
        let keys = self.statements.iter().flat_map(|statement| {
            let resources = statement.resources.iter().flat_map(|scope| scope.contents().iter());
            let conditions = statement.conditions.iter();
            let in_conditions = conditions.clone().map(Condition::key);
            let in_values = conditions.flat_map(Condition::patterns);
            in_conditions.chain(resources.chain(in_values).flat_map(Pattern::variables))
        });
        let mut each: BTreeMap<String, &str> = BTreeMap::new();
        for key in keys {
            each.entry(key.to_ascii_lowercase()).or_insert(key);
        }
        each.into_values().collect()
    }
}

/// One statement of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The `Sid`, if it has one.
    pub sid: Option<String>,
    /// What it does to the requests that it matches.
    pub effect: Effect,
    /// Whose requests; `None` in identity policies, where it is the holder's.
    pub principals: Option<Scope<Principals>>,
    /// Which actions.
    pub actions: Scope<Vec<ActionPattern>>,
    /// Which resources; `None` in trust policies, where it is the role itself.
    pub resources: Option<Scope<Vec<Pattern>>>,
    /// Conditions, all of which must hold.
    pub conditions: Vec<Condition>,
    /// The bytes of the document's text that it is.
    pub span: Range<usize>,
}

/// What a matching statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Allows.
    Allow,
    /// Denies, whatever else allows.
    Deny,
}

/// An element and its `Not…` form.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope<T> {
    /// These (`Action`, `Resource`, `Principal`).
    Only(T),
    /// All but these (`NotAction`, `NotResource`, `NotPrincipal`).
    AllBut(T),
}

impl<T> Scope<T> {
    /// Whether the element covers what `matches` tells of its contents.
    pub(crate) fn covers(&self, matches: impl FnOnce(&T) -> bool) -> bool {
        match self {
            Self::Only(contents) => matches(contents),
            Self::AllBut(contents) => !matches(contents),
        }
    }

    pub(crate) fn contents(&self) -> &T {
        match self {
            Self::Only(contents) | Self::AllBut(contents) => contents,
        }
    }
}

/// `service:Name`, with `*` and `?`. Compared without regard to case; policy variables have no meaning in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionPattern {
    text: String,
    glob: Glob,
}

impl ActionPattern {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), glob: Glob::new(steps(&text.to_ascii_lowercase())) }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it covers an action whose letters are in lower case.
    pub(crate) fn matches_folded(&self, action: &[char]) -> bool {
        self.glob.matches(action)
    }
}

/// The contents of `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Principals {
    /// `"*"`, and outside of trust policies `{"AWS": "*"}`, which means the same: everyone, services and those who did
    /// not sign included.
    pub anyone: bool,
    /// `{"AWS": "*"}` in a trust policy: every user, role and session of every account.
    pub any_aws: bool,
    /// Under `AWS`: ARNs; an account id stands as its root's ARN with any partition.
    pub aws: Vec<String>,
    /// Under `Service`: `apigateway.amazonaws.com`.
    pub services: Vec<String>,
    /// Under `Federated`: identity providers, by ARN or name.
    pub federated: Vec<String>,
    /// Under `CanonicalUser`: accounts by the id that S3 gives them. Nobody is known by such an id here, so that they
    /// name no one who asks.
    pub canonical_users: Vec<String>,
}
