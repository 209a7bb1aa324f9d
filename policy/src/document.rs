//! What a policy document says, once parsed.

use crate::condition::Condition;
use crate::parse::{self, ParseError};
use crate::pattern::Pattern;

/// What a document is attached to, which decides the elements that it must and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Attached to a user, group or role: needs `Resource`, has no `Principal`.
    Identity,
    /// A role's trust policy: needs `Principal`, has no `Resource`.
    Trust,
    /// Attached to a resource: needs both.
    Resource,
}

/// A policy document.
///
/// Source: AWS IAM user guide, "IAM JSON policy elements reference".
#[derive(Clone, Debug, PartialEq)]
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
    /// [`ParseError`] names the JSON path and the rule. Its reason tells a document that AWS would refuse from
    /// one that uses what this version does not evaluate.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, ParseError> {
        parse::document(text, kind)
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
    /// Which actions. Compared without regard to case.
    pub actions: Scope<Vec<Pattern>>,
    /// Which resources; `None` in trust policies, where it is the role itself.
    pub resources: Option<Scope<Vec<Pattern>>>,
    /// Conditions, all of which must hold.
    pub conditions: Vec<Condition>,
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
}

/// The contents of `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Principals {
    /// `"*"` or `{"AWS": "*"}`.
    pub anyone: bool,
    /// Under `AWS`: ARNs; an account id stands as its root's ARN with any partition.
    pub aws: Vec<String>,
    /// Under `Service`: `apigateway.amazonaws.com`.
    pub services: Vec<String>,
    /// Under `Federated`.
    pub federated: Vec<String>,
}
