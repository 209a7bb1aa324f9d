//! References: what they lead to, what they put out, what is set at them.

use crate::ast::{Reference, Step};
use crate::error::{Fault, Position};
use crate::methods;
use crate::scope::Undefined;
use crate::value::{Key, Value};

use super::{Exit, Renderer};

impl Renderer<'_, '_> {
    /// The value that a reference leads to.
    pub(super) fn resolve(&mut self, reference: &Reference) -> Result<Value, Exit> {
        let root = self.scope.get(&reference.name);
        self.position = reference.position;
        self.nested(|renderer| renderer.follow(root, &reference.steps, reference.position))
    }

    fn follow(&mut self, root: Value, steps: &[Step], position: Position) -> Result<Value, Exit> {
        let mut value = root;
        for step in steps {
            if matches!(value, Value::Null) {
                break;
            }
            self.heap().step(1)?;
            value = match step {
                Step::Property(name) => methods::property(self.heap(), &value, name)?,
                Step::Method(name, arguments) => {
                    let arguments = arguments
                        .iter()
                        .map(|each| self.settled_value(each))
                        .collect::<Result<Vec<_>, _>>()?;
                    self.position = position;
                    methods::call(self.heap(), &value, name, &arguments)?
                }
                Step::Index(index) => {
                    let index = self.settled_value(index)?;
                    self.position = position;
                    methods::index(self.heap(), &value, &index)?
                }
            };
        }
        Ok(value)
    }

    /// Puts out a reference where it stands in text.
    pub(super) fn put_out(&mut self, reference: &Reference) -> Result<(), Exit> {
        let value = self.resolve(reference)?;
        let backslashes = "\\".repeat(reference.escapes / 2);
        let escaped = !reference.escapes.is_multiple_of(2);
        match value {
            // As captured: `\$name` is the text `$name` if there is such a value, and keeps its backslash if not.
            Value::Null if escaped => self.write(&format!("{backslashes}\\{}", reference.source)),
            _ if escaped => self.write(&format!("{backslashes}{}", reference.source)),
            Value::Block(block) => {
                self.write(&backslashes)?;
                if self.put_out_defined(&block)? { Ok(()) } else { self.put_out_missing(reference) }
            }
            // As captured: then the backslashes do not escape each other.
            Value::Null => {
                self.write(&backslashes.repeat(2))?;
                self.put_out_missing(reference)
            }
            value => {
                let text = self.heap().text(&value)?;
                self.write(&backslashes)?;
                self.write(&text)
            }
        }
    }

    fn put_out_missing(&mut self, reference: &Reference) -> Result<(), Exit> {
        if reference.quiet || self.scope.undefined() == Undefined::Empty {
            return Ok(());
        }
        self.write(&reference.source)
    }

    /// `#set`. As captured: null sets nothing, and neither does a value at what cannot take it.
    pub(super) fn assign(&mut self, target: &Reference, value: Value) -> Result<(), Exit> {
        self.position = target.position;
        if matches!(value, Value::Null) {
            return Ok(());
        }
        let Some((last, path)) = target.steps.split_last() else {
            self.scope.set(&target.name, value);
            return Ok(());
        };
        let value = self.settled(value)?;
        let root = self.scope.get(&target.name);
        let owner = self.nested(|renderer| renderer.follow(root, path, target.position))?;
        match last {
            // As captured: the name of a method is taken for that of a property.
            Step::Property(name) | Step::Method(name, _) => self.assign_property(&owner, name, value),
            Step::Index(index) => {
                let index = self.settled_value(index)?;
                self.assign_item(&owner, &index, value)
            }
        }
    }

    fn assign_property(&mut self, owner: &Value, name: &str, value: Value) -> Result<(), Exit> {
        match owner {
            Value::Map(map) => {
                self.heap().put(*map, Key::from(name), value)?;
            }
            Value::Object(object) => {
                if let Some(object) = self.heap().host(*object) {
                    object.set(self.heap(), name, &value)?;
                }
            }
            // As captured: nothing is set at these, and nothing is wrong.
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::String(_)
            | Value::List(_)
            | Value::Entry(..)
            | Value::Block(_)
            | Value::Loop(_) => {}
        }
        Ok(())
    }

    fn assign_item(&mut self, owner: &Value, index: &Value, value: Value) -> Result<(), Exit> {
        match (owner, index) {
            (Value::List(list), Value::Int(index)) => {
                let length = self.heap().items(*list).len();
                let place =
                    methods::place(*index, length).ok_or(Fault::OutOfBounds { index: *index, length })?;
                self.heap().change(*list, 0, |items| {
                    if let Some(item) = items.get_mut(place) {
                        *item = value;
                    }
                })?;
                Ok(())
            }
            (Value::Map(map), key) => {
                let key = Key::of(key)?;
                self.heap().put(*map, key, value)?;
                Ok(())
            }
            (owner, Value::String(name)) => self.assign_property(owner, name, value),
            _ => Ok(()),
        }
    }
}
