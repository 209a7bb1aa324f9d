//! Signatures in the `Authorization` header:
//! `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{AUTHORIZATION, DATE};

use super::Received;
use super::signature::{ALGORITHM, Form, Signature};
use crate::edge::refusal::Refusal;
use crate::time::Timestamp;

const X_AMZ_DATE: &str = "x-amz-date";

/// The signature in the header. Its words of what is missing are AWS's, as users report them.
pub(super) fn parse<'a>(received: &Received<'a>) -> Result<Signature<'a>, Refusal> {
    let text = header_text(received.headers)?;
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let algorithm = words.next().unwrap_or_default();
    let (mut credential, mut signed_headers, mut digits) = (None, None, None);
    for word in words {
        let (name, value) = word.split_once('=').ok_or_else(|| {
            Refusal::Incomplete(format!(
                "'{word}' not a valid key=value pair (missing equal-sign) in Authorization header: '{text}'."
            ))
        })?;
        let slot = match name {
            "Credential" => &mut credential,
            "SignedHeaders" => &mut signed_headers,
            "Signature" => &mut digits,
            // (inferred) What has no meaning is left aside.
            _ => continue,
        };
        if slot.replace(Cow::Borrowed(value)).is_some() {
            return Err(Refusal::Incomplete(format!("Authorization header has '{name}' more than once.")));
        }
    }
    let date = date_text(received.headers);
    let (Some(credential), Some(signed_headers), Some(digits), Some(date)) =
        (&credential, &signed_headers, &digits, date)
    else {
        let missing = [
            (credential.is_none(), "Authorization header requires 'Credential' parameter. "),
            (digits.is_none(), "Authorization header requires 'Signature' parameter. "),
            (signed_headers.is_none(), "Authorization header requires 'SignedHeaders' parameter. "),
            (
                date.is_none(),
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
            ),
        ];
        let missing = missing.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, told)| told);
        return Err(Refusal::Incomplete(format!("{}Authorization={text}", missing.collect::<String>())));
    };
    if algorithm != ALGORITHM {
        return Err(Refusal::unsupported_algorithm(algorithm));
    }
    Ok(Signature {
        credential: credential.clone(),
        signed_headers: signed_headers.clone(),
        digits: digits.clone(),
        moment: read_date(date)?,
        session_token: text_of(received.headers, "x-amz-security-token").map(Cow::Borrowed),
        form: Form::Header,
    })
}

/// The one `Authorization` header.
fn header_text(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let text = values.next().and_then(|value| value.to_str().ok());
    match (text, values.next()) {
        (Some(text), None) => Ok(text),
        (Some(_), Some(_)) => {
            Err(Refusal::Incomplete("The request has more than one Authorization header.".to_owned()))
        }
        (None, _) => Err(Refusal::Incomplete("The Authorization header is not ASCII.".to_owned())),
    }
}

/// `X-Amz-Date` counts, and where it is missing `Date`.
fn date_text(headers: &HeaderMap) -> Option<&str> {
    text_of(headers, X_AMZ_DATE).or_else(|| text_of(headers, DATE.as_str()))
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Of `Date` the form that HTTP has for it will do, too.
fn read_date(text: &str) -> Result<Timestamp, Refusal> {
    Timestamp::parse_basic(text)
        .or_else(|| Timestamp::parse_http_date(text))
        .ok_or_else(|| Refusal::bad_date(text))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::wire::Form as Query;

    const COMPLETE: &str = "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/iam/aws4_request, \
                            SignedHeaders=host;x-amz-date, Signature=00";

    fn parsed(headers: &[(&'static str, &str)]) -> Result<(String, Timestamp), String> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect();
        let parameters = Query::default();
        let received = Received {
            method: "GET",
            path: "/",
            query: "",
            parameters: &parameters,
            host: "",
            headers: &headers,
            body: b"",
        };
        match parse(&received) {
            Ok(signature) => Ok((signature.credential.into_owned(), signature.moment)),
            Err(Refusal::Incomplete(message)) => Err(message),
            Err(other) => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn the_date_is_in_one_of_two_headers() {
        let credential = "AKID/20260101/us-east-1/iam/aws4_request".to_owned();
        let moment = Timestamp::parse_basic("20260101T000000Z").unwrap();
        for headers in [
            vec![("x-amz-date", "20260101T000000Z")],
            vec![("date", "20260101T000000Z")],
            vec![("date", "Thu, 01 Jan 2026 00:00:00 GMT")],
            vec![("date", "yesterday"), ("x-amz-date", "20260101T000000Z")],
        ] {
            let headers: Vec<_> = headers.into_iter().chain([("authorization", COMPLETE)]).collect();
            assert_eq!(parsed(&headers), Ok((credential.clone(), moment)), "{headers:?}");
        }
        assert_eq!(
            parsed(&[("authorization", COMPLETE), ("x-amz-date", "2026-01-01T00:00:00Z")]).unwrap_err(),
            "Date must be in ISO-8601 'basic format'. Got '2026-01-01T00:00:00Z'. See \
             http://en.wikipedia.org/wiki/ISO_8601"
        );
    }

    #[test]
    fn what_is_missing_is_told() {
        for (authorization, message) in [
            (
                "eyJ0.eyJz.5T16",
                "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
                 parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires \
                 existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=eyJ0.eyJz.5T16",
            ),
            (
                "Bearer eyJ0",
                "'eyJ0' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer eyJ0'.",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=A, Credential=B",
                "Authorization header has 'Credential' more than once.",
            ),
        ] {
            assert_eq!(parsed(&[("authorization", authorization)]).unwrap_err(), message);
        }
        assert_eq!(
            parsed(&[("authorization", COMPLETE), ("authorization", COMPLETE)]).unwrap_err(),
            "The request has more than one Authorization header."
        );
    }
}
