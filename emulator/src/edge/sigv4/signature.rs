//! What a request says of its signature, in whichever form.

use std::borrow::Cow;

use http::header::AUTHORIZATION;

use super::{Received, authorization, presigned};
use crate::edge::refusal::Refusal;
use crate::time::Timestamp;

/// The one algorithm. Asymmetric signatures (`AWS4-ECDSA-P256-SHA256`) are for services of many regions, which are none
/// of these.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What every credential scope ends in.
pub(super) const TERMINATOR: &str = "aws4_request";

/// A signature, with what was signed beside the request.
#[derive(Debug)]
pub(super) struct Signature<'a> {
    /// `AKID/20260101/us-east-1/iam/aws4_request`, of five elements.
    pub(super) credential: Cow<'a, str>,
    /// `host;x-amz-date`
    pub(super) signed_headers: Cow<'a, str>,
    /// 64 digits, if it is one.
    pub(super) digits: Cow<'a, str>,
    /// When it was made.
    pub(super) moment: Timestamp,
    pub(super) session_token: Option<Cow<'a, str>>,
    pub(super) form: Form<'a>,
}

/// Where a signature stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// In the `Authorization` header.
    Header,
    /// In the query, good for so many seconds as it says.
    Presigned { expires: Option<Cow<'a, str>> },
}

/// What a credential is good for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    /// `20260101/us-east-1/iam/aws4_request`
    pub(super) text: &'a str,
    pub(super) date: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) terminator: &'a str,
}

impl<'a> Signature<'a> {
    /// The signature of a request that names a credential.
    pub(super) fn of(received: &Received<'a>) -> Result<Self, Refusal> {
        let signature = if received.headers.contains_key(AUTHORIZATION) {
            authorization::parse(received)
        } else {
            presigned::parse(received)
        }?;
        match signature.credential.split('/').count() {
            5 => Ok(signature),
            _ => Err(Refusal::Incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{}'",
                signature.credential
            ))),
        }
    }

    pub(super) fn scope(&self) -> Scope<'_> {
        let (_, text) = self.credential.split_once('/').unwrap_or_default();
        let mut elements = text.split('/');
        let mut next = || elements.next().unwrap_or_default();
        Scope { text, date: next(), region: next(), service: next(), terminator: next() }
    }

    /// The names of the signed headers, in their order.
    pub(super) fn signed_header_names(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.split(';')
    }
}
