//! JSON Web Tokens: RFC 7519, signed as in RFC 7515.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::json_web_keys::{OidcKeys, Verdict};
use crate::service::ports::{BadToken, Tokens};
use crate::time::Timestamp;

/// How a token may be signed. That it says so itself counts for nothing but this list: there is no `none` in it, and
/// nothing that a public key could be mistaken for the secret of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Es256,
    Es384,
}

impl Algorithm {
    const ALL: [Self; 5] = [Self::Rs256, Self::Rs384, Self::Rs512, Self::Es256, Self::Es384];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }
}

/// A token, of which nothing is verified yet.
pub(super) struct JsonWebToken<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
    /// What is signed.
    pub(super) message: &'a str,
    pub(super) signature: Vec<u8>,
    pub(super) claims: Claims,
}

/// What a token says.
#[derive(Debug)]
pub(super) struct Claims(Map<String, Value>);

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// What must be understood. None of it is.
    crit: Option<Value>,
}

impl<'a> JsonWebToken<'a> {
    /// The token; `None` where the text is none, or none that is signed as it has to be.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let header: Header = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let algorithm = Algorithm::ALL.into_iter().find(|each| each.name() == header.alg)?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok().filter(|bytes| !bytes.is_empty())?;
        let claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        header.crit.is_none().then_some(Self {
            algorithm,
            key_id: header.kid,
            message,
            signature,
            claims: Claims(claims),
        })
    }
}

impl Tokens for OidcKeys {
    fn claims(&self, token: &str) -> Result<Map<String, Value>, BadToken> {
        let token = JsonWebToken::parse(token).ok_or(BadToken)?;
        let issuer = token.claims.text("iss").ok_or(BadToken)?;
        let message = token.message.as_bytes();
        let verdict =
            self.verify(issuer, token.key_id.as_deref(), token.algorithm, message, &token.signature);
        match verdict {
            Verdict::Good | Verdict::NotToldOf => Ok(token.claims.0),
            Verdict::Bad | Verdict::NoSuchKey => Err(BadToken),
        }
    }
}

impl Claims {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// One text or a list of them.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        self.get(name).map(texts).unwrap_or_default()
    }

    /// A moment, which is seconds since 1970.
    pub(super) fn moment(&self, name: &str) -> Option<Timestamp> {
        self.get(name)?.as_f64().filter(|seconds| seconds.abs() < 1e12).map(Timestamp::from_seconds)
    }
}

/// One text or a list of them.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(header: &str, claims: &str, signature: &str) -> String {
        [header, claims, signature].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".")
    }

    #[test]
    fn a_token_says_how_it_is_signed_and_what_it_claims() {
        let text = token(r#"{"alg":"ES256","kid":"k"}"#, r#"{"aud":["a","b"],"exp":1.5e9,"sub":7}"#, "s");
        let token = JsonWebToken::parse(&text).unwrap();
        assert_eq!((token.algorithm, token.key_id.as_deref()), (Algorithm::Es256, Some("k")));
        assert_eq!(token.claims.texts("aud"), ["a", "b"]);
        assert_eq!(token.claims.moment("exp"), Some(Timestamp::from_millis(1_500_000_000_000)));
        assert_eq!(token.claims.text("sub"), None);
    }

    #[test]
    fn what_is_not_signed_or_by_a_secret_is_no_token() {
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"rs256"}"#,
            r#"{"alg":"RS256","alg":"RS256"}"#,
            r#"{"alg":"RS256","crit":["exp"]}"#,
            r#"{"kid":"k"}"#,
            "[]",
        ] {
            assert!(JsonWebToken::parse(&token(header, "{}", "s")).is_none(), "{header}");
        }
        let header = r#"{"alg":"RS256"}"#;
        for text in [
            token(header, "{}", ""),
            token(header, "[]", "s"),
            token(header, "{}", "s") + "=",
            token(header, "{}", "s").replacen('.', "", 1),
            token(header, "{}", "s") + ".",
            String::new(),
            "..".to_owned(),
        ] {
            assert!(JsonWebToken::parse(&text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,200}") {
            let _ = JsonWebToken::parse(&text);
        }
    }
}
