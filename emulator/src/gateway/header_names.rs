//! How events and execution logs spell the names of headers.

/// `Content-Type`, as clients spell it that speak HTTP/1.1, and as functions look for it. What the client wrote is not known
/// any more: the HTTP library takes names to lower case.
pub(super) fn spelled(name: &str) -> String {
    let words = name.split('-').map(|word| match word {
        "websocket" => "WebSocket".to_owned(),
        word => {
            let (first, rest) = word.split_at(word.len().min(1));
            format!("{}{rest}", first.to_ascii_uppercase())
        }
    });
    words.collect::<Vec<_>>().join("-")
}

/// The same in execution logs, where some of AWS's own headers begin with a small letter (captured).
pub(super) fn logged(name: &str) -> String {
    if let Some(remapped) = name.strip_prefix("x-amzn-remapped-") {
        return format!("x-amzn-Remapped-{}", spelled(remapped));
    }
    match name {
        "x-amzn-apigateway-api-id" | "x-amzn-lambda-integration-tag" => name.to_owned(),
        "x-amzn-requestid" => "x-amzn-RequestId".to_owned(),
        name => spelled(name),
    }
}

#[cfg(test)]
mod tests {
    use super::{logged, spelled};

    #[test]
    fn names_begin_each_word_with_a_capital() {
        for (name, expected) in [
            ("content-type", "Content-Type"),
            ("sec-websocket-key", "Sec-WebSocket-Key"),
            ("x-a--b", "X-A--B"),
            ("x", "X"),
        ] {
            assert_eq!(spelled(name), expected);
        }
    }

    #[test]
    fn logs_have_some_as_aws_writes_them() {
        for (name, expected) in [
            ("x-amz-date", "X-Amz-Date"),
            ("x-amzn-trace-id", "X-Amzn-Trace-Id"),
            ("x-amzn-apigateway-api-id", "x-amzn-apigateway-api-id"),
            ("x-amzn-requestid", "x-amzn-RequestId"),
            ("x-amzn-remapped-content-length", "x-amzn-Remapped-Content-Length"),
        ] {
            assert_eq!(logged(name), expected);
        }
    }
}
