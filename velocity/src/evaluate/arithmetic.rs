//! Sums and products.

use crate::ast::Operator;
use crate::error::Fault;
use crate::value::{Value, as_float};

/// The result of an operation. As captured: null unless both are numbers, and where the divisor is zero.
pub(super) fn compute(operator: Operator, left: &Value, right: &Value) -> Result<Value, Fault> {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        return integers(operator, *left, *right);
    }
    let (Some(left), Some(right)) = (as_float(left), as_float(right)) else { return Ok(Value::Null) };
    Ok(match operator {
        Operator::Add => Value::Float(left + right),
        Operator::Subtract => Value::Float(left - right),
        Operator::Multiply => Value::Float(left * right),
        Operator::Divide if right != 0.0 => Value::Float(left / right),
        Operator::Remainder if right != 0.0 => Value::Float(left % right),
        _ => Value::Null,
    })
}

fn integers(operator: Operator, left: i128, right: i128) -> Result<Value, Fault> {
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide if right != 0 => left.checked_div(right),
        Operator::Remainder if right != 0 => left.checked_rem(right),
        _ => return Ok(Value::Null),
    };
    result.map(Value::Int).ok_or(Fault::Overflow)
}
