//! From text to nodes.
//!
//! Source of the grammar: the VTL reference of Apache Velocity 1.7, and what Velocity 1.7 itself does with the templates
//! in `tests/captured.jsonl`.

mod cursor;
mod directive;
mod expression;
mod literal;
mod reference;

use crate::ast::{Block, Node};
use crate::error::{ParseError, Position};
use cursor::Cursor;

/// How deep blocks and expressions may be nested. Ours; Velocity overflows its stack at some thousands.
const MAX_DEPTH: usize = 100;

/// The whole template.
pub(crate) fn template(text: &str) -> Result<Block, ParseError> {
    Parser { cursor: Cursor::new(text, Position::START), depth: 0 }.document()
}

/// Reads a template from the cursor on.
struct Parser<'t> {
    cursor: Cursor<'t>,
    depth: usize,
}

/// What ends a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    Text,
    End,
    Else,
    ElseIf,
}

impl Closing {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "the end of the template",
            Self::End => "#end",
            Self::Else => "#else",
            Self::ElseIf => "#elseif",
        }
    }
}

/// Nodes as they are gathered, with the text that is not yet one.
#[derive(Default)]
struct Nodes {
    done: Vec<Node>,
    text: String,
    /// Where in `text` the latest token of Velocity begins. White space is `#set`'s only if it begins a token.
    token: usize,
}

impl Nodes {
    fn write(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends a token of text.
    fn cut(&mut self) {
        self.token = self.text.len();
    }

    fn push(&mut self, node: Node) {
        self.flush();
        self.done.push(node);
    }

    /// Takes the spaces and tabs away that a `#set` eats in front of it.
    fn trim_for_set(&mut self) {
        let blank = |text: &str| text.chars().all(|each| matches!(each, ' ' | '\t'));
        if self.text.get(self.token..).is_some_and(blank) {
            self.text.truncate(self.token);
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Node::Text(std::mem::take(&mut self.text)));
        }
        self.token = 0;
    }

    fn finish(mut self) -> Block {
        self.flush();
        self.done.into()
    }
}

impl<'t> Parser<'t> {
    /// Everything, to the end of the text.
    fn document(&mut self) -> Result<Block, ParseError> {
        let start = self.cursor;
        match self.block()? {
            (block, Closing::Text) => Ok(block),
            (_, end) => Err(start.error(format!("{} ends nothing", end.name()))),
        }
    }

    /// A block and what ended it, which is read.
    fn block(&mut self) -> Result<(Block, Closing), ParseError> {
        self.nested(|parser| {
            let mut nodes = Nodes::default();
            loop {
                match parser.cursor.peek() {
                    None => return Ok((nodes.finish(), Closing::Text)),
                    Some('$') => parser.reference_or_text(0, &mut nodes)?,
                    Some('\\') => parser.backslashes(&mut nodes)?,
                    Some('#') => {
                        if let Some(end) = parser.hash(&mut nodes)? {
                            return Ok((nodes.finish(), end));
                        }
                    }
                    Some(_) => {
                        nodes.write(parser.cursor.take_while(|each| !matches!(each, '$' | '#' | '\\')));
                    }
                }
            }
        })
    }

    fn reference_or_text(&mut self, escapes: usize, nodes: &mut Nodes) -> Result<(), ParseError> {
        match self.reference(escapes)? {
            Some(reference) => {
                let formal = reference.source.ends_with('}');
                nodes.push(Node::Reference(reference));
                // As captured: right behind a reference a closing brace is a token of its own.
                if !formal && self.cursor.eat("}") {
                    nodes.write("}");
                    nodes.cut();
                }
            }
            None => {
                nodes.write(&"\\".repeat(escapes));
                nodes.write("$");
                self.cursor.bump();
            }
        }
        Ok(())
    }

    /// Backslashes. They escape a reference or a directive that follows, and each other in front of one.
    fn backslashes(&mut self, nodes: &mut Nodes) -> Result<(), ParseError> {
        let run = self.cursor.take_while(|each| each == '\\');
        if self.cursor.peek() == Some('$') {
            return self.reference_or_text(run.len(), nodes);
        }
        let kept = match self.directive_name() {
            // As captured: `\\#set` keeps both, unlike all others.
            Some("set") if run.len().is_multiple_of(2) => run.len(),
            Some(name) if directive::is_known(name) => run.len() / 2,
            _ => run.len(),
        };
        nodes.write(&"\\".repeat(kept));
        if !run.len().is_multiple_of(2) {
            nodes.write(self.take_directive_name());
        }
        nodes.cut();
        Ok(())
    }

    /// Runs one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ParseError>) -> Result<T, ParseError> {
        if self.depth >= MAX_DEPTH {
            return Err(self
                .cursor
                .error(format!("blocks or expressions are nested deeper than {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}
