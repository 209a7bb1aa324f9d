//! JWT authorizers: tokens of an issuer that say who asks, and what for.
//!
//! Source: developer guide, "Control access to HTTP APIs with JWT authorizers" and "Troubleshooting issues with HTTP API JWT
//! authorizers". Whose signatures are verified, the port tells.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::exchange::{Authorized, Exchange};
use super::failure::Failure;
use super::mapping::value;
use crate::apigatewayv2::{Authorizer, Route};
use crate::service::ports::Tokens;
use crate::time::Timestamp;

/// Why a token is not taken. The text on audiences is documented, those on the issuer, on what is missing and on what is no
/// token are reported by users, the others are inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bad {
    Missing,
    NoToken,
    Algorithm,
    Signature,
    Issuer,
    Audience,
    Expired,
    TooEarly,
}

impl Bad {
    const fn text(self) -> &'static str {
        match self {
            Self::Missing => "missing: token not provided",
            Self::NoToken => "token contains an invalid number of segments",
            Self::Algorithm => "the signing method is not supported",
            Self::Signature => "the signature is invalid",
            Self::Issuer => "issuer does not match",
            Self::Audience => "the token does not have a valid audience",
            Self::Expired => "the token has expired",
            Self::TooEarly => "the token is not valid yet",
        }
    }

    fn failure(self) -> Failure {
        let challenge = match self {
            // Reported by users.
            Self::Missing => "Bearer".to_owned(),
            _ => format!("Bearer scope=\"\" error=\"invalid_token\" error_description=\"{}\"", self.text()),
        };
        Failure::unauthorized(self.text()).challenging(challenge)
    }
}

/// Refuses a request without a token that is good. What the token claims stands in the exchange otherwise.
pub(super) fn check(
    tokens: &dyn Tokens,
    exchange: &mut Exchange<'_>,
    authorizer: &Authorizer,
    route: &Route,
) -> Result<(), Failure> {
    let source = authorizer.identity_source.first();
    let identity = source.and_then(|source| value(exchange, source, None)).unwrap_or_default();
    let token = identity.strip_prefix("Bearer ").unwrap_or(&identity);
    let claims = read(tokens, token)
        .and_then(|claims| check_claims(&claims, authorizer, exchange.started).map(|()| claims))
        .map_err(Bad::failure)?;
    let wanted = route.authorization_scopes.as_deref().filter(|scopes| !scopes.is_empty());
    let scopes = wanted.map(|wanted| {
        let has = scopes_of(&claims);
        has.into_iter().filter(|scope| wanted.iter().any(|each| each == scope)).collect::<Vec<_>>()
    });
    let is_short_of_scopes = scopes.as_ref().is_some_and(Vec::is_empty);
    exchange.authorized = Some(Authorized::Jwt { claims, scopes });
    match wanted.filter(|_| is_short_of_scopes) {
        Some(wanted) => Err(insufficient_scope(&wanted.join(" "))),
        None => Ok(()),
    }
}

/// RFC 6750, 3.1. The words are inferred.
fn insufficient_scope(wanted: &str) -> Failure {
    let challenge = format!("Bearer scope=\"{wanted}\" error=\"insufficient_scope\"");
    Failure::forbidden("insufficient_scope").challenging(challenge)
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// What a token claims that its issuer signed. Only algorithms based on RSA are supported, as documented.
fn read(tokens: &dyn Tokens, token: &str) -> Result<Map<String, Value>, Bad> {
    if token.is_empty() {
        return Err(Bad::Missing);
    }
    let segments: Vec<&str> = token.split('.').collect();
    let [header, _, _] = segments.as_slice() else { return Err(Bad::NoToken) };
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| Bad::Signature)?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| Bad::Signature)?;
    if !header.alg.starts_with("RS") {
        return Err(Bad::Algorithm);
    }
    tokens.claims(token).map_err(|_| Bad::Signature)
}

/// Whether a token is of this issuer, for one of these audiences, and holds now. `client_id` counts for tokens without an
/// audience, as documented.
fn check_claims(claims: &Map<String, Value>, authorizer: &Authorizer, now: Timestamp) -> Result<(), Bad> {
    let configuration = authorizer.jwt_configuration.as_ref().ok_or(Bad::Issuer)?;
    if claims.get("iss").and_then(Value::as_str) != configuration.issuer.as_deref() {
        return Err(Bad::Issuer);
    }
    let audiences = configuration.audience.as_deref().unwrap_or_default();
    let audience = claims.get("aud").or_else(|| claims.get("client_id")).map(texts).unwrap_or_default();
    if !audience.iter().any(|each| audiences.iter().any(|own| own == each)) {
        return Err(Bad::Audience);
    }
    let moment = |name: &str| claims.get(name).and_then(Value::as_f64).map(Timestamp::from_seconds);
    if moment("exp").is_none_or(|expires| expires <= now) {
        return Err(Bad::Expired);
    }
    if ["nbf", "iat"].iter().any(|name| moment(name).is_some_and(|from| from > now)) {
        return Err(Bad::TooEarly);
    }
    Ok(())
}

/// One text or a list of them.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The scopes of a token, in `scope` or `scp`.
fn scopes_of(claims: &Map<String, Value>) -> Vec<String> {
    let scopes = claims.get("scope").or_else(|| claims.get("scp")).map(texts).unwrap_or_default();
    scopes.into_iter().flat_map(|scope| scope.split(' ')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_790_328_027_988);

    fn authorizer() -> Authorizer {
        let authorizer = json!({"JwtConfiguration": {"Issuer": "https://idp", "Audience": ["a", "b"]}});
        serde_json::from_value(authorizer).unwrap()
    }

    fn checked(claims: &Value) -> Result<(), Bad> {
        let mut all =
            json!({"iss": "https://idp", "aud": "a", "exp": 1_790_328_028}).as_object().unwrap().clone();
        for (name, value) in claims.as_object().unwrap().clone() {
            if value.is_null() {
                all.remove(&name);
            } else {
                all.insert(name, value);
            }
        }
        check_claims(&all, &authorizer(), NOW)
    }

    #[test]
    fn a_token_is_of_an_issuer_for_an_audience_and_holds_now() {
        for (claims, result) in [
            (json!({}), Ok(())),
            (json!({"iss": "https://idp/"}), Err(Bad::Issuer)),
            (json!({"iss": null}), Err(Bad::Issuer)),
            (json!({"aud": ["x", "b"]}), Ok(())),
            (json!({"aud": "c"}), Err(Bad::Audience)),
            (json!({"aud": null}), Err(Bad::Audience)),
            (json!({"aud": null, "client_id": "b"}), Ok(())),
            (json!({"aud": "c", "client_id": "b"}), Err(Bad::Audience)),
            (json!({"exp": 1_790_328_027}), Err(Bad::Expired)),
            (json!({"exp": null}), Err(Bad::Expired)),
            (json!({"nbf": 1_790_328_027, "iat": 1_790_328_027}), Ok(())),
            (json!({"nbf": 1_790_328_028}), Err(Bad::TooEarly)),
            (json!({"iat": 1_790_328_028}), Err(Bad::TooEarly)),
        ] {
            assert_eq!(checked(&claims), result, "{claims}");
        }
    }

    #[test]
    fn scopes_are_a_text_or_a_list() {
        let scopes = |claims: Value| scopes_of(claims.as_object().unwrap());
        assert_eq!(scopes(json!({"scope": "a b"})), ["a", "b"]);
        assert_eq!(scopes(json!({"scp": ["a", "b"]})), ["a", "b"]);
        assert_eq!(scopes(json!({"scp": "a b"})), ["a", "b"]);
        assert_eq!(scopes(json!({})), [""; 0]);
    }
}
