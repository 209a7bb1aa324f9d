//! JSON schemas as API Gateway takes them: draft 4, with references to other models by their URL.
//!
//! The texts are reported by users; which of them a rare fault gets is inferred.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::apigateway::openapi::references::target;

/// What is wrong with a schema, in API Gateway's words; nothing if it is good. `schema_of` has the schemas of the API's
/// models by name, this one's among them.
pub(crate) fn errors<'a>(text: &str, api: &str, schema_of: impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
    let errors = own_errors(text, api, |name| schema_of(name).is_some());
    if errors.is_empty() && Rings::new(api, schema_of).is_endless(text) {
        return vec![INVALID.to_owned()];
    }
    errors
}

/// As [`errors`], without a look at what the models that the schema refers to refer to.
pub(super) fn own_errors(text: &str, api: &str, is_model: impl Fn(&str) -> bool) -> Vec<String> {
    let Ok(schema @ Value::Object(_)) = serde_json::from_str(text) else {
        return vec![INVALID.to_owned()];
    };
    let mut check =
        Check { whole: &schema, api, is_model: &is_model, ends: BTreeMap::new(), errors: Vec::new() };
    check.schema(&schema);
    check.errors
}

/// A look for schemas that are nothing but a reference, by way of other models, to themselves. That there is no such
/// model is inferred. Only models whose own root refers on can be of such a ring.
pub(super) struct Rings<'a, F> {
    api: &'a str,
    schema_of: F,
    /// Whether the models that were come by so far lead out of references. Each is read once.
    ends: BTreeMap<String, bool>,
}

impl<'a, 's, F: Fn(&str) -> Option<&'s str>> Rings<'a, F> {
    pub(super) fn new(api: &'a str, schema_of: F) -> Self {
        Self { api, schema_of, ends: BTreeMap::new() }
    }

    pub(super) fn is_endless(&mut self, text: &str) -> bool {
        match lead(text, self.api) {
            Lead::Out => false,
            Lead::Round => true,
            Lead::To(model) => !self.comes_to_an_end(model),
        }
    }

    pub(super) fn comes_to_an_end(&mut self, model: String) -> bool {
        let mut passed = BTreeSet::new();
        let mut here = model;
        let ends = loop {
            if let Some(ends) = self.ends.get(&here) {
                break *ends;
            }
            let next = (self.schema_of)(&here).map_or(Lead::Out, |text| lead(text, self.api));
            if !passed.insert(here) {
                break false;
            }
            match next {
                Lead::Out => break true,
                Lead::Round => break false,
                Lead::To(model) => here = model,
            }
        };
        self.ends.extend(passed.into_iter().map(|each| (each, ends)));
        ends
    }
}

/// Where the root of a schema refers to.
enum Lead {
    /// To something, or to nothing that is there.
    Out,
    /// To itself.
    Round,
    To(String),
}

fn lead(text: &str, api: &str) -> Lead {
    // Of models that are no JSON schemas there may be texts that are no JSON.
    let whole: Value = serde_json::from_str(text).unwrap_or_default();
    let mut passed = BTreeSet::new();
    let mut here = Some(&whole);
    while let Some(reference) = here.and_then(target) {
        if let Some(model) = model_of(api, reference) {
            return Lead::To(model.to_owned());
        }
        if !passed.insert(reference) {
            return Lead::Round;
        }
        here = reference.strip_prefix('#').and_then(|pointer| whole.pointer(pointer));
    }
    Lead::Out
}

pub(super) const INVALID: &str = "Invalid model schema specified";

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
    api: &'a str,
    is_model: &'a F,
    /// Whether the references that were followed so far, each within the schema, come to an end.
    ends: BTreeMap<&'a str, bool>,
    errors: Vec<String>,
}

impl<'a, F: Fn(&str) -> bool> Check<'a, F> {
    fn schema(&mut self, schema: &'a Value) {
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

    fn value(&mut self, form: Form, value: &'a Value) {
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

    fn dependencies(&mut self, dependencies: &'a Map<String, Value>) {
        for dependency in dependencies.values() {
            if dependency.is_object() {
                self.schema(dependency);
            } else if !are_names(dependency) {
                self.invalid();
            }
        }
    }

    fn reference(&mut self, reference: &'a str) {
        if let Some(pointer) = reference.strip_prefix('#') {
            if self.whole.pointer(pointer).is_none() || !self.comes_to_an_end(reference) {
                self.invalid();
            }
            return;
        }
        match model_of(self.api, reference) {
            None => self.errors.push("Model reference must be in canonical form".to_owned()),
            Some(name) if !(self.is_model)(name) => {
                self.errors.push(format!("Invalid model specified: {name}"));
            }
            Some(_) => {}
        }
    }

    /// Whether a reference leads out of references at last. A schema may hold itself, but not be itself.
    fn comes_to_an_end(&mut self, reference: &'a str) -> bool {
        let mut passed = BTreeSet::new();
        let mut here = reference;
        let ends = loop {
            if let Some(ends) = self.ends.get(here) {
                break *ends;
            }
            if !passed.insert(here) {
                break false;
            }
            let schema = here.strip_prefix('#').and_then(|pointer| self.whole.pointer(pointer));
            match schema.and_then(target) {
                Some(next) => here = next,
                None => break true,
            }
        };
        self.ends.extend(passed.into_iter().map(|each| (each, ends)));
        ends
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

/// How the URLs of an API's models begin.
pub(super) fn url_prefix(api: &str) -> String {
    format!("https://apigateway.amazonaws.com/restapis/{api}/models/")
}

/// The URL by which an API's schemas refer to one of its models.
pub(crate) fn model_url(api: &str, name: &str) -> String {
    format!("{}{name}", url_prefix(api))
}

/// The model that a URL refers to. Models of other APIs have no meaning here.
pub(crate) fn model_of<'a>(api: &str, url: &'a str) -> Option<&'a str> {
    let name = url.strip_prefix(&url_prefix(api))?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(schema: &str) -> Vec<String> {
        errors(schema, "a1", |name| (name == "Pet").then_some("{}"))
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
        assert_eq!(
            wrong(r#"{"$ref": "https://apigateway.amazonaws.com/restapis/a2/models/Pet"}"#),
            ["Model reference must be in canonical form"]
        );
    }

    #[test]
    fn a_schema_may_hold_itself_but_not_be_itself() {
        for schema in [
            r##"{"properties": {"next": {"$ref": "#"}}}"##,
            r##"{"$ref": "#/definitions/a", "definitions": {"a": {"items": {"$ref": "#/definitions/a"}}}}"##,
        ] {
            assert_eq!(wrong(schema), [""; 0], "{schema}");
        }
        for schema in [
            r##"{"$ref": "#"}"##,
            r##"{"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}"##,
        ] {
            assert_eq!(wrong(schema).first().map(String::as_str), Some(INVALID), "{schema}");
        }
        let url = |name: &str| {
            format!(r#"{{"$ref": "https://apigateway.amazonaws.com/restapis/a1/models/{name}"}}"#)
        };
        let (one, other) = (url("Other"), url("One"));
        let ring = |name: &str| {
            (name == "One").then_some(one.as_str()).or((name == "Other").then_some(other.as_str()))
        };
        assert_eq!(errors(&one, "a1", ring), [INVALID]);
        let holds = format!(r#"{{"items": {}}}"#, url("One"));
        let held = |name: &str| {
            (name == "One").then_some(one.as_str()).or((name == "Other").then_some(holds.as_str()))
        };
        assert_eq!(errors(&one, "a1", held), [""; 0]);
    }

    #[test]
    fn a_model_that_is_itself_alone_ends_who_refers_to_it() {
        let url = |name: &str| format!(r#"{{"$ref": "{}"}}"#, model_url("a1", name));
        for loops in [
            r##"{"$ref": "#"}"##,
            r##"{"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}"##,
        ] {
            // It is of another content type, so that nobody has looked at it.
            let schema_of = |name: &str| (name == "Loop").then_some(loops);
            assert_eq!(errors(&url("Loop"), "a1", schema_of), [INVALID], "{loops}");
        }
        assert_eq!(errors(&url("Text"), "a1", |name| (name == "Text").then_some("no JSON")), [""; 0]);
    }

    #[test]
    fn a_long_chain_of_models_is_read_once() {
        const MODELS: usize = 1_000;
        let url = |number: usize| format!(r#"{{"$ref": "{}"}}"#, model_url("a1", &number.to_string()));
        let mut schemas: Vec<String> = (1..=MODELS).map(url).collect();
        schemas.push("{}".to_owned());
        let read = std::cell::Cell::new(0);
        let schema_of = |name: &str| {
            read.set(read.get() + 1);
            name.parse::<usize>().ok().and_then(|number| schemas.get(number)).map(String::as_str)
        };
        let mut rings = Rings::new("a1", schema_of);
        for number in (0..=MODELS).rev().chain(0..=MODELS) {
            assert!(rings.comes_to_an_end(number.to_string()));
        }
        assert_eq!(read.get(), MODELS + 1);
    }

    #[test]
    fn a_long_chain_of_references_is_followed_once() {
        let definitions = (0..20_000).map(|number| {
            (number.to_string(), serde_json::json!({"$ref": format!("#/definitions/{}", number + 1)}))
        });
        let mut definitions: Map<String, Value> = definitions.collect();
        definitions.insert("20000".to_owned(), Value::Object(Map::new()));
        let schema = serde_json::json!({"definitions": definitions}).to_string();
        assert_eq!(wrong(&schema), [""; 0]);
    }
}
