//! Bytes to a document: JSON or YAML, Swagger 2.0 or OpenAPI 3.0.

use serde_json::{Map, Value};
use serde_saphyr::UserMessageFormatter;
use serde_saphyr::options::{DuplicateKeyPolicy, Options};

use crate::apigateway::faults::bad_request;
use crate::service::{Ctx, Fault};

/// How deep a YAML document may nest. Deep recursion costs stack; for JSON it is serde_json's 128.
const DEEPEST: usize = 64;

/// How many nodes a YAML document may have, those that aliases repeat not counted. A document of the largest size has
/// fewer.
const MOST_NODES: usize = 4_000_000;

/// How much aliases may repeat. Documents that people write repeat a few responses and parameters.
const MOST_REPEATED: usize = 250_000;

/// Which specification a document follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Specification {
    /// Swagger, or OpenAPI, 2.0.
    Swagger2,
    /// OpenAPI 3.0.
    OpenApi3,
}

/// A document whose root is an object and which says what it follows.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) specification: Specification,
    pub(crate) root: Value,
}

impl Document {
    /// Reads a document that is imported, with AWS's variables resolved: `${AWS::Region}` and the like.
    ///
    /// Source: "AWS variables for OpenAPI import" in the developer guide.
    pub(crate) fn import(ctx: &Ctx<'_>, bytes: &[u8]) -> Result<Self, Fault> {
        const BEGIN: &str = "${AWS::";
        let region = &ctx.scope.region;
        match std::str::from_utf8(bytes) {
            Ok(text) if text.contains(BEGIN) => {
                let text = text
                    .replace("${AWS::AccountId}", ctx.scope.account.as_str())
                    .replace("${AWS::Partition}", region.partition().id)
                    .replace("${AWS::Region}", region.as_str());
                Self::parse(text.as_bytes())
            }
            _ => Self::parse(bytes),
        }
    }

    /// Reads a document.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(bytes).map_err(|error| invalid(Some(&error)))?;
        let root = parse_value(text.trim_start_matches('\u{feff}'))?;
        let members = root.as_object().ok_or_else(|| invalid(None))?;
        let specification = specification(members)
            .ok_or_else(|| invalid(Some(&"It follows neither Swagger 2.0 nor OpenAPI 3.0.")))?;
        Ok(Self { specification, root })
    }
}

/// What begins with a brace is JSON, anything else YAML.
fn parse_value(text: &str) -> Result<Value, Fault> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| invalid(Some(&error)));
    }
    let mut budget = serde_saphyr::Budget::default();
    budget.max_depth = DEEPEST;
    budget.max_nodes = MOST_NODES;
    budget.max_events = 2 * MOST_NODES;
    budget.max_recorded_anchor_events = MOST_REPEATED;
    // A document may repeat one anchor everywhere; what bounds it is the number of events repeated.
    budget.enforce_alias_anchor_ratio = false;
    let mut options = Options::default();
    options.budget = Some(budget);
    options.alias_limits.max_total_replayed_events = MOST_REPEATED;
    // As JSON has it.
    options.duplicate_keys = DuplicateKeyPolicy::LastWins;
    options.strict_booleans = true;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| invalid(Some(&error.render_with_formatter(&UserMessageFormatter))))
}

/// The first sentence is AWS's whole answer to any document that it cannot read; what follows is ours.
fn invalid(why: Option<&dyn std::fmt::Display>) -> Fault {
    const INVALID: &str = "Invalid OpenAPI input.";
    bad_request(why.map_or_else(|| INVALID.to_owned(), |why| format!("{INVALID} {why}")))
}

fn specification(root: &Map<String, Value>) -> Option<Specification> {
    let version = |member| match root.get(member)? {
        Value::String(version) => Some(version.clone()),
        // YAML without quotes.
        Value::Number(version) => Some(version.to_string()),
        _ => None,
    };
    if version("swagger").is_some_and(|version| version == "2.0") {
        return Some(Specification::Swagger2);
    }
    let is_three = version("openapi").is_some_and(|version| version == "3.0" || version.starts_with("3.0."));
    is_three.then_some(Specification::OpenApi3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Document::parse(text.as_bytes()).unwrap_err().message
    }

    #[test]
    fn the_specification_is_told_from_the_root() {
        let of = |text: &str| Document::parse(text.as_bytes()).unwrap().specification;
        assert_eq!(of(r#"{"swagger": "2.0"}"#), Specification::Swagger2);
        assert_eq!(of("swagger: 2.0"), Specification::Swagger2);
        assert_eq!(of("openapi: 3.0.1\ninfo: {}"), Specification::OpenApi3);
        for text in
            ["", "text", "[]", "{}", r#"{"openapi": "3.1.0"}"#, r#"{"swagger": "1.2"}"#, "openapi: [3]"]
        {
            assert_eq!(refusal(text).split_inclusive('.').next(), Some("Invalid OpenAPI input."), "{text}");
        }
    }

    #[test]
    fn refusals_say_where() {
        assert!(
            refusal("{\n  \"swagger\": }").contains("line 2 column"),
            "{}",
            refusal("{\n \"swagger\": }")
        );
        // In words for people who write documents, not for those who call the parser.
        assert!(!refusal("a: 1\n---\nb: 2").contains("from_str"), "{}", refusal("a: 1\n---\nb: 2"));
        assert!(refusal("a: [1,\nb").contains("line"), "{}", refusal("a: [1,\nb"));
        assert!(Document::parse(b"swagger: \xff").is_err());
    }

    #[test]
    fn keys_and_scalars_of_yaml_are_as_in_json() {
        let text = "swagger: '2.0'\na: &a {200: yes, v: 2012-10-17}\nb: *a\nc: {<<: *a, z: 1}\n";
        let root = Document::parse(text.as_bytes()).unwrap().root;
        assert_eq!(root["b"], serde_json::json!({"200": "yes", "v": "2012-10-17"}));
        assert_eq!(root["c"]["z"], 1);
        assert_eq!(root["c"]["200"], "yes");
    }

    #[test]
    fn depth_and_aliases_are_bounded() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..30 {
            let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        // Shallow pieces that aliases stack up.
        let (open, close) = ("[".repeat(50), "]".repeat(50));
        let mut tower = format!("a0: &a0 {open}x{close}\n");
        for level in 1..60 {
            tower.push_str(&format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1));
        }
        for text in [
            tower,
            "[".repeat(1_000_000),
            "{\"a\":".repeat(1_000_000),
            "- ".repeat(1_000_000),
            "? ".repeat(1_000_000),
            "{a: ".repeat(1_000_000),
            bomb,
        ] {
            assert!(Document::parse(text.as_bytes()).is_err(), "{}", &text[..40]);
        }
    }
}
