//! Paths with parameters, as resources and routes have them: `/pets/{id}`, `/{proxy+}`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The segments of a path. One that ends in a slash ends in a segment that is empty.
pub(super) fn segments(path: &str) -> Vec<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() { Vec::new() } else { path.split('/').collect() }
}

/// How exactly one segment of a template fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Greedy,
    Parameter,
    Exact,
}

/// How exactly a template's segments fit those of a path, from the left; `None` where it does not.
pub(super) fn fit(template: &[&str], given: &[&str]) -> Option<Vec<Fit>> {
    let mut fits = Vec::with_capacity(given.len());
    let mut given = given.iter();
    for part in template {
        let segment = given.next()?;
        if part.starts_with('{') {
            // That a parameter has to be something is inferred.
            if segment.is_empty() {
                return None;
            }
            if part.ends_with("+}") {
                fits.push(Fit::Greedy);
                return Some(fits);
            }
            fits.push(Fit::Parameter);
        } else if percent_decode_str(segment).eq(part.bytes()) {
            fits.push(Fit::Exact);
        } else {
            return None;
        }
    }
    given.next().is_none().then_some(fits)
}

/// The parameters of a path that fits, decoded, in the order of the template.
pub(super) fn parameters<'a>(template: &[&'a str], given: &[&str]) -> Vec<(&'a str, String)> {
    let mut parameters = Vec::new();
    for (position, part) in template.iter().enumerate() {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else { continue };
        match name.strip_suffix('+') {
            Some(name) => {
                parameters.push((name, decode(&given.get(position..).unwrap_or_default().join("/"))));
            }
            None => parameters.push((name, decode(given.get(position).unwrap_or(&"")))),
        }
    }
    parameters
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let path = segments("/pets/a%20b/x/y");
        let template = segments("/pets/{id}/{rest+}");
        let expected = [("id", "a b".to_owned()), ("rest", "x/y".to_owned())];
        assert_eq!(parameters(&template, &path), expected);
    }

    #[test]
    fn a_slash_at_the_end_is_a_segment_and_no_parameter() {
        assert_eq!(segments("/pets/"), ["pets", ""]);
        assert_eq!(fit(&segments("/pets/{id}"), &segments("/pets/")), None);
        assert_eq!(fit(&segments("/pets/{id+}"), &segments("/pets/")), None);
        assert_eq!(fit(&segments("/pets/"), &segments("/pets/")), Some(vec![Fit::Exact, Fit::Exact]));
    }
}
