//! Values as they are written: strings, numbers, lists, maps, ranges.

use std::borrow::Cow;

use crate::ast::Expression;
use crate::error::ParseError;

use super::{Cursor, Parser};

impl Parser<'_> {
    /// A literal or a reference: what may be an argument, an item or an index.
    pub(super) fn literal_or_reference(&mut self) -> Result<Expression, ParseError> {
        const EXPECTED: &str = "a string, a number, a list, a map, true, false or a reference";
        match self.cursor.peek() {
            Some('$') => match self.reference(0)? {
                Some(reference) => Ok(Expression::Reference(reference)),
                None => Err(self.cursor.expected(EXPECTED)),
            },
            Some(quote @ ('"' | '\'')) => self.string(quote),
            Some('[') => self.nested(Self::list_or_range),
            Some('{') => self.nested(Self::map),
            Some('-' | '.' | '0'..='9') => self.number(),
            _ => {
                let start = self.cursor;
                match self.word() {
                    "true" => Ok(Expression::Bool(true)),
                    "false" => Ok(Expression::Bool(false)),
                    _ => Err(start.expected(EXPECTED)),
                }
            }
        }
    }

    /// Letters, digits and `_`, as a keyword or an operator is made of.
    pub(super) fn word(&mut self) -> &str {
        self.cursor.take_while(|each| each.is_ascii_alphanumeric() || matches!(each, '_' | '@'))
    }

    /// A string. A quote in it is written twice. In double quotes, `\u0041` is a character, and references and
    /// directives are carried out.
    fn string(&mut self, quote: char) -> Result<Expression, ParseError> {
        let start = self.cursor;
        self.cursor.bump();
        let inside = self.cursor;
        loop {
            self.cursor.take_while(|each| each != quote);
            let content = self.cursor.since(inside);
            if self.cursor.bump().is_none() {
                return Err(start.error(format!("the string has no closing {quote}")));
            }
            if self.cursor.peek() != Some(quote) {
                return self.content(quote, content, inside);
            }
            self.cursor.bump();
        }
    }

    fn content(&self, quote: char, content: &str, inside: Cursor<'_>) -> Result<Expression, ParseError> {
        let content = content.replace(&format!("{quote}{quote}"), &quote.to_string());
        if quote == '\'' {
            return Ok(Expression::String(content.into()));
        }
        let content = unicode_escapes(&content);
        if !content.contains(['$', '#']) {
            return Ok(Expression::String(content.as_ref().into()));
        }
        let cursor = Cursor::new(&content, inside.position);
        let mut parser = Parser { cursor, depth: self.depth };
        Ok(Expression::Interpolated(parser.nested(Parser::document)?))
    }

    /// `12`, `-12`, `1.5`, `.5`, `1.`, `1e9`. In `1..5` the dots are a range's.
    fn number(&mut self) -> Result<Expression, ParseError> {
        let start = self.cursor;
        let digit = |each: char| each.is_ascii_digit();
        self.cursor.eat("-");
        let whole = self.cursor.take_while(digit).len();
        let mut float = false;
        if self.cursor.peek() == Some('.') && !self.cursor.rest().starts_with("..") {
            self.cursor.bump();
            float = true;
            if self.cursor.take_while(digit).is_empty() && whole == 0 {
                return Err(start.expected("a number"));
            }
        } else if whole == 0 {
            return Err(start.expected("a number"));
        }
        float |= self.exponent();
        let text = self.cursor.since(start);
        let wrong = || start.error(format!("the number {text} is too large"));
        if float {
            text.parse().map(Expression::Float).map_err(|_| wrong())
        } else {
            text.parse().map(Expression::Int).map_err(|_| wrong())
        }
    }

    fn exponent(&mut self) -> bool {
        let before = self.cursor;
        if self.cursor.eat("e") || self.cursor.eat("E") {
            let _ = self.cursor.eat("+") || self.cursor.eat("-");
            if !self.cursor.take_while(|each| each.is_ascii_digit()).is_empty() {
                return true;
            }
        }
        self.cursor = before;
        false
    }

    /// `[1, "two", $three]` or `[1..$last]`.
    fn list_or_range(&mut self) -> Result<Expression, ParseError> {
        const EXPECTED: &str = "`,` or `]` behind the item";
        let start = self.cursor;
        self.cursor.bump();
        if self.cursor.eat("]") {
            return Ok(Expression::List(Vec::new()));
        }
        self.cursor.skip_space();
        let first = self.literal_or_reference()?;
        self.cursor.skip_space();
        if is_range_end(&first) && self.cursor.eat("..") {
            let last = self.range_end()?;
            return Ok(Expression::Range(Box::new(first), Box::new(last), start.position));
        }
        let mut items = vec![first];
        while !self.closes("]", EXPECTED)? {
            items.push(self.literal_or_reference()?);
        }
        Ok(Expression::List(items))
    }

    /// What stands behind the dots of a range, and its bracket.
    fn range_end(&mut self) -> Result<Expression, ParseError> {
        self.cursor.skip_space();
        let before = self.cursor;
        let last = self.literal_or_reference()?;
        if !is_range_end(&last) {
            return Err(before.expected("an integer or a reference"));
        }
        self.cursor.skip_space();
        if !self.cursor.eat("]") {
            return Err(self.cursor.expected("`]` behind the range"));
        }
        Ok(last)
    }

    /// `{"key": "value", $other: [1]}`.
    fn map(&mut self) -> Result<Expression, ParseError> {
        let start = self.cursor;
        self.cursor.bump();
        self.cursor.skip_space();
        let entries = self.separated("}", "`,` or `}` behind the value", |parser| {
            let key = parser.literal_or_reference()?;
            parser.cursor.skip_space();
            if !parser.cursor.eat(":") {
                return Err(parser.cursor.expected("`:` behind the key"));
            }
            parser.cursor.skip_space();
            Ok((key, parser.literal_or_reference()?))
        })?;
        Ok(Expression::Map(entries, start.position))
    }
}

fn is_range_end(expression: &Expression) -> bool {
    matches!(expression, Expression::Int(_) | Expression::Reference(_))
}

/// `\u0041` is `A`. Surrogates are left as they are: one alone is no character.
fn unicode_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return text.into();
    }
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u") {
        read.push_str(before);
        let code = after.get(..4).filter(|code| code.chars().all(|each| each.is_ascii_hexdigit()));
        match code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)) {
            Some(character) => {
                read.push(character);
                rest = after.get(4..).unwrap_or_default();
            }
            None => {
                read.push_str("\\u");
                rest = after;
            }
        }
    }
    read.push_str(rest);
    read.into()
}
