//! awsQuery: structures, lists and maps spelt out in parameter names (`Tags.member.1.Key`).

use std::borrow::Cow;

use stagecheck_models::{Kind, ListForm, MapForm, Member, Shape};

use super::Malformed;
use super::text::scalar;
use crate::wire::{Document, Form};

/// Deeper than any input shape goes; a guard against names made to exhaust the stack.
const DEEPEST: usize = 32;

/// Reads the input from the form.
pub(super) fn decode<'a>(shape: &'static Shape, form: &Form<'a>) -> Result<Document<'a>, Malformed> {
    refuse_contradictions(form)?;
    structure(shape.members(), form, "", 0)
}

/// A parameter that is given twice with two values: whichever were taken, the other would be lost.
///
/// (inferred) AWS does not say what it does with them; its own clients send none.
fn refuse_contradictions(form: &Form<'_>) -> Result<(), Malformed> {
    // Parameters of one name stand together.
    let contradiction = form
        .iter()
        .zip(form.iter().skip(1))
        .find(|((name, value), (next, other))| name == next && value != other);
    match contradiction {
        Some(((name, _), _)) => Err(Malformed::new(format!("{name} is given twice, with two values"))),
        None => Ok(()),
    }
}

fn structure<'a>(
    members: &'static [Member],
    form: &Form<'a>,
    prefix: &str,
    depth: usize,
) -> Result<Document<'a>, Malformed> {
    let mut structure = Vec::new();
    for member in members {
        let name = format!("{prefix}{}", member.wire);
        if let Some(value) = value(member.shape, form, &name, depth + 1)? {
            structure.push((member.name, value));
        }
    }
    Ok(Document::Structure(structure))
}

/// The value under this name; `None` where no parameter speaks of it.
fn value<'a>(
    shape: &'static Shape,
    form: &Form<'a>,
    name: &str,
    depth: usize,
) -> Result<Option<Document<'a>>, Malformed> {
    if depth > DEEPEST {
        return Err(Malformed::new(format!("{name} is nested too deeply")));
    }
    match shape.kind {
        Kind::Structure(members) => {
            let prefix = format!("{name}.");
            if form.beginning(&prefix).is_empty() {
                return Ok(None);
            }
            structure(members, form, &prefix, depth).map(Some)
        }
        Kind::List { member, form: spelling } => {
            let prefix = match spelling {
                ListForm::Wrapped(item) => format!("{name}.{item}."),
                ListForm::Flattened => format!("{name}."),
            };
            let mut items = Vec::new();
            for index in indexes(form, &prefix)? {
                items.extend(value(member, form, &format!("{prefix}{index}"), depth + 1)?);
            }
            // An empty list is the bare name with no value.
            let empty = items.is_empty() && form.get(name).is_none_or(|text| !text.is_empty());
            Ok((!empty).then_some(Document::List(items)))
        }
        Kind::Map { value: shape, form: spelling, .. } => {
            map(shape, spelling, form, name, depth).map(|entries| entries.map(Document::Map))
        }
        _ => form.get(name).map(|text| scalar(shape, text.clone(), name)).transpose(),
    }
}

type Entries<'a> = Vec<(Cow<'a, str>, Document<'a>)>;

fn map<'a>(
    shape: &'static Shape,
    spelling: MapForm,
    form: &Form<'a>,
    name: &str,
    depth: usize,
) -> Result<Option<Entries<'a>>, Malformed> {
    let prefix = if spelling.flattened { format!("{name}.") } else { format!("{name}.entry.") };
    let mut entries = Vec::new();
    for index in indexes(form, &prefix)? {
        let key_name = format!("{prefix}{index}.{}", spelling.key);
        let key =
            form.get(&key_name).ok_or_else(|| Malformed::new(format!("{key_name} is missing")))?.clone();
        let value_name = format!("{prefix}{index}.{}", spelling.value);
        if let Some(value) = value(shape, form, &value_name, depth + 1)? {
            entries.push((key, value));
        }
    }
    let empty = entries.is_empty() && form.get(name).is_none_or(|text| !text.is_empty());
    Ok((!empty).then_some(entries))
}

/// The numbers that follow a prefix, ascending.
fn indexes(form: &Form<'_>, prefix: &str) -> Result<Vec<u32>, Malformed> {
    let mut indexes = Vec::new();
    for (name, _) in form.beginning(prefix) {
        let rest = &name[prefix.len()..];
        let number = rest.split_once('.').map_or(rest, |(number, _)| number);
        // In its one spelling: `01` or `+1` would be looked for under `1`, not found, and lost.
        let index = number.parse::<u32>().ok().filter(|index| index.to_string() == number);
        indexes.push(
            index.ok_or_else(|| Malformed::new(format!("{name}: {number:?} is not a position in a list")))?,
        );
    }
    indexes.sort_unstable();
    indexes.dedup();
    Ok(indexes)
}

#[cfg(test)]
mod tests {
    use stagecheck_models::iam;

    use super::*;

    fn create_role(text: &str) -> Result<Document<'_>, Malformed> {
        decode(iam::CREATE_ROLE.input.unwrap(), &Form::parse(text).unwrap())
    }

    #[test]
    fn lists_take_their_order_from_the_numbers() {
        let input = create_role("Tags.member.10.Key=b&Tags.member.2.Key=a&RoleName=r").unwrap();
        let Some(Document::List(tags)) = input.member("Tags") else { panic!("{input:?}") };
        let keys: Vec<_> = tags.iter().map(|tag| tag.member("Key").unwrap().clone()).collect();
        assert_eq!(keys, [Document::Text("a".into()), Document::Text("b".into())]);
    }

    #[test]
    fn what_is_not_a_position_is_refused() {
        assert!(create_role("Tags.member.x.Key=b").is_err());
        assert!(create_role("Tags.member.01.Key=b").is_err());
        assert!(create_role("Tags.member.%2B1.Key=b").is_err());
        assert!(create_role("MaxSessionDuration=long").is_err());
        assert!(create_role("MaxSessionDuration=99999999999").is_err());
    }

    #[test]
    fn two_values_of_one_parameter_are_refused() {
        assert!(create_role("RoleName=a&RoleName=b").is_err());
        assert!(create_role("RoleName=a&RoleName=a").is_ok());
    }

    #[test]
    fn an_empty_list_is_not_an_absent_one() {
        assert_eq!(create_role("Tags=").unwrap().member("Tags"), Some(&Document::List(vec![])));
        assert_eq!(create_role("RoleName=r").unwrap().member("Tags"), None);
    }
}
