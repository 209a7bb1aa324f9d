//! From text to [`Document`], refusing what AWS refuses and what this version cannot evaluate.
//!
//! Source of the grammar: AWS IAM user guide, "Grammar of the IAM JSON policy language".

use std::collections::BTreeSet;
use std::fmt;

use crate::condition::{Condition, Operator, Quantifier};
use crate::document::{Document, Effect, Kind, Principals, Scope, Statement};
use crate::json::Json;
use crate::pattern::Pattern;

/// Why a text is not a policy document.
///
/// Messages are IAM's own where one has been seen on AWS, with what is more exact in parentheses behind it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at {path})")]
pub struct ParseError {
    /// Whether AWS would refuse it, too.
    pub reason: Reason,
    /// Where, as a JSON path: `$.Statement[0].Action`.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// Who would refuse a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// AWS would: it breaks the policy language's rules.
    Malformed,
    /// Only this version, which does not evaluate what it uses.
    Unsupported,
}

/// IAM's answer to most of what does not parse.
const SYNTAX: &str = "Syntax errors in policy.";

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
        ParseError { reason: Reason::Malformed, path: self.to_string(), message: message.into() }
    }

    fn unsupported(self, message: impl Into<String>) -> ParseError {
        ParseError { reason: Reason::Unsupported, path: self.to_string(), message: message.into() }
    }
}

/// The whole document.
pub(crate) fn document(text: &str, kind: Kind) -> Result<Document, ParseError> {
    let root = Path::Root;
    let json: Json = serde_json::from_str(text).map_err(|error| {
        let message = if kind == Kind::Trust { "This policy contains invalid Json" } else { SYNTAX };
        ParseError { reason: Reason::Malformed, path: format!("$, {error}"), message: message.to_owned() }
    })?;
    let entries = object(&json, root)?;
    let mut document = Document { variables: false, id: None, statements: Vec::new() };
    let mut has_statement = false;
    for (key, value) in entries {
        let path = Path::Key(&root, key);
        match key.as_str() {
            "Version" => match string(value, path)? {
                "2012-10-17" => document.variables = true,
                "2008-10-17" => document.variables = false,
                _ => return Err(path.malformed("The policy must contain a valid version string")),
            },
            "Id" => document.id = Some(string(value, path)?.to_owned()),
            "Statement" => has_statement = true,
            _ => return Err(path.malformed(SYNTAX)),
        }
    }
    if !has_statement {
        return Err(root.malformed("Missing required field Statement"));
    }
    // `Version` decides how statements read, wherever it stands.
    for (key, value) in entries.iter().filter(|(key, _)| key == "Statement") {
        let path = Path::Key(&root, key);
        document.statements = match value {
            Json::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| statement(item, kind, document.variables, Path::Index(&path, index)))
                .collect::<Result<_, _>>()?,
            single => vec![statement(single, kind, document.variables, path)?],
        };
    }
    if document.statements.is_empty() {
        return Err(root.malformed(SYNTAX));
    }
    unique_sids(&document.statements, root)?;
    Ok(document)
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

fn statement(json: &Json, kind: Kind, variables: bool, path: Path<'_>) -> Result<Statement, ParseError> {
    let (mut sid, mut effect, mut principals, mut actions, mut resources) = (None, None, None, None, None);
    let mut conditions = Vec::new();
    for (key, value) in object(json, path)? {
        let here = Path::Key(&path, key);
        match key.as_str() {
            "Sid" => sid = Some(string(value, here)?.to_owned()),
            "Effect" => {
                effect = Some(match string(value, here)? {
                    "Allow" => Effect::Allow,
                    "Deny" => Effect::Deny,
                    _ => return Err(here.malformed("The policy failed legacy parsing")),
                });
            }
            "Principal" | "NotPrincipal" if kind == Kind::Identity => {
                return Err(here.malformed("Policy document should not specify a principal."));
            }
            // `{"AWS": "*"}` is what a trust policy takes.
            "Principal" if kind == Kind::Trust && matches!(value, Json::Text(_)) => {
                return Err(here.malformed("AssumeRolepolicy contained an invalid principal"));
            }
            "Principal" => once(&mut principals, Scope::Only(principal_element(value, here)?), here)?,
            "NotPrincipal" => once(&mut principals, Scope::AllBut(principal_element(value, here)?), here)?,
            "Action" => once(&mut actions, Scope::Only(action_element(value, here)?), here)?,
            "NotAction" => once(&mut actions, Scope::AllBut(action_element(value, here)?), here)?,
            "Resource" | "NotResource" if kind == Kind::Trust => {
                return Err(here.malformed("Has prohibited field Resource"));
            }
            "Resource" => {
                once(&mut resources, Scope::Only(resource_element(value, variables, here)?), here)?;
            }
            "NotResource" => {
                once(&mut resources, Scope::AllBut(resource_element(value, variables, here)?), here)?;
            }
            "Condition" => conditions = condition_element(value, variables, here)?,
            _ => return Err(here.malformed(SYNTAX)),
        }
    }
    let effect = effect.ok_or_else(|| path.malformed("Missing required field Effect"))?;
    let actions = actions.ok_or_else(|| path.malformed("Policy statement must contain actions."))?;
    if kind != Kind::Identity && principals.is_none() {
        return Err(path.malformed("Missing required field Principal"));
    }
    if kind == Kind::Trust && !only_assumes(&actions) {
        return Err(path.malformed("AssumeRole policy may only specify STS AssumeRole actions."));
    }
    if kind != Kind::Trust && resources.is_none() {
        return Err(path.malformed("Policy statement must contain resources."));
    }
    Ok(Statement { sid, effect, principals, actions, resources, conditions })
}

/// Whether a trust policy's actions are of STS (`sts:AssumeRole`, `sts:TagSession`, …).
fn only_assumes(actions: &Scope<Vec<Pattern>>) -> bool {
    match actions {
        Scope::Only(actions) => {
            actions.iter().all(|action| action.as_str().to_ascii_lowercase().starts_with("sts:"))
        }
        Scope::AllBut(_) => false,
    }
}

/// Sets an element that may stand once, under its own name or its `Not…` name.
fn once<T>(slot: &mut Option<T>, value: T, path: Path<'_>) -> Result<(), ParseError> {
    if slot.replace(value).is_some() {
        return Err(path.malformed(SYNTAX));
    }
    Ok(())
}

fn principal_element(json: &Json, path: Path<'_>) -> Result<Principals, ParseError> {
    let mut principals = Principals::default();
    match json {
        Json::Text(text) if text == "*" => principals.anyone = true,
        Json::Object(entries) => {
            for (key, value) in entries {
                let here = Path::Key(&path, key);
                let values = strings(value, here)?;
                match key.as_str() {
                    "AWS" => {
                        for principal in values {
                            match principal {
                                "*" => principals.anyone = true,
                                _ => principals.aws.push(aws_principal(principal, here)?),
                            }
                        }
                    }
                    "Service" => principals.services.extend(values.into_iter().map(str::to_owned)),
                    "Federated" => principals.federated.extend(values.into_iter().map(str::to_owned)),
                    "CanonicalUser" => {
                        return Err(here.unsupported("CanonicalUser principals are not evaluated"));
                    }
                    _ => return Err(here.malformed("Invalid principal in policy")),
                }
            }
        }
        _ => return Err(path.malformed("Invalid principal in policy")),
    }
    Ok(principals)
}

/// An ARN, or the account id that stands for its root.
fn aws_principal(text: &str, path: Path<'_>) -> Result<String, ParseError> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_arn = text.starts_with("arn:") && text.split(':').count() >= 6;
    // A deleted principal's unique id is what AWS leaves in a document.
    let is_unique_id = text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_account || is_arn || is_unique_id {
        return Ok(text.to_owned());
    }
    Err(path.malformed(format!("Invalid principal in policy: \"AWS\":\"{text}\"")))
}

fn action_element(json: &Json, path: Path<'_>) -> Result<Vec<Pattern>, ParseError> {
    strings(json, path)?
        .into_iter()
        .map(|action| match action.split_once(':') {
            _ if action == "*" => Ok(Pattern::new(action, false)),
            Some((vendor, name)) if !vendor.is_empty() && !name.is_empty() => Ok(Pattern::new(action, false)),
            _ => {
                Err(path
                    .malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."))
            }
        })
        .collect()
}

fn resource_element(json: &Json, variables: bool, path: Path<'_>) -> Result<Vec<Pattern>, ParseError> {
    strings(json, path)?
        .into_iter()
        .map(|resource| {
            if resource == "*" || resource.starts_with("arn:") || (variables && resource.starts_with("${")) {
                Ok(Pattern::new(resource, variables))
            } else {
                Err(path.malformed(format!("Resource {resource} must be in ARN format or \"*\".")))
            }
        })
        .collect()
}

fn condition_element(json: &Json, variables: bool, path: Path<'_>) -> Result<Vec<Condition>, ParseError> {
    let mut conditions = Vec::new();
    for (name, keys) in object(json, path)? {
        let here = Path::Key(&path, name);
        let (quantifier, operator, if_exists) = operator(name, here)?;
        for (key, values) in object(keys, here)? {
            let there = Path::Key(&here, key);
            if !key.contains(':') {
                return Err(there.malformed(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                ));
            }
            let values = condition_values(values, there)?;
            let values = values.iter().map(|value| Pattern::new(value, variables)).collect();
            conditions.push(Condition { quantifier, operator, if_exists, key: key.clone(), values });
        }
    }
    Ok(conditions)
}

fn operator(name: &str, path: Path<'_>) -> Result<(Quantifier, Operator, bool), ParseError> {
    /// Operators of the policy language that are refused, as opposed to names that AWS does not know either.
    const NOT_EVALUATED: [&str; 5] = ["Numeric", "Date", "Binary", "IpAddress", "NotIpAddress"];

    let (quantifier, rest) = match name.split_once(':') {
        None => (Quantifier::Single, name),
        Some(("ForAllValues", rest)) => (Quantifier::ForAllValues, rest),
        Some(("ForAnyValue", rest)) => (Quantifier::ForAnyValue, rest),
        Some(_) => return Err(path.malformed(format!("Invalid Condition type : {name}."))),
    };
    let (base, if_exists) = match rest.strip_suffix("IfExists") {
        Some(base) => (base, true),
        None => (rest, false),
    };
    match Operator::named(base) {
        Some(Operator::Null) if if_exists => Err(path.malformed(format!("Invalid Condition type : {name}."))),
        Some(operator) => Ok((quantifier, operator, if_exists)),
        None if NOT_EVALUATED.iter().any(|known| base.starts_with(known)) => {
            Err(path.unsupported(format!("the condition operator {name} is not evaluated")))
        }
        None => Err(path.malformed(format!("Invalid Condition type : {name}."))),
    }
}

/// Condition values may be booleans and numbers, which compare as their text.
fn condition_values(json: &Json, path: Path<'_>) -> Result<Vec<String>, ParseError> {
    let single = |json: &Json, path: Path<'_>| match json {
        Json::Text(text) => Ok(text.clone()),
        Json::Boolean(value) => Ok(value.to_string()),
        Json::Number(value) => Ok(value.to_string()),
        other => Err(path.malformed(format!("{SYNTAX} ({} here)", other.type_name()))),
    };
    match json {
        Json::List(items) => {
            items.iter().enumerate().map(|(index, item)| single(item, Path::Index(&path, index))).collect()
        }
        other => Ok(vec![single(other, path)?]),
    }
}

fn object<'a>(json: &'a Json, path: Path<'_>) -> Result<&'a [(String, Json)], ParseError> {
    match json {
        Json::Object(entries) => Ok(entries),
        other => Err(path.malformed(format!("{SYNTAX} ({} here)", other.type_name()))),
    }
}

fn string<'a>(json: &'a Json, path: Path<'_>) -> Result<&'a str, ParseError> {
    match json {
        Json::Text(text) => Ok(text),
        other => Err(path.malformed(format!("{SYNTAX} ({} here)", other.type_name()))),
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
