//! Signatures in the query: `?X-Amz-Algorithm=…&X-Amz-Credential=…&X-Amz-Signature=…`.

use std::borrow::Cow;

use super::Received;
use super::signature::{ALGORITHM, Form, Signature};
use crate::edge::refusal::Refusal;
use crate::time::Timestamp;
use crate::wire;

const ALGORITHM_PARAMETER: &str = "X-Amz-Algorithm";
const CREDENTIAL: &str = "X-Amz-Credential";
const DATE: &str = "X-Amz-Date";
const EXPIRES: &str = "X-Amz-Expires";
const SECURITY_TOKEN: &str = "X-Amz-Security-Token";
const SIGNED_HEADERS: &str = "X-Amz-SignedHeaders";

/// The parameter that cannot be signed itself.
pub(super) const SIGNATURE: &str = "X-Amz-Signature";

/// The longest that a presigned request may be good for, in seconds: a week.
const LONGEST: i64 = 604_800;

/// The signature in the query. Its words of what is missing are AWS's, as users report them.
pub(super) fn parse<'a>(received: &Received<'a>) -> Result<Signature<'a>, Refusal> {
    let query = received.parameters;
    let [algorithm, credential, digits, signed_headers, date] =
        [ALGORITHM_PARAMETER, CREDENTIAL, SIGNATURE, SIGNED_HEADERS, DATE]
            .map(|name| query.get(name).ok_or(name));
    let (Ok(algorithm), Ok(credential), Ok(digits), Ok(signed_headers), Ok(date)) =
        (algorithm, credential, digits, signed_headers, date)
    else {
        let missing =
            [algorithm, credential, digits, signed_headers, date].into_iter().filter_map(Result::err);
        let told: String =
            missing.map(|name| format!("AWS query-string parameters must include '{name}'. ")).collect();
        return Err(Refusal::Incomplete(format!("{told}Re-examine the query-string parameters.")));
    };
    if algorithm != ALGORITHM {
        return Err(Refusal::unsupported_algorithm(algorithm));
    }
    Ok(Signature {
        credential: credential.clone(),
        signed_headers: signed_headers.clone(),
        digits: digits.clone(),
        moment: Timestamp::parse_basic(date).ok_or_else(|| Refusal::bad_date(date))?,
        session_token: query.get(SECURITY_TOKEN).cloned(),
        form: Form::Presigned { expires: query.get(EXPIRES).cloned() },
    })
}

/// Whether the query has any part of a signature.
pub(super) fn is_begun(query: &wire::Form<'_>) -> bool {
    [ALGORITHM_PARAMETER, CREDENTIAL, SIGNATURE].iter().any(|name| query.get(name).is_some())
}

/// For how long a presigned request is good. (inferred) The words are Amazon S3's.
pub(super) fn seconds_of(expires: Option<&Cow<'_, str>>) -> Result<i64, Refusal> {
    let refuse = |message: &str| Err(Refusal::Incomplete(message.to_owned()));
    let Some(expires) = expires else {
        return refuse(
            "AWS query-string parameters must include 'X-Amz-Expires'. Re-examine the query-string parameters.",
        );
    };
    match expires.parse() {
        Ok(seconds @ 1..=LONGEST) => Ok(seconds),
        Ok(0) => refuse("X-Amz-Expires must be greater than 0"),
        Ok(..0) => refuse("X-Amz-Expires must be non-negative"),
        Ok(_) => refuse(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        ),
        Err(_) => refuse("X-Amz-Expires should be a number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_the_longest() {
        let seconds = |text: &'static str| seconds_of(Some(&Cow::Borrowed(text)));
        assert_eq!((seconds("1"), seconds("604800")), (Ok(1), Ok(604_800)));
        for other in ["0", "-1", "604801", "", "1.5", " 60", "9999999999999999999999"] {
            assert!(matches!(seconds(other), Err(Refusal::Incomplete(_))), "{other:?}");
        }
        assert!(seconds_of(None).is_err());
    }
}
