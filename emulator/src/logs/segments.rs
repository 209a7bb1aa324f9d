//! Log events: segments that are appended and never changed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{GroupName, StreamName};
use crate::store::Transactional;
use crate::time::Timestamp;

type StreamKey = (GroupName, StreamName);

/// The events of one PutLogEvents, oldest first.
#[derive(Debug)]
pub(super) struct Segment {
    /// The number of its first event; the next has the next number. Later calls have higher numbers.
    first_number: u64,
    ingestion_time: Timestamp,
    /// The ARN of the key that they are encrypted with.
    kms_key_id: Option<Arc<str>>,
    /// All messages, one behind the other.
    text: Box<str>,
    /// When each event was, and where its message ends in the text.
    events: Box<[(Timestamp, u32)]>,
}

/// One event of a segment. Its message is read where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'a> {
    segment: &'a Arc<Segment>,
    index: usize,
}

/// Events that outlive the lock. A segment is held once for its events that follow each other: counting for each of them
/// would have callers wait for each other.
#[derive(Debug, Default)]
pub(super) struct Page {
    segments: Vec<Arc<Segment>>,
    /// Which segment, and which of its events.
    events: Vec<(usize, usize)>,
}

impl Segment {
    fn message(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.events[before].1 as usize);
        &self.text[start..self.events[index].1 as usize]
    }
}

impl<'a> Event<'a> {
    pub(super) fn timestamp(&self) -> Timestamp {
        self.segment.events[self.index].0
    }

    pub(super) fn ingestion_time(&self) -> Timestamp {
        self.segment.ingestion_time
    }

    /// Its number among all events of the scope; later arrivals have higher ones.
    pub(super) fn number(&self) -> u64 {
        self.segment.first_number + self.index as u64
    }

    pub(super) fn message(&self) -> &'a str {
        self.segment.message(self.index)
    }
}

impl<'a> FromIterator<Event<'a>> for Page {
    fn from_iter<I: IntoIterator<Item = Event<'a>>>(events: I) -> Self {
        let mut page = Self::default();
        for Event { segment, index } in events {
            if !page.segments.last().is_some_and(|last| Arc::ptr_eq(last, segment)) {
                page.segments.push(Arc::clone(segment));
            }
            page.events.push((page.segments.len() - 1, index));
        }
        page
    }
}

impl Page {
    /// The keys that its events are encrypted with, each once.
    pub(super) fn kms_keys(&self) -> BTreeSet<&Arc<str>> {
        self.segments.iter().filter_map(|segment| segment.kms_key_id.as_ref()).collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Event<'_>> {
        self.events.iter().map(|(segment, index)| Event { segment: &self.segments[*segment], index: *index })
    }
}

/// A batch that is yet to get its numbers. Making it needs no lock.
pub(super) struct Batch {
    ingestion_time: Timestamp,
    kms_key_id: Option<Arc<str>>,
    text: Box<str>,
    events: Box<[(Timestamp, u32)]>,
}

impl Batch {
    pub(super) fn new(
        ingestion_time: Timestamp,
        messages: impl Iterator<Item = (Timestamp, impl AsRef<str>)> + Clone,
    ) -> Self {
        let bytes = messages.clone().map(|(_, message)| message.as_ref().len()).sum();
        let mut text = String::with_capacity(bytes);
        let mut events = Vec::with_capacity(messages.size_hint().0);
        for (timestamp, message) in messages {
            text.push_str(message.as_ref());
            // A batch is at most 1 MiB, and an imported one at most what fits its export.
            events.push((timestamp, u32::try_from(text.len()).unwrap_or(u32::MAX)));
        }
        let (text, events) = (text.into_boxed_str(), events.into_boxed_slice());
        Self { ingestion_time, kms_key_id: None, text, events }
    }

    /// The batch, encrypted with a key where there is one.
    pub(super) fn under(self, kms_key_id: Option<Arc<str>>) -> Self {
        Self { kms_key_id, ..self }
    }

    /// Bytes of all messages.
    pub(super) fn bytes(&self) -> u64 {
        self.text.len() as u64
    }

    /// When the first and the last event were.
    pub(super) fn span(&self) -> Option<(Timestamp, Timestamp)> {
        Some((self.events.first()?.0, self.events.last()?.0))
    }

    fn numbered(self, first_number: u64) -> Segment {
        let Self { ingestion_time, kms_key_id, text, events } = self;
        Segment { first_number, ingestion_time, kms_key_id, text, events }
    }
}

/// The segments of every stream of a scope.
#[derive(Debug, Default)]
pub(super) struct Segments {
    streams: BTreeMap<StreamKey, Vec<Arc<Segment>>>,
    next_number: u64,
    undo: Vec<Undo>,
}

#[derive(Debug)]
enum Undo {
    Appended(StreamKey),
    Removed(StreamKey, Vec<Arc<Segment>>),
}

impl Segments {
    /// Appends events, which are in order, to a stream.
    pub(super) fn append(&mut self, key: StreamKey, batch: Batch) {
        let segment = batch.numbered(self.next_number);
        self.next_number += segment.events.len() as u64;
        let segment = Arc::new(segment);
        match self.streams.get_mut(&key) {
            Some(stream) => stream.push(segment),
            None => {
                self.streams.insert(key.clone(), vec![segment]);
            }
        }
        self.undo.push(Undo::Appended(key));
    }

    /// Removes a stream's events.
    pub(super) fn remove(&mut self, key: &StreamKey) {
        if let Some((key, segments)) = self.streams.remove_entry(key) {
            self.undo.push(Undo::Removed(key, segments));
        }
    }

    /// The events of a stream that are not before `start` and not after `last`, in the order of arrival.
    pub(super) fn within(
        &self,
        key: &StreamKey,
        start: Timestamp,
        last: Timestamp,
    ) -> impl Iterator<Item = Event<'_>> + use<'_> {
        let segments = self.streams.get(key).into_iter().flatten();
        segments.flat_map(move |segment| {
            let from = segment.events.partition_point(|(timestamp, _)| *timestamp < start);
            let to = segment.events.partition_point(|(timestamp, _)| *timestamp <= last);
            (from..to).map(move |index| Event { segment, index })
        })
    }
}

impl Transactional for Segments {
    fn commit(&mut self) {
        self.undo.clear();
    }

    fn roll_back(&mut self) {
        while let Some(undo) = self.undo.pop() {
            match undo {
                Undo::Appended(key) => {
                    if let Entry::Occupied(mut stream) = self.streams.entry(key) {
                        stream.get_mut().pop();
                        if stream.get().is_empty() {
                            stream.remove();
                        }
                    }
                }
                Undo::Removed(key, segments) => {
                    self.streams.insert(key, segments);
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }
}

/// The highest number of a segment that is imported. What is counted on from there never overflows.
const LAST_IMPORTED_NUMBER: u64 = u64::MAX / 2;

/// The exported form of a segment.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExportedSegment {
    first_number: u64,
    ingestion_time: Timestamp,
    kms_key_id: Option<Arc<str>>,
    events: Vec<(Timestamp, String)>,
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Segment", 4)?;
        out.serialize_field("firstNumber", &self.first_number)?;
        out.serialize_field("ingestionTime", &self.ingestion_time)?;
        match &self.kms_key_id {
            Some(key) => out.serialize_field("kmsKeyId", key)?,
            None => out.skip_field("kmsKeyId")?,
        }
        let events: Vec<(Timestamp, &str)> = self
            .events
            .iter()
            .enumerate()
            .map(|(index, (timestamp, _))| (*timestamp, self.message(index)))
            .collect();
        out.serialize_field("events", &events)?;
        out.end()
    }
}

/// Segments are exported as pairs of stream and segments.
impl Serialize for Segments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.streams)
    }
}

impl<'de> Deserialize<'de> for Segments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let exported: Vec<(StreamKey, Vec<ExportedSegment>)> = Vec::deserialize(deserializer)?;
        let mut segments = Self::default();
        for (key, stream) in exported {
            let stream = stream.into_iter().map(|segment| {
                let number = segment.first_number;
                if number > LAST_IMPORTED_NUMBER {
                    return Err(D::Error::custom(format_args!("no event has the number {number}")));
                }
                let events = segment.events.iter().map(|(timestamp, message)| (*timestamp, message));
                let batch = Batch::new(segment.ingestion_time, events).under(segment.kms_key_id);
                let segment = batch.numbered(number);
                segments.next_number = segments.next_number.max(number + segment.events.len() as u64);
                Ok(Arc::new(segment))
            });
            let stream = stream.collect::<Result<_, _>>()?;
            segments.streams.insert(key, stream);
        }
        Ok(segments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> StreamKey {
        ("g".into(), "s".into())
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn messages(segments: &Segments, start: i64, last: i64) -> Vec<String> {
        segments.within(&key(), at(start), at(last)).map(|event| event.message().to_owned()).collect()
    }

    #[test]
    fn events_are_found_by_time_and_appends_are_undone() {
        let mut segments = Segments::default();
        segments.append(key(), Batch::new(at(10), [(at(1), "a"), (at(2), "é"), (at(2), "c")].into_iter()));
        segments.commit();
        segments.append(key(), Batch::new(at(11), [(at(2), "d"), (at(9), "e")].into_iter()));
        assert_eq!(messages(&segments, 2, 2), ["é", "c", "d"]);
        assert_eq!(messages(&segments, 0, 100).len(), 5);
        segments.roll_back();
        assert_eq!(messages(&segments, 0, 100), ["a", "é", "c"]);
        segments.remove(&key());
        assert!(messages(&segments, 0, 100).is_empty());
        segments.roll_back();
        assert_eq!(messages(&segments, 0, 100).len(), 3);
    }

    #[test]
    fn an_export_reads_back_the_same() {
        let mut segments = Segments::default();
        segments.append(key(), Batch::new(at(10), [(at(1), "a\"b"), (at(2), "é")].into_iter()));
        let encrypted = Batch::new(at(11), [(at(3), "c")].into_iter()).under(Some("arn:key".into()));
        segments.append(key(), encrypted);
        let exported = serde_json::to_string(&segments).unwrap();
        let imported: Segments = serde_json::from_str(&exported).unwrap();
        assert_eq!(serde_json::to_string(&imported).unwrap(), exported);
        assert_eq!(imported.next_number, segments.next_number);
    }

    #[test]
    fn a_number_that_cannot_be_counted_on_from_is_refused() {
        let mut segments = Segments::default();
        segments.append(key(), Batch::new(at(10), [(at(1), "a")].into_iter()));
        let exported = serde_json::to_string(&segments).unwrap();
        let beyond = exported.replace("\"firstNumber\":0", &format!("\"firstNumber\":{}", u64::MAX));
        assert_ne!(beyond, exported);
        assert!(serde_json::from_str::<Segments>(&beyond).is_err());
    }
}
