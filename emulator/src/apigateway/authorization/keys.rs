//! API Gateway's own condition keys: what a request sets, and what the resource has.

use serde::Serialize;
use serde_json::Value;

use super::place::Call;
use crate::apigateway::SERVICE_PRINCIPAL;
use crate::service::authorization::{Requirement, pass_role};

/// Condition keys behind `apigateway:Request/` and `apigateway:Resource/`, each with where its value stands: in a request,
/// in a stored row and, with a slash before it, in a patch.
pub(crate) struct Keys(pub(crate) &'static [(&'static str, &'static str)]);

impl Keys {
    /// With what the request sets and, of what is there already, what it is.
    pub(crate) fn fill<R: Serialize>(
        &self,
        mut requirement: Requirement,
        call: &Call<'_>,
        row: Option<&R>,
    ) -> Requirement {
        let request = as_value(call.input);
        let row = row.map(as_value).unwrap_or_default();
        for &(key, path) in self.0 {
            requirement = requirement
                .with(format!("apigateway:Request/{key}"), set_by(&request, path))
                .with(format!("apigateway:Resource/{key}"), values(&row, path));
        }
        requirement
    }

    /// Whether the request changes any of it: sets it, or takes it away by a patch.
    pub(crate) fn are_changed(&self, call: &Call<'_>) -> bool {
        let request = as_value(call.input);
        let operations = member(&request, "patchOperations").and_then(Value::as_array);
        let targets = operations.into_iter().flatten();
        let targets: Vec<&str> =
            targets.filter_map(|operation| member(operation, "path")?.as_str()?.strip_prefix('/')).collect();
        self.0.iter().any(|&(_, path)| targets.contains(&path) || !values(&request, path).is_empty())
    }

    /// With what the request sets.
    pub(crate) fn fill_request(&self, requirement: Requirement, call: &Call<'_>) -> Requirement {
        self.fill(requirement, call, None::<&()>)
    }
}

fn as_value(source: &impl Serialize) -> Value {
    // Nothing that is asked for has no JSON form; if it had none, it would be as if it were not given.
    serde_json::to_value(source).unwrap_or_default()
}

/// What a request sets at a path: as a member, or by patch operations.
fn set_by(request: &Value, path: &str) -> Vec<String> {
    let mut found = values(request, path);
    let operations = member(request, "patchOperations").and_then(Value::as_array);
    for operation in operations.into_iter().flatten() {
        let text = |name| member(operation, name).and_then(Value::as_str).unwrap_or_default();
        let target = text("path").strip_prefix('/').unwrap_or_default();
        let is_at = target == path || target.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        if is_at && matches!(text("op"), "add" | "replace") {
            found.push(text("value").to_owned());
        }
    }
    found
}

/// The values at a path, of every item where lists are on the way.
fn values(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| values(item, path)).collect(),
        Value::String(text) if path.is_empty() => vec![text.clone()],
        Value::Bool(_) | Value::Number(_) if path.is_empty() => vec![value.to_string()],
        Value::Object(_) if !path.is_empty() => {
            let (first, rest) = path.split_once('/').unwrap_or((path, ""));
            member(value, first).map(|value| values(value, rest)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The two APIs differ in the case of their members' first letters.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// With what it needs to give API Gateway the roles that a request sets at a path.
pub(crate) fn with_roles(call: &Call<'_>, requirement: Requirement, path: &str) -> Vec<Requirement> {
    let roles = set_by(&as_value(call.input), path);
    let passed = roles.iter().filter_map(|role| pass_role(role, SERVICE_PRINCIPAL));
    std::iter::once(requirement).chain(passed).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_sets_by_members_and_by_patches() {
        let path = "accessLogSettings/destinationArn";
        let patched = json!({"patchOperations": [
            {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": "a"},
            {"op": "replace", "path": "/accessLogSettings/format", "value": "f"},
            {"op": "remove", "path": "/accessLogSettings/destinationArn"},
            {"op": "replace", "path": "/accessLogSettings/destinationArnother", "value": "c"},
        ]});
        assert_eq!(set_by(&patched, path), ["a"]);
        assert_eq!(set_by(&json!({"AccessLogSettings": {"DestinationArn": "b"}}), path), ["b"]);
        assert_eq!(set_by(&json!({"AccessLogSettings": {}}), path), [""; 0]);
    }

    #[test]
    fn lists_on_the_way_give_each_items_values() {
        let domain = json!({"configurations": [{"type": "EDGE"}, {"type": "REGIONAL"}], "on": true});
        assert_eq!(values(&domain, "configurations/type"), ["EDGE", "REGIONAL"]);
        assert_eq!(values(&domain, "on"), ["true"]);
        assert_eq!(values(&domain, "configurations"), [""; 0]);
        let patch = json!({"patchOperations": [
            {"op": "replace", "path": "/endpointConfiguration/types/EDGE", "value": "REGIONAL"},
        ]});
        assert_eq!(set_by(&patch, "endpointConfiguration/types"), ["REGIONAL"]);
    }
}
