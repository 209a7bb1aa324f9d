//! Whether an answer is what a scenario expects.

use std::fmt;

use anyhow::Result;
use fancy_regex::Regex;
use serde_json::Value;

use super::client::Outcome;

/// Where an answer is not what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its kind.
    pub kind: Kind,
    /// The place, and what is there instead, in words.
    pub told: String,
}

/// In what an answer differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The target has no such operation.
    Unbuilt,
    /// It breaks, or answers what the client cannot read.
    Broken,
    /// It should succeed, and is refused.
    Refused,
    /// It should be refused, and succeeds.
    Accepted,
    /// It is refused with another code.
    FaultCode,
    /// It is refused with another text.
    FaultText,
    /// The answer lacks a member.
    Missing,
    /// The answer has a member that should not be there.
    Extra,
    /// A list is longer or shorter.
    Length,
    /// A value is another.
    Value,
}

impl Kind {
    /// A difference of this kind.
    pub(super) fn told(self, told: String) -> Difference {
        Difference { kind: self, told }
    }

    /// What it is that is no answer of the service: botocore then has the status for a code, or none of either.
    pub(super) fn of_no_answer(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Fault { code, status: 404 | 405 | 501, .. } if is_status(code) => Some(Self::Unbuilt),
            Outcome::Fault { code, status: 0, .. } if code != "ParamValidation" => Some(Self::Broken),
            Outcome::Fault { code, .. } if is_status(code) => Some(Self::Broken),
            _ => None,
        }
    }
}

fn is_status(code: &str) -> bool {
    code.parse::<u16>().is_ok()
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unbuilt => "no such operation",
            Self::Broken => "breaks",
            Self::Refused => "refused",
            Self::Accepted => "not refused",
            Self::FaultCode => "another code",
            Self::FaultText => "another text",
            Self::Missing => "member missing",
            Self::Extra => "member too many",
            Self::Length => "another length",
            Self::Value => "another value",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told)
    }
}

/// Where an answer is not what is expected. Mappings are compared by the members that are expected, lists
/// whole, texts by their pattern where they have one.
///
/// # Errors
///
/// When a pattern is none.
pub fn differences(expected: &Value, actual: Option<&Value>) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    compare("", expected, actual, &mut found)?;
    Ok(found)
}

fn compare(at: &str, expected: &Value, actual: Option<&Value>, found: &mut Vec<Difference>) -> Result<()> {
    let place = if at.is_empty() { "the answer" } else { at };
    let Some(actual) = actual else {
        if expected != "~absent" {
            found.push(Kind::Missing.told(format!("{place} is missing, and should be {expected}")));
        }
        return Ok(());
    };
    match (expected, actual) {
        (Value::String(pattern), _) if pattern.starts_with('~') => {
            if !matches(pattern, actual)? {
                let kind = if pattern == "~absent" { Kind::Extra } else { Kind::Value };
                found.push(kind.told(format!("{place} is {actual}, which is not {pattern}")));
            }
        }
        (Value::Object(expected), Value::Object(members)) => {
            for (name, value) in expected {
                compare(&format!("{at}.{name}"), value, members.get(name), found)?;
            }
        }
        (Value::Array(expected), Value::Array(items)) => {
            if expected.len() != items.len() {
                let told = format!("{place} has {} items instead of {}", items.len(), expected.len());
                found.push(Kind::Length.told(told));
            }
            for (index, (value, item)) in expected.iter().zip(items).enumerate() {
                compare(&format!("{at}[{index}]"), value, Some(item), found)?;
            }
        }
        _ if same(expected, actual) => {}
        _ => found.push(Kind::Value.told(format!("{place} is {actual} instead of {expected}"))),
    }
    Ok(())
}

/// Numbers are one whether they were written with a fraction or without.
fn same(expected: &Value, actual: &Value) -> bool {
    match (expected.as_f64(), actual.as_f64()) {
        (Some(a), Some(b)) => a.to_bits() == b.to_bits(),
        _ => expected == actual,
    }
}

fn matches(pattern: &str, actual: &Value) -> Result<bool> {
    match pattern {
        "~any" => Ok(true),
        "~absent" => Ok(false),
        _ => {
            let pattern = pattern.trim_start_matches('~').trim_matches('/');
            let pattern = Regex::new(&format!("(?s)^(?:{pattern})$"))?;
            Ok(actual.as_str().is_some_and(|text| pattern.is_match(text).unwrap_or_default()))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(expected: &Value, actual: &Value) -> Vec<String> {
        differences(expected, Some(actual)).unwrap().into_iter().map(|each| each.told).collect()
    }

    #[test]
    fn members_that_are_not_expected_do_not_count() {
        let actual = json!({"id": "abc123", "tags": {"a": "b"}, "limit": 5.0, "items": [1, 2]});
        assert!(found(&json!({"id": "~any", "limit": 5, "name": "~absent"}), &actual).is_empty());
        assert!(found(&json!({"id": "~/[a-z0-9]{6}/", "tags": {}}), &actual).is_empty());
    }

    #[test]
    fn what_does_not_come_from_the_service_is_told_apart() {
        let fault =
            |code: &str, status| Outcome::Fault { code: code.to_owned(), message: String::new(), status };
        assert_eq!(Kind::of_no_answer(&fault("404", 404)), Some(Kind::Unbuilt));
        assert_eq!(Kind::of_no_answer(&fault("500", 500)), Some(Kind::Broken));
        assert_eq!(Kind::of_no_answer(&fault("ReadTimeoutError", 0)), Some(Kind::Broken));
        assert_eq!(Kind::of_no_answer(&fault("ParamValidation", 0)), None);
        assert_eq!(Kind::of_no_answer(&fault("NotFoundException", 404)), None);
    }

    #[test]
    fn every_difference_is_told_with_its_place() {
        let actual = json!({"id": "abc123", "tags": {"a": "b"}, "items": [1, 2]});
        let expected = json!({"id": "~/[0-9]+/", "tags": {"a": "c", "d": "e"}, "items": [1]});
        assert_eq!(
            found(&expected, &actual),
            [
                r#".id is "abc123", which is not ~/[0-9]+/"#,
                r#".tags.a is "b" instead of "c""#,
                r#".tags.d is missing, and should be "e""#,
                ".items has 2 items instead of 1",
            ]
        );
        assert_eq!(found(&json!({"id": "~absent"}), &actual), [r#".id is "abc123", which is not ~absent"#]);
    }
}
