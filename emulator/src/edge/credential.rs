//! What a request says of its sender before anybody verifies it.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{AUTHORIZATION, USER_AGENT};

use crate::wire::Form;

/// The credential of a signed request: `AKID/20260101/us-east-1/iam/aws4_request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credential<'a> {
    text: Cow<'a, str>,
}

impl<'a> Credential<'a> {
    /// The credential in the `Authorization` header, or in the query of a presigned URL.
    pub(super) fn of(headers: &'a HeaderMap, query: &Form<'a>) -> Option<Self> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let text = match header.and_then(|value| value.split_once("Credential=")) {
            Some((_, rest)) => Cow::Borrowed(rest.split([',', ' ']).next().unwrap_or_default()),
            None => query.get("X-Amz-Credential")?.clone(),
        };
        Some(Self { text })
    }

    /// As it stands in the request.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn access_key_id(&self) -> &str {
        self.text.split('/').next().unwrap_or_default()
    }

    /// `None` in the scope of an asymmetric signature, which names no region.
    pub(super) fn region(&self) -> Option<&str> {
        match self.scope().as_slice() {
            [_, region, _, _] => Some(region),
            _ => None,
        }
    }

    /// The signing name of the service.
    pub(super) fn service(&self) -> Option<&str> {
        match self.scope().as_slice() {
            [_, _, service, _] | [_, service, _] => Some(service),
            _ => None,
        }
    }

    fn scope(&self) -> Vec<&str> {
        self.text.split('/').skip(1).collect()
    }
}

/// The region that an SDK names in its `User-Agent`, which is all that an unsigned call tells of it.
pub(super) fn user_agent_region(headers: &HeaderMap) -> Option<&str> {
    let agent = headers.get(USER_AGENT)?.to_str().ok()?;
    agent.split(' ').find_map(|word| word.strip_prefix("region/"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn signed(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))])
    }

    #[test]
    fn headers_and_presigned_urls_carry_credentials() {
        let headers = signed(
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/logs/aws4_request, SignedHeaders=host, Signature=0",
        );
        let query =
            Form::parse("X-Amz-Credential=AKIA%2F20260101%2Feu-west-1%2Flogs%2Faws4_request").unwrap();
        for credential in [
            Credential::of(&headers, &Form::default()).unwrap(),
            Credential::of(&HeaderMap::new(), &query).unwrap(),
        ] {
            assert_eq!(credential.access_key_id(), "AKIA");
            assert_eq!((credential.region(), credential.service()), (Some("eu-west-1"), Some("logs")));
        }
    }

    #[test]
    fn what_is_no_credential_says_nothing() {
        assert_eq!(Credential::of(&signed("Bearer abc"), &Form::default()), None);
        let headers = signed("AWS4-HMAC-SHA256 Credential=AKIA");
        let broken = Credential::of(&headers, &Form::default()).unwrap();
        assert_eq!((broken.access_key_id(), broken.region(), broken.service()), ("AKIA", None, None));
        let headers = signed("AWS4-ECDSA-P256-SHA256 Credential=AKIA/20260101/sts/aws4_request, Signature=0");
        let regionless = Credential::of(&headers, &Form::default()).unwrap();
        assert_eq!((regionless.region(), regionless.service()), (None, Some("sts")));
    }

    #[test]
    fn an_unsigned_call_names_its_region_in_the_user_agent() {
        let agent = HeaderValue::from_static("aws-cli/2.0 md/x region/eu-west-1 cfg/retry");
        let headers = HeaderMap::from_iter([(USER_AGENT, agent)]);
        assert_eq!(user_agent_region(&headers), Some("eu-west-1"));
    }
}
