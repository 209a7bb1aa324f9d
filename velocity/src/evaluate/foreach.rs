//! `#foreach`.

use std::sync::Arc;

use crate::ast::{self, Expression};
use crate::error::{Fault, Position};
use crate::value::{ListId, LoopId, MapId, Value};

use super::{Exit, Renderer};

/// What a loop goes over.
#[derive(Clone, Copy)]
enum Items {
    Of(ListId),
    ValuesOf(MapId),
}

/// The variables that a loop sets, besides its own.
const COUNT: &str = "velocityCount";
const LOOP: &str = "foreach";

impl Renderer<'_, '_> {
    /// Runs a loop. What its variables were before, they are after.
    pub(super) fn foreach(
        &mut self,
        variable: &Arc<str>,
        items: &Expression,
        body: &ast::Block,
        position: Position,
    ) -> Result<(), Exit> {
        let items = match self.value(items)? {
            Value::List(list) => Items::Of(list),
            Value::Map(map) => Items::ValuesOf(map),
            // As captured: nothing else has items, and that is no error.
            _ => return Ok(()),
        };
        self.position = position;
        let outer = self.running;
        let length = self.length(items);
        let id = self.heap().start_loop(length, outer)?;
        self.running = Some(id);
        let before = [variable.as_ref(), COUNT, LOOP].map(|name| (name, self.scope.get(name)));
        self.scope.set(LOOP, Value::Loop(id));
        let ended = self.rounds(id, variable, items, body, position);
        for (name, value) in before {
            self.scope.set(name, value);
        }
        self.running = outer;
        match ended {
            Err(Exit::Break) => Ok(()),
            ended => ended,
        }
    }

    fn rounds(
        &mut self,
        id: LoopId,
        variable: &str,
        items: Items,
        body: &ast::Block,
        position: Position,
    ) -> Result<(), Exit> {
        let length = self.length(items);
        let most = self.heap().limits().iterations;
        for index in 0..length.min(most) {
            if self.length(items) != length {
                self.position = position;
                return Err(Fault::Modified.into());
            }
            let item = self.item(items, index);
            self.heap().advance_loop(id, index);
            self.scope.set(variable, item);
            self.scope.set(COUNT, Value::Int(index as i128 + 1));
            self.block(body)?;
        }
        Ok(())
    }

    fn length(&mut self, items: Items) -> usize {
        match items {
            Items::Of(list) => self.heap().items(list).len(),
            Items::ValuesOf(map) => self.heap().size(map),
        }
    }

    fn item(&mut self, items: Items, index: usize) -> Value {
        let item = match items {
            Items::Of(list) => self.heap().items(list).get(index),
            Items::ValuesOf(map) => self.heap().entry_at(map, index).map(|(_, value)| value),
        };
        item.cloned().unwrap_or_default()
    }
}
