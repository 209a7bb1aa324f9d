//! The JavaScript client: what it can call, as a table in front of code that is the same for every API.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::apigateway::apis::{ANY, VERBS};
use crate::apigateway::{Deployment, Method, Route};
use crate::store::Region;

const RUNTIME: &str = include_str!("javascript/runtime.js");
const README: &str = include_str!("javascript/README.md");

/// The files of the SDK, by path.
pub(super) fn files(
    invoke_url: &str,
    region: &Region,
    deployment: &Deployment,
) -> serde_json::Result<[(&'static str, String); 2]> {
    let calls = calls(deployment);
    let names: Vec<String> = calls
        .iter()
        .map(|(name, call)| format!("| `{name}` | {} | `{}` |", call.verb, call.path.replace('|', "\\|")))
        .collect();
    let text = |value: &str| serde_json::Value::from(value).to_string();
    // A table of strings, lists and flags has a JSON form, and JSON is JavaScript.
    let table = serde_json::to_string_pretty(&calls)?;
    let client = format!(
        "\"use strict\";\n\n// Generated for one stage of an API. Generate it anew rather than changing it.\n\
         const INVOKE_URL = {};\nconst REGION = {};\nconst CALLS = {table};\n\n{RUNTIME}",
        text(invoke_url),
        text(region.as_str()),
    );
    let readme = README.replace("{invokeUrl}", invoke_url).replace("{calls}", &names.join("\n"));
    Ok([("apiGateway-js-sdk/apigClient.js", client), ("apiGateway-js-sdk/README.md", readme)])
}

/// How a method is called.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    verb: String,
    path: String,
    /// Names of parameters, by where they stand.
    path_parameters: Vec<String>,
    query_parameters: Vec<String>,
    header_parameters: Vec<String>,
    /// Of all these, those that must be given.
    required: Vec<String>,
    /// Whether requests are signed.
    signed: bool,
    api_key: bool,
}

impl Call {
    fn of(route: &Route, verb: &str, method: &Method) -> Self {
        let path_parameters: Vec<String> = variables(&route.path).map(str::to_owned).collect();
        let mut call = Self {
            verb: verb.to_owned(),
            path: route.path.to_string(),
            required: path_parameters.clone(),
            path_parameters,
            query_parameters: Vec::new(),
            header_parameters: Vec::new(),
            signed: method.authorization_type == "AWS_IAM",
            api_key: method.api_key_required,
        };
        for (parameter, is_required) in method.request_parameters.iter().flatten() {
            let Some((place, name)) =
                parameter.strip_prefix("method.request.").and_then(|rest| rest.split_once('.'))
            else {
                continue;
            };
            let names = match place {
                "querystring" | "multivaluequerystring" => &mut call.query_parameters,
                "header" | "multivalueheader" => &mut call.header_parameters,
                _ => continue,
            };
            names.push(name.to_owned());
            if *is_required {
                call.required.push(name.to_owned());
            }
        }
        call
    }
}

/// The names in braces of a path.
fn variables(path: &str) -> impl Iterator<Item = &str> {
    let segments = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    segments.map(|name| name.strip_suffix('+').unwrap_or(name))
}

/// Every call by its function's name.
fn calls(deployment: &Deployment) -> BTreeMap<String, Call> {
    let mut calls = BTreeMap::new();
    for route in deployment.routes.iter() {
        for (verb, method) in &route.methods {
            let is_any = verb == ANY;
            let others = VERBS.into_iter().filter(|verb| *verb != ANY);
            let others = others.filter(|verb| is_any && !route.methods.contains_key(*verb));
            let own = std::iter::once(verb.as_str()).filter(|_| !is_any);
            for verb in own.chain(others) {
                let name = free_name(&calls, function_name(&route.path, verb));
                calls.insert(name, Call::of(route, verb, method));
            }
        }
    }
    calls
}

/// A path and a verb in one name: `petsPetIdGet` for `/pets/{petId}`, `rootGet` for `/`.
fn function_name(path: &str, verb: &str) -> String {
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        let (first, rest) = word.split_at(1);
        if name.is_empty() {
            // A name cannot begin with a digit.
            if first.starts_with(|first: char| first.is_ascii_digit()) {
                name.push('_');
            }
            name.push_str(&first.to_ascii_lowercase());
        } else {
            name.push_str(&first.to_ascii_uppercase());
        }
        name.push_str(rest);
    }
    if name.is_empty() {
        name.push_str("root");
    }
    let (first, rest) = verb.split_at(1);
    name + first + &rest.to_ascii_lowercase()
}

/// The name, or with the first number from 2 that makes it free: `/a-b` and `/a/b` are both `aB`.
fn free_name(taken: &BTreeMap<String, Call>, name: String) -> String {
    if !taken.contains_key(&name) {
        return name;
    }
    let numbered = (2_u32..).map(|number| format!("{name}{number}"));
    numbered.into_iter().find(|name| !taken.contains_key(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_path_and_verb() {
        for (path, verb, name) in [
            ("/", "GET", "rootGet"),
            ("/pets", "OPTIONS", "petsOptions"),
            ("/pets/{petId}", "GET", "petsPetIdGet"),
            ("/My-resource/v1.0/{proxy+}", "POST", "myResourceV10ProxyPost"),
            ("/2fa", "GET", "_2faGet"),
        ] {
            assert_eq!(function_name(path, verb), name);
        }
    }

    #[test]
    fn variables_are_named_without_braces() {
        assert_eq!(variables("/a/{b}/c/{d+}").collect::<Vec<_>>(), ["b", "d"]);
    }
}
