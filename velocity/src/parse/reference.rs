//! References: `$name`, `${name}`, `$!name.property[0].method("argument")`.

use crate::ast::{Expression, Reference, Step};
use crate::error::ParseError;

use super::Parser;

impl Parser<'_> {
    /// The reference that begins here, at its `$`. Where none does, nothing is read.
    ///
    /// Once there is a name, what follows has to be right: `${name` and `$name[` are errors, as they are in Velocity.
    pub(super) fn reference(&mut self, escapes: usize) -> Result<Option<Reference>, ParseError> {
        let start = self.cursor;
        if !self.cursor.eat("$") {
            return Ok(None);
        }
        let quiet = self.cursor.eat("!");
        let formal = self.cursor.eat("{");
        let Some(name) = self.identifier() else {
            self.cursor = start;
            return Ok(None);
        };
        if matches!(name, "true" | "false") {
            return Err(start.expected("a name other than true and false"));
        }
        let name = name.into();
        let steps = self.nested(Self::steps)?;
        if formal && !self.cursor.eat("}") {
            return Err(self.cursor.expected("`}` at the end of the reference"));
        }
        let source = self.cursor.since(start).into();
        Ok(Some(Reference { name, steps, source, quiet, escapes, position: start.position }))
    }

    /// A letter or `_`, then letters, digits, `_` and `-`.
    fn identifier(&mut self) -> Option<&str> {
        let first = self.cursor.peek()?;
        let is_part = |each: char| each.is_ascii_alphanumeric() || matches!(each, '_' | '-');
        (first.is_ascii_alphabetic() || first == '_').then(|| self.cursor.take_while(is_part))
    }

    fn steps(&mut self) -> Result<Vec<Step>, ParseError> {
        let mut steps = Vec::new();
        loop {
            if self.cursor.eat("[") {
                steps.push(Step::Index(self.index()?));
            } else if self.at_property() {
                self.cursor.bump();
                let name = self.identifier().unwrap_or_default().into();
                steps.push(if self.at_arguments() {
                    self.cursor.eat("(");
                    Step::Method(name, self.arguments()?)
                } else {
                    Step::Property(name)
                });
            } else {
                return Ok(steps);
            }
        }
    }

    /// A dot and a letter. Any other dot is text.
    fn at_property(&self) -> bool {
        let mut next = self.cursor.rest().chars();
        next.next() == Some('.') && next.next().is_some_and(|each| each.is_ascii_alphabetic())
    }

    /// Whether a method is called here. As captured: a bracket right before a word is text, and so is one at the end.
    fn at_arguments(&self) -> bool {
        let mut inside = self.cursor;
        if !inside.eat("(") {
            return false;
        }
        let word = inside.take_while(|each| each.is_ascii_alphanumeric() || matches!(each, '_' | '-'));
        let is_word = word.starts_with(|each: char| each.is_ascii_alphabetic() || each == '_');
        if is_word { matches!(word, "true" | "false") } else { !inside.rest().is_empty() }
    }

    /// The arguments of a call, behind its bracket. They are values, not sums or comparisons.
    fn arguments(&mut self) -> Result<Vec<Expression>, ParseError> {
        self.cursor.skip_space();
        self.separated(")", "`,` or `)` behind the argument", Self::literal_or_reference)
    }

    /// What stands in square brackets behind a name.
    fn index(&mut self) -> Result<Expression, ParseError> {
        self.cursor.skip_space();
        let index = match self.cursor.peek() {
            Some('"' | '\'' | '$' | '-' | '0'..='9' | 't' | 'f') => self.literal_or_reference()?,
            _ => return Err(self.cursor.expected("a string, an integer or a reference as index")),
        };
        self.cursor.skip_space();
        if !self.cursor.eat("]") {
            return Err(self.cursor.expected("`]` behind the index"));
        }
        Ok(index)
    }

    /// Items with commas between them, up to what closes them. There may be none.
    pub(super) fn separated<T>(
        &mut self,
        close: &str,
        expected: &str,
        mut item: impl FnMut(&mut Self) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, ParseError> {
        let mut items = Vec::new();
        if self.cursor.eat(close) {
            return Ok(items);
        }
        self.cursor.skip_space();
        loop {
            items.push(item(self)?);
            if self.closes(close, expected)? {
                return Ok(items);
            }
        }
    }

    /// Whether what closes the items comes next, and not a comma and another of them.
    pub(super) fn closes(&mut self, close: &str, expected: &str) -> Result<bool, ParseError> {
        self.cursor.skip_space();
        if self.cursor.eat(close) {
            return Ok(true);
        }
        if !self.cursor.eat(",") {
            return Err(self.cursor.expected(expected));
        }
        self.cursor.skip_space();
        Ok(false)
    }
}
