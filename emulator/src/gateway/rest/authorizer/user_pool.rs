//! User pools of Amazon Cognito: tokens that they signed.
//!
//! Source: developer guide, "Control access to REST APIs using Amazon Cognito user pools as an authorizer", and Cognito's,
//! "Verifying JSON web tokens".

use serde_json::{Map, Value};

use super::Verdict;
use crate::apigateway::{Authorizer, Method};
use crate::gateway::authorized::Authorized;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::failure::Failure;
use crate::service::ports::Tokens;
use crate::time::Timestamp;

pub(super) fn decide(
    tokens: &dyn Tokens,
    exchange: &mut Exchange<'_>,
    authorizer: &Authorizer,
    token: &str,
    method: &Method,
) -> Result<Verdict, Failure> {
    let unauthorized = || Failure::unauthorized(&exchange.id.request);
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    let claims = tokens.claims(token).map_err(|_| unauthorized())?;
    let pools = authorizer.provider_arns.iter().flatten();
    let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or_default();
    if !pools.filter_map(|arn| issuer_of(arn)).any(|pool| pool == issuer) {
        return Err(unauthorized());
    }
    let expires = claims.get("exp").and_then(Value::as_f64).map(Timestamp::from_seconds);
    if expires.is_none_or(|expires| expires <= exchange.started) {
        return Err(Failure::expired_token(&exchange.id.request));
    }
    if !has_scope(&claims, method.authorization_scopes.as_deref()) {
        return Err(unauthorized());
    }
    let claims = claims.into_iter().map(|(name, value)| (name, text(&value))).collect();
    let authorized = Authorized { claims, latency: Some(0), ..Authorized::default() };
    exchange.authorizer = Some(authorized.clone());
    Ok(Verdict { authorized, policy: None, policy_text: None })
}

/// `arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbC` signs as
/// `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC`.
fn issuer_of(arn: &str) -> Option<String> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "cognito-idp", region, _, pool] = fields.as_slice() else { return None };
    let suffix = if *partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let pool = pool.strip_prefix("userpool/")?;
    Some(format!("https://cognito-idp.{region}.{suffix}/{pool}"))
}

/// A method with scopes takes access tokens that have one of them; one without takes identity tokens.
fn has_scope(claims: &Map<String, Value>, scopes: Option<&[String]>) -> bool {
    let is = claims.get("token_use").and_then(Value::as_str);
    match scopes.filter(|scopes| !scopes.is_empty()) {
        Some(wanted) => {
            let scopes = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
            is == Some("access") && scopes.split(' ').any(|scope| wanted.iter().any(|each| each == scope))
        }
        None => is == Some("id"),
    }
}

/// A claim as one text; lists as Java would write them are inferred.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_has_an_issuer() {
        let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC";
        let arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbC";
        assert_eq!(issuer_of(arn).as_deref(), Some(issuer));
        assert_eq!(issuer_of("arn:aws:iam::123456789012:role/r"), None);
    }

    #[test]
    fn scopes_are_of_access_tokens_alone() {
        let claims = |text: &str| -> Map<String, Value> { serde_json::from_str(text).unwrap() };
        let wanted = ["pets/read".to_owned()];
        assert!(has_scope(&claims(r#"{"token_use":"id"}"#), None));
        assert!(!has_scope(&claims(r#"{"token_use":"access","scope":"pets/read"}"#), None));
        assert!(has_scope(&claims(r#"{"token_use":"access","scope":"a pets/read"}"#), Some(&wanted)));
        assert!(!has_scope(&claims(r#"{"token_use":"access","scope":"pets/reader"}"#), Some(&wanted)));
        assert!(!has_scope(&claims(r#"{"token_use":"id","scope":"pets/read"}"#), Some(&wanted)));
    }
}
