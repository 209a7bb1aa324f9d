//! The mapping template that API Gateway makes up for a model.
//!
//! The heading, the line about the loop and the sample values are AWS's; where lines break is inferred.

use std::fmt::Write as _;

use serde_json::Value;

const INPUT: &str = "#set($inputRoot = $input.path('$'))\n";

/// How deep schemas are followed: a schema that holds itself has no end.
const DEEPEST: usize = 8;

/// How much text there is before objects stay empty: a schema may hold itself many times.
const LONGEST: usize = 65_536;

/// A template that makes a document of this schema, whose references all lead into itself.
pub(crate) fn of(schema: &Value) -> String {
    let mut template = INPUT.to_owned();
    Sample { whole: schema, text: &mut template }.value(schema, "$inputRoot", 0);
    template
}

struct Sample<'s, 't> {
    whole: &'s Value,
    text: &'t mut String,
}

impl<'s> Sample<'s, '_> {
    /// The sample of a schema that stands at `place` of the input.
    fn value(&mut self, schema: &'s Value, place: &str, depth: usize) {
        let schema = self.resolve(schema);
        let kind = match &schema["type"] {
            Value::String(kind) => kind.as_str(),
            Value::Array(kinds) => {
                kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("")
            }
            _ if schema["items"].is_object() => "array",
            _ => "object",
        };
        match kind {
            "array" => self.array(&schema["items"], place, depth),
            "string" => self.text.push_str("\"foo\""),
            "integer" => self.text.push_str("42"),
            "number" => self.text.push_str("42.0"),
            "boolean" => self.text.push_str("true"),
            "null" => self.text.push_str("null"),
            _ => self.object(schema, place, depth),
        }
    }

    fn object(&mut self, schema: &'s Value, place: &str, depth: usize) {
        let properties = schema["properties"].as_object().filter(|members| !members.is_empty());
        let Some(properties) = properties.filter(|_| self.goes_on(depth)) else {
            self.text.push_str("{ }");
            return;
        };
        let indent = "  ".repeat(depth);
        self.text.push('{');
        for (index, (name, property)) in properties.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Writing to a text cannot fail.
            let _ = write!(self.text, "{comma}\n{indent}  {} : ", Value::from(name.as_str()));
            self.value(property, &format!("{place}.{name}"), depth + 1);
        }
        let _ = write!(self.text, "\n{indent}}}");
    }

    fn array(&mut self, items: &'s Value, place: &str, depth: usize) {
        if !self.goes_on(depth) {
            self.text.push_str("[ ]");
            return;
        }
        let indent = "  ".repeat(depth);
        let _ = write!(
            self.text,
            "[\n{indent}##TODO: Update this foreach loop to reference array from input json\n\
             {indent}#foreach($elem in {place})\n{indent}  "
        );
        self.value(items, "$elem", depth + 1);
        let _ = write!(self.text, "#if($foreach.hasNext),#end\n{indent}#end\n{indent}]");
    }

    /// The schema that a chain of references leads to.
    fn resolve(&self, mut schema: &'s Value) -> &'s Value {
        for _ in 0..DEEPEST {
            let target = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
            match target.and_then(|pointer| self.whole.pointer(pointer)) {
                Some(found) => schema = found,
                None => break,
            }
        }
        schema
    }

    fn goes_on(&self, depth: usize) -> bool {
        depth < DEEPEST && self.text.len() < LONGEST
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::of;

    #[test]
    fn every_type_has_its_sample() {
        let schema = json!({
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "tags": {"type": "array", "items": {"$ref": "#/definitions/Tag"}},
            },
            "definitions": {"Tag": {"type": "string"}},
        });
        assert_eq!(
            of(&schema),
            "#set($inputRoot = $input.path('$'))\n{\n  \"id\" : 42,\n  \"tags\" : [\n  ##TODO: Update this foreach \
             loop to reference array from input json\n  #foreach($elem in $inputRoot.tags)\n    \"foo\"#if($foreach.\
             hasNext),#end\n  #end\n  ]\n}"
        );
        assert_eq!(of(&json!({"type": "object"})), "#set($inputRoot = $input.path('$'))\n{ }");
    }

    #[test]
    fn a_schema_that_holds_itself_comes_to_an_end() {
        let node = json!({"type": "object", "properties": {"next": {"$ref": "#"}}});
        assert!(of(&node).ends_with('}'));
    }

    #[test]
    fn a_schema_that_holds_itself_often_stays_small() {
        let names = (0..50).map(|name| (name.to_string(), json!({"$ref": "#"})));
        let node = json!({"type": "object", "properties": names.collect::<serde_json::Map<_, _>>()});
        assert!(of(&node).len() < 100_000);
    }
}
