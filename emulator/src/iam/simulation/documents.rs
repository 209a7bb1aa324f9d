//! Policies that are simulated, and where their statements stand.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use serde::Serialize;
use stagecheck_policy::{Document, ParseError, Policy, PolicyType};

use super::Kind;
use crate::iam::document::IdentityDocument;
use crate::iam::entities::Entity;
use crate::iam::policy_sources::{self, Attachment};
use crate::iam::{Iam, faults};
use crate::service::Fault;

/// A policy of a simulation.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    /// What results call it.
    pub(super) id: String,
    pub(super) document: Arc<Document>,
    text: Cow<'a, str>,
    role: Role,
    /// Where each statement stands, looked up when the first is asked for.
    positions: OnceCell<Vec<(Position, Position)>>,
}

/// What a policy is in a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Identity,
    Boundary,
    Resource,
}

impl<'a> Source<'a> {
    /// A managed policy that is the boundary of an entity.
    pub(super) fn stored(id: String, document: &'a IdentityDocument) -> Self {
        let text = Cow::Borrowed(document.text());
        Self::new(id, Arc::clone(document.parsed()), text, Role::Boundary)
    }

    /// A boundary that allows nothing.
    pub(super) fn silent(id: String) -> Self {
        let document = Arc::new(Document::default());
        Self::new(id, document, Cow::Borrowed(""), Role::Boundary)
    }

    fn parse(id: String, text: &'a str, kind: Kind, role: Role) -> Result<Self, Fault> {
        let document = Document::parse(text, kind).map_err(|error| malformed(&error))?;
        Ok(Self::new(id, Arc::new(document), Cow::Borrowed(text), role))
    }

    const fn new(id: String, document: Arc<Document>, text: Cow<'a, str>, role: Role) -> Self {
        Self { id, document, text, role, positions: OnceCell::new() }
    }

    /// The policy as it is evaluated.
    pub(super) fn policy(&self) -> Policy<'_> {
        Policy { name: &self.id, document: &self.document }
    }

    /// Whether it is of this type.
    pub(super) fn is_of(&self, kind: PolicyType) -> bool {
        let own = match self.role {
            Role::Identity => PolicyType::Identity,
            Role::Boundary => PolicyType::Boundary,
            Role::Resource => PolicyType::Resource,
        };
        own == kind
    }

    /// Where one of its statements begins and ends.
    ///
    /// It begins behind what opens it, as captured: the bracket of a list, or the statement's own brace where there is no
    /// list. Inferred: that another of a list begins behind the comma.
    pub(super) fn positions(&self, statement: usize) -> Option<(Position, Position)> {
        self.positions.get_or_init(|| self.all_positions()).get(statement).copied()
    }

    /// In one walk through the text: statements do not overlap.
    fn all_positions(&self) -> Vec<(Position, Position)> {
        let mut walk = Walk::through(&self.text);
        let statements = self.document.statements.iter().map(|statement| {
            let span = &statement.span;
            let before = self.text.get(..span.start).unwrap_or_default().trim_end();
            let start = if before.ends_with(['[', ',']) { before.len() } else { span.start + 1 };
            (walk.to(start), walk.to(span.end))
        });
        statements.collect()
    }
}

/// A line and a column of a text, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A walk through a text that counts lines and columns.
struct Walk<'a> {
    text: &'a str,
    byte: usize,
    at: Position,
}

impl<'a> Walk<'a> {
    const fn through(text: &'a str) -> Self {
        Self { text, byte: 0, at: Position { line: 1, column: 1 } }
    }

    /// The position of a byte that is not behind the walk.
    fn to(&mut self, byte: usize) -> Position {
        for letter in self.text.get(self.byte..byte).unwrap_or_default().chars() {
            if letter == '\n' {
                self.at = Position { line: self.at.line + 1, column: 1 };
            } else {
                self.at.column += 1;
            }
        }
        self.byte = self.byte.max(byte);
        self.at
    }
}

/// Policies that a caller passes.
pub(super) fn given(texts: &[String]) -> Result<Vec<Source<'_>>, Fault> {
    let id = |index: usize| format!("PolicyInputList.{}", index + 1);
    let texts = texts.iter().enumerate();
    texts.map(|(index, text)| Source::parse(id(index), text, Kind::Identity, Role::Identity)).collect()
}

/// The boundary that a caller passes.
pub(super) fn given_boundary(texts: &[String]) -> Result<Option<Source<'_>>, Fault> {
    let id = || "PermissionsBoundaryPolicyInputList.1".to_owned();
    match texts {
        [] => Ok(None),
        [text] => Source::parse(id(), text, Kind::Identity, Role::Boundary).map(Some),
        // The rule is documented, the wording inferred.
        _ => Err(faults::invalid_input("Only one permissions boundary policy can be passed.")),
    }
}

/// The policy of resources that a caller passes. A trust policy is checked, and comes to nothing.
pub(super) fn given_resource_policy(text: Option<&str>) -> Result<Option<Source<'_>>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let id = || "ResourcePolicy".to_owned();
    match Source::parse(id(), text, Kind::Resource, Role::Resource) {
        Ok(policy) => Ok(Some(policy)),
        Err(_) if Document::parse(text, Kind::Trust).is_ok() => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The policies of an entity, by the names that results give them.
pub(super) fn attached<'a>(state: &'a Iam, entity: &Entity) -> Vec<Source<'a>> {
    policy_sources::of(state, entity)
        .into_iter()
        .map(|source| {
            let id = match source.attachment {
                Attachment::Inline(owner) => format!("{}_{}_{}", owner.kind.word(), owner.name, source.name),
                Attachment::Managed(_) => source.name.to_string(),
            };
            let document = Arc::clone(source.document.parsed());
            Source::new(id, document, Cow::Borrowed(source.document.text()), Role::Identity)
        })
        .collect()
}

/// What is no policy. The code is documented.
pub(super) fn malformed(error: &ParseError) -> Fault {
    faults::invalid_input(&error.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(text: &str, statement: usize) -> ((usize, usize), (usize, usize)) {
        let source = Source::parse("p".to_owned(), text, Kind::Identity, Role::Identity).unwrap();
        let (start, end) = source.positions(statement).unwrap();
        ((start.line, start.column), (end.line, end.column))
    }

    /// As users of the AWS CLI have been answered.
    #[test]
    fn statements_stand_where_aws_says() {
        let single = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
        assert_eq!(positions(single, 0), ((1, 38), (1, 167)));
        let lines = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}";
        assert_eq!(positions(lines, 0), ((3, 17), (8, 6)));
        let spaced = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        assert_eq!(positions(spaced, 0).0, (1, 41));
    }

    #[test]
    fn the_next_statement_begins_behind_the_comma() {
        let text = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},\r\n {\"Sid\":\"b\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
        assert_eq!(positions(text, 1), ((1, 62), (2, 57)));
    }

    #[test]
    fn columns_are_counted_in_letters() {
        let text =
            "{\"Id\":\"é€𝄞\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
        assert_eq!(positions(text, 0).0, (1, 26));
    }
}
