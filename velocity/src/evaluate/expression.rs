//! The values of expressions, and what is true.

use std::cmp::Ordering;

use crate::ast::{Chain, Expression, Operator};
use crate::error::Fault;
use crate::scope::Undefined;
use crate::value::{Key, Notation, Value, compare_numbers};

use super::{Exit, Renderer, arithmetic};

impl Renderer<'_, '_> {
    /// The value of an expression.
    pub(super) fn value(&mut self, expression: &Expression) -> Result<Value, Exit> {
        self.heap().step(1)?;
        match expression {
            Expression::Bool(value) => Ok(Value::Bool(*value)),
            Expression::Int(value) => Ok(Value::Int(*value)),
            Expression::Float(value) => Ok(Value::Float(*value)),
            Expression::String(text) => Ok(Value::String(text.clone())),
            Expression::Interpolated(block) => {
                let text = self.captured(block)?;
                Ok(Value::String(text.into()))
            }
            Expression::Reference(reference) => self.resolve(reference),
            Expression::Not(_) => self.truth(expression).map(Value::Bool),
            Expression::List(items) => self.nested(|renderer| {
                let items =
                    items.iter().map(|item| renderer.settled_value(item)).collect::<Result<_, _>>()?;
                Ok(renderer.heap().list(items, Notation::Java)?)
            }),
            Expression::Map(entries, position) => self.nested(|renderer| {
                let mut values = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let key = renderer.settled_value(key)?;
                    renderer.position = *position;
                    values.push((Key::of(&key)?, renderer.settled_value(value)?));
                }
                Ok(renderer.heap().map(values)?)
            }),
            Expression::Range(from, to, position) => {
                let (from, to) = (self.settled_value(from)?, self.settled_value(to)?);
                self.position = *position;
                self.range(&from, &to)
            }
            Expression::Chain(chain) => self.nested(|renderer| renderer.chain(chain)),
        }
    }

    /// All integers from one to another, in either direction. Null unless both are integers.
    fn range(&mut self, from: &Value, to: &Value) -> Result<Value, Exit> {
        let (Value::Int(from), Value::Int(to)) = (from, to) else { return Ok(Value::Null) };
        let length = usize::try_from(from.abs_diff(*to)).unwrap_or(usize::MAX);
        self.heap().step(length)?;
        self.heap().reserve(length.saturating_mul(size_of::<Value>()))?;
        let items = if from <= to {
            (*from..=*to).map(Value::Int).collect()
        } else {
            (*to..=*from).rev().map(Value::Int).collect()
        };
        Ok(self.heap().list(items, Notation::Java)?)
    }

    /// Whether a condition holds. As captured: a reference does unless it is null or false, a comparison does by its result,
    /// and nothing else but `true` does, not even `1` or `"text"`. What never holds is not evaluated.
    pub(super) fn truth(&mut self, expression: &Expression) -> Result<bool, Exit> {
        self.heap().step(1)?;
        match expression {
            Expression::Reference(reference) => {
                Ok(!matches!(self.resolve(reference)?, Value::Null | Value::Bool(false)))
            }
            Expression::Not(negated) => self.nested(|renderer| renderer.truth(negated)).map(|truth| !truth),
            Expression::Bool(value) => Ok(*value),
            Expression::Chain(chain) if chain.is_condition() => {
                Ok(matches!(self.value(expression)?, Value::Bool(true)))
            }
            _ => Ok(false),
        }
    }

    fn chain(&mut self, chain: &Chain) -> Result<Value, Exit> {
        if chain.operator().is_some_and(Operator::is_logical) {
            self.logical(chain).map(Value::Bool)
        } else {
            self.operations(chain)
        }
    }

    /// `&&` and `||`, which look no further once they know.
    fn logical(&mut self, chain: &Chain) -> Result<bool, Exit> {
        let mut truth = self.truth(&chain.first)?;
        for (operator, operand) in &chain.rest {
            if truth == (*operator == Operator::Or) {
                break;
            }
            truth = self.truth(operand)?;
        }
        Ok(truth)
    }

    fn operations(&mut self, chain: &Chain) -> Result<Value, Exit> {
        let mut left = self.settled_value(&chain.first)?;
        let mut written = Some(&chain.first);
        for (operator, operand) in &chain.rest {
            let right = self.settled_value(operand)?;
            self.position = chain.position;
            self.heap().step(1)?;
            left = match operator {
                Operator::Add if matches!(left, Value::String(_)) || matches!(right, Value::String(_)) => {
                    self.joined(&left, written, &right, operand)?
                }
                Operator::Equal => Value::Bool(self.same(&left, &right)?),
                Operator::NotEqual => Value::Bool(!self.same(&left, &right)?),
                Operator::Less => Value::Bool(compare_numbers(&left, &right).is_some_and(Ordering::is_lt)),
                Operator::Greater => Value::Bool(compare_numbers(&left, &right).is_some_and(Ordering::is_gt)),
                Operator::LessOrEqual => {
                    Value::Bool(compare_numbers(&left, &right).is_some_and(Ordering::is_le))
                }
                Operator::GreaterOrEqual => {
                    Value::Bool(compare_numbers(&left, &right).is_some_and(Ordering::is_ge))
                }
                operator => arithmetic::compute(*operator, &left, &right)?,
            };
            written = None;
        }
        Ok(left)
    }

    /// Two strings, or a string and what another value puts out. As captured, what has no value is there as it is written.
    fn joined(
        &mut self,
        left: &Value,
        left_written: Option<&Expression>,
        right: &Value,
        right_written: &Expression,
    ) -> Result<Value, Exit> {
        let mut text = self.operand_text(left, left_written)?;
        text.push_str(&self.operand_text(right, Some(right_written))?);
        Ok(self.heap().string(text)?)
    }

    fn operand_text(&mut self, value: &Value, written: Option<&Expression>) -> Result<String, Exit> {
        if !matches!(value, Value::Null) {
            return Ok(self.heap().text(value)?);
        }
        let source = match written {
            _ if self.scope.undefined() == Undefined::Empty => "",
            Some(Expression::Reference(reference)) => &reference.source,
            Some(Expression::Chain(chain)) => &chain.source,
            _ => "null",
        };
        Ok(source.to_owned())
    }

    /// `==`. As captured: numbers by their value, null only to null, values of one type as Java's `equals` has it, and
    /// all others by what they put out.
    fn same(&mut self, left: &Value, right: &Value) -> Result<bool, Fault> {
        use Value::{Bool, Entry, Float, Int, List, Loop, Map, Null, Object, String};
        match (left, right) {
            (Null, _) | (_, Null) => Ok(matches!((left, right), (Null, Null))),
            (Int(_) | Float(_), Int(_) | Float(_)) => {
                Ok(compare_numbers(left, right).is_some_and(Ordering::is_eq))
            }
            (String(_), String(_))
            | (Bool(_), Bool(_))
            | (List(_), List(_))
            | (Map(_), Map(_))
            | (Entry(..), Entry(..))
            | (Loop(_), Loop(_))
            | (Object(_), Object(_)) => self.heap().equal(left, right),
            _ => Ok(self.heap().text(left)? == self.heap().text(right)?),
        }
    }
}
