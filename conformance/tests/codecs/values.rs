//! Values of the models' shapes.

use std::fmt::Debug;
use std::ops::Range;

use anyhow::{Result, anyhow};
use proptest::collection::vec;
use proptest::num;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use stagecheck_emulator::time::Timestamp;
use stagecheck_emulator::wire::Document;
use stagecheck_models::{Kind, Location, Member, Operation, Protocol, Shape};

use crate::text::{Place, texts};

/// Structures of which exactly one member is there, which the tables do not tell. They have but one so far; botocore
/// refuses one without it.
const UNIONS: [&str; 2] = ["IntegrationDetails", "ResourceConfig"];

type Documents = BoxedStrategy<Document<'static>>;

/// How much of an optional value is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every member, and at least one item or entry.
    Whole,
    /// Any.
    Random,
}

/// One value of these.
pub(crate) fn draw<T: Debug>(runner: &mut TestRunner, values: &BoxedStrategy<T>) -> Result<T> {
    let tree = values.new_tree(runner).map_err(|reason| anyhow!("no value could be generated: {reason}"))?;
    Ok(tree.current())
}

/// Inputs of an operation.
pub(crate) fn inputs(operation: &Operation, protocol: Protocol, extent: Extent) -> Documents {
    let place = |member: &Member| match member.location {
        Location::Uri => Place::Label,
        Location::Header => Place::Header,
        Location::Query | Location::Body | Location::Payload => Place::Anywhere,
    };
    // botocore cannot write earlier ones in CBOR.
    let since_1970 = matches!(protocol, Protocol::RpcV2Cbor { .. });
    top(operation.input, extent, since_1970, place)
}

/// Outputs of an operation.
pub(crate) fn outputs(operation: &Operation, protocol: Protocol, extent: Extent) -> Documents {
    let body = match protocol {
        Protocol::AwsQuery { .. } => Place::Xml,
        Protocol::RestJson | Protocol::AwsJson { .. } | Protocol::RpcV2Cbor { .. } => Place::Anywhere,
    };
    let place = move |member: &Member| match member.location {
        Location::Header => Place::Header,
        _ => body,
    };
    top(operation.output, extent, false, place)
}

fn top(
    shape: Option<&'static Shape>,
    extent: Extent,
    since_1970: bool,
    place: impl Fn(&Member) -> Place,
) -> Documents {
    let Some(shape) = shape else { return Just(Document::Structure(Vec::new())).boxed() };
    let members = shape.members().iter().map(|member| {
        let growing = Growing { place: place(member), extent, since_1970, above: vec![shape.name] };
        // There is no path without its labels.
        growing.member(member, member.location == Location::Uri)
    });
    collected(members.collect())
}

/// A value on the way from its top to its leaves.
#[derive(Clone)]
struct Growing {
    place: Place,
    extent: Extent,
    /// Whether moments are not before 1970.
    since_1970: bool,
    /// The structures that this one stands in.
    above: Vec<&'static str>,
}

impl Growing {
    fn member(
        &self,
        member: &'static Member,
        always: bool,
    ) -> BoxedStrategy<Option<(&'static str, Document<'static>)>> {
        let value = self.value(member.shape).prop_map(|value| Some((member.name, value)));
        match self.extent {
            Extent::Random if !always => prop_oneof![Just(None), value].boxed(),
            Extent::Random | Extent::Whole => value.boxed(),
        }
    }

    fn value(&self, shape: &'static Shape) -> Documents {
        match shape.kind {
            Kind::Structure(members) => self.structure(shape, members),
            // No document holds one: events come after it.
            Kind::EventStream(_) => Just(Document::Structure(Vec::new())).boxed(),
            Kind::List { member, .. } => {
                vec(self.value(member), self.length()).prop_map(Document::List).boxed()
            }
            Kind::Map { value, .. } => vec((texts(self.place), self.value(value)), self.length())
                .prop_map(|mut entries| {
                    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                    entries.dedup_by(|(a, _), (b, _)| a == b);
                    Document::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
                })
                .boxed(),
            Kind::String(_) => texts(self.place).prop_map(|text| Document::Text(text.into())).boxed(),
            Kind::Boolean => any::<bool>().prop_map(Document::Boolean).boxed(),
            Kind::Integer => {
                let edges = select(&[i32::MIN, -1, 0, 1, i32::MAX][..]);
                prop_oneof![edges, any::<i32>()].prop_map(|value| Document::Integer(value.into())).boxed()
            }
            Kind::Long => {
                let edges = select(&[i64::MIN, -1, 0, 1, i64::MAX][..]);
                prop_oneof![edges, any::<i64>()].prop_map(Document::Integer).boxed()
            }
            Kind::Double => doubles(),
            Kind::Blob => vec(any::<u8>(), 0..12).prop_map(|bytes| Document::Blob(bytes.into())).boxed(),
            Kind::Timestamp(_) => timestamps(self.since_1970),
        }
    }

    fn structure(&self, shape: &'static Shape, members: &'static [Member]) -> Documents {
        // One that stands in itself twice ends here, empty.
        if self.above.iter().filter(|name| **name == shape.name).count() >= 2 {
            return Just(Document::Structure(Vec::new())).boxed();
        }
        let above = self.above.iter().copied().chain([shape.name]).collect();
        let inner = Self { above, ..self.clone() };
        let always = UNIONS.contains(&shape.name);
        collected(members.iter().map(|member| inner.member(member, always)).collect())
    }

    /// How many items there are.
    fn length(&self) -> Range<usize> {
        match self.extent {
            Extent::Whole => 1..3,
            Extent::Random => 0..3,
        }
    }
}

fn collected(members: Vec<BoxedStrategy<Option<(&'static str, Document<'static>)>>>) -> Documents {
    members.prop_map(|members| Document::Structure(members.into_iter().flatten().collect())).boxed()
}

fn doubles() -> Documents {
    let edges = [0.0, -0.0, 1.0, -5.0, 0.1, 1e16, 1e300, f64::MIN_POSITIVE, f64::MAX, f64::MIN, f64::NAN];
    let infinite = [f64::INFINITY, f64::NEG_INFINITY];
    prop_oneof![select([&edges[..], &infinite[..]].concat()), num::f64::ANY]
        .prop_map(Document::Double)
        .boxed()
}

/// From the year 1000, before which Python writes years of less than four digits, to 9999, where calendars end.
fn timestamps(since_1970: bool) -> Documents {
    let from = |least: i64| if since_1970 { 0 } else { least };
    let all = from(-30_610_224_000_000)..=253_402_300_799_999_i64;
    let whole = (from(-1_000_000_000)..=4_000_000_000_i64).prop_map(|seconds| seconds * 1000);
    prop_oneof![all, whole].prop_map(|millis| Document::Timestamp(Timestamp::from_millis(millis))).boxed()
}
