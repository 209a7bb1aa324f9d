//! What a simulated request is said to be: its context keys.

use serde::Deserialize;
use stagecheck_policy::{Condition, Context, Operator, Quantifier};

use crate::iam::faults;
use crate::service::Fault;

/// A context key with its values.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContextEntry {
    context_key_name: Option<String>,
    #[serde(default)]
    context_key_values: Vec<String>,
    context_key_type: Option<String>,
}

/// The context that the entries make. The codes of refusals are documented, the wordings inferred.
pub(super) fn of(entries: &[ContextEntry]) -> Result<Context, Fault> {
    let mut context = Context::default();
    for entry in entries {
        let name = entry.context_key_name.as_deref().filter(|name| name.contains(':'));
        let name = name.ok_or_else(|| {
            let given = entry.context_key_name.as_deref().unwrap_or_default();
            faults::invalid_input(format!("Invalid Context Key Name: {given:?} has no service prefix."))
        })?;
        if context.get(name).is_some() {
            return Err(faults::invalid_input(format!("Context key {name} is given twice.")));
        }
        let given = entry
            .context_key_type
            .as_deref()
            .ok_or_else(|| faults::invalid_input(format!("Context key {name} has no ContextKeyType.")))?;
        check(name, &entry.context_key_values, given)?;
        context = context.with(name, entry.context_key_values.iter().map(String::as_str));
    }
    Ok(context)
}

/// Refuses values that are not of the type, and more or less than one where the type is of one.
fn check(name: &str, values: &[String], given: &str) -> Result<(), Fault> {
    let is_list = given.ends_with("List");
    let operator = match given.strip_suffix("List").unwrap_or(given) {
        "numeric" => "NumericEquals",
        "boolean" => "Bool",
        "ip" => "IpAddress",
        "binary" => "BinaryEquals",
        "date" => "DateEquals",
        // Any text is a string.
        _ => "StringEquals",
    };
    if !is_list && values.len() != 1 {
        return Err(faults::invalid_input(format!(
            "Context key {name} of type {given} takes one value, and has {}.",
            values.len()
        )));
    }
    let Some(operator) = Operator::named(operator) else { return Ok(()) };
    match Condition::new(Quantifier::Single, operator, false, name, values, false) {
        Ok(_) => Ok(()),
        Err(bad) => Err(faults::invalid_input(format!(
            "Invalid value for context key {name} of type {given}: {bad}."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: &str, values: &[&str]) -> ContextEntry {
        ContextEntry {
            context_key_name: Some("k:key".to_owned()),
            context_key_values: values.iter().map(|value| (*value).to_owned()).collect(),
            context_key_type: Some(kind.to_owned()),
        }
    }

    #[test]
    fn values_are_of_their_type() {
        for (kind, good, bad) in [
            ("numeric", "1.5", "one"),
            ("boolean", "true", "yes"),
            ("ip", "10.0.0.0/8", "10.0.0.256"),
            ("ip", "::1", "::g"),
            ("binary", "QQ==", "?"),
            ("date", "2026-01-01T00:00:00Z", "soon"),
        ] {
            assert!(of(&[entry(kind, &[good])]).is_ok(), "{kind} {good}");
            assert_eq!(of(&[entry(kind, &[bad])]).unwrap_err().code, "InvalidInput", "{kind} {bad}");
            let list = format!("{kind}List");
            assert!(of(&[entry(&list, &[good, good])]).is_ok() && of(&[entry(&list, &[])]).is_ok());
            assert!(of(&[entry(&list, &[good, bad])]).is_err());
            assert!(of(&[entry(kind, &[good, good])]).is_err() && of(&[entry(kind, &[])]).is_err());
        }
        assert!(of(&[entry("string", &[""])]).is_ok() && of(&[entry("stringList", &["a", "ü"])]).is_ok());
    }

    #[test]
    fn a_key_has_a_service_and_comes_once() {
        let named = |name: Option<&str>| ContextEntry {
            context_key_name: name.map(str::to_owned),
            ..entry("string", &["a"])
        };
        assert!(of(&[named(None)]).is_err() && of(&[named(Some("no-service"))]).is_err());
        assert!(of(&[named(Some("k:a")), named(Some("K:A"))]).is_err());
        assert!(of(&[named(Some("k:a")), named(Some("k:b"))]).is_ok());
        assert!(of(&[ContextEntry { context_key_type: None, ..entry("string", &["a"]) }]).is_err());
    }
}
