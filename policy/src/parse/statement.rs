//! One statement, with its actions and resources.

use super::{
    LEGACY, NO_VENDOR, ParseError, Path, Rules, SYNTAX, condition, missing, object, principal, string,
    strings,
};
use crate::document::{ActionPattern, Effect, Kind, Principals, Scope, Statement};
use crate::json::Json;
use crate::pattern::Pattern;

const NO_ACTIONS: &str = "Policy statement must contain actions.";
const NO_RESOURCES: &str = "Policy statement must contain resources.";

pub(super) fn read(json: &Json, rules: Rules, path: Path<'_>) -> Result<Statement, ParseError> {
    let (mut sid, mut effect, mut principals, mut actions, mut resources) = (None, None, None, None, None);
    let mut conditions = Vec::new();
    for (key, value) in object(json, path)? {
        let here = Path::Key(&path, key);
        match key.as_str() {
            "Sid" => sid = Some(read_sid(value, rules.kind, here)?),
            "Effect" => effect = Some(read_effect(value, here)?),
            "Principal" | "NotPrincipal" if matches!(rules.kind, Kind::Identity | Kind::ServiceControl) => {
                return Err(here.malformed("Policy document should not specify a principal."));
            }
            "Principal" => {
                once(&mut principals, Scope::Only(principal::read(value, rules.kind, here)?), here)?;
            }
            "NotPrincipal" => {
                once(&mut principals, Scope::AllBut(principal::read(value, rules.kind, here)?), here)?;
            }
            "Action" => once(&mut actions, Scope::Only(read_actions(value, here)?), here)?,
            "NotAction" => once(&mut actions, Scope::AllBut(read_actions(value, here)?), here)?,
            "Resource" | "NotResource" if rules.kind == Kind::Trust => {
                return Err(here.malformed("Has prohibited field Resource"));
            }
            "Resource" => once(&mut resources, Scope::Only(read_resources(value, rules, here)?), here)?,
            "NotResource" => once(&mut resources, Scope::AllBut(read_resources(value, rules, here)?), here)?,
            "Condition" => conditions = condition::read(value, rules, here)?,
            _ => return Err(here.malformed(SYNTAX)),
        }
    }
    let effect = effect.ok_or_else(|| missing(rules.kind, "Effect", path))?;
    let actions = actions.ok_or_else(|| path.malformed(NO_ACTIONS))?;
    let needs_principal = matches!(rules.kind, Kind::Trust | Kind::Resource | Kind::ResourceControl);
    if needs_principal && principals.is_none() {
        return Err(missing(rules.kind, "Principal", path));
    }
    if rules.kind == Kind::Trust && !only_assumes(&actions) {
        return Err(path.malformed("AssumeRole policy may only specify STS AssumeRole actions."));
    }
    if rules.kind != Kind::Trust && resources.is_none() {
        return Err(path.malformed(NO_RESOURCES));
    }
    let statement = Statement { sid, effect, principals, actions, resources, conditions, span: 0..0 };
    if rules.kind == Kind::ResourceControl && !is_resource_control(&statement) {
        return Err(path.malformed(format!(
            "{SYNTAX} (a resource control policy denies actions that it names, to the principal \"*\")"
        )));
    }
    Ok(statement)
}

/// Source of the rule: answers of IAM; policies of resources may have any text.
fn read_sid(json: &Json, kind: Kind, path: Path<'_>) -> Result<String, ParseError> {
    let sid = string(json, path)?;
    if kind == Kind::Resource || sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(sid.to_owned());
    }
    Err(path.malformed(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
         [0-9A-Za-z]*",
    ))
}

/// Which message stands for a name in the wrong case, and which for another name, is as IAM has been seen to answer.
fn read_effect(json: &Json, path: Path<'_>) -> Result<Effect, ParseError> {
    match string(json, path)? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other if other.eq_ignore_ascii_case("allow") || other.eq_ignore_ascii_case("deny") => {
            Err(path.malformed(LEGACY))
        }
        other => Err(path.malformed(format!("{SYNTAX} (no effect {other:?})"))),
    }
}

/// Sets an element that may stand once, under its own name or its `Not…` name.
fn once<T>(slot: &mut Option<T>, value: T, path: Path<'_>) -> Result<(), ParseError> {
    if slot.replace(value).is_some() {
        return Err(path.malformed(SYNTAX));
    }
    Ok(())
}

fn read_actions(json: &Json, path: Path<'_>) -> Result<Vec<ActionPattern>, ParseError> {
    let is_of_vendor = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let action = |action: &str| match action.split_once(':') {
        _ if action == "*" => Ok(ActionPattern::new(action)),
        Some((_, name)) if name.contains(':') => {
            Err(path.malformed("Actions/Condition can contain only one colon."))
        }
        Some((vendor, name)) if !vendor.is_empty() && !name.is_empty() => {
            if vendor == "*" || vendor.bytes().all(is_of_vendor) {
                Ok(ActionPattern::new(action))
            } else {
                Err(path.malformed(format!("Vendor {vendor} is not valid")))
            }
        }
        _ => Err(path.malformed(NO_VENDOR)),
    };
    some(json, NO_ACTIONS, path)?.into_iter().map(action).collect()
}

fn read_resources(json: &Json, rules: Rules, path: Path<'_>) -> Result<Vec<Pattern>, ParseError> {
    let resource = |resource: &str| {
        let starts_with_variable = rules.variables && resource.starts_with("${");
        if resource == "*" || resource.starts_with("arn:") || starts_with_variable {
            Ok(Pattern::new(resource, rules.variables))
        } else {
            Err(path.malformed(format!("Resource {resource} must be in ARN format or \"*\".")))
        }
    };
    some(json, NO_RESOURCES, path)?.into_iter().map(resource).collect()
}

/// One string or a list of them. A list of none is as if the element were not there.
fn some<'a>(json: &'a Json, none: &str, path: Path<'_>) -> Result<Vec<&'a str>, ParseError> {
    match json {
        Json::List(items) if items.is_empty() => Err(path.malformed(none)),
        other => strings(other, path),
    }
}

/// Whether a trust policy's actions are of STS (`sts:AssumeRole`, `sts:TagSession`, …).
fn only_assumes(actions: &Scope<Vec<ActionPattern>>) -> bool {
    match actions {
        Scope::Only(actions) => {
            actions.iter().all(|action| action.as_str().to_ascii_lowercase().starts_with("sts:"))
        }
        Scope::AllBut(_) => false,
    }
}

/// Source: AWS Organizations user guide, "RCP syntax". That of AWS which every level has is the only one that allows.
fn is_resource_control(statement: &Statement) -> bool {
    let to_all =
        statement.principals == Some(Scope::Only(Principals { anyone: true, ..Principals::default() }));
    let Scope::Only(actions) = &statement.actions else { return false };
    to_all
        && match statement.effect {
            Effect::Deny => true,
            Effect::Allow => {
                let everything = |resources: &Scope<Vec<Pattern>>| match resources {
                    Scope::Only(resources) => resources.iter().any(|resource| resource.as_str() == "*"),
                    Scope::AllBut(_) => false,
                };
                actions.iter().any(|action| action.as_str() == "*")
                    && statement.resources.as_ref().is_some_and(everything)
                    && statement.conditions.is_empty()
            }
        }
}
