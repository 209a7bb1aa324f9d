//! JSON and YAML, spaced and quoted as AWS writes them.

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use crate::apigateway::faults::internal;
use crate::service::Fault;

/// How a document is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Json,
    Yaml,
}

impl Syntax {
    /// The document's text.
    pub(crate) fn write(self, document: &Value) -> Result<String, Fault> {
        match self {
            Self::Json => json(document).map_err(|error| internal(&error.to_string())),
            Self::Yaml => yaml(document).map_err(|error| internal(&error.to_string())),
        }
    }

    /// As content types name it.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Yaml => "application/yaml",
        }
    }

    /// As the names of files end.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }
}

fn json(document: &Value) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    document.serialize(&mut Serializer::with_formatter(&mut bytes, Spaced::default()))?;
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

fn yaml(document: &Value) -> Result<String, serde_saphyr::ser::Error> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    Ok(format!("---\n{}", serde_saphyr::to_string_with_options(document, options)?))
}

/// A member a line, ` : ` after its name, lists in one line: what AWS's JSON looks like.
#[derive(Default)]
struct Spaced {
    depth: usize,
    /// Whether the innermost list or object has had anything yet.
    has_any: bool,
}

impl Spaced {
    fn open<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.has_any = false;
        writer.write_all(bracket)
    }

    fn break_line<W: io::Write + ?Sized>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Spaced {
    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b" " } else { b", " })
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_any = true;
        Ok(())
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b" ]")
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.open(writer, b"{")
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.break_line(writer)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b" : ")
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_any = true;
        Ok(())
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if self.has_any {
            self.break_line(writer)?;
        } else {
            writer.write_all(b" ")?;
        }
        writer.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_spaced_as_aws_does() {
        let document = json!({"schemes": ["https"], "paths": {"/": {"tags": []}}, "content": {}});
        let expected = "{\n  \"schemes\" : [ \"https\" ],\n  \"paths\" : {\n    \"/\" : {\n      \"tags\" : [ ]\n    }\n  },\n  \
                        \"content\" : { }\n}";
        assert_eq!(Syntax::Json.write(&document).unwrap(), expected);
    }

    #[test]
    fn what_is_text_in_json_is_text_in_yaml() {
        let document = json!({
            "openapi": "3.0.1",
            "responses": {"200": {"a": "yes", "b": "2012-10-17", "c": "1e3", "d": "~", "e": "", "f": "0x1f"}},
            "template": "#set($a = 1)\n{\"x\": \"$a\"}\n\n",
            "deep": [[{"a": null, "b": [1, 1.5, true]}], {}, []],
            "odd": ["a\tb", "\u{7f}", "- x", "x: y", "*", "&a", "!b", " lead", "trail ", "\r\n", "\u{2028}", "é😀"],
        });
        let text = Syntax::Yaml.write(&document).unwrap();
        assert!(text.starts_with("---\nopenapi:"), "{text}");
        let back: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(back, document, "{text}");
    }
}
