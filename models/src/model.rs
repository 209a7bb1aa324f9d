//! What a service's table is made of.

/// One service: how it is addressed, and its operations.
#[derive(Debug)]
pub struct Service {
    /// Short name, as in AWS CLI commands: `apigateway`, `logs`.
    pub name: &'static str,
    /// The name in a SigV4 credential scope. `apigateway` and `apigatewayv2` share one.
    pub signing_name: &'static str,
    /// API version, `2015-07-09`.
    pub version: &'static str,
    /// How inputs and outputs are written where a request does not say otherwise.
    pub protocol: Protocol,
    /// What else it speaks, with requests that are made so.
    pub other_protocols: &'static [Protocol],
    /// All operations, ordered by name; [`Operation::index`] is the position here.
    pub operations: &'static [&'static Operation],
}

impl Service {
    /// All that it speaks.
    pub fn protocols(&self) -> impl Iterator<Item = Protocol> {
        [self.protocol].into_iter().chain(self.other_protocols.iter().copied())
    }

    /// How it speaks smithy-rpc-v2-cbor, if it does.
    #[must_use]
    pub fn rpc_v2_cbor(&self) -> Option<Protocol> {
        self.protocols().find(|protocol| matches!(protocol, Protocol::RpcV2Cbor { .. }))
    }
}

/// The wire protocols of AWS services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// JSON bodies, the rest bound to path, query and headers.
    RestJson,
    /// JSON both ways, the operation named by `X-Amz-Target`.
    AwsJson {
        /// What stands before the dot in `X-Amz-Target`.
        target_prefix: &'static str,
        /// The version in the content type, `1.1`.
        json_version: &'static str,
    },
    /// Form-encoded input, XML output, the operation named by `Action`.
    AwsQuery {
        /// The namespace of response documents.
        xml_namespace: &'static str,
    },
    /// CBOR both ways, service and operation named by the path: `smithy-rpc-v2-cbor`.
    RpcV2Cbor {
        /// The name in the path.
        service_name: &'static str,
        /// What stands before the `#` in the names of its errors.
        namespace: &'static str,
    },
}

/// One operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// The service that it belongs to.
    pub service: &'static Service,
    /// Its position in [`Service::operations`]; with the service's name the identity of an operation.
    pub index: usize,
    /// Name, `UpdateStage`.
    pub name: &'static str,
    /// HTTP method, in capitals.
    pub method: &'static str,
    /// The request path, split at its slashes. Empty for `/`.
    pub path: &'static [Segment],
    /// Query parameters with a fixed value that select this operation (`mode=import`).
    pub query: &'static [(&'static str, &'static str)],
    /// HTTP status of success.
    pub status: u16,
    /// The input structure, if it takes one.
    pub input: Option<&'static Shape>,
    /// The output structure, if it gives one.
    pub output: Option<&'static Shape>,
    /// The XML element around the output (awsQuery only).
    pub result_wrapper: Option<&'static str>,
    /// The errors that the model lists.
    pub errors: &'static [&'static ErrorShape],
}

impl Operation {
    /// Whether the body is a member of the input as it is, in whatever content type.
    #[must_use]
    pub fn takes_raw_body(&self) -> bool {
        let members = self.input.map(Shape::members).unwrap_or_default();
        members.iter().any(|member| member.location == Location::Payload)
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.service.name == other.service.name
    }
}

impl Eq for Operation {}

/// One part of a request path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Matches itself.
    Literal(&'static str),
    /// Matches one segment and names it.
    Label(&'static str),
    /// Matches all that remains and names it.
    Greedy(&'static str),
}

/// A type, with the constraints on its values.
#[derive(Debug)]
pub struct Shape {
    /// The shape's name in the service model.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What its values must satisfy.
    pub constraints: Constraints,
}

impl Shape {
    /// A shape without constraints.
    pub(crate) const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, constraints: Constraints::NONE }
    }

    /// The same shape with a smallest length or value.
    pub(crate) const fn min(mut self, min: i64) -> Self {
        self.constraints.min = Some(min);
        self
    }

    /// The same shape with a greatest length or value.
    pub(crate) const fn max(mut self, max: i64) -> Self {
        self.constraints.max = Some(max);
        self
    }

    /// The same shape with a pattern that the whole text must match.
    pub(crate) const fn pattern(mut self, pattern: &'static str) -> Self {
        self.constraints.pattern = Some(pattern);
        self
    }

    /// The same shape, its values never to be shown.
    pub(crate) const fn sensitive(mut self) -> Self {
        self.constraints.sensitive = true;
        self
    }

    /// The members of a structure or event stream; none for any other kind.
    #[must_use]
    pub const fn members(&self) -> &'static [Member] {
        match self.kind {
            Kind::Structure(members) | Kind::EventStream(members) => members,
            _ => &[],
        }
    }
}

/// What a shape is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Named members.
    Structure(&'static [Member]),
    /// A stream of events, of which each is one of these members.
    EventStream(&'static [Member]),
    /// Values of one shape, in order.
    List {
        /// The shape of each value.
        member: &'static Shape,
        /// How awsQuery writes it; JSON takes no notice.
        form: ListForm,
    },
    /// Values under text keys.
    Map {
        /// The shape of each key.
        key: &'static Shape,
        /// The shape of each value.
        value: &'static Shape,
        /// How awsQuery writes it; JSON takes no notice.
        form: MapForm,
    },
    /// Text; where the list is not empty, one of its values.
    String(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
    /// 32 bits, signed.
    Integer,
    /// 64 bits, signed.
    Long,
    /// 64-bit floating point.
    Double,
    /// Bytes, in JSON and XML as base64 except where they are the whole body.
    Blob,
    /// A moment; `None` takes the protocol's own format.
    Timestamp(Option<TimestampFormat>),
}

/// How awsQuery writes a list, in parameters and in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// Each value under an element of this name, `member` where the model gives none.
    Wrapped(&'static str),
    /// Each value directly under the list's own name.
    Flattened,
}

/// How awsQuery writes a map, in parameters and in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapForm {
    /// The name of the element that holds a key.
    pub key: &'static str,
    /// The name of the element that holds a value.
    pub value: &'static str,
    /// Whether entries stand directly under the map's own name, not under `entry`.
    pub flattened: bool,
}

impl MapForm {
    /// What a model that says nothing means.
    pub const DEFAULT: Self = Self { key: "key", value: "value", flattened: false };
}

/// How a timestamp is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2026-11-23T09:00:00Z`
    Iso8601,
    /// Seconds since 1970, with a fraction where there is one.
    UnixTimestamp,
}

/// One member of a structure.
#[derive(Debug)]
pub struct Member {
    /// The name by which clients and handlers know it.
    pub name: &'static str,
    /// The name on the wire.
    pub wire: &'static str,
    /// Its type.
    pub shape: &'static Shape,
    /// Where it stands in a request or response.
    pub location: Location,
    /// Whether an input without it is refused.
    pub required: bool,
}

impl Member {
    /// An optional member in the body, of the same name on the wire.
    pub(crate) const fn new(name: &'static str, shape: &'static Shape) -> Self {
        Self { name, wire: name, shape, location: Location::Body, required: false }
    }

    /// The same member under another name on the wire.
    pub(crate) const fn wire(mut self, wire: &'static str) -> Self {
        self.wire = wire;
        self
    }

    /// The same member, elsewhere than in the body.
    pub(crate) const fn at(mut self, location: Location) -> Self {
        self.location = location;
        self
    }

    /// The same member, required.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// Where a member stands in an HTTP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the body's document.
    Body,
    /// It is the body.
    Payload,
    /// A label of the path.
    Uri,
    /// A query parameter.
    Query,
    /// A header.
    Header,
}

/// What the values of a shape must satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constraints {
    /// Smallest length (text in characters, blobs in bytes, lists and maps in entries) or value (numbers).
    pub min: Option<i64>,
    /// Greatest length or value, in the same units.
    pub max: Option<i64>,
    /// A regular expression, in Java's syntax, that the whole text must match.
    pub pattern: Option<&'static str>,
    /// A secret: never echoed in a message.
    pub sensitive: bool,
}

impl Constraints {
    /// Anything goes.
    pub const NONE: Self = Self { min: None, max: None, pattern: None, sensitive: false };
}

/// An error that an operation may answer with.
#[derive(Debug)]
pub struct ErrorShape {
    /// The code on the wire: `BadRequestException`, `NoSuchEntity`.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Its members.
    pub shape: &'static Shape,
}
