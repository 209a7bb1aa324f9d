//! The headers of a request to one of AWS's services, with those of its signature, as execution logs show them.
//!
//! Captured: which headers there are, their order, and that of `Authorization` the last six characters are left. The emulator
//! calls functions and its own services without a signature. What stands in the log in the place of signature and token is
//! inferred: digests, of which logs show six characters.

use data_encoding::HEXLOWER;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use ring::digest::{SHA256, digest};

use crate::time::Timestamp;

const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const CONTENT_HASH: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// The order in which logs show headers; others follow.
const ORDER: [HeaderName; 11] = [
    DATE,
    HeaderName::from_static("x-amzn-apigateway-api-id"),
    header::ACCEPT,
    header::USER_AGENT,
    header::HOST,
    CONTENT_HASH,
    HeaderName::from_static("x-amzn-trace-id"),
    HeaderName::from_static("x-amzn-lambda-integration-tag"),
    header::AUTHORIZATION,
    HeaderName::from_static("x-amz-source-arn"),
    TOKEN,
];

/// What a request is signed for.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignedFor<'a> {
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) host: &'a str,
    pub(super) at: Timestamp,
}

impl SignedFor<'_> {
    /// The headers of a request with this body, as they are logged.
    pub(super) fn logged(&self, headers: &HeaderMap, body: &[u8]) -> HeaderMap {
        let Self { service, region, host, at } = self;
        let (date, content_hash) = (at.basic(), sha256(body));
        let day = date.get(..8).unwrap_or_default();
        let signature = sha256(format!("{date} {host} {content_hash}").as_bytes());
        let token = sha256(signature.as_bytes());
        let key = token.get(..16).unwrap_or_default().to_ascii_uppercase();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=ASIA{key}/{day}/{region}/{service}/aws4_request, \
             SignedHeaders=accept;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature={signature}"
        );
        let mut all = headers.clone();
        for (name, value) in [
            (DATE, &*date),
            (header::HOST, host),
            (CONTENT_HASH, &content_hash),
            (header::AUTHORIZATION, &authorization),
            (TOKEN, &token),
        ] {
            all.extend(HeaderValue::from_str(value).map(|value| (name, value)));
        }
        let first = ORDER.into_iter().filter_map(|name| Some((name.clone(), all.get(&name)?.clone())));
        let rest = all.iter().filter(|(name, _)| !ORDER.contains(name));
        first.chain(rest.map(|(name, value)| (name.clone(), value.clone()))).collect()
    }
}

fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_logged_as_if_it_were_signed() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("accept", "*/*".parse().unwrap());
        let at = Timestamp::from_millis(1_790_328_027_988);
        let host = "lambda.eu-west-1.amazonaws.com";
        let signed = SignedFor { service: "lambda", region: "eu-west-1", host, at }.logged(&headers, b"");
        let names: Vec<&str> = signed.keys().map(HeaderName::as_str).collect();
        assert_eq!(
            names,
            [
                "x-amz-date",
                "accept",
                "host",
                "x-amz-content-sha256",
                "authorization",
                "x-amz-security-token",
                "content-type"
            ]
        );
        assert_eq!(
            (&signed["x-amz-date"], &signed["host"]),
            (&"20260925T092027Z".parse().unwrap(), &host.parse().unwrap())
        );
        // Of nothing, as AWS documents it.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(signed["x-amz-content-sha256"], empty);
        let authorization = signed["authorization"].to_str().unwrap();
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=ASIA"), "{authorization}");
        assert!(authorization.contains("/20260925/eu-west-1/lambda/aws4_request, "), "{authorization}");
    }
}
