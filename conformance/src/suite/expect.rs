//! Whether an answer is what a scenario expects.

use anyhow::Result;
use fancy_regex::Regex;
use serde_json::Value;

/// Where an answer is not what is expected, in words. Mappings are compared by the members that are expected, lists
/// whole, texts by their pattern where they have one.
///
/// # Errors
///
/// When a pattern is none.
pub fn differences(expected: &Value, actual: Option<&Value>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    compare("", expected, actual, &mut found)?;
    Ok(found)
}

fn compare(at: &str, expected: &Value, actual: Option<&Value>, found: &mut Vec<String>) -> Result<()> {
    let place = if at.is_empty() { "the answer" } else { at };
    let Some(actual) = actual else {
        if expected != "~absent" {
            found.push(format!("{place} is missing, and should be {expected}"));
        }
        return Ok(());
    };
    match (expected, actual) {
        (Value::String(pattern), _) if pattern.starts_with('~') => {
            if !matches(pattern, actual)? {
                found.push(format!("{place} is {actual}, which is not {pattern}"));
            }
        }
        (Value::Object(expected), Value::Object(members)) => {
            for (name, value) in expected {
                compare(&format!("{at}.{name}"), value, members.get(name), found)?;
            }
        }
        (Value::Array(expected), Value::Array(items)) => {
            if expected.len() != items.len() {
                found.push(format!("{place} has {} items instead of {}", items.len(), expected.len()));
            }
            for (index, (value, item)) in expected.iter().zip(items).enumerate() {
                compare(&format!("{at}[{index}]"), value, Some(item), found)?;
            }
        }
        _ if same(expected, actual) => {}
        _ => found.push(format!("{place} is {actual} instead of {expected}")),
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
        differences(expected, Some(actual)).unwrap()
    }

    #[test]
    fn members_that_are_not_expected_do_not_count() {
        let actual = json!({"id": "abc123", "tags": {"a": "b"}, "limit": 5.0, "items": [1, 2]});
        assert!(found(&json!({"id": "~any", "limit": 5, "name": "~absent"}), &actual).is_empty());
        assert!(found(&json!({"id": "~/[a-z0-9]{6}/", "tags": {}}), &actual).is_empty());
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
