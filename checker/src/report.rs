//! Results for people and for programs. Each format is made from the same data.

#[cfg(feature = "embedded")]
mod comparison;
mod table;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Error;

#[cfg(feature = "embedded")]
pub(crate) use comparison::before_and_after;
pub(crate) use table::{applied, findings, plan, verification};

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

/// Where a result goes. A file is opened before the work is done, so that no work is done in vain.
pub(crate) struct Output(Option<(PathBuf, File)>);

impl Output {
    /// To this file, or where none is named to standard output.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let open = |path: &Path| {
            let file = File::options().create(true).write(true).truncate(false).open(path);
            let file =
                file.map_err(|error| Error::Usage(format!("cannot write {}: {error}", path.display())))?;
            Ok((path.to_owned(), file))
        };
        path.map(open).transpose().map(Self)
    }

    /// Writes the result in place of what the file had.
    pub(crate) fn write(self, text: &str) -> Result<(), Error> {
        let Some((path, mut file)) = self.0 else { return print(text) };
        let written = file.set_len(0).and_then(|()| file.write_all(text.as_bytes()));
        written.map_err(|error| Error::Unexpected(format!("cannot write {}: {error}", path.display())))
    }
}

/// Says something beside the result, on standard error.
pub(crate) fn note(text: &str) {
    // With standard error closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "note: {text}");
}

/// Writes to standard output. A reader who has seen enough (`head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
