//! Errors that end the program: what is wrong, and what to do next.

use std::io;

/// An error that ends the program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The arguments, or a file that they name, cannot be used. Exit code 2.
    #[error("{0}")]
    Usage(String),
    /// AWS, the network or the machine failed. Exit code 1.
    #[error("{0}")]
    Unexpected(String),
    /// Output could not be written. Exit code 1.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// A failed call that nothing can be done without.
    pub fn call(what: &str, error: impl std::error::Error) -> Self {
        Self::Unexpected(format!("{what} failed: {}", describe(error)))
    }
}

/// An SDK error with its causes, in one line.
pub(crate) fn describe(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        // Some errors repeat their cause in their own words.
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = cause.source();
    }
    text
}
