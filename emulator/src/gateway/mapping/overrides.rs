//! `$context.requestOverride` and `$context.responseOverride`: what a template sets besides the body.
//!
//! Source: developer guide, "Override your API's request and response parameters and status codes".

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use stagecheck_velocity::{Fault, Heap, Object, Value};

/// What a template overrides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::gateway) struct Overrides {
    /// Headers, of the request to the integration or of the answer to the client.
    pub(in crate::gateway) header: Vec<(String, String)>,
    /// Path parameters of the request to the integration.
    pub(in crate::gateway) path: Vec<(String, String)>,
    /// Query string parameters of the request to the integration.
    pub(in crate::gateway) querystring: Vec<(String, String)>,
    /// The status of the answer to the client.
    pub(in crate::gateway) status: Option<u16>,
}

impl Overrides {
    /// What stands for a parameter, by its name below `$context.requestOverride` or `$context.responseOverride`.
    pub(in crate::gateway) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        let Some((place, name)) = name.split_once('.') else {
            return self.status.filter(|_| name == "status").map(|status| status.to_string().into());
        };
        let overrides = match place {
            "header" => &self.header,
            "path" => &self.path,
            "querystring" => &self.querystring,
            _ => return None,
        };
        overrides.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str().into())
    }
}

/// Where overrides are gathered.
#[derive(Default)]
pub(super) struct OverrideTree {
    header: Rc<Named>,
    path: Rc<Named>,
    querystring: Rc<Named>,
    status: Rc<RefCell<Option<u16>>>,
}

impl OverrideTree {
    /// `$context.requestOverride`.
    pub(super) fn request(&self) -> Rc<dyn Object> {
        Rc::new(Tree {
            branches: vec![
                ("header", Rc::clone(&self.header)),
                ("path", Rc::clone(&self.path)),
                ("querystring", Rc::clone(&self.querystring)),
            ],
            status: None,
        })
    }

    /// `$context.responseOverride`.
    pub(super) fn response(&self) -> Rc<dyn Object> {
        Rc::new(Tree {
            branches: vec![("header", Rc::clone(&self.header))],
            status: Some(Rc::clone(&self.status)),
        })
    }

    /// What was set.
    pub(super) fn into_overrides(self) -> Overrides {
        Overrides {
            header: self.header.values.take(),
            path: self.path.values.take(),
            querystring: self.querystring.values.take(),
            status: self.status.take(),
        }
    }
}

/// What stands in `$context`.
struct Tree {
    branches: Vec<(&'static str, Rc<Named>)>,
    status: Option<Rc<RefCell<Option<u16>>>>,
}

impl Object for Tree {
    fn get(&self, heap: &mut Heap<'_>, name: &str) -> Result<Value, Fault> {
        if let Some((_, branch)) = self.branches.iter().find(|(each, _)| *each == name) {
            return Ok(heap.object(Rc::<Named>::clone(branch)));
        }
        let status = self.status.as_ref().filter(|_| name == "status").and_then(|status| *status.borrow());
        Ok(status.map(|status| Value::Int(status.into())).unwrap_or_default())
    }

    fn call(&self, _: &mut Heap<'_>, _: &str, _: &[Value]) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn set(&self, heap: &mut Heap<'_>, name: &str, value: &Value) -> Result<(), Fault> {
        let Some(status) = self.status.as_ref().filter(|_| name == "status") else {
            // Inferred: only what stands below can be overridden.
            return Err(Fault::Object(format!("{name} cannot be overridden as a whole")));
        };
        let text = heap.text(value)?;
        let code = text.parse().ok().filter(|code| (100..=999).contains(code));
        let code = code.ok_or_else(|| Fault::Object(format!("{text:?} is no status code")))?;
        match status.replace(Some(code)) {
            None => Ok(()),
            Some(_) => Err(overridden_twice("status")),
        }
    }

    fn text(&self) -> String {
        let branches: Vec<String> =
            self.branches.iter().map(|(name, branch)| format!("{name}={}", branch.text())).collect();
        format!("{{{}}}", branches.join(", "))
    }
}

/// Values by their names.
#[derive(Default)]
struct Named {
    values: RefCell<Vec<(String, String)>>,
}

impl Object for Named {
    /// Users keep values here that they read later, so what was set is there to be read.
    fn get(&self, heap: &mut Heap<'_>, name: &str) -> Result<Value, Fault> {
        let values = self.values.borrow();
        heap.step(values.len())?;
        match values.iter().find(|(each, _)| each == name) {
            Some((_, value)) => heap.string(value.as_str()),
            None => Ok(Value::Null),
        }
    }

    fn call(&self, _: &mut Heap<'_>, _: &str, _: &[Value]) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    /// "Overrides are final. An override may only be applied to each parameter once."
    fn set(&self, heap: &mut Heap<'_>, name: &str, value: &Value) -> Result<(), Fault> {
        let text = heap.text(value)?;
        let mut values = self.values.borrow_mut();
        heap.step(values.len())?;
        heap.reserve(name.len())?;
        if values.iter().any(|(each, _)| each == name) {
            return Err(overridden_twice(name));
        }
        values.push((name.to_owned(), text));
        Ok(())
    }

    fn text(&self) -> String {
        let values: Vec<String> =
            self.values.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{{{}}}", values.join(", "))
    }
}

fn overridden_twice(name: &str) -> Fault {
    Fault::Object(format!("{name} is overridden twice; set a variable first, and override at the end"))
}
