//! `$input`: the body and the parameters of the request.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use serde_json::Value as Json;
use stagecheck_velocity::{Fault, Heap, Key, Notation, Object, Value};

use super::json_path::{JsonPath, Selected};
use super::{Direction, MappingInput, parameters};

/// `$input.json` of what is not there: an empty string, as JSON writes it.
///
/// Reported by users of optional fields. What it is for null is inferred: null.
const MISSING: &str = "\"\"";

/// What an empty body of a request is taken for. Reported: `$input.body` and `$input.json('$')` put it out for a GET.
const EMPTY_BODY: &str = "{}";

/// `$input`.
pub(super) struct Input<'a> {
    input: MappingInput<'a>,
    /// The body, read once. Reported: what a template sets in `$input.path('$')`, `$input.json('$')` has.
    root: OnceCell<Option<Value>>,
    /// The body as it was after so many changes of the heap.
    json: RefCell<Option<(u64, Rc<Json>)>>,
}

impl<'a> Input<'a> {
    pub(super) fn new(input: MappingInput<'a>) -> Self {
        Self { input, root: OnceCell::new(), json: RefCell::default() }
    }

    fn body(&self) -> &'a str {
        match self.input.direction {
            Direction::Request if self.input.body.is_empty() => EMPTY_BODY,
            _ => self.input.body,
        }
    }

    /// `$input.path`: the value itself, which can be changed. Null where there is none.
    fn path(&self, heap: &mut Heap<'_>, path: &str) -> Result<Value, Fault> {
        Ok(self.select(heap, path)?.unwrap_or_default())
    }

    /// `$input.json`: the value as JSON.
    fn json(&self, heap: &mut Heap<'_>, path: &str) -> Result<Value, Fault> {
        match self.select(heap, path)? {
            Some(value) => {
                let json = heap.json_text(&value)?;
                heap.string(json)
            }
            None => heap.string(MISSING),
        }
    }

    fn select(&self, heap: &mut Heap<'_>, path: &str) -> Result<Option<Value>, Fault> {
        let path = JsonPath::parse(heap, path)?;
        let Some(root) = self.root(heap)? else { return Ok(None) };
        match path {
            JsonPath::Definite(steps) => {
                Ok(steps.iter().try_fold(root, |value, step| step.follow(heap, &value)))
            }
            JsonPath::Indefinite(query) => {
                let json = self.root_json(heap, &root)?;
                let selected = query
                    .select(heap, &json)?
                    .iter()
                    .filter_map(|Selected(steps)| {
                        steps.iter().try_fold(root.clone(), |value, step| step.follow(heap, &value))
                    })
                    .collect();
                heap.list(selected, Notation::Json).map(Some)
            }
        }
    }

    /// The body as a value. There is none in an empty answer of an integration (reported).
    fn root(&self, heap: &mut Heap<'_>) -> Result<Option<Value>, Fault> {
        if let Some(root) = self.root.get() {
            return Ok(root.clone());
        }
        let root = read_body(heap, self.body())?;
        Ok(self.root.get_or_init(|| root).clone())
    }

    fn root_json(&self, heap: &mut Heap<'_>, root: &Value) -> Result<Rc<Json>, Fault> {
        let mut kept = self.json.borrow_mut();
        match &*kept {
            Some((changes, json)) if *changes == heap.changes() => Ok(Rc::clone(json)),
            _ => {
                let json = Rc::new(heap.json_of(root)?);
                *kept = Some((heap.changes(), Rc::clone(&json)));
                Ok(json)
            }
        }
    }

    /// `$input.params('name')`: of the path, or else of the query string, or else of the headers. Names are told by case
    /// (developer guide, "Important notes"). Reported: an empty string where there is none.
    fn param(&self, name: &str) -> &'a str {
        let MappingInput { path, querystring, header, .. } = self.input;
        [path, querystring, header]
            .into_iter()
            .find_map(|parameters| parameters.iter().rev().find(|(each, _)| *each == name))
            .map_or("", |(_, value)| value)
    }

    /// `$input.params()`.
    fn params(&self, heap: &mut Heap<'_>) -> Result<Value, Fault> {
        let path = parameters(heap, self.input.path)?;
        let querystring = parameters(heap, self.input.querystring)?;
        let header = parameters(heap, self.input.header)?;
        heap.map([
            (Key::from("path"), path),
            (Key::from("querystring"), querystring),
            (Key::from("header"), header),
        ])
    }
}

impl Object for Input<'_> {
    fn get(&self, heap: &mut Heap<'_>, name: &str) -> Result<Value, Fault> {
        match name {
            "body" => heap.string(self.body()),
            _ => Ok(Value::Null),
        }
    }

    fn call(&self, heap: &mut Heap<'_>, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
        match (name, arguments) {
            ("path", [Value::String(path)]) => self.path(heap, path),
            ("json", [Value::String(path)]) => self.json(heap, path),
            ("params", []) => self.params(heap),
            ("params", [Value::String(name)]) => heap.string(self.param(name)),
            _ => Ok(Value::Null),
        }
    }

    // What it puts out is not known; a Java object would tell its class and its address.
    fn text(&self) -> String {
        "$input".to_owned()
    }
}

/// A body as a value.
///
/// As captured of json-smart, which reads the body: what neither is JSON nor begins as an object or an array is a string, such
/// as a form. Templates rely on it: `$input.path('$').split('&')`. Not taken over is what else it forgives, such as names
/// without quotes.
fn read_body(heap: &mut Heap<'_>, body: &str) -> Result<Option<Value>, Fault> {
    if body.is_empty() {
        return Ok(None);
    }
    heap.look_at(body.len())?;
    let value = match serde_json::from_str::<Json>(body) {
        Ok(json) => heap.value_of(&json, Notation::Json),
        Err(error) if body.trim_start().starts_with(['{', '[']) => {
            Err(Fault::Object(format!("the body is not JSON: {error}")))
        }
        Err(_) => heap.string(unquoted(body)),
    };
    value.map(Some)
}

/// A string in single quotes, or none, without them.
fn unquoted(body: &str) -> Cow<'_, str> {
    let body = body.trim();
    body.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(body).into()
}
