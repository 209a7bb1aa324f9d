//! Running a scenario.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::client::{Client, Outcome};
use super::expect::{Difference, Kind, differences};
use super::scenario::{Scenario, Step};

/// How a scenario went.
#[derive(Debug)]
pub struct Run<'s> {
    /// The scenario.
    pub scenario: &'s Scenario,
    /// Those of its steps that could be made.
    pub steps: Vec<StepRun<'s>>,
}

/// How a step went.
#[derive(Debug)]
pub struct StepRun<'s> {
    /// The step, and its number in the file, from 1.
    pub number: usize,
    /// The step.
    pub step: &'s Step,
    /// What was answered.
    pub outcome: Outcome,
    /// Where that is not what was expected.
    pub differences: Vec<Difference>,
    /// The earlier step by which the target's state had parted from what this one expects, if one did. Such a
    /// difference may be no more than its consequence.
    pub follows: Option<usize>,
}

/// Runs a scenario as an account of its own. Steps that need what an earlier one did not give are left out.
///
/// # Errors
///
/// When the client fails, or the scenario uses a name that no step keeps.
pub fn run<'s>(client: &mut Client, account: &str, scenario: &'s Scenario) -> Result<Run<'s>> {
    let names: BTreeSet<&str> =
        scenario.steps.iter().flat_map(|step| step.keep.keys().map(String::as_str)).collect();
    let mut kept = BTreeMap::new();
    let mut missing = BTreeSet::new();
    let mut parted: Vec<(usize, BTreeSet<&str>)> = Vec::new();
    let mut steps: Vec<StepRun<'s>> = Vec::new();
    // An access key id of twelve digits is its own account to the emulator.
    let root = json!({"AccessKeyId": account, "SecretAccessKey": "test"});
    for (index, step) in scenario.steps.iter().enumerate() {
        let used: BTreeSet<&str> = names.iter().copied().filter(|name| uses(step, name)).collect();
        if !used.is_disjoint(&missing) {
            missing.extend(step.keep.keys().map(String::as_str));
            continue;
        }
        let number = index + 1;
        let place = || format!("{}, step {number} ({})", scenario.file.display(), step.call);
        let service = step.service.as_deref().unwrap_or(&scenario.service);
        let input = fill(&Value::Object(step.with.clone()), &kept).with_context(place)?;
        let caller = match &step.caller {
            Some(caller) => fill(&json!(caller), &kept).with_context(place)?,
            None => root.clone(),
        };
        let outcome = client.call(&caller, service, &step.call, &input)?;
        let differences = judge(step, &outcome, &kept).with_context(place)?;
        keep(step, &outcome, &mut kept, &mut missing);
        // What a step changes is below the things that it names, and seen by what names as many of them, or fewer.
        let mut before = parted.iter().filter(|(_, others)| used.is_subset(others));
        let is_built = differences.iter().all(|difference| difference.kind != Kind::Unbuilt);
        let follows = before.next().filter(|_| is_built).map(|(number, _)| *number);
        if parts(step, &outcome) {
            parted.push((number, used));
        }
        steps.push(StepRun { number, step, outcome, differences, follows });
    }
    Ok(Run { scenario, steps })
}

/// Whether a step changed something that it should have left alone, or left alone what it should have changed.
fn parts(step: &Step, outcome: &Outcome) -> bool {
    let only_reads = ["Describe", "Get", "List"].iter().any(|verb| step.call.starts_with(verb));
    !only_reads && step.fault.is_none() == matches!(outcome, Outcome::Fault { .. })
}

fn judge(step: &Step, outcome: &Outcome, kept: &BTreeMap<String, Value>) -> Result<Vec<Difference>> {
    let expected = step.fault.as_ref().and_then(|fault| fault.iter().next());
    match (expected, outcome) {
        (None, Outcome::Answer(answer)) => match &step.answers {
            Some(answers) => differences(&fill(answers, kept)?, Some(answer)),
            None => Ok(Vec::new()),
        },
        (Some((code, message)), Outcome::Fault { code: actual, message: said, .. }) => {
            if let Some(kind) = Kind::of_no_answer(outcome) {
                return Ok(vec![kind.told(format!("it should fail with {code}, and answers {actual}"))]);
            }
            if code != actual {
                let told = format!("it fails with {actual} instead of {code}: {}", shortened(said));
                return Ok(vec![Kind::FaultCode.told(told)]);
            }
            let texts =
                differences(&fill(&json!({"message": message}), kept)?, Some(&json!({"message": said})))?;
            Ok(texts.into_iter().map(|text| Kind::FaultText.told(text.told)).collect())
        }
        (None, Outcome::Fault { code, message, .. }) => Ok(vec![match Kind::of_no_answer(outcome) {
            Some(kind) => kind.told(format!("it should succeed, and answers {code}")),
            None => Kind::Refused.told(format!("it fails with {code}: {}", shortened(message))),
        }]),
        (Some((code, _)), Outcome::Answer(answer)) => {
            let told = format!("it should fail with {code}, and answers {}", shortened(&answer.to_string()));
            Ok(vec![Kind::Accepted.told(told)])
        }
    }
}

/// The beginning of a text, on one line.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut shortened: String =
        text.chars().map(|each| if each.is_control() { ' ' } else { each }).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        shortened.push('…');
    }
    shortened
}

/// Keeps what later steps use, or notes that the answer does not have it.
fn keep<'s>(
    step: &'s Step,
    outcome: &Outcome,
    kept: &mut BTreeMap<String, Value>,
    missing: &mut BTreeSet<&'s str>,
) {
    let answer = match outcome {
        Outcome::Answer(answer) => answer,
        Outcome::Fault { .. } => &Value::Null,
    };
    for (name, path) in &step.keep {
        let value = path.split('.').try_fold(answer, |value, part| match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            other => other.get(part),
        });
        match value {
            Some(value) => {
                missing.remove(name.as_str());
                kept.insert(name.clone(), value.clone());
            }
            None => {
                kept.remove(name);
                missing.insert(name);
            }
        }
    }
}

/// Whether a step uses what is kept by this name.
fn uses(step: &Step, name: &str) -> bool {
    let with = step.with.iter().any(|(member, value)| text_uses(member, name) || value_uses(value, name));
    let fault = step.fault.iter().flatten().any(|(_, message)| text_uses(message, name));
    let caller = step.caller.iter().any(|caller| text_uses(caller, name));
    with || fault || caller || step.answers.as_ref().is_some_and(|answers| value_uses(answers, name))
}

fn value_uses(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text_uses(text, name),
        Value::Array(items) => items.iter().any(|item| value_uses(item, name)),
        Value::Object(members) => {
            members.iter().any(|(member, value)| text_uses(member, name) || value_uses(value, name))
        }
        _ => false,
    }
}

fn text_uses(text: &str, name: &str) -> bool {
    text.strip_prefix('$') == Some(name) || text.contains(&format!("${{{name}}}"))
}

/// The value with what was kept in the place of names: `$api` alone is the value, `${api}` in a text its text.
fn fill(value: &Value, kept: &BTreeMap<String, Value>) -> Result<Value> {
    Ok(match value {
        Value::String(text) => {
            if let Some(value) = text.strip_prefix('$').and_then(|name| kept.get(name)) {
                return Ok(value.clone());
            }
            Value::String(fill_text(text, kept)?)
        }
        Value::Array(items) => items.iter().map(|item| fill(item, kept)).collect::<Result<_>>()?,
        Value::Object(members) => {
            let filled = members
                .iter()
                .map(|(name, value)| Ok((fill_text(name, kept)?, fill(value, kept)?)))
                .collect::<Result<_>>()?;
            Value::Object(filled)
        }
        other => other.clone(),
    })
}

/// Names that nobody kept stay as they are: `${…}` is also how Velocity and stage variables are written.
fn fill_text(text: &str, kept: &BTreeMap<String, Value>) -> Result<String> {
    let mut filled = text.to_owned();
    for (name, value) in kept {
        let place = format!("${{{name}}}");
        if filled.contains(&place) {
            let value = value.as_str().with_context(|| format!("{name} is no text"))?;
            filled = filled.replace(&place, value);
        }
    }
    Ok(filled)
}
