//! How events spell the names of headers.

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

#[cfg(test)]
mod tests {
    use super::spelled;

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
}
