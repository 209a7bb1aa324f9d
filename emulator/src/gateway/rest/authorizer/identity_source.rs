//! Identity sources: what of a request an authorizer is to know its caller by.
//!
//! Source: developer guide, "Use API Gateway Lambda authorizers".

use fancy_regex::Regex;

use crate::apigateway::{Authorizer, AuthorizerType, Source};

/// What is looked at where an authorizer of a token names nothing.
const DEFAULT_SOURCE: &str = "method.request.header.Authorization";

/// What the authorizer knows the caller by, of each source one text; `None` where the request does not tell all, so that
/// nobody need be asked. `value` has the values of sources.
pub(super) fn identities(
    authorizer: &Authorizer,
    value: impl Fn(Source<'_>) -> Option<String>,
) -> Option<Vec<String>> {
    let sources = match (&authorizer.identity_source, authorizer.r#type) {
        (Some(sources), _) => sources.as_str(),
        // Without a source, every request goes to the function.
        (None, AuthorizerType::Request) => return Some(Vec::new()),
        (None, AuthorizerType::Token | AuthorizerType::CognitoUserPools) => DEFAULT_SOURCE,
    };
    let expression = authorizer.identity_validation_expression.as_deref();
    let identity = |source: &str| {
        let identity = value(Source::parse(source.trim())?)?;
        let is_good =
            !identity.is_empty() && expression.is_none_or(|expression| matches(expression, &identity));
        is_good.then_some(identity)
    };
    sources.split(',').map(identity).collect()
}

/// Whether the expression is of the whole token.
fn matches(expression: &str, token: &str) -> bool {
    Regex::new(&format!("^(?:{expression})$")).is_ok_and(|regex| regex.is_match(token).unwrap_or_default())
}
