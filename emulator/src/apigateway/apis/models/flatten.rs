//! A schema with the models that it refers to in itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::schema::model_of;
use crate::apigateway::openapi::schema::visit_schemas;

const DEFINITIONS: &str = "definitions";

/// The schema with all that it refers to in its own `definitions`; `None` where it is no JSON. `schema_of` has the
/// schemas of the API's models by name.
pub(crate) fn flatten<'a>(
    schema: &str,
    api: &str,
    schema_of: impl Fn(&str) -> Option<&'a str>,
) -> Option<Value> {
    let mut whole: Value = serde_json::from_str(schema).ok()?;
    let own = whole.get(DEFINITIONS).and_then(Value::as_object).into_iter().flatten();
    let own = own.map(|(name, _)| name.clone()).collect();
    let mut places = Places { api, taken: own, of_models: BTreeMap::new(), wanted: Vec::new() };
    places.redirect(&mut whole, "");
    let mut definitions = Map::new();
    while let Some(model) = places.wanted.pop() {
        let part = schema_of(&model).and_then(|text| serde_json::from_str(text).ok());
        let mut part = part.unwrap_or_else(|| json!({}));
        let place = places.of(&model);
        places.redirect(&mut part, &format!("/{DEFINITIONS}/{place}"));
        definitions.insert(place, part);
    }
    if let (Some(members), false) = (whole.as_object_mut(), definitions.is_empty()) {
        let own = members.entry(DEFINITIONS).or_insert_with(|| json!({}));
        if let Some(own) = own.as_object_mut() {
            own.extend(definitions);
        }
    }
    Some(whole)
}

/// The models that a schema refers to.
pub(super) fn models_in(schema: &str, api: &str) -> BTreeSet<String> {
    let mut models = BTreeSet::new();
    if let Ok(mut schema) = serde_json::from_str(schema) {
        visit_schemas(&mut schema, &mut |members| {
            let url = members.get("$ref").and_then(Value::as_str);
            models.extend(url.and_then(|url| model_of(api, url)).map(str::to_owned));
        });
    }
    models
}

/// Where models are put among a schema's definitions.
struct Places<'a> {
    api: &'a str,
    /// Names that are no longer free. A schema's own definitions keep theirs.
    taken: BTreeSet<String>,
    of_models: BTreeMap<String, String>,
    /// Models that were found, and are not taken in yet.
    wanted: Vec<String>,
}

impl Places<'_> {
    /// Points a schema's references to models into the whole, of which it becomes the part at `pointer`.
    fn redirect(&mut self, schema: &mut Value, pointer: &str) {
        let api = self.api;
        visit_schemas(schema, &mut |members| {
            let Some(Value::String(target)) = members.get_mut("$ref") else { return };
            if let Some(model) = model_of(api, target) {
                *target = format!("#/{DEFINITIONS}/{}", self.of(model));
            } else if let Some(inner) = target.strip_prefix('#') {
                *target = format!("#{pointer}{inner}");
            }
        });
    }

    /// The name of a model's place: its own, or the next that is free.
    fn of(&mut self, model: &str) -> String {
        if let Some(place) = self.of_models.get(model) {
            return place.clone();
        }
        let others = (2..).map(|number: u64| format!("{model}{number}"));
        let mut names = std::iter::once(model.to_owned()).chain(others);
        let place = names.find(|name| !self.taken.contains(name)).unwrap_or_default();
        self.taken.insert(place.clone());
        self.of_models.insert(model.to_owned(), place.clone());
        self.wanted.push(model.to_owned());
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PET: &str = r##"{"properties": {"mother": {"$ref": "#"}, "home": {"$ref": "https://apigateway.amazonaws.com/restapis/a1/models/Home"}}}"##;

    #[test]
    fn a_definition_keeps_its_name_beside_a_model_of_that_name() {
        let schema = r##"{
            "definitions": {"Pet": {"type": "string"}},
            "allOf": [
                {"$ref": "#/definitions/Pet"},
                {"$ref": "https://apigateway.amazonaws.com/restapis/a1/models/Pet"}
            ]
        }"##;
        let schema_of = |name: &str| match name {
            "Pet" => Some(PET),
            _ => Some("{}"),
        };
        let flat = flatten(schema, "a1", schema_of).unwrap();
        let expected = json!({
            "definitions": {
                "Pet": {"type": "string"},
                "Pet2": {
                    "properties": {
                        "mother": {"$ref": "#/definitions/Pet2"},
                        "home": {"$ref": "#/definitions/Home"},
                    },
                },
                "Home": {},
            },
            "allOf": [{"$ref": "#/definitions/Pet"}, {"$ref": "#/definitions/Pet2"}],
        });
        assert_eq!(flat, expected);
        assert_eq!(models_in(PET, "a1"), BTreeSet::from(["Home".to_owned()]));
    }
}
