//! Resource policies of APIs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_policy::{Document, Kind};

use crate::apigateway::faults::bad_request;
use crate::apigateway::{ApiId, quotas};
use crate::service::{Ctx, Fault};

/// A resource policy: JSON without white space, its resources spelled out.
///
/// API Gateway answers it as the inside of a JSON string, with its quotation marks and slashes escaped, so that it comes
/// escaped twice over the wire; tools that read it count on that (reported by Terraform's provider).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct ResourcePolicy {
    document: String,
    parsed: Arc<Document>,
}

impl ResourcePolicy {
    /// Takes a policy for an API. `execute-api:/…` stands for the API's own ARN, which is put in its place, as
    /// documented.
    pub(super) fn parse(ctx: &Ctx<'_>, api: &ApiId, text: &str) -> Result<Self, Fault> {
        let document = spell_out(text, &ctx.scope.arn("execute-api", format_args!("{api}/")));
        let parsed = Arc::new(check(ctx, &document)?);
        Ok(Self { document, parsed })
    }

    /// What it says.
    pub(crate) fn parsed(&self) -> &Document {
        &self.parsed
    }
}

/// A policy as it is answered for what is no API: without white space, its resources spelled out, but not escaped. The ARN
/// up to its paths is `own`.
pub(crate) fn plain_policy(ctx: &Ctx<'_>, text: &str, own: &str) -> Result<String, Fault> {
    let document = spell_out(text, own);
    check(ctx, &document)?;
    Ok(document)
}

/// A policy in its shortest form, with the ARN that `execute-api:/` stands for.
fn spell_out(text: &str, own: &str) -> String {
    compact(text).replace("\"execute-api:/", &format!("\"{own}"))
}

/// That the shortest form is what is measured is inferred.
fn check(ctx: &Ctx<'_>, document: &str) -> Result<Document, Fault> {
    let length = document.chars().count();
    quotas::check_size(ctx, quotas::RESOURCE_POLICY_LENGTH, "The length of a resource policy", length)?;
    Document::parse(document, Kind::Resource).map_err(|_| {
        bad_request(
            "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
        )
    })
}

/// JSON without the white space between its tokens.
fn compact(json: &str) -> String {
    let (mut in_text, mut is_escaped) = (false, false);
    let keep = |c: &char| {
        let keeps = in_text || !c.is_ascii_whitespace();
        in_text ^= *c == '"' && !is_escaped;
        is_escaped = in_text && *c == '\\' && !is_escaped;
        keeps
    };
    json.chars().filter(keep).collect()
}

impl From<ResourcePolicy> for String {
    fn from(policy: ResourcePolicy) -> Self {
        policy.document.replace('\\', "\\\\").replace('"', "\\\"").replace('/', "\\/")
    }
}

impl TryFrom<String> for ResourcePolicy {
    type Error = String;

    fn try_from(escaped: String) -> Result<Self, Self::Error> {
        let document: String =
            serde_json::from_str(&format!("\"{escaped}\"")).map_err(|error| error.to_string())?;
        let parsed = Document::parse(&document, Kind::Resource).map_err(|error| error.to_string())?;
        Ok(Self { document, parsed: Arc::new(parsed) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_goes_but_in_texts() {
        let json = "{ \"a b\" :\n\t\"c \\\" d\\\\\" , \"e\": [ 1 ] }";
        assert_eq!(compact(json), "{\"a b\":\"c \\\" d\\\\\",\"e\":[1]}");
    }

    #[test]
    fn a_policy_is_escaped_once_more_and_back() {
        let statement =
            r#"{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"arn:aws:a:::c/d"}"#;
        let document = format!(r#"{{"Id":"a\"b","Statement":{statement}}}"#);
        let parsed = Arc::new(Document::parse(&document, Kind::Resource).unwrap());
        let policy = ResourcePolicy { document, parsed };
        let escaped = String::from(policy.clone());
        assert!(escaped.starts_with(r#"{\"Id\":\"a\\\"b\",\"Statement\""#), "{escaped}");
        assert!(escaped.ends_with(r#"\"Resource\":\"arn:aws:a:::c\/d\"}}"#), "{escaped}");
        assert_eq!(ResourcePolicy::try_from(escaped).unwrap(), policy);
    }
}
