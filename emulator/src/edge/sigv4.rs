//! AWS Signature Version 4: whether a request was signed with the secret of the key that it names, and is meant for now.
//!
//! Source: "AWS Signature Version 4 for API requests" in the IAM user guide. The services here are none of those with
//! rules of their own (Amazon S3's single encoding, unsigned payloads and signed chunks).

mod authorization;
mod canonical;
mod presigned;
mod signature;
mod signing_keys;
#[cfg(test)]
mod vectors;

use std::sync::Arc;

use data_encoding::HEXLOWER;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use ring::hmac;
use stagecheck_models::Protocol;

use self::canonical::CanonicalRequest;
use self::signature::{Form, Scope, Signature, TERMINATOR};
use self::signing_keys::SigningKeys;
use super::refusal::Refusal;
use crate::time::Timestamp;
use crate::wire;

/// What the header of the payload's hash is called.
const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// How the services of a protocol differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conduct {
    /// How far the clocks of client and service may be apart, in minutes.
    skew_minutes: i64,
    /// Whether the service takes no notice of how long a presigned request wants to be good for.
    ignores_expires: bool,
}

impl Conduct {
    /// What users report: IAM, STS and SNS name 15 minutes when a signature has expired; DynamoDB, Kinesis, Lambda and
    /// Systems Manager, which speak JSON, 5. What STS presigns is good for these 15 minutes, whatever it says
    /// (aws-iam-authenticator counts on it).
    pub(super) fn of(protocol: Protocol, service: &str) -> Self {
        let skew_minutes = match protocol {
            Protocol::AwsQuery { .. } => 15,
            Protocol::AwsJson { .. } | Protocol::RestJson | Protocol::RpcV2Cbor { .. } => 5,
        };
        Self { skew_minutes, ignores_expires: service == "sts" }
    }
}

/// A request as it came, as far as signatures go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received<'a> {
    pub(super) method: &'a str,
    /// Not decoded.
    pub(super) path: &'a str,
    /// Not decoded, without its question mark.
    pub(super) query: &'a str,
    /// The query's parameters.
    pub(super) parameters: &'a wire::Form<'a>,
    pub(super) host: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

impl Received<'_> {
    /// Whether it says that somebody signed it, however badly.
    pub(super) fn is_signed(&self) -> bool {
        self.headers.contains_key(AUTHORIZATION) || presigned::is_begun(self.parameters)
    }
}

/// What a key signs with.
#[derive(Clone, Copy)]
pub(super) struct Secret<'a> {
    pub(super) secret: &'a Arc<str>,
    /// The token that comes with the key of a session.
    pub(super) session_token: Option<&'a str>,
}

/// Verifies signatures.
#[derive(Debug, Default)]
pub(super) struct Verifier {
    signing_keys: SigningKeys,
}

impl Verifier {
    /// Verifies a request that names this credential, whose secret is this, if anybody has the key. The service of the
    /// scope needs no look: it is where the request goes.
    pub(super) fn verify(
        &self,
        received: &Received<'_>,
        credential: &str,
        secret: Option<Secret<'_>>,
        conduct: Conduct,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let signature = Signature::of(received)?;
        // The caller was told by this text. A request that can be read in two ways is good in none.
        if signature.credential != credential {
            return Err(Refusal::Incomplete("The request names more than one credential.".to_owned()));
        }
        let Secret { secret, session_token } = secret.ok_or(Refusal::UnknownKey)?;
        if signature.session_token.as_deref() != session_token {
            return Err(Refusal::UnknownKey);
        }
        check_scope(&signature)?;
        check_time(&signature, conduct, now)?;
        check_signed_headers(&signature, received)?;
        let canonical = CanonicalRequest::of(received, &signature)?;
        let to_sign = canonical.string_to_sign(&signature);
        let signing_key = self.signing_keys.of(&signature, secret);
        // Capital letters are none of a signature.
        let given = HEXLOWER.decode(signature.digits.as_bytes()).unwrap_or_default();
        hmac::verify(&signing_key, to_sign.as_bytes(), &given)
            .map_err(|_| Refusal::mismatch(&canonical.bytes, &to_sign))
    }
}

/// (inferred) The order of these checks; their words are AWS's, as users report them.
fn check_scope(signature: &Signature<'_>) -> Result<(), Refusal> {
    let Scope { date, terminator, .. } = signature.scope();
    if terminator != TERMINATOR {
        return Err(Refusal::invalid(format!(
            "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'. "
        )));
    }
    let moment = signature.moment.basic();
    let day = moment.get(..8).unwrap_or_default();
    if date != day {
        return Err(Refusal::invalid(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != \
             '{day}', from '{moment}'."
        )));
    }
    Ok(())
}

fn check_time(signature: &Signature<'_>, conduct: Conduct, now: Timestamp) -> Result<(), Refusal> {
    let Conduct { skew_minutes, ignores_expires } = conduct;
    let (signed, now) = (signature.moment, now.whole_seconds());
    let (earliest, latest) = (now.plus_seconds(-60 * skew_minutes), now.plus_seconds(60 * skew_minutes));
    let (date, now_text) = (signed.basic(), now.basic());
    if signed > latest {
        return Err(Refusal::invalid(format!(
            "Signature not yet current: {date} is still later than {} ({now_text} + {skew_minutes} min.)",
            latest.basic()
        )));
    }
    match &signature.form {
        Form::Presigned { expires } if !ignores_expires => {
            let end = signed.plus_seconds(presigned::seconds_of(expires.as_ref())?);
            if end < now { Err(Refusal::RequestExpired { end, now }) } else { Ok(()) }
        }
        Form::Header | Form::Presigned { .. } if signed < earliest => Err(Refusal::invalid(format!(
            "Signature expired: {date} is now earlier than {} ({now_text} - {skew_minutes} min.)",
            earliest.basic()
        ))),
        Form::Header | Form::Presigned { .. } => Ok(()),
    }
}

/// The host and all of AWS's own headers have to be signed.
fn check_signed_headers(signature: &Signature<'_>, received: &Received<'_>) -> Result<(), Refusal> {
    let is_signed = |name: &str| signature.signed_header_names().any(|signed| signed == name);
    if !is_signed("host") {
        return Err(Refusal::invalid(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ));
    }
    let mut own = received.headers.keys().filter(|name| name.as_str().starts_with("x-amz-"));
    match own.find(|name| !is_signed(name.as_str())) {
        // (inferred) The words follow those about the host.
        Some(name) => {
            Err(Refusal::invalid(format!("'{name}' must be a 'SignedHeader' in the AWS Authorization.")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_lower_case_and_in_pairs() {
        assert_eq!(HEXLOWER.decode(b"00ff7a"), Ok(vec![0, 255, 122]));
        assert_eq!(HEXLOWER.encode(&[0, 255, 122]), "00ff7a");
        for other in ["0", "00FF7A", "0g", "0x", "é"] {
            assert!(HEXLOWER.decode(other.as_bytes()).is_err(), "{other}");
        }
    }
}
