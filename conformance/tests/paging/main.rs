//! Whoever walks the pages of a list while others write sees everything that lived throughout, once.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;

use http::StatusCode;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_emulator::Emulator;

/// What others do between two pages.
#[derive(Clone, Debug)]
enum Write {
    Create,
    Delete(Index),
}

/// A list of API Gateway.
#[derive(Clone, Copy, Debug)]
struct List {
    path: &'static str,
    page_size: &'static str,
    token: &'static str,
    next: &'static str,
    items: &'static str,
    id: &'static str,
}

const REST_APIS: List = List {
    path: "/restapis",
    page_size: "limit",
    token: "position",
    next: "position",
    items: "item",
    id: "id",
};

const HTTP_APIS: List = List {
    path: "/v2/apis",
    page_size: "maxResults",
    token: "nextToken",
    next: "nextToken",
    items: "items",
    id: "apiId",
};

struct World {
    emulator: Emulator,
    client: Client,
    list: List,
    present: Vec<String>,
}

impl World {
    fn new(seed: u64, list: List) -> Self {
        let emulator = Emulator::builder().seed(seed).build();
        Self { emulator, client: Client::new("test", "us-east-1"), list, present: Vec::new() }
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.emulator.respond(self.client.rest(method, path, body).unwrap());
        assert!(answer.status() < StatusCode::BAD_REQUEST, "{method} {path}: {:?}", answer.body());
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }

    fn write(&mut self, write: &Write) {
        match write {
            Write::Create => {
                let body = match self.list.path {
                    "/restapis" => json!({"name": "x", "endpointConfiguration": {"types": ["REGIONAL"]}}),
                    _ => json!({"name": "x", "protocolType": "HTTP"}),
                };
                let created = self.call("POST", self.list.path, &body);
                self.present.push(created[self.list.id].as_str().unwrap().to_owned());
            }
            Write::Delete(_) if self.present.is_empty() => {}
            Write::Delete(which) => {
                let id = self.present.remove(which.index(self.present.len()));
                self.call("DELETE", &format!("{}/{id}", self.list.path), &Value::Null);
            }
        }
    }

    /// A page, and where to go on.
    fn page(&self, size: usize, token: Option<&str>) -> (Vec<String>, Option<String>) {
        let List { path, page_size, token: parameter, next, items, id } = self.list;
        let token = token.map(|token| format!("&{parameter}={token}")).unwrap_or_default();
        let answer = self.call("GET", &format!("{path}?{page_size}={size}{token}"), &Value::Null);
        let ids = answer[items]
            .as_array()
            .map(|items| items.iter().map(|item| item[id].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        (ids.unwrap_or_default(), answer[next].as_str().map(str::to_owned))
    }
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![Just(Write::Create), any::<Index>().prop_map(Write::Delete)]
}

fn walk(list: List, seed: u64, first: usize, size: usize, between: &[Vec<Write>]) {
    let mut world = World::new(seed, list);
    for _ in 0..first {
        world.write(&Write::Create);
    }
    let mut throughout: BTreeSet<String> = world.present.iter().cloned().collect();
    let (mut seen, mut token) = (Vec::new(), None);
    for writes in between.iter().map(Some).chain(std::iter::repeat(None)) {
        let (ids, next) = world.page(size, token.as_deref());
        assert!(ids.len() <= size);
        seen.extend(ids);
        token = next;
        if token.is_none() {
            break;
        }
        for write in writes.into_iter().flatten() {
            world.write(write);
        }
        throughout.retain(|id| world.present.contains(id));
    }
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "something came twice");
    let missed: Vec<_> = throughout.iter().filter(|id| !once.contains(id)).collect();
    assert!(missed.is_empty(), "{missed:?} lived throughout and did not come");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rest_apis(
        seed: u64,
        first in 0_usize..40,
        size in 1_usize..9,
        between in prop::collection::vec(prop::collection::vec(write(), 0..4), 0..20),
    ) {
        walk(REST_APIS, seed, first, size, &between);
    }

    #[test]
    fn http_apis(
        seed: u64,
        first in 0_usize..40,
        size in 1_usize..9,
        between in prop::collection::vec(prop::collection::vec(write(), 0..4), 0..20),
    ) {
        walk(HTTP_APIS, seed, first, size, &between);
    }
}
