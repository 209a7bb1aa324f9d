//! A place in the text that is read.

use crate::error::{ParseError, Position};

/// The text from some place on. A copy of it marks the place, to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    rest: &'t str,
    pub(super) position: Position,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, position: Position) -> Self {
        Self { rest: text, position }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn rest(&self) -> &'t str {
        self.rest
    }

    /// The next character, read.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.advance(next.len_utf8());
        Some(next)
    }

    /// Reads `text` if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            self.advance(text.len());
        }
        found
    }

    /// Reads what comes next, for as long as it is such.
    pub(super) fn take_while(&mut self, is: impl Fn(char) -> bool) -> &'t str {
        self.advance(self.rest.find(|each| !is(each)).unwrap_or(self.rest.len()))
    }

    /// Reads up to `text`, and that too. Nothing is read where there is none.
    pub(super) fn take_past(&mut self, text: &str) -> Option<&'t str> {
        let length = self.rest.find(text)?;
        let taken = self.advance(length);
        self.advance(text.len());
        Some(taken)
    }

    /// Reads all that is left.
    pub(super) fn take_rest(&mut self) -> &'t str {
        self.advance(self.rest.len())
    }

    /// Reads white space, as it may stand in directives.
    pub(super) fn skip_space(&mut self) {
        self.take_while(|each| matches!(each, ' ' | '\t' | '\n' | '\r'));
    }

    /// Reads spaces and tabs and the line end behind them; nothing where something else follows.
    pub(super) fn eat_line_end(&mut self) {
        let before = *self;
        self.take_while(|each| matches!(each, ' ' | '\t'));
        if !(self.eat("\r\n") || self.eat("\n") || self.eat("\r")) {
            *self = before;
        }
    }

    /// What was read since `start`.
    pub(super) fn since(&self, start: Self) -> &'t str {
        let length = start.rest.len().saturating_sub(self.rest.len());
        start.rest.get(..length).unwrap_or_default()
    }

    pub(super) fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError { position: self.position, message: message.into() }
    }

    /// That something else was expected here.
    pub(super) fn expected(&self, what: &str) -> ParseError {
        let found = self.peek().map_or_else(|| "the end".to_owned(), |next| format!("{next:?}"));
        self.error(format!("expected {what}, found {found}"))
    }

    /// Reads this many bytes.
    fn advance(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        for each in taken.chars() {
            if each == '\n' {
                self.position = Position { line: self.position.line.saturating_add(1), column: 1 };
            } else {
                self.position.column = self.position.column.saturating_add(1);
            }
        }
        self.rest = rest;
        taken
    }
}
