//! Results for people and for programs. Each format is made from the same data.

mod table;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::error::Error;

pub(crate) use table::{applied, before_and_after, findings, plan, verification};

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences.
    #[default]
    Table,
    /// One JSON document.
    Json,
}

/// A result in the format that was asked for.
pub(crate) fn render<T: Serialize>(
    value: &T,
    format: Format,
    table: impl FnOnce(&T) -> String,
) -> Result<String, Error> {
    match format {
        Format::Table => Ok(table(value)),
        Format::Json => json(value),
    }
}

/// A document as indented JSON, with a new line at its end.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Error> {
    let mut text = serde_json::to_string_pretty(value)
        .map_err(|error| Error::Unexpected(format!("the result has no JSON form: {error}")))?;
    text.push('\n');
    Ok(text)
}

/// Writes to a file, or where none is named to standard output.
pub(crate) fn write(text: &str, output: Option<&Path>) -> Result<(), Error> {
    match output {
        Some(path) => fs::write(path, text)
            .map_err(|error| Error::Usage(format!("cannot write {}: {error}", path.display()))),
        None => print(text),
    }
}

/// Writes to standard output. A reader who has seen enough (`head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
