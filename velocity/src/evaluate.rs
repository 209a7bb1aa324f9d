//! From nodes to text.

mod arithmetic;
mod expression;
mod foreach;
mod reference;

use std::sync::Arc;

use crate::ast::{self, Expression, Node};
use crate::error::{Fault, Position, RenderError};
use crate::scope::Scope;
use crate::value::{Block, Heap, LoopId, Value};

/// Puts out a template.
pub(crate) fn render(body: &ast::Block, scope: &mut Scope<'_>) -> Result<String, RenderError> {
    let mut renderer = Renderer {
        scope,
        output: String::new(),
        depth: 0,
        defined: Vec::new(),
        running: None,
        position: Position::START,
    };
    match renderer.block(body) {
        // As captured: a `#break` outside of loops ends the template, as `#stop` does.
        Ok(()) | Err(Exit::Break | Exit::Stop) => Ok(renderer.output),
        Err(Exit::Fault(fault)) => Err(fault.at(renderer.position)),
    }
}

/// What a rendering is about.
struct Renderer<'s, 'a> {
    scope: &'s mut Scope<'a>,
    output: String,
    depth: usize,
    /// The blocks of `#define` that are being rendered, by where they lie.
    defined: Vec<ast::Block>,
    /// The innermost loop.
    running: Option<LoopId>,
    /// The latest reference, operation or directive that was come to.
    position: Position,
}

/// Why a block ends early.
enum Exit {
    Break,
    Stop,
    Fault(Fault),
}

impl From<Fault> for Exit {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// How often a block of `#define` may be in itself. As captured: where it would be once more, it is null.
const DEFINE_DEPTH: usize = 2;

impl<'a> Renderer<'_, 'a> {
    fn heap(&mut self) -> &mut Heap<'a> {
        self.scope.heap()
    }

    fn block(&mut self, nodes: &ast::Block) -> Result<(), Exit> {
        self.nested(|renderer| nodes.iter().try_for_each(|node| renderer.node(node)))
    }

    fn node(&mut self, node: &Node) -> Result<(), Exit> {
        self.heap().step(1)?;
        match node {
            Node::Text(text) => self.write(text),
            Node::Reference(reference) => self.put_out(reference),
            Node::Set { target, value } => {
                let value = self.value(value)?;
                self.assign(target, value)
            }
            Node::If { branches, otherwise } => {
                for (condition, block) in branches {
                    if self.truth(condition)? {
                        return self.block(block);
                    }
                }
                otherwise.as_ref().map_or(Ok(()), |block| self.block(block))
            }
            Node::Foreach { variable, items, body, position } => {
                self.foreach(variable, items, body, *position)
            }
            Node::Define { name, body } => {
                self.scope.set(name, Value::Block(Block(Arc::clone(body))));
                Ok(())
            }
            Node::Break => Err(Exit::Break),
            Node::Stop => Err(Exit::Stop),
        }
    }

    fn write(&mut self, text: &str) -> Result<(), Exit> {
        let limit = self.heap().limits().output;
        if self.output.len().saturating_add(text.len()) > limit {
            return Err(Fault::Output(limit).into());
        }
        self.heap().look_at(text.len())?;
        self.heap().reserve(text.len())?;
        self.output.push_str(text);
        Ok(())
    }

    /// What a block puts out, as a text of its own.
    fn captured(&mut self, block: &ast::Block) -> Result<String, Exit> {
        let outer = std::mem::take(&mut self.output);
        let ended = self.block(block);
        let text = std::mem::replace(&mut self.output, outer);
        ended.map(|()| text)
    }

    /// Renders a block of `#define` here. False where it is in itself too often.
    fn put_out_defined(&mut self, block: &Block) -> Result<bool, Exit> {
        if self.defined.iter().filter(|each| Arc::ptr_eq(each, &block.0)).count() >= DEFINE_DEPTH {
            return Ok(false);
        }
        self.defined.push(Arc::clone(&block.0));
        let ended = self.block(&block.0);
        self.defined.pop();
        match ended {
            Ok(()) | Err(Exit::Break) => Ok(true),
            Err(exit) => Err(exit),
        }
    }

    /// A block of `#define` as the string that it puts out; any other value as it is.
    fn settled(&mut self, value: Value) -> Result<Value, Exit> {
        let Value::Block(block) = value else { return Ok(value) };
        let outer = std::mem::take(&mut self.output);
        let rendered = self.put_out_defined(&block);
        let text = std::mem::replace(&mut self.output, outer);
        Ok(if rendered? { self.heap().string(text)? } else { Value::Null })
    }

    fn settled_value(&mut self, expression: &Expression) -> Result<Value, Exit> {
        let value = self.value(expression)?;
        self.settled(value)
    }

    /// Runs one level deeper.
    fn nested<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Exit>) -> Result<T, Exit> {
        let limit = self.heap().limits().depth;
        if self.depth >= limit {
            return Err(Fault::Depth(limit).into());
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }
}
