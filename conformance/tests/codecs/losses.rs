//! What the wire cannot tell apart, and what botocore itself does not. Everything else must arrive as it was sent.

use serde_json::{Value, json};
use stagecheck_emulator::wire::Document;
use stagecheck_models::{Kind, ListForm, Location, Member, Operation, Protocol, Shape, TimestampFormat};

use crate::interchange::tagged;
use crate::text::xml_holds;

/// What of an input arrives. `milliseconds` says that botocore was told to write them.
pub(crate) fn of_request(
    operation: &Operation,
    protocol: Protocol,
    input: &Document<'static>,
    milliseconds: bool,
) -> Document<'static> {
    let (Some(shape), Document::Structure(members)) = (operation.input, input) else { return input.clone() };
    let wire = Wire { protocol, milliseconds };
    let arriving = shape.members().iter().filter_map(|member| {
        let sent = members.iter().find(|(name, _)| *name == member.name).map(|(_, value)| value);
        wire.top(member, sent).map(|value| (member.name, value))
    });
    Document::Structure(arriving.collect())
}

/// The way of one input.
struct Wire {
    protocol: Protocol,
    milliseconds: bool,
}

impl Wire {
    fn top(&self, member: &Member, sent: Option<&Document<'static>>) -> Option<Document<'static>> {
        match (member.location, member.shape.kind, sent) {
            // A structure that is the body, and is not given, is written as one without members.
            (Location::Payload, Kind::Structure(_), None) => Some(Document::Structure(Vec::new())),
            // Every request has a body of some length: a payload of no bytes is none.
            (Location::Payload, Kind::Blob, Some(value)) if is_empty(value) => None,
            // A list or map in the query string is its items: without any, it leaves no trace.
            (Location::Query, Kind::List { .. } | Kind::Map { .. }, Some(value)) if is_empty(value) => None,
            // Timestamps are written as in XML there, in full.
            (Location::Query, _, sent) => sent.cloned(),
            (_, _, sent) => self.nested(member.shape, sent?),
        }
    }

    fn nested(&self, shape: &'static Shape, value: &Document<'static>) -> Option<Document<'static>> {
        match (shape.kind, value) {
            (Kind::Structure(members), Document::Structure(present)) => {
                let arriving: Vec<_> = present
                    .iter()
                    .filter_map(|(name, value)| {
                        let member = members.iter().find(|member| member.name == *name)?;
                        self.nested(member.shape, value).map(|value| (*name, value))
                    })
                    .collect();
                self.unless_formless(arriving.is_empty(), Document::Structure(arriving))
            }
            (Kind::List { member, .. }, Document::List(items)) => {
                let arriving: Vec<_> = items.iter().filter_map(|item| self.nested(member, item)).collect();
                // The empty list is the one that a form can hold: its name without a value.
                self.unless_formless(arriving.is_empty() && !items.is_empty(), Document::List(arriving))
            }
            (Kind::Map { value: shape, .. }, Document::Map(entries)) => {
                let arriving: Vec<_> = entries
                    .iter()
                    .filter_map(|(key, value)| self.nested(shape, value).map(|value| (key.clone(), value)))
                    .collect();
                self.unless_formless(arriving.is_empty(), Document::Map(arriving))
            }
            // botocore writes Unix timestamps in whole seconds unless told otherwise.
            (Kind::Timestamp(format), Document::Timestamp(moment))
                if self.is_unix(format) && !self.milliseconds =>
            {
                Some(Document::Timestamp(moment.whole_seconds()))
            }
            _ => Some(value.clone()),
        }
    }

    /// A form is nothing but scalars under long names: what has no scalar in it leaves no trace.
    fn unless_formless(&self, scalarless: bool, value: Document<'static>) -> Option<Document<'static>> {
        let form = matches!(self.protocol, Protocol::AwsQuery { .. });
        (!(form && scalarless)).then_some(value)
    }

    fn is_unix(&self, format: Option<TimestampFormat>) -> bool {
        match format {
            // CBOR has one way for all.
            _ if matches!(self.protocol, Protocol::RpcV2Cbor { .. }) => true,
            Some(format) => format == TimestampFormat::UnixTimestamp,
            None => !matches!(self.protocol, Protocol::AwsQuery { .. }),
        }
    }
}

fn is_empty(value: &Document<'_>) -> bool {
    match value {
        Document::List(items) => items.is_empty(),
        Document::Map(entries) => entries.is_empty(),
        Document::Blob(bytes) => bytes.is_empty(),
        _ => false,
    }
}

/// What of an output arrives.
pub(crate) fn of_response(operation: &Operation, protocol: Protocol, output: &Document<'static>) -> Value {
    let members = operation.output.map_or(&[][..], Shape::members);
    let mut arriving = tagged(output);
    for member in members {
        let sent = output.member(member.name);
        // Every answer has a body of some length: a payload that is not there is one of no bytes.
        if member.location == Location::Payload && sent.is_none() {
            arriving[member.name] = json!({"$blob": ""});
        }
        // In XML, a flattened list or map is its items: without any, it leaves no trace.
        if matches!(protocol, Protocol::AwsQuery { .. }) && is_flattened(member) && sent.is_some_and(is_empty)
        {
            arriving.as_object_mut().map(|members| members.shift_remove(member.name));
        }
    }
    match protocol {
        // botocore's awsJson parser, unlike that of restJson, leaves special doubles as the words on the wire.
        Protocol::AwsJson { .. } => with_special_doubles_in_words(arriving),
        Protocol::RestJson | Protocol::AwsQuery { .. } | Protocol::RpcV2Cbor { .. } => arriving,
    }
}

fn is_flattened(member: &Member) -> bool {
    match member.shape.kind {
        Kind::List { form, .. } => form == ListForm::Flattened,
        Kind::Map { form, .. } => form.flattened,
        _ => false,
    }
}

fn with_special_doubles_in_words(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(with_special_doubles_in_words).collect(),
        Value::Object(members) => match members.get("$double").and_then(Value::as_str) {
            Some("NaN") => json!("NaN"),
            Some("7ff0000000000000") => json!("Infinity"),
            Some("fff0000000000000") => json!("-Infinity"),
            _ => members
                .into_iter()
                .map(|(name, value)| (name, with_special_doubles_in_words(value)))
                .collect(),
        },
        other => other,
    }
}

/// What botocore's parser makes of an error's message.
pub(crate) fn of_message(protocol: Protocol, message: &str) -> Value {
    match protocol {
        // An empty element of an error is no text to it.
        Protocol::AwsQuery { .. } if message.is_empty() => Value::Null,
        // Callers choose what messages repeat; the emulator writes a sign for what XML cannot hold.
        Protocol::AwsQuery { .. } => {
            json!(message.replace(|letter| !xml_holds(letter), "\u{fffd}"))
        }
        Protocol::RestJson | Protocol::AwsJson { .. } | Protocol::RpcV2Cbor { .. } => json!(message),
    }
}
