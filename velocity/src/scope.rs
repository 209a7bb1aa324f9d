//! What a template sees.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::limits::Limits;
use crate::value::{Heap, Object, Value};

/// What a reference puts out that has no value and no `!`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Undefined {
    /// Itself, as it is written in the template: what Velocity does.
    #[default]
    Source,
    /// Nothing.
    Empty,
}

/// The variables of a rendering, and the heap that their values lie on.
pub struct Scope<'a> {
    heap: Heap<'a>,
    variables: HashMap<Arc<str>, Value>,
    undefined: Undefined,
}

impl<'a> Scope<'a> {
    /// A scope without variables.
    #[must_use]
    pub fn new(limits: Limits, undefined: Undefined) -> Self {
        Self { heap: Heap::new(limits), variables: HashMap::new(), undefined }
    }

    /// Where to make values for variables.
    pub fn heap(&mut self) -> &mut Heap<'a> {
        &mut self.heap
    }

    /// A variable. Null where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Value {
        self.variables.get(name).cloned().unwrap_or_default()
    }

    /// Sets a variable. Null unsets it.
    pub fn set(&mut self, name: &str, value: Value) {
        match value {
            Value::Null => self.variables.remove(name),
            value => self.variables.insert(name.into(), value),
        };
    }

    /// Sets a variable to an object of the host.
    pub fn set_object(&mut self, name: &str, object: Rc<dyn Object + 'a>) {
        let object = self.heap.object(object);
        self.set(name, object);
    }

    pub(crate) fn undefined(&self) -> Undefined {
        self.undefined
    }
}
