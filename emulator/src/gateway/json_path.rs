//! Paths into JSON bodies, as mapping expressions have them.

use serde_json::Value;

/// A body, or what a path leads to in it, as text. What is no JSON has no parts.
pub(super) fn in_body(body: &[u8], path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(String::from_utf8_lossy(body).into_owned());
    }
    in_json(&serde_json::from_slice(body).ok()?, path)
}

/// What a path leads to in a body that was parsed, as text.
pub(super) fn in_json(body: &Value, path: &str) -> Option<String> {
    match steps(path).into_iter().try_fold(body, |value, step| match step.parse::<usize>() {
        Ok(position) if value.is_array() => value.get(position),
        _ => value.get(step),
    })? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The names and positions in a path such as `.pets[0].name` or `['a b']`.
fn steps(path: &str) -> Vec<&str> {
    path.split(['.', '['])
        .map(|step| step.trim_end_matches(']').trim_matches('\''))
        .filter(|step| !step.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_into_a_body() {
        let body = br#"{"pets": [{"name": "Rex", "age": 3, "tags": null}], "a b": {"c": true}}"#;
        for (path, found) in [
            (".pets[0].name", Some("Rex")),
            (".pets[0].age", Some("3")),
            (".pets[0].tags", None),
            (".pets[1].name", None),
            ("['a b'].c", Some("true")),
            (".pets[0]", Some(r#"{"name":"Rex","age":3,"tags":null}"#)),
        ] {
            assert_eq!(in_body(body, path).as_deref(), found, "{path}");
        }
        assert_eq!(in_body(b"no JSON", ".a"), None);
        assert_eq!(in_body(b"no JSON", "").as_deref(), Some("no JSON"));
    }
}
