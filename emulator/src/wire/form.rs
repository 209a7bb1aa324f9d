//! `application/x-www-form-urlencoded`, strictly: what does not decode to UTF-8 is an error.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::Malformed;

/// Decoded parameters, ordered by name (for those of one name, as they came).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Form<'a> {
    /// Parses a query string or a form body.
    ///
    /// # Errors
    ///
    /// [`Malformed`] when a name or value is not UTF-8 once decoded.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut parameters = text
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                Ok((decode(name)?, decode(value)?))
            })
            .collect::<Result<Vec<_>, _>>()?;
        parameters.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self { parameters })
    }

    /// The parameters of both, for one name those of `self` first.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        self.parameters.extend(other.parameters);
        self.parameters.sort_by(|(a, _), (b, _)| a.cmp(b));
        self
    }

    /// The first value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Cow<'a, str>> {
        self.all(name).next()
    }

    /// The values of a name, in the order of the request.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Cow<'a, str>> {
        let start = self.parameters.partition_point(|(each, _)| each.as_ref() < name);
        self.parameters[start..].iter().take_while(move |(each, _)| each == name).map(|(_, value)| value)
    }

    /// The parameters whose name begins so, in the order of their names.
    pub(crate) fn beginning(&self, prefix: &str) -> &[(Cow<'a, str>, Cow<'a, str>)] {
        let start = self.parameters.partition_point(|(each, _)| each.as_ref() < prefix);
        let rest = &self.parameters[start..];
        &rest[..rest.partition_point(|(each, _)| each.starts_with(prefix))]
    }

    /// All parameters.
    pub fn iter(&self) -> impl Iterator<Item = (&Cow<'a, str>, &Cow<'a, str>)> {
        self.parameters.iter().map(|(name, value)| (name, value))
    }
}

fn decode(text: &str) -> Result<Cow<'_, str>, Malformed> {
    let not_utf8 = || Malformed::new(format!("{text:?} is not UTF-8 once decoded"));
    if !text.contains('+') {
        return percent_decode_str(text).decode_utf8().map_err(|_| not_utf8());
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| not_utf8())?;
    Ok(Cow::Owned(decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_values_decoded() {
        let form = Form::parse("b=2&a=x%2By+z&a=&c&a.1=q").unwrap();
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["x+y z", ""]);
        assert_eq!(form.get("c").map(AsRef::as_ref), Some(""));
        assert_eq!(form.get("d"), None);
        assert_eq!(form.beginning("a.").len(), 1);
    }

    #[test]
    fn broken_utf8_is_refused() {
        assert!(Form::parse("a=%FF").is_err());
        assert!(Form::parse("%C3=1&b=+").is_err());
    }
}
