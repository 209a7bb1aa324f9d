//! The canonical request: the one text that stands for a request in all the ways that it may be written.

use data_encoding::HEXLOWER;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use ring::digest::{SHA256, digest};

use super::presigned::SIGNATURE;
use super::signature::{ALGORITHM, Form, Signature};
use super::{CONTENT_SHA256, Received};
use crate::edge::refusal::Refusal;

/// All but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// In paths the slash stands, too.
const ENCODED_IN_PATHS: &AsciiSet = &ENCODED.remove(b'/');

/// A canonical request.
pub(super) struct CanonicalRequest {
    /// Bytes, since the values of headers need not be text.
    pub(super) bytes: Vec<u8>,
}

impl CanonicalRequest {
    pub(super) fn of(received: &Received<'_>, signature: &Signature<'_>) -> Result<Self, Refusal> {
        let payload_hash = payload_hash(received)?;
        let mut bytes = Vec::with_capacity(512);
        bytes.extend_from_slice(received.method.as_bytes());
        bytes.push(b'\n');
        push_path(received.path, &mut bytes);
        bytes.push(b'\n');
        push_query(received.query, &signature.form, &mut bytes);
        bytes.push(b'\n');
        for name in signature.signed_header_names() {
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(b':');
            push_header(name, received, &mut bytes);
            bytes.push(b'\n');
        }
        bytes.push(b'\n');
        bytes.extend_from_slice(signature.signed_headers.as_bytes());
        bytes.push(b'\n');
        bytes.extend_from_slice(payload_hash.as_bytes());
        Ok(Self { bytes })
    }

    /// The text that the signature is of.
    pub(super) fn string_to_sign(&self, signature: &Signature<'_>) -> String {
        let hash = HEXLOWER.encode(digest(&SHA256, &self.bytes).as_ref());
        format!("{ALGORITHM}\n{}\n{}\n{hash}", signature.moment.basic(), signature.scope().text)
    }
}

/// The path, normalised, with every character encoded once more than it came: these services see it so.
fn push_path(path: &str, out: &mut Vec<u8>) {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    for segment in &segments {
        out.push(b'/');
        push_encoded(segment.as_bytes(), ENCODED_IN_PATHS, out);
    }
    let is_folder = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    if segments.is_empty() || is_folder {
        out.push(b'/');
    }
}

/// The parameters, decoded as the services decode them, encoded anew and in the order of that. The signature is none.
fn push_query(query: &str, form: &Form<'_>, out: &mut Vec<u8>) {
    let mut parameters: Vec<(Vec<u8>, Vec<u8>)> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (encoded_anew(name), encoded_anew(value))
        })
        .filter(|(name, _)| *form == Form::Header || name != SIGNATURE.as_bytes())
        .collect();
    parameters.sort();
    for (index, (name, value)) in parameters.iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
}

fn encoded_anew(text: &str) -> Vec<u8> {
    let spaced: Vec<u8> = text.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }).collect();
    let decoded: Vec<u8> = percent_decode(&spaced).collect();
    let mut encoded = Vec::with_capacity(text.len());
    push_encoded(&decoded, ENCODED, &mut encoded);
    encoded
}

fn push_encoded(bytes: &[u8], set: &'static AsciiSet, out: &mut Vec<u8>) {
    for part in percent_encode(bytes, set) {
        out.extend_from_slice(part.as_bytes());
    }
}

/// The values of a header, joined by commas; of spaces in a row one, and none at the ends. One that is missing is empty.
fn push_header(name: &str, received: &Received<'_>, out: &mut Vec<u8>) {
    if name == "host" {
        // Where the request line has it, no header may.
        return push_trimmed(received.host.as_bytes(), out);
    }
    for (index, value) in received.headers.get_all(name).iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_trimmed(value.as_bytes(), out);
    }
}

fn push_trimmed(value: &[u8], out: &mut Vec<u8>) {
    let words = value.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// The hash of the body. A header that tells another is wrong, whoever signed it.
fn payload_hash(received: &Received<'_>) -> Result<String, Refusal> {
    let hash = HEXLOWER.encode(digest(&SHA256, received.body).as_ref());
    match received.headers.get(CONTENT_SHA256) {
        None => Ok(hash),
        Some(told) if told.as_bytes() == hash.as_bytes() => Ok(hash),
        // (inferred) The words: AWS documents that these are Amazon S3's, not what other services answer.
        Some(told) if told.as_bytes().starts_with(b"STREAMING-") => Err(Refusal::invalid(
            "Bodies that are signed in chunks (x-amz-content-sha256: STREAMING-…) are taken by Amazon S3 only. Sign the \
             SHA-256 of the whole body.",
        )),
        Some(told) if told == "UNSIGNED-PAYLOAD" => Err(Refusal::invalid(
            "Bodies that are not signed (x-amz-content-sha256: UNSIGNED-PAYLOAD) are taken by none of these services. \
             Sign the SHA-256 of the body.",
        )),
        Some(_) => Err(Refusal::invalid("The value passed in x-amz-content-sha256 does not match the body.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: &str) -> String {
        let mut out = Vec::new();
        push_path(path, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn query(query: &str, form: &Form<'_>) -> String {
        let mut out = Vec::new();
        push_query(query, form, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn paths_are_normalised_and_encoded_twice() {
        for (given, canonical) in [
            ("/", "/"),
            ("", "/"),
            ("*", "/%2A"),
            ("//a///b//", "/a/b/"),
            ("/a/./b/../c", "/a/c"),
            ("/../../a", "/a"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/tags/arn%3Aaws", "/tags/arn%253Aaws"),
            ("/test/@connections/JBDvjfGEIAMCERw%3D", "/test/%40connections/JBDvjfGEIAMCERw%253D"),
            (
                "/functions/arn%3Aaws%3Alambda%3A%3Afunction%3Amy-rusty-fun/invocations",
                "/functions/arn%253Aaws%253Alambda%253A%253Afunction%253Amy-rusty-fun/invocations",
            ),
            ("/a:b@c~d", "/a%3Ab%40c~d"),
            ("/a%2Fb", "/a%252Fb"),
        ] {
            assert_eq!(path(given), canonical, "{given}");
        }
    }

    #[test]
    fn queries_are_sorted_once_encoded() {
        for (given, canonical) in [
            ("", ""),
            ("&&", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("a=2&a=1&A=3", "A=3&a=1&a=2"),
            ("a&b=", "a=&b="),
            ("a=x+y%20z%2b", "a=x%20y%20z%2B"),
            ("a=%7e%2f/", "a=~%2F%2F"),
            ("a=b=c", "a=b%3Dc"),
            ("a=%ff%", "a=%FF%25"),
        ] {
            assert_eq!(query(given, &Form::Header), canonical, "{given}");
        }
        let presigned = Form::Presigned { expires: None };
        assert_eq!(query("X-Amz-Signature=0&a=1&x-amz-signature=0", &presigned), "a=1&x-amz-signature=0");
        assert_eq!(query("X-Amz-Signature=0", &Form::Header), "X-Amz-Signature=0");
    }

    #[test]
    fn headers_have_no_spaces_in_rows() {
        let mut out = Vec::new();
        push_trimmed(b"  a   b\xff c ", &mut out);
        assert_eq!(out, b"a b\xff c");
    }
}
