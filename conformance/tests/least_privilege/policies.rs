//! The policies of docs/permissions.md, whole and with something taken away.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// An action on a resource that a policy allows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grant {
    pub(crate) action: String,
    pub(crate) resource: String,
    statement: usize,
}

/// The policy that the page has under this name.
pub(crate) fn documented(name: &str) -> Result<Value> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/permissions.md"))?;
    let mark = format!("<!-- policy: {name} -->\n```json\n");
    let (_, rest) = page.split_once(&mark).with_context(|| format!("the page has no policy {name}"))?;
    let (policy, _) = rest.split_once("```").context("the policy does not end")?;
    Ok(serde_json::from_str(policy)?)
}

/// All that a policy allows, one by one.
pub(crate) fn grants(policy: &Value) -> Result<Vec<Grant>> {
    let statements = policy["Statement"].as_array().context("no statements")?;
    let mut grants = Vec::new();
    for (statement, each) in statements.iter().enumerate() {
        ensure!(each["Effect"] == "Allow");
        for action in list(&each["Action"])? {
            for resource in list(&each["Resource"])? {
                grants.push(Grant { action: action.clone(), resource, statement });
            }
        }
    }
    Ok(grants)
}

fn list(element: &Value) -> Result<Vec<String>> {
    let items = element.as_array().map_or_else(|| vec![element.clone()], Clone::clone);
    items.iter().map(|item| Ok(item.as_str().context("no text")?.to_owned())).collect()
}

/// The policy without that grant, and with all others.
pub(crate) fn without(policy: &Value, taken: &Grant) -> Result<Value> {
    let statements = policy["Statement"].as_array().context("no statements")?;
    let mut left = Vec::new();
    for (position, each) in statements.iter().enumerate() {
        for grant in grants(policy)?.iter().filter(|grant| grant.statement == position && *grant != taken) {
            let mut statement =
                json!({"Effect": "Allow", "Action": grant.action, "Resource": grant.resource});
            if let Some(condition) = each.get("Condition") {
                statement["Condition"] = condition.clone();
            }
            left.push(statement);
        }
    }
    Ok(json!({"Version": policy["Version"], "Statement": left}))
}
