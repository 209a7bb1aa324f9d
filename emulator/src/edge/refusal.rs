//! Why a caller is not let in, in the words of each protocol.
//!
//! Sources: the common errors in the API references of IAM, STS and CloudWatch Logs, and answers that users report. What
//! services answer that speak awsJson has status 400 whatever it is, as captured of CloudWatch Logs; that of the others
//! is 403, but 400 for a signature that is incomplete in awsQuery.

use stagecheck_models::Protocol;

use crate::service::Fault;
use crate::time::Timestamp;

/// Why a caller is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The region of a credential scope is no region's name.
    BadRegion,
    /// Nobody signed the request.
    Unsigned,
    /// What there is of a signature cannot be read.
    Incomplete(String),
    /// Nobody has the key, or it is switched off, or the session token is not the key's.
    UnknownKey,
    /// The session is over.
    ExpiredToken,
    /// A presigned request came after its end.
    RequestExpired { end: Timestamp, now: Timestamp },
    /// The signature is not good here and now, or not of this request.
    Invalid(String),
    /// The signature is another than that of this request: the canonical request, and the string to sign.
    Mismatch { canonical: String, to_sign: String },
}

impl Refusal {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    pub(super) fn mismatch(canonical: &[u8], to_sign: &str) -> Self {
        let canonical = String::from_utf8_lossy(canonical).into_owned();
        Self::Mismatch { canonical, to_sign: to_sign.to_owned() }
    }

    pub(super) fn bad_date(date: &str) -> Self {
        Self::Incomplete(format!(
            "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ))
    }

    /// (inferred) The words.
    pub(super) fn unsupported_algorithm(algorithm: &str) -> Self {
        Self::Incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}'."))
    }

    /// What AWS answers in this protocol.
    pub(super) fn fault(self, protocol: Protocol) -> Fault {
        let code = self.code(protocol);
        let status = match (protocol, &self) {
            (Protocol::AwsJson { .. } | Protocol::RpcV2Cbor { .. }, _)
            | (Protocol::AwsQuery { .. }, Self::Incomplete(_) | Self::RequestExpired { .. }) => 400,
            (Protocol::AwsQuery { .. } | Protocol::RestJson, _) => 403,
        };
        Fault::new(status, code, self.message(protocol))
    }

    fn code(&self, protocol: Protocol) -> &'static str {
        let is_query = matches!(protocol, Protocol::AwsQuery { .. });
        let (of_query, of_others) = match self {
            Self::Unsigned => ("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
            Self::Incomplete(_) => ("IncompleteSignature", "IncompleteSignatureException"),
            Self::UnknownKey => ("InvalidClientTokenId", "UnrecognizedClientException"),
            Self::ExpiredToken => ("ExpiredToken", "ExpiredTokenException"),
            // (inferred) Documented of awsQuery only.
            Self::RequestExpired { .. } => ("RequestExpired", "InvalidSignatureException"),
            Self::BadRegion | Self::Invalid(_) | Self::Mismatch { .. } => {
                ("SignatureDoesNotMatch", "InvalidSignatureException")
            }
        };
        if is_query { of_query } else { of_others }
    }

    fn message(self, protocol: Protocol) -> String {
        const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check \
                                your AWS Secret Access Key and signing method. Consult the service documentation for \
                                details.";
        match (self, protocol) {
            (Self::BadRegion, _) => "Credential should be scoped to a valid region.".to_owned(),
            (Self::Unsigned, Protocol::RestJson) => "Missing Authentication Token".to_owned(),
            (Self::Unsigned, _) => "Request is missing Authentication Token".to_owned(),
            (Self::UnknownKey, _) => "The security token included in the request is invalid.".to_owned(),
            (Self::ExpiredToken, _) => "The security token included in the request is expired".to_owned(),
            // (inferred) After those of a signature that is too old.
            (Self::RequestExpired { end, now }, _) => {
                format!("Signature expired: {} is now earlier than {}", end.basic(), now.basic())
            }
            (Self::Mismatch { canonical, to_sign }, Protocol::AwsQuery { .. } | Protocol::RestJson) => {
                format!(
                    "{MISMATCH}\n\nThe Canonical String for this request should have been\n'{canonical}'\n\nThe \
                 String-to-Sign should have been\n'{to_sign}'\n"
                )
            }
            (Self::Mismatch { .. }, _) => MISMATCH.to_owned(),
            (Self::Incomplete(message) | Self::Invalid(message), _) => message,
        }
    }
}
