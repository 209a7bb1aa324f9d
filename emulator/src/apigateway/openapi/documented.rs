//! What documentation parts say of the places of a document.
//!
//! An export writes of each part what OpenAPI knows into the place that the part is about, and an import takes from such
//! a place only what its parts do not say already.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::definition::{DocumentationPart, Location};

/// Parts by what they are about.
pub(crate) struct Documented<'a> {
    parts: BTreeMap<Location, &'a Map<String, Value>>,
}

impl<'a> Documented<'a> {
    pub(crate) fn of(parts: &'a [DocumentationPart]) -> Self {
        let parts = parts
            .iter()
            .filter_map(|part| Some((with_defaults(part.location.clone()), part.properties.as_object()?)));
        Self { parts: parts.collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// What the document has in a place because of the parts: the members that OpenAPI knows there, and its extensions.
    /// Others stay in the parts.
    ///
    /// Source: "Publish API documentation using the API Gateway REST API" in the developer guide, as for all that is not
    /// said to be inferred.
    pub(crate) fn native(&self, place: &Location) -> Map<String, Value> {
        let known: &[&str] = match place.r#type.as_str() {
            "API" => &["info", "tags", "externalDocs"],
            "METHOD" => &OF_METHOD,
            // Inferred of all but responses.
            "QUERY_PARAMETER" | "PATH_PARAMETER" | "REQUEST_HEADER" | "REQUEST_BODY" | "RESPONSE"
            | "RESPONSE_HEADER" => &["description"],
            _ => &[],
        };
        let properties = self.properties(place).into_iter().flatten();
        let native = properties.filter(|(name, _)| known.contains(&name.as_str()) || is_extension(name));
        let mut native: Map<String, Value> =
            native.map(|(name, value)| (name.clone(), value.clone())).collect();
        if let Some(Value::Object(info)) = native.get_mut("info") {
            info.retain(|name, _| OF_INFO.contains(&name.as_str()) || is_extension(name));
        }
        native
    }

    /// The properties of a place's part. A place without one has that of the nearest path above it which is about any such
    /// place; among those of one path, that of its status before that of its verb.
    ///
    /// Source: "Inherit content from an API entity of more general specifications" in the developer guide.
    fn properties(&self, place: &Location) -> Option<&'a Map<String, Value>> {
        let mut place = with_defaults(place.clone());
        if let "API" | "AUTHORIZER" | "MODEL" | "RESOURCE" = place.r#type.as_str() {
            return self.parts.get(&place).copied();
        }
        let any = |exact: &Option<String>| match exact {
            Some(exact) => vec![Some(exact.clone()), Some(ANY.to_owned())],
            None => vec![None],
        };
        let (verbs, statuses) = (any(&place.method), any(&place.status_code));
        loop {
            for status in &statuses {
                for verb in &verbs {
                    place.status_code.clone_from(status);
                    place.method.clone_from(verb);
                    if let Some(properties) = self.parts.get(&place) {
                        return Some(properties);
                    }
                }
            }
            let path = place.path.as_deref().filter(|path| *path != "/")?;
            let above = path.rsplit_once('/').map(|(above, _)| above).filter(|above| !above.is_empty());
            place.path = Some(above.unwrap_or("/").to_owned());
        }
    }
}

/// The members of an operation that its documentation takes over.
pub(crate) const OF_METHOD: [&str; 4] = ["tags", "summary", "description", "externalDocs"];

/// The members of `info` that documentation may fill in: not the name of the API, nor its version.
const OF_INFO: [&str; 4] = ["description", "termsOfService", "contact", "license"];

/// What stands for any verb, and for any status.
const ANY: &str = "*";

fn is_extension(name: &str) -> bool {
    name.starts_with("x-") && !name.starts_with("x-amazon-apigateway-")
}

/// A location with what it is where a part does not say.
fn with_defaults(location: Location) -> Location {
    let kind = location.r#type.as_str();
    let has_path = !matches!(kind, "API" | "AUTHORIZER" | "MODEL");
    let has_verb = has_path && kind != "RESOURCE";
    let or = |value: Option<String>, has: bool, default: &str| {
        value.filter(|value| !value.is_empty()).or_else(|| has.then(|| default.to_owned()))
    };
    Location {
        path: or(location.path, has_path, "/"),
        method: or(location.method, has_verb, ANY),
        status_code: or(location.status_code, kind.starts_with("RESPONSE"), ANY),
        ..location
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_inherits_of_the_nearest_path() {
        let part = |location: Value, description: &str| DocumentationPart {
            location: serde_json::from_value(location).unwrap(),
            properties: json!({"description": description, "foo": 1, "x-foo": 2}),
        };
        let parts = [
            part(json!({"type": "RESPONSE", "statusCode": "400"}), "any 400"),
            part(json!({"type": "RESPONSE", "path": "/pets"}), "of pets"),
            part(json!({"type": "RESPONSE", "path": "/pets", "statusCode": "404"}), "404 of pets"),
            part(json!({"type": "RESPONSE", "path": "/pets", "method": "GET"}), "of getting pets"),
            part(json!({"type": "RESOURCE"}), "the root"),
        ];
        let documented = Documented::of(&parts);
        let native = |path: &str, verb: &str, status: &str| {
            documented.native(&Location {
                r#type: "RESPONSE".to_owned(),
                path: Some(path.to_owned()),
                method: Some(verb.to_owned()),
                status_code: Some(status.to_owned()),
                name: None,
            })
        };
        let description = |path, verb, status| native(path, verb, status).remove("description");
        assert_eq!(
            native("/", "GET", "400"),
            *json!({"description": "any 400", "x-foo": 2}).as_object().unwrap()
        );
        assert_eq!(description("/pets/{id}/name", "PUT", "400"), Some(json!("of pets")));
        assert_eq!(description("/pets/{id}", "GET", "404"), Some(json!("404 of pets")));
        assert_eq!(description("/pets/{id}", "GET", "200"), Some(json!("of getting pets")));
        assert_eq!(description("/other", "GET", "200"), None);
        let resource = |path: &str| Location {
            r#type: "RESOURCE".to_owned(),
            path: Some(path.to_owned()),
            ..Location::default()
        };
        assert_eq!(documented.native(&resource("/")), *json!({"x-foo": 2}).as_object().unwrap());
        assert_eq!(documented.native(&resource("/pets")), Map::new());
    }
}
