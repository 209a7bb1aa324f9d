//! Expressions: what may stand in `#set` and `#if`.

use crate::ast::{Chain, Expression, Operator};
use crate::error::ParseError;

use super::{Cursor, Parser};

/// How operators are written. What begins as another comes after it.
const SIGNS: [(&str, Operator); 13] = [
    ("||", Operator::Or),
    ("&&", Operator::And),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("+", Operator::Add),
    ("-", Operator::Subtract),
    ("*", Operator::Multiply),
    ("/", Operator::Divide),
    ("%", Operator::Remainder),
];

/// Operators that are words.
const WORDS: [(&str, Operator); 8] = [
    ("or", Operator::Or),
    ("and", Operator::And),
    ("eq", Operator::Equal),
    ("ne", Operator::NotEqual),
    ("le", Operator::LessOrEqual),
    ("ge", Operator::GreaterOrEqual),
    ("lt", Operator::Less),
    ("gt", Operator::Greater),
];

impl<'t> Parser<'t> {
    /// An expression, with the white space around it.
    pub(super) fn expression(&mut self) -> Result<Expression, ParseError> {
        self.nested(|parser| parser.operations(0))
    }

    /// Operands and the operators of at least this precedence between them.
    fn operations(&mut self, precedence: u8) -> Result<Expression, ParseError> {
        self.cursor.skip_space();
        let start = self.cursor;
        let mut left = self.operand()?;
        let mut rest: Vec<(Operator, Expression)> = Vec::new();
        loop {
            let next = self.operator()?.filter(|(operator, _)| operator.precedence() >= precedence);
            if let Some((last, _)) = rest.last()
                && next.is_none_or(|(operator, _)| operator.precedence() != last.precedence())
            {
                let source = self.cursor.since(start).trim_end().into();
                let rest = std::mem::take(&mut rest);
                left = Expression::Chain(Box::new(Chain {
                    first: left,
                    rest,
                    source,
                    position: start.position,
                }));
            }
            let Some((operator, behind)) = next else { return Ok(left) };
            self.cursor = behind;
            rest.push((operator, self.operations(operator.precedence() + 1)?));
        }
    }

    /// The operator that comes next, and the place behind it.
    fn operator(&self) -> Result<Option<(Operator, Cursor<'t>)>, ParseError> {
        let mut behind = self.cursor;
        if let Some((_, operator)) = SIGNS.into_iter().find(|(sign, _)| behind.eat(sign)) {
            // As captured: `2 -1` are two numbers to Velocity.
            if operator == Operator::Subtract && behind.peek().is_some_and(|next| next.is_ascii_digit()) {
                return Err(self
                    .cursor
                    .error("expected a space behind the minus, without which it is the number's sign"));
            }
            return Ok(Some((operator, behind)));
        }
        let word = behind.take_while(|each| each.is_ascii_alphanumeric() || each == '_');
        let operator = WORDS.into_iter().find(|(each, _)| *each == word);
        Ok(operator.map(|(_, operator)| (operator, behind)))
    }

    /// One value, perhaps negated or in brackets.
    fn operand(&mut self) -> Result<Expression, ParseError> {
        self.cursor.skip_space();
        let before = self.cursor;
        if self.cursor.eat("!") || self.word() == "not" {
            let negated = self.nested(Self::operand)?;
            return Ok(Expression::Not(Box::new(negated)));
        }
        self.cursor = before;
        let operand = if self.cursor.eat("(") {
            let inner = self.expression()?;
            if !self.cursor.eat(")") {
                return Err(self.cursor.expected("an operator or `)`"));
            }
            inner
        } else {
            self.literal_or_reference()?
        };
        self.cursor.skip_space();
        Ok(operand)
    }
}
