//! What has crossed the wire, against all that the models have.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use stagecheck_emulator::wire::Document;
use stagecheck_models::{Kind, Operation, Shape};

/// Members that arrived, by the operation that they belong to (`logs:PutLogEvents`) and their path from its top.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    arrived: BTreeSet<String>,
}

impl Coverage {
    /// Notes every member of a document that has arrived.
    pub(crate) fn note(&mut self, operation: &Operation, document: &Document<'_>) {
        self.walk(&title(operation), document);
    }

    fn walk(&mut self, path: &str, document: &Document<'_>) {
        match document {
            Document::Structure(members) => {
                for (name, value) in members {
                    self.step(format!("{path}.{name}"), value);
                }
            }
            Document::List(items) => {
                for item in items {
                    self.step(format!("{path}[]"), item);
                }
            }
            Document::Map(entries) => {
                for (_, value) in entries {
                    self.step(format!("{path}{{}}"), value);
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, path: String, value: &Document<'_>) {
        self.walk(&path, value);
        self.arrived.insert(path);
    }

    /// That nothing which these operations have was missed; how many members that is.
    pub(crate) fn complete(
        &self,
        operations: impl Iterator<Item = (&'static Operation, &'static Shape)>,
    ) -> Result<usize> {
        let mut all = BTreeSet::new();
        for (operation, shape) in operations {
            expect(&mut all, &title(operation), shape, &mut Vec::new());
        }
        let missed: Vec<_> = all.difference(&self.arrived).collect();
        ensure!(missed.is_empty(), "{} members never crossed the wire: {missed:?}", missed.len());
        Ok(all.len())
    }
}

fn title(operation: &Operation) -> String {
    format!("{}:{}", operation.service.name, operation.name)
}

/// Every member below this shape, once around where a structure stands in itself.
fn expect(all: &mut BTreeSet<String>, path: &str, shape: &'static Shape, above: &mut Vec<&'static str>) {
    if above.contains(&shape.name) {
        return;
    }
    above.push(shape.name);
    let parts: Vec<(String, &'static Shape)> = match shape.kind {
        Kind::Structure(members) => {
            members.iter().map(|member| (format!("{path}.{}", member.name), member.shape)).collect()
        }
        Kind::List { member, .. } => vec![(format!("{path}[]"), member)],
        Kind::Map { value, .. } => vec![(format!("{path}{{}}"), value)],
        _ => Vec::new(),
    };
    for (path, shape) in parts {
        expect(all, &path, shape, above);
        all.insert(path);
    }
    above.pop();
}
