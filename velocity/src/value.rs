//! Values: what Java's objects are to Velocity.

mod heap;
mod java;
mod json;

use std::sync::Arc;

use crate::ast;
use crate::error::Fault;

pub use heap::Heap;
pub(crate) use heap::Loop;
pub(crate) use java::{as_float, compare_numbers, int_hash, string_hash, utf16_length};

/// A value. What has parts lies on the [`Heap`] and is shared: who holds a list sees what others add to it.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// `java.lang.Boolean`.
    Bool(bool),
    /// `java.lang.Integer`, `Long` and `BigInteger` in one. What does not fit into 128 bits is a fault.
    Int(i128),
    /// `java.lang.Double`.
    Float(f64),
    /// `java.lang.String`.
    String(Arc<str>),
    /// A list.
    List(ListId),
    /// A map, which keeps its order.
    Map(MapId),
    /// An entry of a map, which sees what becomes of it.
    Entry(MapId, Box<Key>),
    /// A block of `#define`, rendered whenever it is put out.
    Block(Block),
    /// `$foreach`, while its loop runs and after.
    Loop(LoopId),
    /// An object of the host.
    Object(ObjectId),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

/// A list on a heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListId(usize);

/// A map on a heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapId(usize);

/// A loop on a heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoopId(usize);

/// An object on a heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectId(usize);

/// A block of `#define`.
#[derive(Clone, Debug)]
pub struct Block(pub(crate) ast::Block);

/// How a list puts itself out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notation {
    /// As Java's lists do: `[a, {b=1}]`.
    #[default]
    Java,
    /// As JSON: `["a",{"b":1}]`.
    Json,
}

/// A key of a map.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// No value, which Java's maps take as key.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i128),
    /// A double, by its bits.
    Float(u64),
    /// A string.
    String(Arc<str>),
}

impl Key {
    /// The value as a key. Lists, maps and objects are none.
    pub fn of(value: &Value) -> Result<Self, Fault> {
        match value {
            Value::Null => Ok(Self::Null),
            Value::Bool(value) => Ok(Self::Bool(*value)),
            Value::Int(value) => Ok(Self::Int(*value)),
            Value::Float(value) => Ok(Self::Float(value.to_bits())),
            Value::String(value) => Ok(Self::String(value.clone())),
            _ => Err(Fault::Key),
        }
    }

    /// The key as a value.
    #[must_use]
    pub fn value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Float(bits) => Value::Float(f64::from_bits(*bits)),
            Self::String(value) => Value::String(value.clone()),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

/// An object of the host, such as `$input`.
///
/// What it does not have is null, as it is to Velocity, and faults are for what ends the rendering.
pub trait Object {
    /// The value of `$object.name`, and of `$object["name"]`.
    fn get(&self, heap: &mut Heap<'_>, name: &str) -> Result<Value, Fault>;

    /// What `$object.name(arguments)` returns. Blocks among the arguments are rendered.
    fn call(&self, heap: &mut Heap<'_>, name: &str, arguments: &[Value]) -> Result<Value, Fault>;

    /// `#set($object.name = value)`. Nothing is set unless an object says otherwise, which is no error in Velocity.
    fn set(&self, heap: &mut Heap<'_>, name: &str, value: &Value) -> Result<(), Fault> {
        let _ = (heap, name, value);
        Ok(())
    }

    /// What the object puts out.
    fn text(&self) -> String;
}
