//! Authorizers, as far as they decide by themselves: a request that does not say who makes it is turned away before
//! a function or a user pool is asked.
//!
//! Source: developer guide, "Use API Gateway Lambda authorizers".

use fancy_regex::Regex;

use super::Request;
use crate::apigateway::{Authorizer, AuthorizerType, Known, Source};
use crate::wire::Form;

/// What is looked at where an authorizer of a token names nothing.
const DEFAULT_SOURCE: &str = "method.request.header.Authorization";

/// Whether the request has all that the authorizer is to know it by.
pub(super) fn identifies(authorizer: &Authorizer, request: &Request<'_>, known: &Known) -> bool {
    let sources = match (&authorizer.identity_source, authorizer.r#type) {
        (Some(sources), _) => sources.as_str(),
        // Without a source, every request goes to the function.
        (None, AuthorizerType::Request) => return true,
        (None, AuthorizerType::Token | AuthorizerType::CognitoUserPools) => DEFAULT_SOURCE,
    };
    let expression = authorizer.identity_validation_expression.as_deref();
    sources.split(',').all(|source| {
        let identity = Source::parse(source.trim()).and_then(|source| identity(source, request, known));
        identity.is_some_and(|identity| {
            !identity.is_empty() && expression.is_none_or(|expression| matches(expression, &identity))
        })
    })
}

fn identity(source: Source<'_>, request: &Request<'_>, known: &Known) -> Option<String> {
    match source {
        Source::Parameter { place: "header", name } => {
            request.headers.get(name)?.to_str().ok().map(str::to_owned)
        }
        Source::Parameter { place: "querystring", name } => {
            Form::parse(request.query).ok()?.get(name).map(ToString::to_string)
        }
        Source::StageVariable { name } => known.stage_variables.get(name).cloned(),
        Source::Context { name } => known.context.get(name).cloned(),
        // No authorizer has these: the control plane refuses them.
        Source::Parameter { .. }
        | Source::Fixed(_)
        | Source::RequestBody
        | Source::ResponseHeader
        | Source::ResponseBody => None,
    }
}

/// Whether the expression is of the whole token.
fn matches(expression: &str, token: &str) -> bool {
    Regex::new(&format!("^(?:{expression})$")).is_ok_and(|regex| regex.is_match(token).unwrap_or_default())
}
