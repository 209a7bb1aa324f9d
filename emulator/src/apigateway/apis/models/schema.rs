//! JSON schemas as API Gateway takes them: draft 4, with references to other models by their URL.
//!
//! The texts are reported by users; which of them a rare fault gets is inferred.

use serde_json::{Map, Value};

/// What is wrong with a schema, in API Gateway's words; nothing if it is good.
pub(crate) fn errors(text: &str, is_model: impl Fn(&str) -> bool) -> Vec<String> {
    let Ok(schema @ Value::Object(_)) = serde_json::from_str(text) else {
        return vec![INVALID.to_owned()];
    };
    let mut check = Check { whole: &schema, is_model: &is_model, errors: Vec::new() };
    check.schema(&schema);
    check.errors
}

const INVALID: &str = "Invalid model schema specified";

/// What the value of a keyword is.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Boolean,
    Number,
    /// A whole number that is not negative.
    Count,
    Anything,
    /// Texts, one or more, none twice.
    Names,
    /// A type, or some.
    Types,
    /// Values, one or more.
    Values,
    Schema,
    SchemaOrBoolean,
    /// Schemas, one or more.
    Schemas,
    /// A schema, or some.
    SchemaOrSchemas,
    /// Schemas by name.
    NamedSchemas,
    /// By name, schemas or lists of names.
    Dependencies,
    Reference,
}

/// The keywords of draft 4. API Gateway refuses all others.
const KEYWORDS: [(&str, Form); 34] = [
    ("$ref", Form::Reference),
    ("$schema", Form::Text),
    ("additionalItems", Form::SchemaOrBoolean),
    ("additionalProperties", Form::SchemaOrBoolean),
    ("allOf", Form::Schemas),
    ("anyOf", Form::Schemas),
    ("default", Form::Anything),
    ("definitions", Form::NamedSchemas),
    ("dependencies", Form::Dependencies),
    ("description", Form::Text),
    ("enum", Form::Values),
    ("exclusiveMaximum", Form::Boolean),
    ("exclusiveMinimum", Form::Boolean),
    ("format", Form::Text),
    ("id", Form::Text),
    ("items", Form::SchemaOrSchemas),
    ("maxItems", Form::Count),
    ("maxLength", Form::Count),
    ("maxProperties", Form::Count),
    ("maximum", Form::Number),
    ("minItems", Form::Count),
    ("minLength", Form::Count),
    ("minProperties", Form::Count),
    ("minimum", Form::Number),
    ("multipleOf", Form::Number),
    ("not", Form::Schema),
    ("oneOf", Form::Schemas),
    ("pattern", Form::Text),
    ("patternProperties", Form::NamedSchemas),
    ("properties", Form::NamedSchemas),
    ("required", Form::Names),
    ("title", Form::Text),
    ("type", Form::Types),
    ("uniqueItems", Form::Boolean),
];

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

struct Check<'a, F> {
    whole: &'a Value,
    is_model: &'a F,
    errors: Vec<String>,
}

impl<F: Fn(&str) -> bool> Check<'_, F> {
    fn schema(&mut self, schema: &Value) {
        let Value::Object(members) = schema else { return self.invalid() };
        let mut unsupported = Vec::new();
        for (keyword, value) in members {
            match KEYWORDS.iter().find(|(known, _)| known == keyword) {
                Some((_, form)) => self.value(*form, value),
                None => unsupported.push(format!("{keyword:?}")),
            }
        }
        if !unsupported.is_empty() {
            self.errors.push(format!("{INVALID}. Unsupported keyword(s): [{}]", unsupported.join(",")));
        }
    }

    fn value(&mut self, form: Form, value: &Value) {
        let is_good = match (form, value) {
            (Form::Schema | Form::SchemaOrBoolean | Form::SchemaOrSchemas, Value::Object(_)) => {
                return self.schema(value);
            }
            (Form::Schemas | Form::SchemaOrSchemas, Value::Array(schemas)) if !schemas.is_empty() => {
                return schemas.iter().for_each(|schema| self.schema(schema));
            }
            (Form::NamedSchemas, Value::Object(schemas)) => {
                return schemas.values().for_each(|schema| self.schema(schema));
            }
            (Form::Dependencies, Value::Object(dependencies)) => return self.dependencies(dependencies),
            (Form::Reference, Value::String(target)) => return self.reference(target),
            (Form::Text, value) => value.is_string(),
            (Form::Boolean | Form::SchemaOrBoolean, value) => value.is_boolean(),
            (Form::Number, value) => value.is_number(),
            (Form::Count, value) => value.is_u64(),
            (Form::Anything, _) => true,
            (Form::Values, Value::Array(values)) => !values.is_empty(),
            (Form::Names, value) => are_names(value),
            (Form::Types, Value::String(name)) => TYPES.contains(&name.as_str()),
            (Form::Types, value) => {
                let is_type = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
                are_names(value) && value.as_array().is_some_and(|names| names.iter().all(is_type))
            }
            _ => false,
        };
        if !is_good {
            self.invalid();
        }
    }

    fn dependencies(&mut self, dependencies: &Map<String, Value>) {
        for dependency in dependencies.values() {
            if dependency.is_object() {
                self.schema(dependency);
            } else if !are_names(dependency) {
                self.invalid();
            }
        }
    }

    fn reference(&mut self, target: &str) {
        if let Some(pointer) = target.strip_prefix('#') {
            if self.whole.pointer(pointer).is_none() {
                self.invalid();
            }
            return;
        }
        match model_of(target) {
            None => self.errors.push("Model reference must be in canonical form".to_owned()),
            Some(name) if !(self.is_model)(name) => {
                self.errors.push(format!("Invalid model specified: {name}"));
            }
            Some(_) => {}
        }
    }

    fn invalid(&mut self) {
        self.errors.push(INVALID.to_owned());
    }
}

/// A list of texts, one or more, none twice.
fn are_names(value: &Value) -> bool {
    let Value::Array(names) = value else { return false };
    let mut seen: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
    let texts = seen.len();
    seen.sort_unstable();
    seen.dedup();
    !names.is_empty() && texts == names.len() && seen.len() == texts
}

/// The model that a URL refers to: `https://apigateway.amazonaws.com/restapis/{api}/models/{name}`.
fn model_of(target: &str) -> Option<&str> {
    let path = target.strip_prefix("https://apigateway.amazonaws.com/restapis/")?;
    let (_, name) = path.split_once("/models/")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// Points a schema's references into the document that it becomes a part of, in the place `at` (`#` for the root), and
/// tells which models it refers to.
pub(super) fn take_in(schema: &mut Value, at: &str) -> Vec<String> {
    let mut models = Vec::new();
    redirect(schema, at, &mut models);
    models
}

fn redirect(value: &mut Value, at: &str, models: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref") {
                if let Some(name) = model_of(target).map(str::to_owned) {
                    *target = format!("#/definitions/{name}");
                    models.push(name);
                } else if let Some(pointer) = target.strip_prefix('#') {
                    *target = format!("{at}{pointer}");
                }
            }
            members.values_mut().for_each(|member| redirect(member, at, models));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, at, models)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(schema: &str) -> Vec<String> {
        errors(schema, |name| name == "Pet")
    }

    #[test]
    fn draft_4_is_taken() {
        for schema in [
            "{}",
            r#"{"type": ["object", "null"], "required": ["a"], "properties": {"type": {"type": "string"}}}"#,
            r##"{"items": [{"$ref": "https://apigateway.amazonaws.com/restapis/a1/models/Pet"}, {"$ref": "#"}]}"##,
            r##"{"definitions": {"a/b": {}}, "allOf": [{"$ref": "#/definitions/a~1b"}]}"##,
            r#"{"dependencies": {"a": ["b"], "c": {}}, "enum": [1, null], "default": {"example": 1}}"#,
        ] {
            assert_eq!(wrong(schema), [""; 0], "{schema}");
        }
    }

    #[test]
    fn what_is_not_draft_4_is_told() {
        for schema in [
            "",
            "[]",
            "{",
            r#"{"required": []}"#,
            r#"{"required": ["a", "a"]}"#,
            r#"{"type": "text"}"#,
            r#"{"maxLength": "35"}"#,
            r#"{"maxLength": -1}"#,
            r#"{"properties": {"a": true}}"#,
            r##"{"$ref": "#/definitions/gone"}"##,
        ] {
            assert_eq!(wrong(schema), [INVALID], "{schema}");
        }
        assert_eq!(
            wrong(r#"{"example": 1, "nullable": true}"#),
            [r#"Invalid model schema specified. Unsupported keyword(s): ["example","nullable"]"#]
        );
        assert_eq!(wrong(r#"{"$ref": "Pet"}"#), ["Model reference must be in canonical form"]);
        assert_eq!(
            wrong(r#"{"$ref": "https://apigateway.amazonaws.com/restapis/a1/models/Cat"}"#),
            ["Invalid model specified: Cat"]
        );
    }
}
