//! Errors that end the program: what is wrong, and what to do next.

use std::io;

use aws_smithy_types::error::display::DisplayErrorContext;

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
    let text = DisplayErrorContext(error).to_string();
    // The debug form of the whole error follows in parentheses; people need the chain of causes alone.
    text.split_once(" (").map_or(text.as_str(), |(causes, _)| causes).to_owned()
}
