//! Formats of access logs as the developer guide has them, and what reads their lines that nobody here wrote.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use csv::ReaderBuilder;
use fancy_regex::Regex;
use roxmltree::Document;
use serde_json::{Map, Value};

/// A format of access logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The Common Log Format, with more fields behind its own.
    Clf,
    /// Values between commas.
    Csv,
    /// An object.
    Json,
    /// An element.
    Xml,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Clf, Self::Csv, Self::Json, Self::Xml];

    /// The format of a stage whose lines tell these variables.
    #[must_use]
    pub fn of(self, names: &[&str]) -> String {
        let each = |text: fn(&str) -> String| names.iter().map(|name| text(name)).collect::<Vec<_>>();
        match self {
            Self::Clf => {
                let fields = each(|name| format!("\"$context.{name}\"")).join(" ");
                format!("$context.identity.sourceIp - - [$context.requestTime] {fields}")
            }
            Self::Csv => each(|name| format!("$context.{name}")).join(","),
            Self::Json => format!("{{{}}}", each(|name| format!("\"{name}\":\"$context.{name}\"")).join(",")),
            Self::Xml => {
                format!(
                    "<request>{}</request>",
                    each(|name| format!("<{name}>$context.{name}</{name}>")).concat()
                )
            }
        }
    }

    /// Holds a line of these variables to the format, and to what is known of some of them. Tells the values of all.
    ///
    /// # Errors
    ///
    /// When the line is not of the format, or tells another value.
    pub fn hold(self, line: &str, names: &[&str], known: &[(&str, &str)]) -> Result<HashMap<String, String>> {
        let values = self.read(line, names).with_context(|| format!("no {self:?}: {line}"))?;
        ensure!(values.len() == names.len(), "{} values for {} names: {line}", values.len(), names.len());
        for (name, value) in known {
            let told = values.get(*name).with_context(|| format!("no {name} in {line}"))?;
            ensure!(told == value, "{name} is {told:?} and not {value:?}: {line}");
        }
        Ok(values)
    }

    fn read(self, line: &str, names: &[&str]) -> Result<HashMap<String, String>> {
        let named = |values: Vec<String>| {
            ensure!(values.len() == names.len(), "{} values for {} names", values.len(), names.len());
            Ok(names.iter().map(|name| (*name).to_owned()).zip(values).collect())
        };
        match self {
            Self::Clf => named(common_log_fields(line)?),
            Self::Csv => {
                let mut rows =
                    ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes()).into_records();
                let row = rows.next().context("there is no row")??;
                ensure!(rows.next().is_none(), "there is another row");
                named(row.iter().map(str::to_owned).collect())
            }
            Self::Json => {
                let object: Map<String, Value> = serde_json::from_str(line)?;
                let text = |(name, value): (String, Value)| Some((name, value.as_str()?.to_owned()));
                Ok(object.into_iter().filter_map(text).collect())
            }
            Self::Xml => {
                let document = Document::parse(line)?;
                let elements = document.root_element().children().filter(roxmltree::Node::is_element);
                let text = |element: roxmltree::Node<'_, '_>| {
                    (element.tag_name().name().to_owned(), element.text().unwrap_or_default().to_owned())
                };
                Ok(elements.map(text).collect())
            }
        }
    }
}

/// What stands behind host, identity, user and time.
///
/// Source: Apache HTTP Server documentation, "Common Log Format" and "Combined Log Format".
fn common_log_fields(line: &str) -> Result<Vec<String>> {
    let begin =
        Regex::new(r"^\d{1,3}(\.\d{1,3}){3} \S+ \S+ \[\d{2}/[A-Z][a-z]{2}/\d{4}(:\d{2}){3} [+-]\d{4}\]")?;
    let begins = begin.find(line)?.context("it begins otherwise")?;
    let (_, fields) = line.split_at(begins.end());
    let fields = fields.strip_prefix(" \"").and_then(|fields| fields.strip_suffix('"'));
    let fields: Vec<String> =
        fields.context("it ends otherwise")?.split("\" \"").map(str::to_owned).collect();
    ensure!(fields.iter().all(|field| !field.contains('"')), "a quotation mark in a field");
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["error.responseType", "status"];

    #[test]
    fn lines_are_read_as_they_are_meant() -> Result<()> {
        for (format, line) in [
            (Format::Clf, r#"127.0.0.1 - - [25/Sep/2026:09:20:27 +0000] "THROTTLED" "429""#),
            (Format::Csv, "THROTTLED,429"),
            (Format::Json, r#"{"error.responseType":"THROTTLED","status":"429"}"#),
            (
                Format::Xml,
                "<request><error.responseType>THROTTLED</error.responseType><status>429</status></request>",
            ),
        ] {
            let known = [("error.responseType", "THROTTLED"), ("status", "429")];
            format.hold(line, &NAMES, &known)?;
            assert!(format.hold(line, &NAMES, &[("status", "200")]).is_err(), "{format:?}");
            assert!(format.hold(&line.replace("429", "4\"2,9<"), &NAMES, &[]).is_err(), "{format:?}");
            assert!(format.hold(line, &["status"], &[]).is_err(), "{format:?}");
        }
        Ok(())
    }
}
