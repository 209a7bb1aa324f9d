//! What may go wrong, and where.

use std::fmt;

/// A place in a template. Both count from one; a column is a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

impl Position {
    /// Where every template begins.
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}", self.line, self.column)
    }
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {message}")]
pub struct ParseError {
    /// Where.
    pub position: Position,
    /// What is wrong, or what was expected there.
    pub message: String,
}

/// Why a template could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {fault}")]
pub struct RenderError {
    /// Where the template was.
    pub position: Position,
    /// What went wrong.
    pub fault: Fault,
}

/// What may go wrong in an expression or a method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The template asks for more work than [`Limits::steps`](crate::Limits::steps).
    #[error("the template takes more than {0} steps")]
    Steps(u64),
    /// The template makes more values than [`Limits::memory`](crate::Limits::memory).
    #[error("the template makes more than {0} bytes of values")]
    Memory(usize),
    /// The text is longer than [`Limits::output`](crate::Limits::output).
    #[error("the output is longer than {0} bytes")]
    Output(usize),
    /// Blocks or values are nested deeper than [`Limits::depth`](crate::Limits::depth).
    #[error("blocks or values are nested deeper than {0} levels")]
    Depth(usize),
    /// There is no such element or character.
    #[error("index {index} is out of bounds for length {length}")]
    OutOfBounds {
        /// The index that was asked for.
        index: i128,
        /// How many there are.
        length: usize,
    },
    /// A collection grew or shrank while `#foreach` went over it.
    #[error("the collection was modified while #foreach went over it")]
    Modified,
    /// A list or a map cannot be the key of a map.
    #[error("only strings, numbers, booleans and null are keys of a map")]
    Key,
    /// The result of an operation does not fit into 128 bits.
    #[error("the number is too large")]
    Overflow,
    /// A text is not the number that it was taken for.
    #[error("{0:?} is no number")]
    Number(String),
    /// A pattern is no regular expression, or too large a one.
    #[error("the pattern {pattern:?} cannot be used: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A replacement names a group that the pattern does not have, or ends in a lone `\` or `$`.
    #[error("{0:?} is no replacement for this pattern")]
    Replacement(String),
    /// An [`Object`](crate::Object) refuses.
    #[error("{0}")]
    Object(String),
}

impl Fault {
    pub(crate) fn at(self, position: Position) -> RenderError {
        RenderError { position, fault: self }
    }
}
