//! AWS's rules once more, as plainly as they can be put: no parsing ahead, no sharing with what is tested.

use serde_json::Value;
use stagecheck_policy::{Outcome, PolicyType};

use super::questions::{Question, Who};

/// What AWS's documentation says comes out, and which type of policy is named.
pub(crate) fn answer(question: &Question) -> (Outcome, PolicyType) {
    let account = account_of(question.who);
    let has_identity = matches!(question.who, Who::User(_) | Who::Session { .. });
    let obeys_control = has_identity || matches!(question.who, Who::Root(_));
    let from_outside = match (account, question.resource_account) {
        (Some(asking), Some(owning)) => asking != owning,
        _ => false,
    };

    let control = || question.service_control.iter().filter(|_| obeys_control);
    let limit = |documents: &[Value]| if has_identity { documents.to_vec() } else { Vec::new() };
    let boundary = limit(question.boundary.as_slice());
    let session = limit(question.session.as_deref().unwrap_or_default());
    let identity = limit(&question.identity);

    for (by, documents) in [
        (PolicyType::ServiceControl, control().flatten().cloned().collect::<Vec<_>>()),
        (PolicyType::Resource, question.resource_policy.iter().cloned().collect()),
        (PolicyType::Boundary, boundary.clone()),
        (PolicyType::Session, session.clone()),
        (PolicyType::Identity, identity.clone()),
    ] {
        if says(&documents, "Deny", question) > 0 {
            return (Outcome::ExplicitDeny, by);
        }
    }
    for level in control() {
        if says(level, "Allow", question) == 0 {
            return (Outcome::ImplicitDeny, PolicyType::ServiceControl);
        }
    }

    let by_resource = says(question.resource_policy.as_slice(), "Allow", question);
    let must_have_resource =
        from_outside || (question.resource_decides && question.resource_policy.is_some());
    if !has_identity {
        if matches!(question.who, Who::Root(_)) && !must_have_resource {
            return (Outcome::Allowed, PolicyType::Identity);
        }
        let outcome = if by_resource > 0 { Outcome::Allowed } else { Outcome::ImplicitDeny };
        return (outcome, PolicyType::Resource);
    }
    if must_have_resource && by_resource == 0 {
        return (Outcome::ImplicitDeny, PolicyType::Resource);
    }
    if !from_outside && by_resource == 3 {
        return (Outcome::Allowed, PolicyType::Resource);
    }
    if question.boundary.is_some() && says(&boundary, "Allow", question) == 0 {
        return (Outcome::ImplicitDeny, PolicyType::Boundary);
    }
    if question.session.is_some() && says(&session, "Allow", question) == 0 {
        return (Outcome::ImplicitDeny, PolicyType::Session);
    }
    if !from_outside && by_resource == 2 {
        return (Outcome::Allowed, PolicyType::Resource);
    }
    let outcome =
        if says(&identity, "Allow", question) > 0 { Outcome::Allowed } else { Outcome::ImplicitDeny };
    (outcome, PolicyType::Identity)
}

fn account_of(who: Who) -> Option<&'static str> {
    match who {
        Who::Root(arn) | Who::User(arn) | Who::Session { arn, .. } => arn.split(':').nth(4),
        Who::Service(_) | Who::Anonymous => None,
    }
}

/// How closely statements of an effect that match name the one who asks: 0 not, 1 its account, 2 its role, 3
/// itself or anyone.
fn says(documents: &[Value], effect: &str, question: &Question) -> u8 {
    let mut closest = 0;
    for document in documents {
        let variables = document["Version"] == "2012-10-17";
        for statement in document["Statement"].as_array().unwrap() {
            if statement["Effect"] == effect && matches(statement, question, variables) {
                closest = closest.max(names(statement, question.who));
            }
        }
    }
    closest
}

fn list(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap()).collect(),
        single => vec![single.as_str().unwrap()],
    }
}

fn matches(statement: &Value, question: &Question, variables: bool) -> bool {
    let action = |pattern: &&str| wild(&plain(&pattern.to_lowercase()), &question.action.to_lowercase());
    // A variable without a value matches nothing, and spares nothing either.
    let resource = |pattern: &&str, without_value: bool| {
        put_in(pattern, question, variables)
            .map_or(without_value, |pattern| wild(&pattern, question.resource))
    };
    let action_matches = match statement.get("Action") {
        Some(actions) => list(actions).iter().any(action),
        None => !list(&statement["NotAction"]).iter().any(action),
    };
    let resource_matches = match statement.get("Resource") {
        Some(resources) => list(resources).iter().any(|pattern| resource(pattern, false)),
        None => !list(&statement["NotResource"]).iter().any(|pattern| resource(pattern, true)),
    };
    let no_conditions = serde_json::Map::new();
    let conditions =
        statement.get("Condition").map_or(&no_conditions, |element| element.as_object().unwrap());
    let conditions_hold = conditions.iter().all(|(operator, keys)| {
        keys.as_object()
            .unwrap()
            .iter()
            .all(|(key, values)| holds(operator, key, &list(values), question, variables))
    });
    action_matches && resource_matches && conditions_hold
}

fn names(statement: &Value, who: Who) -> u8 {
    let (element, but) = match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(element), _) => (element, false),
        (None, Some(element)) => (element, true),
        (None, None) => return 3,
    };
    let anyone = element == "*" || element["AWS"] == "*";
    let aws = if element["AWS"].is_null() { Vec::new() } else { list(&element["AWS"]) };
    let services = if element["Service"].is_null() { Vec::new() } else { list(&element["Service"]) };
    let account = account_of(who).unwrap_or("none");
    let of_account = aws.contains(&account) || aws.contains(&format!("arn:aws:iam::{account}:root").as_str());
    if but {
        let spared = anyone
            || match who {
                Who::Root(_) => of_account,
                Who::User(arn) => of_account && aws.contains(&arn),
                Who::Session { arn, issuer } => of_account && aws.contains(&arn) && aws.contains(&issuer),
                Who::Service(name) => services.contains(&name),
                Who::Anonymous => false,
            };
        return if spared { 0 } else { 3 };
    }
    match who {
        _ if anyone => 3,
        Who::Service(name) if services.contains(&name) => 3,
        Who::Service(_) | Who::Anonymous => 0,
        Who::Root(arn) | Who::User(arn) if aws.contains(&arn) => 3,
        Who::Session { arn, .. } if aws.contains(&arn) => 3,
        Who::Session { issuer, .. } if aws.contains(&issuer) => 2,
        Who::Root(_) | Who::User(_) | Who::Session { .. } => u8::from(of_account),
    }
}

fn holds(operator: &str, key: &str, wanted: &[&str], question: &Question, variables: bool) -> bool {
    let (set, operator) = operator.split_once(':').unwrap_or(("", operator));
    let (operator, if_exists) =
        operator.strip_suffix("IfExists").map_or((operator, false), |name| (name, true));
    let given = question.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
    let given = given.map(|(_, values)| values.as_slice()).filter(|values| !values.is_empty());
    if operator == "Null" {
        let absent = given.is_none().to_string();
        return wanted.contains(&absent.as_str());
    }
    let negated = operator.contains("Not");
    let Some(given) = given else {
        return if_exists || set == "ForAllValues" || (set.is_empty() && negated);
    };
    let mut passing = given.iter().map(|value| {
        let compares = wanted
            .iter()
            .any(|wanted| compare(&operator.replace("Not", ""), wanted, value, question, variables));
        compares != negated
    });
    match set {
        "ForAnyValue" => passing.any(|passes| passes),
        _ => passing.all(|passes| passes),
    }
}

fn compare(operator: &str, wanted: &str, given: &str, question: &Question, variables: bool) -> bool {
    let number = |text: &str| text.parse::<f64>().unwrap();
    let exact = || {
        put_in(wanted, question, variables)
            .map(|letters| letters.iter().map(|(letter, _)| *letter).collect::<String>())
    };
    match operator {
        "StringEquals" => exact().as_deref() == Some(given),
        "StringEqualsIgnoreCase" => {
            exact().is_some_and(|wanted| wanted.to_uppercase() == given.to_uppercase())
        }
        "StringLike" => put_in(wanted, question, variables).is_some_and(|wanted| wild(&wanted, given)),
        "ArnEquals" | "ArnLike" => {
            let fields = |arn: &str| arn.splitn(6, ':').map(str::to_owned).collect::<Vec<_>>();
            let (wanted, given) = (fields(wanted), fields(given));
            wanted.len() == given.len()
                && wanted.iter().zip(&given).all(|(wanted, given)| wild(&plain(wanted), given))
        }
        "NumericEquals" => number(given) == number(wanted),
        "NumericLessThan" => number(given) < number(wanted),
        "NumericGreaterThanEquals" => number(given) >= number(wanted),
        // All dates here have one form, in which the order of letters is that of time.
        "DateGreaterThan" => given > wanted,
        "DateLessThanEquals" => given <= wanted,
        "Bool" => wanted.to_lowercase() == given,
        "IpAddress" => {
            let (net, length) = wanted.split_once('/').unwrap_or((wanted, "32"));
            let bits =
                |ip: &str| ip.split('.').fold(0_u64, |sum, part| sum * 256 + part.parse::<u64>().unwrap());
            let shift = 32 - length.parse::<u32>().unwrap();
            bits(net) >> shift == bits(given) >> shift
        }
        other => panic!("the reference does not know {other}"),
    }
}

/// A letter, and whether it is one that was put in, so that it is no wildcard.
type Letter = (char, bool);

fn plain(text: &str) -> Vec<Letter> {
    text.chars().map(|letter| (letter, false)).collect()
}

/// The pattern with the values of its variables, of which the questions have three forms.
fn put_in(pattern: &str, question: &Question, variables: bool) -> Option<Vec<Letter>> {
    if !variables {
        return Some(plain(pattern));
    }
    let user = question.context.get("aws:username").map(|values| values[0].as_str());
    for (variable, value) in
        [("${aws:username}", user), ("${aws:username, 'b'}", Some(user.unwrap_or("b"))), ("${*}", Some("*"))]
    {
        if let Some((before, after)) = pattern.split_once(variable) {
            let mut letters = plain(before);
            letters.extend(value?.chars().map(|letter| (letter, true)));
            letters.extend(plain(after));
            return Some(letters);
        }
    }
    Some(plain(pattern))
}

fn wild(pattern: &[Letter], text: &str) -> bool {
    let mut rest = text.chars();
    match pattern {
        [] => text.is_empty(),
        [('*', false), tail @ ..] => {
            wild(tail, text) || (rest.next().is_some() && wild(pattern, rest.as_str()))
        }
        [('?', false), tail @ ..] => rest.next().is_some() && wild(tail, rest.as_str()),
        [(letter, _), tail @ ..] => rest.next() == Some(*letter) && wild(tail, rest.as_str()),
    }
}
