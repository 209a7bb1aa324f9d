//! From text to [`Document`], refusing what AWS refuses.
//!
//! Source of the grammar: AWS IAM user guide, "Grammar of the IAM JSON policy language".

mod condition;
mod principal;
mod statement;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::document::{Document, Kind, Statement};
use crate::json::Json;

/// Why a text is not a policy document.
///
/// Messages are IAM's own where one has been seen on AWS, with what is more exact in parentheses behind it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at {path})")]
pub struct ParseError {
    /// Where, as a JSON path: `$.Statement[0].Action`.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// IAM's answer to most of what does not parse.
const SYNTAX: &str = "Syntax errors in policy.";

/// IAM's answer to values that its older parser refuses.
const LEGACY: &str = "The policy failed legacy parsing";

/// IAM's answer to an action or a condition key without the service in front.
const NO_VENDOR: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";

/// A place in the document.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => formatter.write_str("$"),
            Self::Key(parent, key) => write!(formatter, "{parent}.{key}"),
            Self::Index(parent, index) => write!(formatter, "{parent}[{index}]"),
        }
    }
}

impl Path<'_> {
    fn malformed(self, message: impl Into<String>) -> ParseError {
        ParseError { path: self.to_string(), message: message.into() }
    }
}

/// What the elements of a statement are read by.
#[derive(Clone, Copy)]
struct Rules {
    kind: Kind,
    /// Whether `${…}` is a policy variable.
    variables: bool,
}

/// The whole document.
pub(crate) fn document(text: &str, kind: Kind) -> Result<Document, ParseError> {
    let root = Path::Root;
    let json: Json = serde_json::from_str(text).map_err(|error| {
        let message = if kind == Kind::Trust { "This policy contains invalid Json" } else { SYNTAX };
        ParseError { path: format!("$, {error}"), message: message.to_owned() }
    })?;
    let mut document = Document::default();
    let mut statement = None;
    for (key, value) in object(&json, root)? {
        let path = Path::Key(&root, key);
        match key.as_str() {
            "Version" => match string(value, path)? {
                "2012-10-17" => document.variables = true,
                "2008-10-17" => document.variables = false,
                _ => return Err(path.malformed("The policy must contain a valid version string")),
            },
            "Id" => document.id = Some(string(value, path)?.to_owned()),
            "Statement" => statement = Some(value),
            _ => return Err(path.malformed(SYNTAX)),
        }
    }
    if kind == Kind::ResourceControl && !document.variables {
        return Err(root.malformed("The policy must contain a valid version string"));
    }
    let statement = statement.ok_or_else(|| missing(kind, "Statement", root))?;
    document.statements = statements(statement, Rules { kind, variables: document.variables })?;
    if document.statements.is_empty() {
        return Err(root.malformed(SYNTAX));
    }
    for (statement, span) in document.statements.iter_mut().zip(spans(text)) {
        statement.span = span;
    }
    unique_sids(&document.statements, root)?;
    Ok(document)
}

fn statements(json: &Json, rules: Rules) -> Result<Vec<Statement>, ParseError> {
    let path = Path::Key(&Path::Root, "Statement");
    match json {
        Json::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| statement::read(item, rules, Path::Index(&path, index)))
            .collect(),
        single => Ok(vec![statement::read(single, rules, path)?]),
    }
}

/// The bytes of the text that its statements are, in their order.
fn spans(text: &str) -> Vec<Range<usize>> {
    #[derive(Deserialize)]
    struct Top<'a> {
        #[serde(borrow, rename = "Statement")]
        statement: &'a RawValue,
    }
    let Ok(top) = serde_json::from_str::<Top<'_>>(text) else { return Vec::new() };
    let statements = serde_json::from_str::<Vec<&RawValue>>(top.statement.get());
    let span = |statement: &RawValue| {
        let start = statement.get().as_ptr().addr() - text.as_ptr().addr();
        start..start + statement.get().len()
    };
    statements.unwrap_or_else(|_| vec![top.statement]).into_iter().map(span).collect()
}

fn unique_sids(statements: &[Statement], path: Path<'_>) -> Result<(), ParseError> {
    let mut seen = BTreeSet::new();
    for sid in statements.iter().filter_map(|statement| statement.sid.as_deref()) {
        if !sid.is_empty() && !seen.insert(sid) {
            return Err(path.malformed("Statement IDs (SID) in a single policy must be unique."));
        }
    }
    Ok(())
}

/// The answer where a field is not there that has to be. IAM names it in policies that have principals only.
fn missing(kind: Kind, field: &str, path: Path<'_>) -> ParseError {
    path.malformed(match kind {
        Kind::Identity | Kind::ServiceControl => format!("{SYNTAX} (no {field})"),
        Kind::Trust | Kind::Resource | Kind::ResourceControl => format!("Missing required field {field}"),
    })
}

/// IAM's answer to JSON of the wrong type, with what stands there.
fn misplaced(json: &Json, path: Path<'_>) -> ParseError {
    path.malformed(format!("{SYNTAX} ({} here)", json.type_name()))
}

fn object<'a>(json: &'a Json, path: Path<'_>) -> Result<&'a [(String, Json)], ParseError> {
    match json {
        Json::Object(entries) => Ok(entries),
        other => Err(misplaced(other, path)),
    }
}

fn string<'a>(json: &'a Json, path: Path<'_>) -> Result<&'a str, ParseError> {
    match json {
        Json::Text(text) => Ok(text),
        other => Err(misplaced(other, path)),
    }
}

/// One string or a list of them, never none.
fn strings<'a>(json: &'a Json, path: Path<'_>) -> Result<Vec<&'a str>, ParseError> {
    match json {
        Json::List(items) if items.is_empty() => Err(path.malformed(format!("{SYNTAX} (an empty list)"))),
        Json::List(items) => {
            items.iter().enumerate().map(|(index, item)| string(item, Path::Index(&path, index))).collect()
        }
        other => Ok(vec![string(other, path)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_a_policy_is_refused_with_its_place() {
        for (text, kind, path) in [
            ("{", Kind::Identity, "$"),
            (r#"{"Statement":[]}"#, Kind::Identity, "$"),
            (r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#, Kind::Identity, "$.Statement"),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"x","Resource":"*"}]}"#,
                Kind::Identity,
                "$.Statement[0].Action",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}}"#,
                Kind::Identity,
                "$",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"},"Resource":"*"}}"#,
                Kind::Trust,
                "$.Statement.Resource",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"logs:PutLogEvents","Principal":{"AWS":"*"}}}"#,
                Kind::Trust,
                "$.Statement",
            ),
            (
                r#"{"Statement":[{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},
                    {"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"}]}"#,
                Kind::Identity,
                "$",
            ),
            (
                r#"{"Statement":{"Sid":"a b","Effect":"Allow","Action":"*","Resource":"*"}}"#,
                Kind::Identity,
                "$.Statement.Sid",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
                    "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}}}"#,
                Kind::Identity,
                "$.Statement.Condition.IpAddress.aws:SourceIp",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
                    "Condition":{"NullIfExists":{"aws:SourceIp":"true"}}}}"#,
                Kind::Identity,
                "$.Statement.Condition.NullIfExists",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#,
                Kind::ServiceControl,
                "$.Statement.Principal",
            ),
            (
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
                Kind::ResourceControl,
                "$.Statement",
            ),
        ] {
            let error = Document::parse(text, kind).unwrap_err();
            assert_eq!(error.path.split(',').next(), Some(path), "{text}: {error}");
        }
    }

    #[test]
    fn statements_know_where_they_stand() {
        let text = "{\"Statement\" : [ {\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},\n \
                    {\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"} ]}";
        let document = Document::parse(text, Kind::Identity).unwrap();
        let texts: Vec<&str> =
            document.statements.iter().map(|statement| &text[statement.span.clone()]).collect();
        assert_eq!(
            texts,
            [
                r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
                r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#
            ]
        );
        let single = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"},"Version":"2012-10-17"}"#;
        let document = Document::parse(single, Kind::Identity).unwrap();
        assert_eq!(document.statements[0].span, 13..58);
    }

    /// JSON of any shape, with the words of the language in it.
    fn json() -> impl Strategy<Value = serde_json::Value> {
        let word = prop::sample::select(vec![
            "Version",
            "2012-10-17",
            "Statement",
            "Effect",
            "Allow",
            "Deny",
            "Action",
            "NotAction",
            "Resource",
            "Principal",
            "AWS",
            "Service",
            "*",
            "logs:*",
            "Condition",
            "StringLike",
            "Null",
            "aws:SourceIp",
            "true",
            "${",
            "${a:b,'c'}",
            "é",
            "",
        ]);
        let leaf = prop_oneof![
            word.clone().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            Just(serde_json::Value::Null),
        ];
        leaf.prop_recursive(5, 40, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                prop::collection::vec((word.clone().prop_map(str::to_owned), inner), 0..5)
                    .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    const KINDS: [Kind; 5] =
        [Kind::Identity, Kind::Trust, Kind::Resource, Kind::ServiceControl, Kind::ResourceControl];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_json_panics(value in json(), kind in prop::sample::select(KINDS.to_vec())) {
            let _ = Document::parse(&value.to_string(), kind);
            let _ = Document::parse(&serde_json::json!({ "Statement": value }).to_string(), kind);
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = Document::parse(&text, Kind::Identity);
        }
    }
}
