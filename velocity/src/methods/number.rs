//! Methods of numbers. Those that Java has as static ones, such as `Integer.parseInt`, are called on any number of the type.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "Java's conversions cut off what does not fit, and so does `as`"
)]

use crate::error::Fault;
use crate::value::Value;

pub(super) fn call_integer(value: i128, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    match (name, arguments) {
        ("byteValue", []) => Ok(Value::Int((value as i8).into())),
        ("shortValue", []) => Ok(Value::Int((value as i16).into())),
        ("intValue", []) => Ok(Value::Int((value as i32).into())),
        ("longValue", []) => Ok(Value::Int((value as i64).into())),
        ("floatValue" | "doubleValue", []) => Ok(Value::Float(value as f64)),
        ("compareTo", [Value::Int(other)]) => Ok(Value::Int(value.cmp(other) as i128)),
        ("parseInt" | "parseLong" | "valueOf", [Value::String(text)]) => {
            // As Java's: digits with a sign, no white space.
            text.parse().map(Value::Int).map_err(|_| Fault::Number(text.as_ref().to_owned()))
        }
        ("valueOf", [Value::Int(other)]) => Ok(Value::Int(*other)),
        ("toString", [Value::Int(other)]) => Ok(Value::from(other.to_string().as_str())),
        ("min", [Value::Int(one), Value::Int(other)]) => Ok(Value::Int(*one.min(other))),
        ("max", [Value::Int(one), Value::Int(other)]) => Ok(Value::Int(*one.max(other))),
        _ => Ok(Value::Null),
    }
}

pub(super) fn call_float(value: f64, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    match (name, arguments) {
        ("byteValue", []) => Ok(Value::Int((value as i32 as i8).into())),
        ("shortValue", []) => Ok(Value::Int((value as i32 as i16).into())),
        ("intValue", []) => Ok(Value::Int((value as i32).into())),
        ("longValue", []) => Ok(Value::Int((value as i64).into())),
        ("floatValue" | "doubleValue", []) => Ok(Value::Float(value)),
        ("isNaN", []) => Ok(Value::Bool(value.is_nan())),
        ("isInfinite", []) => Ok(Value::Bool(value.is_infinite())),
        ("compareTo", [Value::Float(other)]) => Ok(Value::Int(value.total_cmp(other) as i128)),
        ("parseDouble" | "valueOf", [Value::String(text)]) => {
            text.trim().parse().map(Value::Float).map_err(|_| Fault::Number(text.as_ref().to_owned()))
        }
        _ => Ok(Value::Null),
    }
}
