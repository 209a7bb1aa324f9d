//! The status that the request template of a MOCK integration says.

/// The integer under `statusCode`. Templates that are not quite JSON (`{statusCode: 200}`) are taken, as AWS does.
pub(super) fn status_code(input: &str) -> Option<String> {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(input) {
        return json.get("statusCode")?.as_i64().map(|status| status.to_string());
    }
    let (_, rest) = input.split_once("statusCode")?;
    let rest = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
    let digits: String = rest
        .chars()
        .enumerate()
        .take_while(|(at, c)| c.is_ascii_digit() || (*at == 0 && *c == '-'))
        .map(|(_, c)| c)
        .collect();
    digits.parse::<i64>().ok().map(|status| status.to_string())
}

#[cfg(test)]
mod tests {
    use super::status_code;

    #[test]
    fn a_status_is_an_integer_however_it_is_written() {
        for (input, status) in [
            ("{\"statusCode\": 200}", Some("200")),
            ("{statusCode: 404}", Some("404")),
            ("{'statusCode':503, }", Some("503")),
            ("{\"statusCode\": -1}", Some("-1")),
            ("{\"statusCode\": \"200\"}", None),
            ("{\"status\": 200}", None),
            ("", None),
            ("{statusCode: }", None),
        ] {
            assert_eq!(status_code(input).as_deref(), status, "{input}");
        }
    }
}
