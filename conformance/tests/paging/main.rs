//! Whoever walks the pages of a list while others write sees everything that lived throughout, once.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod apis;
mod iam;
mod logs;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use stagecheck_conformance::client::Client;
use stagecheck_emulator::Emulator;
use stagecheck_emulator::service::Quotas;

/// What others do between two pages.
#[derive(Clone, Debug)]
enum Write {
    Create,
    Delete(Index),
}

/// What a page lists, and where to go on.
type Page = (Vec<String>, Option<String>);

/// A list, and what changes it.
#[derive(Clone, Copy)]
struct List {
    /// Makes what the list is of.
    prepare: fn(&Service),
    /// Adds to it, and answers what was added. The number is another each time.
    create: fn(&Service, u64) -> String,
    delete: fn(&Service, &str),
    page: fn(&Service, usize, Option<&str>) -> Page,
}

/// What is called.
struct Service {
    emulator: Emulator,
    client: Client,
}

struct World {
    service: Service,
    list: List,
    created: u64,
    present: Vec<String>,
}

impl World {
    fn new(seed: u64, list: List) -> Self {
        let emulator = Emulator::builder().seed(seed).quotas(Quotas::Off).build();
        let service = Service { emulator, client: Client::new("test", "us-east-1") };
        (list.prepare)(&service);
        Self { service, list, created: seed, present: Vec::new() }
    }

    fn write(&mut self, write: &Write) {
        match write {
            Write::Create => {
                self.created = self.created.wrapping_add(1);
                // Names come anywhere in their order.
                let number = self.created.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                self.present.push((self.list.create)(&self.service, number));
            }
            Write::Delete(_) if self.present.is_empty() => {}
            Write::Delete(which) => {
                let id = self.present.remove(which.index(self.present.len()));
                (self.list.delete)(&self.service, &id);
            }
        }
    }
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![Just(Write::Create), any::<Index>().prop_map(Write::Delete)]
}

fn walk(list: List, Walk { seed, first, size, between }: &Walk) {
    let mut world = World::new(*seed, list);
    for _ in 0..*first {
        world.write(&Write::Create);
    }
    let mut throughout: BTreeSet<String> = world.present.iter().cloned().collect();
    let (mut seen, mut token) = (Vec::new(), None);
    for writes in between.iter().map(Some).chain(std::iter::repeat(None)) {
        let (ids, next) = (list.page)(&world.service, *size, token.as_deref());
        assert!(ids.len() <= *size);
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

/// How a list is walked, and what happens meanwhile.
#[derive(Clone, Debug)]
struct Walk {
    seed: u64,
    first: usize,
    size: usize,
    between: Vec<Vec<Write>>,
}

fn any_walk() -> impl Strategy<Value = Walk> {
    let between = prop::collection::vec(prop::collection::vec(write(), 0..4), 0..20);
    (any::<u64>(), 0_usize..40, 1_usize..9, between).prop_map(|(seed, first, size, between)| Walk {
        seed,
        first,
        size,
        between,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rest_apis(how in any_walk()) {
        walk(apis::REST_APIS, &how);
    }

    #[test]
    fn http_apis(how in any_walk()) {
        walk(apis::HTTP_APIS, &how);
    }

    #[test]
    fn users(how in any_walk()) {
        walk(iam::USERS, &how);
    }

    #[test]
    fn roles(how in any_walk()) {
        walk(iam::ROLES, &how);
    }

    #[test]
    fn members_of_a_group(how in any_walk()) {
        walk(iam::MEMBERS, &how);
    }

    #[test]
    fn groups_of_a_user(how in any_walk()) {
        walk(iam::GROUPS_OF_A_USER, &how);
    }

    #[test]
    fn inline_policies(how in any_walk()) {
        walk(iam::INLINE_POLICIES, &how);
    }

    #[test]
    fn attached_policies(how in any_walk()) {
        walk(iam::ATTACHED_POLICIES, &how);
    }

    #[test]
    fn resource_policies(how in any_walk()) {
        walk(logs::RESOURCE_POLICIES, &how);
    }

    #[test]
    fn delivery_destinations(how in any_walk()) {
        walk(logs::DELIVERY_DESTINATIONS, &how);
    }

    #[test]
    fn deliveries(how in any_walk()) {
        walk(logs::DELIVERIES, &how);
    }
}
