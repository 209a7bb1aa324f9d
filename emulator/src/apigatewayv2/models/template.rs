//! Sample mapping templates of models.
//!
//! What AWS generates is documented by examples only: objects with sample values, arrays as loops over the input.

use std::fmt::Write as _;

use serde_json::Value;

/// How deep a schema is followed.
const DEEPEST: usize = 16;

/// A template that makes what a schema describes. A schema that cannot be read makes an empty object.
pub(super) fn of(schema: &str) -> String {
    let schema = serde_json::from_str(schema).unwrap_or(Value::Null);
    let mut out = "#set($inputRoot = $input.path('$'))\n".to_owned();
    write(&schema, 0, &mut out);
    out
}

fn write(schema: &Value, depth: usize, out: &mut String) {
    let kind = schema.get("type").and_then(Value::as_str);
    let properties = schema.get("properties").and_then(Value::as_object);
    match (kind, properties) {
        _ if depth > DEEPEST => out.push_str("{ }"),
        (Some("string"), _) => out.push_str("\"foo\""),
        (Some("integer" | "number"), _) => out.push_str("42"),
        (Some("boolean"), _) => out.push_str("true"),
        (Some("array"), _) => {
            out.push_str("[\n##TODO: Update this foreach loop to reference array from input json\n");
            out.push_str("#foreach($elem in $inputRoot)\n");
            write(schema.get("items").unwrap_or(&Value::Null), depth + 1, out);
            out.push_str("\n#if($foreach.hasNext),#end\n#end\n]");
        }
        (_, Some(properties)) => {
            let indent = "  ".repeat(depth + 1);
            out.push('{');
            for (position, (name, property)) in properties.iter().enumerate() {
                let comma = if position == 0 { "" } else { "," };
                // Writing to a text cannot fail.
                let _ = write!(out, "{comma}\n{indent}\"{name}\" : ");
                write(property, depth + 1, out);
            }
            let _ = write!(out, "\n{}}}", "  ".repeat(depth));
        }
        _ => out.push_str("{ }"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_have_sample_values_and_arrays_loop() {
        let schema = r#"{"type": "object", "properties": {"id": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}}}}"#;
        assert_eq!(
            of(schema),
            "#set($inputRoot = $input.path('$'))\n{\n  \"id\" : 42,\n  \"tags\" : [\n\
             ##TODO: Update this foreach loop to reference array from input json\n#foreach($elem in $inputRoot)\n\
             \"foo\"\n#if($foreach.hasNext),#end\n#end\n]\n}"
        );
        assert_eq!(of("not json"), "#set($inputRoot = $input.path('$'))\n{ }");
    }
}
