//! Made-up services, one of each protocol, for what the codecs can and no model uses: flattened lists and maps, maps
//! with names of their own, every timestamp format, greedy labels. `probe.json` has the same for botocore.

use stagecheck_models::{
    Constraints, ErrorShape, Kind, ListForm, Location, MapForm, Member, Operation, Protocol, Segment,
    Service, Shape, TimestampFormat,
};

/// All of them.
pub(crate) static SERVICES: [&Service; 4] = [&REST_JSON, &AWS_JSON, &AWS_QUERY, &RPC_V2_CBOR];

static REST_JSON: Service = Service {
    name: "probe-rest-json",
    signing_name: "probe",
    version: "2026-11-23",
    protocol: Protocol::RestJson,
    other_protocols: &[],
    operations: &[&PUT_ANYTHING, &PUT_EVERYTHING],
};

static AWS_JSON: Service = Service {
    name: "probe-json",
    signing_name: "probe",
    version: "2026-11-23",
    protocol: Protocol::AwsJson { target_prefix: "Probe_20261123", json_version: "1.1" },
    other_protocols: &[],
    operations: &[&Operation { service: &AWS_JSON, ..everything(0) }],
};

static AWS_QUERY: Service = Service {
    name: "probe-query",
    signing_name: "probe",
    version: "2026-11-23",
    protocol: Protocol::AwsQuery { xml_namespace: "https://probe.example/doc/2026-11-23/" },
    other_protocols: &[],
    operations: &[&Operation {
        service: &AWS_QUERY,
        result_wrapper: Some("PutEverythingResult"),
        ..everything(0)
    }],
};

static RPC_V2_CBOR: Service = Service {
    name: "probe-rpc-v2-cbor",
    signing_name: "probe",
    version: "2026-11-23",
    protocol: Protocol::RpcV2Cbor { service_name: "Probe_20261123", namespace: "com.example.probe" },
    other_protocols: &[],
    operations: &[&Operation {
        service: &RPC_V2_CBOR,
        input: Some(&EVERYTHING_BY_ITS_NAME),
        output: Some(&EVERYTHING_BY_ITS_NAME),
        ..everything(0)
    }],
};

static PUT_EVERYTHING: Operation = Operation { path: &[Segment::Literal("everything")], ..everything(1) };

const fn everything(index: usize) -> Operation {
    Operation {
        service: &REST_JSON,
        index,
        name: "PutEverything",
        method: "POST",
        path: &[],
        query: &[],
        status: 200,
        input: Some(&EVERYTHING),
        output: Some(&EVERYTHING),
        result_wrapper: None,
        errors: &ERRORS,
    }
}

static PUT_ANYTHING: Operation = Operation {
    service: &REST_JSON,
    index: 0,
    name: "PutAnything",
    method: "PUT",
    path: &[Segment::Literal("anything"), Segment::Label("Label"), Segment::Greedy("Rest")],
    query: &[("mode", "any")],
    status: 202,
    input: Some(&ANYTHING),
    output: None,
    result_wrapper: None,
    errors: &ERRORS,
};

static ERRORS: [&ErrorShape; 1] = [&TEAPOT];

static TEAPOT: ErrorShape = ErrorShape {
    code: "TeapotException",
    status: 418,
    shape: &shape("TeapotException", Kind::Structure(&[])),
};

static ANYTHING: Shape = shape(
    "Anything",
    Kind::Structure(&[
        bound("Label", &TEXT, Location::Uri),
        bound("Rest", &TEXT, Location::Uri),
        bound("QueryFlag", &FLAG, Location::Query),
        bound("QueryLong", &LONG, Location::Query),
        bound("QueryRatio", &RATIO, Location::Query),
        bound("QueryWhen", &WHEN, Location::Query),
        bound("QueryWhens", &list("Whens", &WHEN, ListForm::Wrapped("member")), Location::Query),
        bound("QueryOthers", &map("Pairs", &TEXT, MapForm::DEFAULT), Location::Query),
        bound("X-Text", &TEXT, Location::Header),
        bound("X-Flag", &FLAG, Location::Header),
        bound("X-Integer", &INTEGER, Location::Header),
        bound("X-Ratio", &RATIO, Location::Header),
        bound("Inner", &INNER, Location::Payload),
    ]),
);

static EVERYTHING: Shape = shape(
    "Everything",
    Kind::Structure(&[
        body("Text", &TEXT),
        body("Flag", &FLAG),
        body("Integer", &INTEGER),
        body("Long", &LONG),
        body("Ratio", &RATIO),
        body("Bytes", &shape("Bytes", Kind::Blob)),
        body("When", &WHEN),
        body("WhenIso", &shape("WhenIso", Kind::Timestamp(Some(TimestampFormat::Iso8601)))),
        body("WhenUnix", &shape("WhenUnix", Kind::Timestamp(Some(TimestampFormat::UnixTimestamp)))),
        Member { wire: "Renamed", ..body("Inner", &INNER) },
        body("Texts", &list("Texts", &TEXT, ListForm::Wrapped("member"))),
        body("Inners", &list("Inners", &INNER, ListForm::Wrapped("Item"))),
        body(
            "Lists",
            &list("Lists", &list("Texts", &TEXT, ListForm::Wrapped("member")), ListForm::Wrapped("member")),
        ),
        body("FlatTexts", &list("FlatTexts", &TEXT, ListForm::Flattened)),
        body("FlatInners", &list("FlatInners", &INNER, ListForm::Flattened)),
        body("Pairs", &map("Pairs", &TEXT, MapForm::DEFAULT)),
        body(
            "NamedInners",
            &map("NamedInners", &INNER, MapForm { key: "Name", value: "Held", flattened: false }),
        ),
        body("FlatPairs", &map("FlatPairs", &TEXT, MapForm { flattened: true, ..MapForm::DEFAULT })),
    ]),
);

/// In CBOR, members have no other names on the wire, and lists and maps one form.
static EVERYTHING_BY_ITS_NAME: Shape = shape(
    "EverythingByItsName",
    Kind::Structure(&[
        body("Text", &TEXT),
        body("Flag", &FLAG),
        body("Integer", &INTEGER),
        body("Long", &LONG),
        body("Ratio", &RATIO),
        body("Bytes", &shape("Bytes", Kind::Blob)),
        body("When", &WHEN),
        body("WhenIso", &shape("WhenIso", Kind::Timestamp(Some(TimestampFormat::Iso8601)))),
        body("Inner", &INNER),
        body("Inners", &list("Inners", &INNER, ListForm::Wrapped("Item"))),
        body(
            "Lists",
            &list("Lists", &list("Texts", &TEXT, ListForm::Wrapped("member")), ListForm::Wrapped("member")),
        ),
        body("Pairs", &map("Pairs", &TEXT, MapForm::DEFAULT)),
        body("NamedInners", &map("NamedInners", &INNER, MapForm::DEFAULT)),
    ]),
);

static INNER: Shape = shape("Inner", Kind::Structure(&[body("Text", &TEXT), body("Flag", &FLAG)]));
static TEXT: Shape = shape("Text", Kind::String(&[]));
static FLAG: Shape = shape("Flag", Kind::Boolean);
static INTEGER: Shape = shape("Integer", Kind::Integer);
static LONG: Shape = shape("Long", Kind::Long);
static RATIO: Shape = shape("Ratio", Kind::Double);
static WHEN: Shape = shape("When", Kind::Timestamp(None));

const fn shape(name: &'static str, kind: Kind) -> Shape {
    Shape { name, kind, constraints: Constraints::NONE }
}

const fn list(name: &'static str, member: &'static Shape, form: ListForm) -> Shape {
    shape(name, Kind::List { member, form })
}

const fn map(name: &'static str, value: &'static Shape, form: MapForm) -> Shape {
    shape(name, Kind::Map { key: &TEXT, value, form })
}

const fn body(name: &'static str, shape: &'static Shape) -> Member {
    bound(name, shape, Location::Body)
}

const fn bound(name: &'static str, shape: &'static Shape, location: Location) -> Member {
    Member { name, wire: name, shape, location, required: false }
}
