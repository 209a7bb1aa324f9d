//! The schemas within a schema.

use serde_json::{Map, Value};

/// Members whose value is a schema, or a list of schemas.
const OF_SCHEMAS: [&str; 7] =
    ["additionalItems", "additionalProperties", "allOf", "anyOf", "items", "not", "oneOf"];

/// Members whose value is schemas by name.
const OF_NAMED_SCHEMAS: [&str; 4] = ["definitions", "dependencies", "patternProperties", "properties"];

/// Shows a schema's members, and then those of each schema in it. What only looks like a schema, as the value of an
/// `enum`, is none.
pub(crate) fn visit_schemas(schema: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match schema {
        Value::Object(members) => {
            visit(members);
            for member in OF_SCHEMAS {
                if let Some(schema) = members.get_mut(member) {
                    visit_schemas(schema, visit);
                }
            }
            for member in OF_NAMED_SCHEMAS {
                let named = members.get_mut(member).and_then(Value::as_object_mut);
                named.into_iter().flat_map(Map::values_mut).for_each(|schema| visit_schemas(schema, visit));
            }
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(|schema| visit_schemas(schema, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Renames what a schema refers to, where there is another name for it.
pub(crate) fn rename_reference(members: &mut Map<String, Value>, rename: impl Fn(&str) -> Option<String>) {
    if let Some(Value::String(reference)) = members.get_mut("$ref")
        && let Some(name) = rename(reference)
    {
        *reference = name;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_schemas_are_visited() {
        let mut schema = json!({
            "properties": {"example": {"example": 1, "items": {"xml": {}}}},
            "enum": [{"example": 2}],
            "allOf": [{"nullable": true}],
        });
        visit_schemas(&mut schema, &mut |members| {
            members.retain(|member, _| !["example", "nullable", "xml"].contains(&member.as_str()));
        });
        let left = json!({"properties": {"example": {"items": {}}}, "enum": [{"example": 2}], "allOf": [{}]});
        assert_eq!(schema, left);
    }
}
