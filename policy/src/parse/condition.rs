//! The `Condition` element.

use super::{LEGACY, NO_VENDOR, ParseError, Path, Rules, misplaced, object};
use crate::condition::{Condition, Operator, Quantifier};
use crate::json::Json;

pub(super) fn read(json: &Json, rules: Rules, path: Path<'_>) -> Result<Vec<Condition>, ParseError> {
    let mut conditions = Vec::new();
    for (name, keys) in object(json, path)? {
        let here = Path::Key(&path, name);
        let (quantifier, operator, if_exists) =
            read_operator(name).ok_or_else(|| here.malformed(format!("Invalid Condition type : {name}.")))?;
        for (key, values) in object(keys, here)? {
            let there = Path::Key(&here, key);
            if !key.contains(':') {
                return Err(there.malformed(NO_VENDOR));
            }
            let values = read_values(values, there)?;
            // Inferred: that values which could never compare are refused, and with this message.
            let condition = Condition::new(quantifier, operator, if_exists, key, &values, rules.variables)
                .map_err(|bad| there.malformed(format!("{LEGACY} ({bad})")))?;
            conditions.push(condition);
        }
    }
    Ok(conditions)
}

/// `ForAnyValue:StringLikeIfExists`
fn read_operator(name: &str) -> Option<(Quantifier, Operator, bool)> {
    let (quantifier, rest) = match name.split_once(':') {
        None => (Quantifier::Single, name),
        Some(("ForAllValues", rest)) => (Quantifier::ForAllValues, rest),
        Some(("ForAnyValue", rest)) => (Quantifier::ForAnyValue, rest),
        Some(_) => return None,
    };
    let (base, if_exists) = match rest.strip_suffix("IfExists") {
        Some(base) => (base, true),
        None => (rest, false),
    };
    let operator = Operator::named(base)?;
    (operator != Operator::NULL || !if_exists).then_some((quantifier, operator, if_exists))
}

/// Values may be booleans and numbers, which compare as their text.
fn read_values(json: &Json, path: Path<'_>) -> Result<Vec<String>, ParseError> {
    let single = |json: &Json, path: Path<'_>| match json {
        Json::Text(text) => Ok(text.clone()),
        Json::Boolean(value) => Ok(value.to_string()),
        Json::Number(value) => Ok(value.clone()),
        other => Err(misplaced(other, path)),
    };
    match json {
        Json::List(items) => {
            items.iter().enumerate().map(|(index, item)| single(item, Path::Index(&path, index))).collect()
        }
        other => Ok(vec![single(other, path)?]),
    }
}
