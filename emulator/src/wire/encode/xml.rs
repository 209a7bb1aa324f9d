//! XML, for awsQuery.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use stagecheck_models::{Kind, ListForm, MapForm, Member, TimestampFormat};

use super::EncodeError;
use super::steer::Format;
use crate::time::Timestamp;

/// Writes XML without white space between elements.
pub(super) struct Xml<'a> {
    out: &'a mut Vec<u8>,
    /// The names of the flattened members that are open: what their items are called.
    flattened: Vec<&'static str>,
}

impl<'a> Xml<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, flattened: Vec::new() }
    }

    pub(super) fn open_document(&mut self, name: &str, namespace: &str) {
        self.write(&format!("<{name} xmlns=\"{namespace}\">"));
    }

    pub(super) fn open(&mut self, name: &str) {
        self.write("<");
        self.write(name);
        self.write(">");
    }

    pub(super) fn close(&mut self, name: &str) {
        self.write("</");
        self.write(name);
        self.write(">");
    }

    pub(super) fn element(&mut self, name: &str, text: &str) {
        self.open(name);
        escape(text, self.out);
        self.close(name);
    }

    fn write(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn scalar(&mut self, text: &str) -> Result<(), EncodeError> {
        escape(text, self.out);
        Ok(())
    }

    fn item_name(&self, form: ListForm) -> &'static str {
        match form {
            ListForm::Wrapped(name) => name,
            ListForm::Flattened => self.flattened.last().copied().unwrap_or("member"),
        }
    }

    fn entry_name(&self, form: MapForm) -> &'static str {
        if form.flattened { self.flattened.last().copied().unwrap_or("entry") } else { "entry" }
    }
}

/// Whether a member's items stand directly under its own name.
fn is_flattened(member: &Member) -> bool {
    match member.shape.kind {
        Kind::List { form, .. } => form == ListForm::Flattened,
        Kind::Map { form, .. } => form.flattened,
        _ => false,
    }
}

impl Format for Xml<'_> {
    /// The length before the member.
    type Mark = usize;

    fn open_structure(&mut self) {}

    fn close_structure(&mut self) {}

    fn open_member(&mut self, member: &'static Member) -> usize {
        let mark = self.out.len();
        if is_flattened(member) {
            self.flattened.push(member.wire);
        } else {
            self.open(member.wire);
        }
        mark
    }

    fn close_member(&mut self, member: &'static Member, mark: usize, written: bool) {
        if is_flattened(member) {
            self.flattened.pop();
        } else if written {
            self.close(member.wire);
        }
        if !written {
            self.out.truncate(mark);
        }
    }

    fn open_list(&mut self) {}

    fn open_item(&mut self, form: ListForm) {
        self.open(self.item_name(form));
    }

    fn close_item(&mut self, form: ListForm) {
        self.close(self.item_name(form));
    }

    fn close_list(&mut self) {}

    fn open_map(&mut self) {}

    fn open_entry(&mut self, form: MapForm, key: &str) {
        self.open(self.entry_name(form));
        self.element(form.key, key);
        self.open(form.value);
    }

    fn close_entry(&mut self, form: MapForm) {
        self.close(form.value);
        self.close(self.entry_name(form));
    }

    fn close_map(&mut self) {}

    fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        self.scalar(text)
    }

    fn boolean(&mut self, value: bool) -> Result<(), EncodeError> {
        self.scalar(if value { "true" } else { "false" })
    }

    fn integer(&mut self, value: i64) -> Result<(), EncodeError> {
        self.scalar(&value.to_string())
    }

    fn double(&mut self, value: f64) -> Result<(), EncodeError> {
        match value {
            _ if value.is_finite() => self.scalar(&value.to_string()),
            _ if value.is_nan() => self.scalar("NaN"),
            _ if value > 0.0 => self.scalar("Infinity"),
            _ => self.scalar("-Infinity"),
        }
    }

    fn timestamp(&mut self, moment: Timestamp, format: Option<TimestampFormat>) -> Result<(), EncodeError> {
        match format {
            Some(TimestampFormat::Iso8601) | None => self.scalar(&moment.iso8601()),
            Some(TimestampFormat::UnixTimestamp) => {
                self.scalar(&(moment.millis() as f64 / 1000.0).to_string())
            }
        }
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.scalar(&BASE64_STANDARD.encode(bytes))
    }
}

/// Appends text with what XML reserves escaped. A carriage return is escaped, too: parsers would read it as a newline.
/// Of what XML cannot hold in any form (most control characters), U+FFFD takes the place: messages repeat what callers
/// sent, and the answer must stay readable.
pub(in crate::wire) fn escape(text: &str, out: &mut Vec<u8>) {
    // Nearly all text is copied as it is, which is quicker done in one piece than letter by letter.
    let mut copied = 0;
    for (position, letter) in text.char_indices() {
        let escaped = match letter {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\r' => "&#xD;",
            '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'.. => continue,
            _ => "\u{fffd}",
        };
        out.extend_from_slice(&text.as_bytes()[copied..position]);
        out.extend_from_slice(escaped.as_bytes());
        copied = position + letter.len_utf8();
    }
    out.extend_from_slice(&text.as_bytes()[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_within_what_xml_can_hold() {
        let mut out = Vec::new();
        escape("a<b>&\"c\"\r\n\t\u{1}\u{ffff}\u{85}🦀", &mut out);
        let expected = "a&lt;b&gt;&amp;&quot;c&quot;&#xD;\n\t\u{fffd}\u{fffd}\u{85}🦀";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
