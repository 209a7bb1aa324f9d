//! URIs of integrations: what stands in the places that they name.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a path that a parameter gives: slashes, which greedy parameters have, and what RFC 3986 lets stand.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// What stays as it is in a query: RFC 3986, unreserved.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text with the values of stage variables where it names them: `${stageVariables.host}`.
pub(super) fn with_stage_variables<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${stageVariables.") {
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(value(name).unwrap_or_default());
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A URI with these parameters in its path's places, and these behind it.
pub(super) fn filled(uri: &str, path: &[(String, String)], query: &[(String, String)]) -> String {
    with_query(with_path(uri, path), &encoded(query))
}

/// A URI with these parameters in its path's places.
pub(super) fn with_path(uri: &str, path: &[(String, String)]) -> String {
    let mut uri = uri.to_owned();
    for (name, value) in path {
        let value = utf8_percent_encode(value, IN_PATH).to_string();
        uri = uri.replace(&format!("{{{name}}}"), &value).replace(&format!("{{{name}+}}"), &value);
    }
    uri
}

/// A URI with a query behind it, or behind the one that it has.
pub(super) fn with_query(mut uri: String, query: &str) -> String {
    if !query.is_empty() {
        uri.push(if uri.contains('?') { '&' } else { '?' });
        uri.push_str(query);
    }
    uri
}

/// Parameters as they stand in a query.
pub(super) fn encoded(query: &[(String, String)]) -> String {
    let pairs: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{}={}", encoded_value(name), encoded_value(value)))
        .collect();
    pairs.join("&")
}

/// A name or a value as it stands in a query.
pub(super) fn encoded_value(text: &str) -> String {
    utf8_percent_encode(text, IN_QUERY).to_string()
}

#[cfg(test)]
mod tests {
    use super::{filled, with_stage_variables};

    #[test]
    fn parameters_go_to_their_places() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        assert_eq!(
            filled("http://h/{id}/x", &pairs(&[("id", "a b/c?d")]), &pairs(&[("q", "1&2"), ("r", "ü")])),
            "http://h/a%20b/c%3Fd/x?q=1%262&r=%C3%BC"
        );
        assert_eq!(filled("http://h/?a=1", &[], &pairs(&[("b", "2")])), "http://h/?a=1&b=2");
        assert_eq!(filled("http://h/{proxy+}", &pairs(&[("proxy", "x/y")]), &[]), "http://h/x/y");
    }

    #[test]
    fn stage_variables_stand_where_they_are_named() {
        let fill = |text| with_stage_variables(text, |name| (name == "host").then_some("h"));
        assert_eq!(fill("http://${stageVariables.host}/x"), "http://h/x");
        assert_eq!(fill("http://${stageVariables.none}/x"), "http:///x");
        assert_eq!(fill("http://${stageVariables.host"), "http://${stageVariables.host");
    }
}
