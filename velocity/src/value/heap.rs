//! Where lists, maps, loops and objects of a rendering lie, all freed with it: whatever refers to what, nothing leaks, and
//! nothing is borrowed while it changes.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Key, ListId, LoopId, MapId, Notation, Object, ObjectId, Value};
use crate::error::Fault;
use crate::limits::Limits;
use crate::methods::Pattern;

/// The parts of values, and what they may still take of the [`Limits`].
pub struct Heap<'a> {
    limits: Limits,
    steps: u64,
    memory: usize,
    changes: u64,
    lists: Vec<List>,
    maps: Vec<IndexMap<Key, Value>>,
    loops: Vec<Loop>,
    objects: Vec<Rc<dyn Object + 'a>>,
    patterns: HashMap<Arc<str>, Rc<Pattern>>,
}

struct List {
    items: Vec<Value>,
    notation: Notation,
}

/// Where a loop is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop {
    pub(crate) index: usize,
    pub(crate) length: usize,
    pub(crate) parent: Option<LoopId>,
}

/// What a value in a list or a map is taken to need.
const ITEM: usize = 64;

/// How many bytes a method looks at in one step.
const BYTES_A_STEP: usize = 16;

impl<'a> Heap<'a> {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            steps: limits.steps,
            memory: limits.memory,
            changes: 0,
            lists: Vec::new(),
            maps: Vec::new(),
            loops: Vec::new(),
            objects: Vec::new(),
            patterns: HashMap::new(),
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Counts steps.
    pub fn step(&mut self, steps: usize) -> Result<(), Fault> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.steps = self.steps.checked_sub(steps).ok_or(Fault::Steps(self.limits.steps))?;
        Ok(())
    }

    /// Counts the steps that it takes to look at this many bytes.
    pub fn look_at(&mut self, bytes: usize) -> Result<(), Fault> {
        self.step(bytes / BYTES_A_STEP + 1)
    }

    /// Counts memory, before it is taken.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), Fault> {
        self.memory = self.memory.checked_sub(bytes).ok_or(Fault::Memory(self.limits.memory))?;
        Ok(())
    }

    /// A string.
    pub fn string(&mut self, text: impl AsRef<str> + Into<Arc<str>>) -> Result<Value, Fault> {
        self.look_at(text.as_ref().len())?;
        self.reserve(text.as_ref().len())?;
        Ok(Value::String(text.into()))
    }

    /// A list of these.
    pub fn list(&mut self, items: Vec<Value>, notation: Notation) -> Result<Value, Fault> {
        self.reserve_items(items.len() + 1)?;
        self.lists.push(List { items, notation });
        Ok(Value::List(ListId(self.lists.len() - 1)))
    }

    /// A map of these. Of entries with the same key the last one counts.
    pub fn map(&mut self, entries: impl IntoIterator<Item = (Key, Value)>) -> Result<Value, Fault> {
        let entries: IndexMap<Key, Value> = entries.into_iter().collect();
        self.reserve_items(2 * entries.len() + 1)?;
        self.maps.push(entries);
        Ok(Value::Map(MapId(self.maps.len() - 1)))
    }

    /// An object of the host.
    pub fn object(&mut self, object: Rc<dyn Object + 'a>) -> Value {
        self.objects.push(object);
        Value::Object(ObjectId(self.objects.len() - 1))
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self, list: ListId) -> &[Value] {
        self.lists.get(list.0).map_or(&[], |list| list.items.as_slice())
    }

    /// How a list puts itself out.
    #[must_use]
    pub fn notation(&self, list: ListId) -> Notation {
        self.lists.get(list.0).map_or(Notation::Java, |list| list.notation)
    }

    /// The entries of a map, in their order.
    pub fn entries(&self, map: MapId) -> impl Iterator<Item = (&Key, &Value)> {
        self.maps.get(map.0).map(IndexMap::iter).unwrap_or_default()
    }

    /// How often a list or a map has been changed. While this stays the same, so does what values put out.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// How many entries a map has.
    #[must_use]
    pub fn size(&self, map: MapId) -> usize {
        self.maps.get(map.0).map_or(0, IndexMap::len)
    }

    /// The entries of a map, to go over while it changes.
    pub(crate) fn copy_entries(&mut self, map: MapId) -> Result<Vec<(Key, Value)>, Fault> {
        self.step(self.size(map))?;
        Ok(self.entries(map).map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    /// An entry of a map, by its place.
    pub(crate) fn entry_at(&self, map: MapId, index: usize) -> Option<(&Key, &Value)> {
        self.maps.get(map.0)?.get_index(index)
    }

    /// A value of a map.
    #[must_use]
    pub fn get(&self, map: MapId, key: &Key) -> Option<&Value> {
        self.maps.get(map.0)?.get(key)
    }

    /// Puts a value into a map, and says what was there.
    pub fn put(&mut self, map: MapId, key: Key, value: Value) -> Result<Option<Value>, Fault> {
        self.reserve_items(2)?;
        self.changes += 1;
        Ok(self.maps.get_mut(map.0).and_then(|entries| entries.insert(key, value)))
    }

    /// Takes a value out of a map. The order of the others stays.
    pub(crate) fn take(&mut self, map: MapId, key: &Key) -> Result<Option<Value>, Fault> {
        self.step(self.size(map))?;
        self.changes += 1;
        Ok(self.maps.get_mut(map.0).and_then(|entries| entries.shift_remove(key)))
    }

    pub(crate) fn clear_map(&mut self, map: MapId) {
        self.changes += 1;
        if let Some(entries) = self.maps.get_mut(map.0) {
            entries.clear();
        }
    }

    /// Changes a list that is to grow by this many items.
    pub(crate) fn change<T>(
        &mut self,
        list: ListId,
        grows_by: usize,
        change: impl FnOnce(&mut Vec<Value>) -> T,
    ) -> Result<T, Fault>
    where
        T: Default,
    {
        self.reserve_items(grows_by)?;
        self.changes += 1;
        Ok(self.lists.get_mut(list.0).map(|list| change(&mut list.items)).unwrap_or_default())
    }

    pub(crate) fn start_loop(&mut self, length: usize, parent: Option<LoopId>) -> Result<LoopId, Fault> {
        self.reserve_items(1)?;
        self.loops.push(Loop { index: 0, length, parent });
        Ok(LoopId(self.loops.len() - 1))
    }

    pub(crate) fn advance_loop(&mut self, id: LoopId, index: usize) {
        if let Some(running) = self.loops.get_mut(id.0) {
            running.index = index;
        }
    }

    pub(crate) fn running(&self, id: LoopId) -> Option<Loop> {
        self.loops.get(id.0).copied()
    }

    pub(crate) fn host(&self, object: ObjectId) -> Option<Rc<dyn Object + 'a>> {
        self.objects.get(object.0).map(Rc::clone)
    }

    /// The compiled pattern, made at its first use.
    pub(crate) fn pattern(&mut self, source: &Arc<str>) -> Result<Rc<Pattern>, Fault> {
        if let Some(pattern) = self.patterns.get(source) {
            return Ok(Rc::clone(pattern));
        }
        self.step(Pattern::STEPS)?;
        self.reserve(Pattern::MEMORY)?;
        let pattern = Rc::new(Pattern::new(source)?);
        self.patterns.insert(Arc::clone(source), Rc::clone(&pattern));
        Ok(pattern)
    }

    fn reserve_items(&mut self, items: usize) -> Result<(), Fault> {
        self.step(items)?;
        self.reserve(items.saturating_mul(ITEM))
    }
}
