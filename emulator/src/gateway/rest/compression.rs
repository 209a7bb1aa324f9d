//! Compression of bodies, where the API has it on.
//!
//! Source: developer guide, "Payload compression for REST APIs": gzip, deflate and identity; the request is decompressed
//! before anything looks at it, the answer is compressed last, if it is as large as the API says.

use std::io::Read as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::{GzDecoder, GzEncoder, ZlibDecoder, ZlibEncoder};
use http::{HeaderValue, header};

use super::exchange::Exchange;
use super::failure::Failure;
use crate::gateway::{LARGEST_PAYLOAD, Reply};

/// The body of the request as it was before it was compressed.
pub(super) fn decoded(exchange: &Exchange<'_>) -> Result<Bytes, Failure> {
    let body = &exchange.body;
    let is_on = exchange.live.deployment.api.minimum_compression_size.is_some();
    let coding = exchange.request.header(header::CONTENT_ENCODING).filter(|_| is_on);
    let mut plain = Vec::new();
    // A byte more than it may be tells that it is too large, however small it was made.
    let most = LARGEST_PAYLOAD as u64 + 1;
    let read = match coding.map(str::to_ascii_lowercase).as_deref() {
        None | Some("identity") => return Ok(body.clone()),
        Some("gzip") => GzDecoder::new(&body[..]).take(most).read_to_end(&mut plain),
        Some("deflate") => ZlibDecoder::new(&body[..]).take(most).read_to_end(&mut plain),
        Some(_) => return Err(Failure::unsupported_media_type()),
    };
    match read {
        // Inferred: a body that is not what it says is a bad one.
        Err(_) => {
            Err(Failure::bad_body("application/json", &["Unknown error parsing request body".to_owned()]))
        }
        Ok(length) if length > LARGEST_PAYLOAD => Err(Failure::request_too_large()),
        Ok(_) => Ok(plain.into()),
    }
}

/// The answer, compressed where the client takes that and the API wants it.
pub(super) fn encoded(exchange: &Exchange<'_>, reply: Reply) -> Result<Reply, Failure> {
    let Some(least) = exchange.live.deployment.api.minimum_compression_size else { return Ok(reply) };
    let is_long = i64::try_from(reply.body.len()).is_ok_and(|length| length >= least);
    let is_coded = reply.headers.iter().any(|(name, _)| name == header::CONTENT_ENCODING);
    let Some(coding) = accepted(exchange).filter(|_| is_long && !is_coded) else { return Ok(reply) };
    let mut body = Vec::new();
    let level = Compression::default();
    match coding {
        "gzip" => GzEncoder::new(&reply.body[..], level).read_to_end(&mut body),
        _ => ZlibEncoder::new(&reply.body[..], level).read_to_end(&mut body),
    }
    .map_err(|error| Failure::configuration(&error.to_string()))?;
    let mut headers = reply.headers;
    headers.push((header::CONTENT_ENCODING, HeaderValue::from_static(coding)));
    Ok(Reply { headers, body: body.into(), ..reply })
}

/// The first coding that the client takes, of those that there are.
fn accepted(exchange: &Exchange<'_>) -> Option<&'static str> {
    let values = exchange.request.headers.get_all(header::ACCEPT_ENCODING).iter();
    let codings = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    codings
        .filter_map(|each| {
            let (coding, weight) = each.split_once(';').unwrap_or((each, ""));
            let is_refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0));
            (!is_refused).then(|| coding.trim().to_ascii_lowercase())
        })
        .find_map(|coding| match coding.as_str() {
            "gzip" | "*" => Some("gzip"),
            "deflate" => Some("deflate"),
            _ => None,
        })
}
