//! JSONPath as API Gateway has it: the dialect of Jayway's JsonPath, read by `serde_json_path`.
//!
//! That crate reads RFC 9535, the standard that has come of the dialects, says where in the document each result is, and its
//! regular expressions take linear time. What Jayway writes otherwise is put into the standard's words here: names with
//! dashes, paths without `$`, `[(@.length-1)]`, `=~`. Functions of Jayway's, `in` and its like are refused.
//!
//! A path without wildcards, slices, lists of indexes and filters is definite: it has one result or none. It is followed
//! here, on the value itself. All others give a list.
//!
//! Captured means: of Jayway's JsonPath 2.0.

use stagecheck_velocity::{Fault, Heap, Key, Value};

use serde_json::Value as Json;
use serde_json_path::{JsonPath as Query, NormalizedPath, PathElement};

/// How long a path may be, in bytes, and how deep its brackets. Ours: the library reads it by recursion.
const LONGEST: usize = 2_000;
const DEEPEST: usize = 12;

/// How long a pattern behind `=~` may be, which has no counted repetitions, and what it takes for each value. Ours: the library
/// compiles it anew each time.
const LONGEST_PATTERN: usize = 100;
const PATTERN_STEPS: usize = 10_000;

/// A path that was read.
pub(super) enum JsonPath {
    /// One value or none.
    Definite(Vec<Step>),
    /// A list of values.
    Indefinite(Indefinite),
}

/// A step from a value to one of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A field of an object.
    Name(String),
    /// An item of an array; from the end where negative.
    Index(i64),
}

/// Where a result is.
pub(super) struct Selected(pub(super) Vec<Step>);

/// A path with more than one result.
pub(super) struct Indefinite {
    query: Query,
    cost: Cost,
}

impl Step {
    /// The part of a value, if it has it.
    pub(super) fn follow(&self, heap: &Heap<'_>, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Name(name), Value::Map(map)) => heap.get(*map, &Key::from(name.as_str())).cloned(),
            (Self::Index(index), Value::List(list)) => {
                let items = heap.items(*list);
                let place = if *index < 0 {
                    items.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
                } else {
                    usize::try_from(*index).ok()?
                };
                items.get(place).cloned()
            }
            _ => None,
        }
    }
}

impl JsonPath {
    /// Reads a path.
    pub(super) fn parse(heap: &mut Heap<'_>, path: &str) -> Result<Self, Fault> {
        // Reading takes some passes.
        heap.look_at(64 * path.len().min(LONGEST))?;
        let wrong = |reason: &str| Fault::Object(format!("the JSONPath {path:?} cannot be used: {reason}"));
        if path.len() > LONGEST {
            return Err(wrong("it is too long"));
        }
        let segments = Reader::new(path).segments().map_err(wrong)?;
        let definite: Option<Vec<Step>> = segments.iter().map(Segment::step).collect();
        if let Some(steps) = definite {
            return Ok(Self::Definite(steps));
        }
        let mut cost = Cost { scans: 0, factor: 1 };
        let mut standard = "$".to_owned();
        for segment in &segments {
            segment.write(&mut standard);
            cost.add(segment);
        }
        let query = Query::parse(&standard).map_err(|error| wrong(&error.to_string()))?;
        Ok(Self::Indefinite(Indefinite { query, cost }))
    }
}

impl Indefinite {
    /// Where the results in a document are.
    pub(super) fn select(&self, heap: &mut Heap<'_>, json: &Json) -> Result<Vec<Selected>, Fault> {
        let most = self.cost.of(size(json));
        heap.step(most)?;
        heap.reserve(most.saturating_mul(size_of::<PathElement<'_>>()))?;
        let located = self.query.query_located(json);
        Ok(located.locations().map(steps).collect())
    }
}

fn steps(location: &NormalizedPath<'_>) -> Selected {
    let step = |element: &PathElement<'_>| match element {
        PathElement::Name(name) => Step::Name((*name).to_owned()),
        PathElement::Index(index) => Step::Index(i64::try_from(*index).unwrap_or(i64::MAX)),
    };
    Selected(location.iter().map(step).collect())
}

/// How many values a document has.
fn size(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(size).sum(),
        Json::Object(fields) => fields.values().map(size).sum(),
        _ => 0,
    }
}

/// What a path may take at most: each `..` may come to every value from every value, and lists of names, indexes and slices
/// repeat what follows.
struct Cost {
    scans: u32,
    factor: usize,
}

impl Cost {
    fn add(&mut self, segment: &Segment) {
        match segment {
            Segment::Scan => self.scans += 1,
            Segment::Filter(filter) => {
                self.scans += u32::try_from(filter.matches("..").count()).unwrap_or(u32::MAX);
                let queries = 1 + filter.matches(['?', '*', ',', '@', '$']).count();
                let patterns = filter.matches("match(").count();
                self.factor = self.factor.saturating_mul(queries + patterns.saturating_mul(PATTERN_STEPS));
            }
            Segment::Indexes(indexes) => self.factor = self.factor.saturating_mul(indexes.len()),
            Segment::Names(names) => self.factor = self.factor.saturating_mul(names.len()),
            Segment::Slice(slice) => self.factor = self.factor.saturating_mul(slice.split(',').count()),
            Segment::Name(_) | Segment::Index(_) | Segment::All => {}
        }
    }

    fn of(&self, size: usize) -> usize {
        size.saturating_pow(self.scans.max(1)).saturating_mul(self.factor)
    }
}

/// A part of a path, in the order of Jayway's notation.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Name(String),
    Index(i64),
    /// Several names. Not definite here: the list of their values, where Jayway has an object of them.
    Names(Vec<String>),
    Indexes(Vec<i64>),
    All,
    Slice(String),
    Filter(String),
    /// `..`, in front of another.
    Scan,
}

impl Segment {
    fn step(&self) -> Option<Step> {
        match self {
            Self::Name(name) => Some(Step::Name(name.clone())),
            Self::Index(index) => Some(Step::Index(*index)),
            _ => None,
        }
    }

    /// Appends it in the words of RFC 9535.
    fn write(&self, standard: &mut String) {
        let list = |each: Vec<String>| each.join(",");
        let inside = match self {
            Self::Scan => return standard.push_str(".."),
            Self::Name(name) => quoted(name),
            Self::Index(index) => index.to_string(),
            Self::Names(names) => list(names.iter().map(|name| quoted(name)).collect()),
            Self::Indexes(indexes) => list(indexes.iter().map(ToString::to_string).collect()),
            Self::All => "*".to_owned(),
            Self::Slice(slice) => slice.clone(),
            Self::Filter(filter) => format!("?{filter}"),
        };
        standard.push('[');
        standard.push_str(&inside);
        standard.push(']');
    }
}

/// A name as a string of JSON, which the standard takes.
fn quoted(name: &str) -> String {
    Json::from(name).to_string()
}

/// Reads Jayway's notation.
struct Reader<'p> {
    rest: &'p str,
}

type Read<T> = Result<T, &'static str>;

impl<'p> Reader<'p> {
    /// As captured: a path may do without its `$.`.
    fn new(path: &'p str) -> Self {
        let path = path.trim();
        let rest =
            path.strip_prefix(['$', '@']).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        Self { rest: rest.unwrap_or(path) }
    }

    fn segments(&mut self) -> Read<Vec<Segment>> {
        let mut segments = Vec::new();
        while !self.rest.is_empty() {
            if self.eat("..") {
                segments.push(Segment::Scan);
            } else {
                self.eat(".");
            }
            segments.push(self.segment()?);
        }
        Ok(segments)
    }

    fn segment(&mut self) -> Read<Segment> {
        if self.rest.starts_with('[') {
            let inside = self.brackets()?;
            return bracketed(inside.trim());
        }
        let name = self.take(|each| !matches!(each, '.' | '['));
        match name {
            "" => Err("a name is missing"),
            "*" => Ok(Segment::All),
            name if name.contains(char::is_whitespace) => Err("there is a space in it"),
            name if name.contains(['(', '$', ']']) => Err("it calls a function, or is not written as a path"),
            name => Ok(Segment::Name(name.to_owned())),
        }
    }

    /// What stands in brackets.
    fn brackets(&mut self) -> Read<&'p str> {
        let mut depth = 0_usize;
        let mut quote = None;
        let mut escaped = false;
        for (at, each) in self.rest.char_indices() {
            match (quote, each) {
                (Some(_), _) if escaped => escaped = false,
                (Some(_), '\\') => escaped = true,
                (Some(open), each) if open == each => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(each),
                (None, '[' | '(') => depth += 1,
                (None, ']' | ')') => depth = depth.saturating_sub(1),
                (None, _) => {}
            }
            if depth > DEEPEST {
                return Err("its brackets are nested too deeply");
            }
            if depth == 0 {
                let inside = self.rest.get(1..at).unwrap_or_default();
                self.rest = self.rest.get(at + each.len_utf8()..).unwrap_or_default();
                return Ok(inside);
            }
        }
        Err("a bracket is not closed")
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn take(&mut self, is: impl Fn(char) -> bool) -> &'p str {
        let length = self.rest.find(|each| !is(each)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

fn bracketed(inside: &str) -> Read<Segment> {
    if inside == "*" {
        return Ok(Segment::All);
    }
    if let Some(filter) = inside.strip_prefix('?') {
        return standard_filter(filter).map(Segment::Filter);
    }
    if inside.starts_with(['\'', '"']) {
        let mut names = names(inside)?;
        return Ok(if names.len() == 1 { Segment::Name(names.remove(0)) } else { Segment::Names(names) });
    }
    if let Some(back) = from_the_end(inside) {
        return Ok(Segment::Index(-back));
    }
    if inside.contains(':') {
        return Ok(Segment::Slice(inside.to_owned()));
    }
    let indexes: Result<Vec<i64>, _> = inside.split(',').map(|each| each.trim().parse()).collect();
    match indexes.map_err(|_| "what stands in the brackets is neither a name nor an index")?.as_slice() {
        [index] => Ok(Segment::Index(*index)),
        indexes => Ok(Segment::Indexes(indexes.to_vec())),
    }
}

/// Names in quotes, with commas between them.
fn names(inside: &str) -> Read<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = inside.chars().peekable();
    loop {
        while rest.next_if(|each| each.is_whitespace()).is_some() {}
        let quote = rest.next().filter(|each| matches!(each, '\'' | '"')).ok_or("a name has no quotes")?;
        let mut name = String::new();
        loop {
            match rest.next().ok_or("a quote is not closed")? {
                '\\' => name.push(rest.next().ok_or("a quote is not closed")?),
                each if each == quote => break,
                each => name.push(each),
            }
        }
        names.push(name);
        while rest.next_if(|each| each.is_whitespace()).is_some() {}
        match rest.next() {
            None => return Ok(names),
            Some(',') => {}
            Some(_) => return Err("names need commas between them"),
        }
    }
}

/// `(@.length-1)` is the last item.
fn from_the_end(inside: &str) -> Option<i64> {
    let expression = inside.strip_prefix('(')?.strip_suffix(')')?.trim();
    let back = expression.strip_prefix("@.length")?.trim_start().strip_prefix('-')?;
    back.trim().parse().ok().filter(|back| *back > 0)
}

/// A filter in the words of RFC 9535: names in brackets, `=~` as a function.
fn standard_filter(filter: &str) -> Read<String> {
    let mut standard = String::new();
    let mut query = 0;
    let mut rest = filter;
    while let Some(each) = rest.chars().next() {
        let behind = rest.get(each.len_utf8()..).unwrap_or_default();
        match each {
            '\'' | '"' => {
                let end = end_of_string(behind, each).ok_or("a quote is not closed")?;
                standard.push(each);
                standard.push_str(behind.get(..end).unwrap_or_default());
                rest = behind.get(end..).unwrap_or_default();
                continue;
            }
            '@' | '$' => {
                query = standard.len();
                standard.push(each);
            }
            '.' if behind.starts_with(|next: char| next.is_alphabetic() || next == '_') => {
                let is_name = |each: char| each.is_alphanumeric() || matches!(each, '_' | '-');
                let length = behind.find(|each| !is_name(each)).unwrap_or(behind.len());
                let scan = if standard.ends_with('.') { "." } else { "" };
                standard.push_str(scan);
                standard.push_str(&format!("[{}]", quoted(behind.get(..length).unwrap_or_default())));
                rest = behind.get(length..).unwrap_or_default();
                continue;
            }
            // The first dot of `..`, which the next one completes.
            '.' if behind.starts_with('.') => standard.push('.'),
            '=' if behind.starts_with('~') => {
                let (pattern, after) = pattern(behind.get(1..).unwrap_or_default().trim_start())?;
                let left = standard.split_off(query);
                standard.push_str(&format!("match({}, {})", left.trim_end(), quoted(&pattern)));
                rest = after;
                continue;
            }
            each => standard.push(each),
        }
        rest = behind;
    }
    Ok(standard)
}

/// Where a string ends whose opening quote was read, behind its closing one.
fn end_of_string(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, each) in text.char_indices() {
        if each == quote && !escaped {
            return Some(at + each.len_utf8());
        }
        escaped = each == '\\' && !escaped;
    }
    None
}

/// `/pattern/flags`, and what is behind it.
fn pattern(text: &str) -> Read<(String, &str)> {
    let body = text.strip_prefix('/').ok_or("a pattern stands between slashes")?;
    let end = end_of_string(body, '/').ok_or("the pattern has no second slash")?;
    let source = body.get(..end.saturating_sub(1)).unwrap_or_default().replace("\\/", "/");
    if source.len() > LONGEST_PATTERN || source.contains('{') {
        return Err("its pattern is too long, or counts repetitions");
    }
    let after = body.get(end..).unwrap_or_default();
    let length = after.find(|each: char| !each.is_ascii_lowercase()).unwrap_or(after.len());
    let (flags, rest) = after.split_at_checked(length).unwrap_or((after, ""));
    let flags = if flags.is_empty() { String::new() } else { format!("(?{flags})") };
    Ok((format!("{flags}{source}"), rest))
}
