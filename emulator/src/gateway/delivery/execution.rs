//! Where execution logs go: to the group that API Gateway manages or, in its place, where deliveries take them.
//!
//! Source: developer guide, "Send REST API execution logs to other destinations", and What's New of September 2026.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::record::LogKind;
use super::writer::{AsWhom, Target};
use super::{Entry, Executed};
use crate::service::ports::{DeliveryTarget, LogDeliveries, LogDelivery};
use crate::store::Scope;
use crate::time::Timestamp;

/// The type of log that deliveries take.
const LOG_TYPE: &str = "EXECUTION_LOGS";

/// Bytes of a line in the managed group, after which it is cut (captured).
const LONGEST_LINE: usize = 1024;

/// Bytes of a record of a delivery (What's New of September 2026: 1 MB).
const LONGEST_RECORD: usize = 1 << 20;

/// What is put behind a line that was cut.
const CUT: &str = " [TRUNCATED]";

/// Finds the ways of execution logs.
pub(super) struct ExecutionRoutes {
    deliveries: Arc<dyn LogDeliveries>,
}

impl ExecutionRoutes {
    pub(super) fn new(deliveries: Arc<dyn LogDeliveries>) -> Self {
        Self { deliveries }
    }

    /// The entries as they are to be written: one for each delivery, or the one for the managed group.
    pub(super) fn routed(&self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut routed = Vec::with_capacity(entries.len());
        // Looked up once for all entries of a stage.
        let mut known: HashMap<String, Vec<LogDelivery>> = HashMap::new();
        for mut entry in entries {
            let deliveries: &[LogDelivery] = match &entry.executed {
                Some(_) => known
                    .entry(resource_arn(&entry))
                    .or_insert_with_key(|arn| self.deliveries.of_resource(&entry.scope, arn, LOG_TYPE)),
                None => &[],
            };
            if deliveries.is_empty() {
                if entry.log == LogKind::Execution {
                    entry.lines.iter_mut().for_each(|(_, line)| cut(line, LONGEST_LINE));
                }
                routed.push(entry);
            } else {
                routed.extend(deliveries.iter().map(|delivery| delivered(&entry, delivery)));
            }
        }
        routed
    }
}

/// The stage, as sources of deliveries name it.
fn resource_arn(entry: &Entry) -> String {
    entry.scope.arn("apigateway", format_args!("/restapis/{}/stages/{}", entry.api_id, entry.stage))
}

fn delivered(entry: &Entry, delivery: &LogDelivery) -> Entry {
    let record = |(at, line): &(Timestamp, String)| {
        let mut record = record(entry, delivery, *at, line);
        cut(&mut record, LONGEST_RECORD);
        (*at, record)
    };
    Entry {
        lines: entry.lines.iter().map(record).collect(),
        target: target(&entry.scope, delivery),
        writer: AsWhom::LogDelivery { source_arn: delivery.source_arn.clone() },
        ..entry.clone()
    }
}

fn target(scope: &Scope, delivery: &LogDelivery) -> Target {
    let arn = delivery.target_arn.clone().unwrap_or_default();
    match delivery.target {
        DeliveryTarget::CloudWatchLogs | DeliveryTarget::Firehose => Target::of_arn(&arn, scope),
        DeliveryTarget::S3 | DeliveryTarget::XRay => Target::Elsewhere(arn),
    }
}

/// A line as a record: the fields that the delivery has, in its format. Without any named it has the payload alone.
fn record(entry: &Entry, delivery: &LogDelivery, at: Timestamp, line: &str) -> String {
    let payload = ["payload".to_owned()];
    let fields = if delivery.record_fields.is_empty() { &payload[..] } else { &delivery.record_fields };
    let values = fields.iter().map(|name| (name, field(entry, name, at, line)));
    if delivery.output_format == Some("json") {
        let record: Map<String, Value> = values.map(|(name, value)| (name.clone(), value)).collect();
        return Value::Object(record).to_string();
    }
    let texts: Vec<String> = values
        .map(|(_, value)| match value {
            Value::String(text) => text,
            other => other.to_string(),
        })
        .collect();
    texts.join(&delivery.field_delimiter)
}

/// A field's value. That times are milliseconds is inferred.
fn field(entry: &Entry, name: &str, at: Timestamp, line: &str) -> Value {
    let executed = entry.executed.as_ref();
    match name {
        "resource_arn" => resource_arn(entry).into(),
        "event_timestamp" => at.millis().into(),
        "api_id" => entry.api_id.as_str().into(),
        "stage" => entry.stage.as_str().into(),
        "resource_path" => executed.map(|Executed { resource_path, .. }| resource_path.as_str()).into(),
        "http_method" => executed.map(|Executed { http_method, .. }| http_method.as_str()).into(),
        "payload" => line.into(),
        // The control plane refuses others.
        _ => Value::Null,
    }
}

/// Cuts a text behind so many bytes.
fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        text.push_str(CUT);
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    fn line(text: String) -> String {
        let mut text = text;
        cut(&mut text, super::LONGEST_LINE);
        text
    }

    #[test]
    fn long_lines_are_cut_at_1024_bytes() {
        assert_eq!(line("x".repeat(1024)).len(), 1024);
        let long = line("x".repeat(1025));
        assert_eq!((long.len(), long.ends_with("x [TRUNCATED]")), (1036, true));
        assert_eq!(line(long.clone()), long, "once is enough");
        let wide = line(format!("{}é", "x".repeat(1023)));
        assert!(wide.ends_with("x [TRUNCATED]"), "a character is not cut in two");
    }
}
