//! `$ref`, within the document.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::findings::Findings;

/// How many parts of operations were read of a document: parameters, responses, headers. What is referred to counts each
/// time.
#[derive(Debug, Default)]
pub(crate) struct PartCount {
    parts: usize,
}

impl PartCount {
    /// How many parts a document may come to. A large one has fewer; with references to a long path item from many paths
    /// a small one can have billions. That there is a bound, and its wording, is inferred.
    const MOST: usize = 1_000_000;

    pub(crate) fn add(&mut self, parts: usize) {
        self.parts += parts;
    }

    pub(crate) fn is_too_large(&self) -> bool {
        self.parts > Self::MOST
    }

    /// Tells of a document that comes to too much; whether it does.
    pub(crate) fn refuse(&self, findings: &mut Findings) -> bool {
        if self.is_too_large() {
            findings.error("Invalid OpenAPI input. It repeats too much by reference.");
        }
        self.is_too_large()
    }
}

/// Follows the references of one document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct References<'a> {
    root: &'a Value,
}

/// Why a reference leads nowhere, in the words of a warning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unresolved {
    /// It leads out of the document, or is no pointer.
    #[error("{0} is not supported")]
    NotLocal(String),
    /// Nothing is there. The wording is AWS's.
    #[error("{0} is missing")]
    Missing(String),
    /// It leads back to itself.
    #[error("{0} refers to itself")]
    Cyclic(String),
}

impl<'a> References<'a> {
    pub(crate) fn of(root: &'a Value) -> Self {
        Self { root }
    }

    /// What a value is, once every reference in its place is followed.
    pub(crate) fn resolve(&self, value: &'a Value) -> Result<&'a Value, Unresolved> {
        let mut here = value;
        let mut passed: Vec<&str> = Vec::new();
        while let Some(reference) = target(here) {
            if passed.contains(&reference) {
                return Err(Unresolved::Cyclic(reference.to_owned()));
            }
            passed.push(reference);
            here = self.look_up(reference)?;
        }
        Ok(here)
    }

    /// The object that a value is, once every reference in its place is followed; or a warning.
    pub(crate) fn object(
        &self,
        value: &'a Value,
        attribute: impl std::fmt::Display,
        findings: &mut Findings,
    ) -> Option<&'a Value> {
        match self.resolve(value) {
            Ok(value) if value.is_object() => return Some(value),
            Ok(_) => findings.parse_issue(format_args!("{attribute} is not of type `object`")),
            Err(unresolved) => findings.parse_issue(format_args!("{attribute}.{unresolved}")),
        }
        None
    }

    /// The document's paths, or a warning that they are none.
    pub(crate) fn paths(&self, findings: &mut Findings) -> Option<&'a Map<String, Value>> {
        const PATHS: &str = "paths";
        match self.root.get(PATHS) {
            Some(paths) => self.object(paths, PATHS, findings)?.as_object(),
            None => {
                findings.parse_issue(format_args!("{PATHS} is missing"));
                None
            }
        }
    }

    fn look_up(&self, reference: &str) -> Result<&'a Value, Unresolved> {
        let not_local = || Unresolved::NotLocal(reference.to_owned());
        let fragment = reference.strip_prefix('#').ok_or_else(not_local)?;
        // A fragment of a URL: braces may be escaped as such, besides the pointer's own `~1`.
        let pointer = percent_decode_str(fragment).decode_utf8().map_err(|_| not_local())?;
        self.root.pointer(&pointer).ok_or_else(|| Unresolved::Missing(reference.to_owned()))
    }
}

/// What a value refers to, if it is a reference.
pub(crate) fn target(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_followed_to_the_end() {
        let root = json!({
            "parameters": {"id": {"$ref": "#/paths/~1pets~1%7Bid%7D/parameters/0"}},
            "paths": {"/pets/{id}": {"parameters": [{"name": "id"}]}},
            "one": {"$ref": "#/other"},
            "other": {"$ref": "#/one"},
            "self": {"$ref": "#/self"},
        });
        let resolve = |reference: &str| {
            let value = json!({"$ref": reference});
            let resolved = References::of(&root).resolve(&value);
            resolved.cloned().map_err(|error| error.to_string())
        };
        assert_eq!(resolve("#/parameters/id"), Ok(json!({"name": "id"})));
        assert_eq!(resolve("#/one"), Err("#/one refers to itself".to_owned()));
        assert_eq!(resolve("#/self"), Err("#/self refers to itself".to_owned()));
        assert_eq!(resolve("#/nothing"), Err("#/nothing is missing".to_owned()));
        assert_eq!(resolve("pets.json#/Pet"), Err("pets.json#/Pet is not supported".to_owned()));
    }
}
