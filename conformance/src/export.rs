//! What differs between two exports of an emulator's state.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Where a value stands: service, account, region, table, key of the row, and the way within the row.
pub type Path = Vec<String>;

/// Every value of an export by its path.
#[must_use]
pub fn flatten(export: &Value) -> BTreeMap<Path, Value> {
    let mut leaves = BTreeMap::new();
    for (service, scopes) in export.as_object().into_iter().flatten() {
        for scope in scopes.as_array().into_iter().flatten() {
            let text = |key: &str| scope[key].as_str().unwrap_or_default().to_owned();
            let path = vec![service.clone(), text("account"), text("region")];
            for (table, rows) in scope["state"].as_object().into_iter().flatten() {
                let mut path = path.clone();
                path.push(table.clone());
                table_rows(&path, rows, &mut leaves);
            }
        }
    }
    leaves
}

/// A table is a list of pairs of key and row.
fn table_rows(path: &Path, rows: &Value, leaves: &mut BTreeMap<Path, Value>) {
    for row in rows.as_array().into_iter().flatten() {
        let mut path = path.clone();
        path.push(row[0].to_string());
        within_row(&path, &row[1], leaves);
    }
}

fn within_row(path: &Path, value: &Value, leaves: &mut BTreeMap<Path, Value>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                let mut path = path.clone();
                path.push(name.clone());
                within_row(&path, member, leaves);
            }
        }
        _ => {
            leaves.insert(path.clone(), value.clone());
        }
    }
}

/// The paths whose values differ, or stand in one of the two alone.
#[must_use]
pub fn differences(before: &BTreeMap<Path, Value>, after: &BTreeMap<Path, Value>) -> BTreeSet<Path> {
    let paths = before.keys().chain(after.keys());
    paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}
