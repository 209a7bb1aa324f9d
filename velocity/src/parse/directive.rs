//! What begins with `#`: directives, comments, text that is left as it is.

use std::sync::Arc;

use crate::ast::{Block, Node};
use crate::error::ParseError;

use super::{Closing, Cursor, Nodes, Parser};

/// Velocity's directives that API Gateway does not have.
///
/// Users report so of `#macro`; of the others, which read files, parse values anew or are not documented, it is inferred.
const REFUSED: [&str; 5] = ["macro", "include", "parse", "evaluate", "literal"];

/// Whether a `\` escapes a directive of this name.
pub(super) fn is_known(name: &str) -> bool {
    matches!(name, "set" | "if" | "elseif" | "else" | "end" | "foreach" | "define" | "break" | "stop")
        || REFUSED.contains(&name)
}

impl<'t> Parser<'t> {
    /// The name of the directive that begins here, at its `#`, if one does: `#name` or `#{name}`.
    pub(super) fn directive_name(&self) -> Option<&'t str> {
        let mut ahead = self.cursor;
        read_name(&mut ahead)
    }

    /// The same, read, as it is written.
    pub(super) fn take_directive_name(&mut self) -> &'t str {
        let start = self.cursor;
        read_name(&mut self.cursor);
        self.cursor.since(start)
    }

    /// What begins here with `#`. Says so where it ends the block.
    pub(super) fn hash(&mut self, nodes: &mut Nodes) -> Result<Option<Closing>, ParseError> {
        let start = self.cursor;
        if self.cursor.eat("##") {
            self.cursor.take_while(|each| !matches!(each, '\n' | '\r'));
            self.cursor.eat_line_end();
        } else if self.cursor.eat("#*") {
            if self.cursor.take_past("*#").is_none() {
                self.cursor.take_rest();
            }
        } else if self.cursor.eat("#[[") {
            let text = self.cursor.take_past("]]#").ok_or_else(|| start.error("the #[[ has no ]]#"))?;
            nodes.write(text);
        } else if let Some(name) = self.directive_name() {
            self.take_directive_name();
            return self.directive(name, start, nodes);
        } else {
            self.cursor.bump();
            nodes.write("#");
        }
        nodes.cut();
        Ok(None)
    }

    /// The directive whose name was read.
    fn directive(
        &mut self,
        name: &'t str,
        start: Cursor<'t>,
        nodes: &mut Nodes,
    ) -> Result<Option<Closing>, ParseError> {
        let node = match name {
            "end" => {
                self.cursor.eat_line_end();
                return Ok(Some(Closing::End));
            }
            "else" => {
                self.cursor.eat_line_end();
                return Ok(Some(Closing::Else));
            }
            "elseif" => return Ok(Some(Closing::ElseIf)),
            "set" if self.at_set() => {
                nodes.trim_for_set();
                self.set()?
            }
            "if" => self.conditional(start)?,
            "foreach" => self.foreach(start)?,
            "define" => self.define(start)?,
            "break" => {
                if self.at_bracket() {
                    self.open(name)?;
                    self.close(name)?;
                }
                Node::Break
            }
            "stop" => Node::Stop,
            refused if REFUSED.contains(&refused) || refused.starts_with('@') => {
                return Err(start.error(format!("API Gateway does not have the directive #{refused}")));
            }
            _ => {
                self.unknown()?;
                nodes.write(self.cursor.since(start));
                nodes.cut();
                return Ok(None);
            }
        };
        nodes.push(node);
        Ok(None)
    }

    /// `#set` is one only with its bracket on the same line. `#set $x = 1` is text.
    fn at_set(&self) -> bool {
        self.cursor.rest().trim_start_matches(' ').starts_with('(')
    }

    fn set(&mut self) -> Result<Node, ParseError> {
        self.open("set")?;
        let Some(target) = self.reference(0)? else {
            return Err(self.cursor.expected("a reference to set"));
        };
        self.cursor.skip_space();
        if self.cursor.rest().starts_with("==") || !self.cursor.eat("=") {
            return Err(self.cursor.expected("`=`"));
        }
        let value = self.expression()?;
        self.close("set")?;
        Ok(Node::Set { target, value })
    }

    fn conditional(&mut self, start: Cursor<'t>) -> Result<Node, ParseError> {
        let mut branches = Vec::new();
        loop {
            let name = if branches.is_empty() { "if" } else { "elseif" };
            self.open(name)?;
            let condition = self.expression()?;
            self.close(name)?;
            let (block, end) = self.block()?;
            branches.push((condition, block));
            match end {
                Closing::ElseIf => {}
                Closing::End => return Ok(Node::If { branches, otherwise: None }),
                Closing::Else => {
                    let otherwise = Some(self.body("#else", start)?);
                    return Ok(Node::If { branches, otherwise });
                }
                Closing::Text => return Err(start.error("the #if has no #end")),
            }
        }
    }

    fn foreach(&mut self, start: Cursor<'t>) -> Result<Node, ParseError> {
        self.open("foreach")?;
        let variable = self.variable()?;
        self.cursor.skip_space();
        let before = self.cursor;
        if self.word() != "in" {
            return Err(before.expected("`in`"));
        }
        self.cursor.skip_space();
        let items = self.literal_or_reference()?;
        self.close("foreach")?;
        let body = self.body("#foreach", start)?;
        Ok(Node::Foreach { variable, items, body, position: start.position })
    }

    fn define(&mut self, start: Cursor<'t>) -> Result<Node, ParseError> {
        self.open("define")?;
        let name = self.variable()?;
        self.close("define")?;
        Ok(Node::Define { name, body: self.body("#define", start)? })
    }

    /// The variable that a directive sets, with nothing behind its name.
    fn variable(&mut self) -> Result<Arc<str>, ParseError> {
        let before = self.cursor;
        match self.reference(0)? {
            Some(reference) if reference.steps.is_empty() => Ok(reference.name),
            _ => Err(before.expected("a variable, such as $item")),
        }
    }

    /// A block that only `#end` may end.
    fn body(&mut self, directive: &str, start: Cursor<'t>) -> Result<Block, ParseError> {
        match self.block()? {
            (block, Closing::End) => Ok(block),
            (_, Closing::Text) => Err(start.error(format!("the {directive} has no #end"))),
            (_, end) => Err(self.cursor.error(format!("{} stands in the block of {directive}", end.name()))),
        }
    }

    /// A directive that there is not. It is text, but as captured, its arguments have to be arguments.
    fn unknown(&mut self) -> Result<(), ParseError> {
        if !self.at_bracket() {
            return Ok(());
        }
        self.open("")?;
        while self.cursor.peek() != Some(')') {
            self.unknown_argument()?;
            self.cursor.skip_space();
            if self.cursor.eat(",") {
                self.cursor.skip_space();
                if self.cursor.peek() == Some(')') {
                    return Err(self.cursor.expected("an argument"));
                }
            }
        }
        self.close("")
    }

    fn unknown_argument(&mut self) -> Result<(), ParseError> {
        if self.cursor.peek().is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '_' | '@')) {
            self.word();
            return Ok(());
        }
        self.literal_or_reference().map(drop)
    }

    fn at_bracket(&self) -> bool {
        let mut ahead = self.cursor;
        ahead.skip_space();
        ahead.peek() == Some('(')
    }

    fn open(&mut self, directive: &str) -> Result<(), ParseError> {
        self.cursor.skip_space();
        if !self.cursor.eat("(") {
            return Err(self.cursor.expected(&format!("`(` behind #{directive}")));
        }
        self.cursor.skip_space();
        Ok(())
    }

    /// The closing bracket, and the end of the line behind it.
    fn close(&mut self, directive: &str) -> Result<(), ParseError> {
        self.cursor.skip_space();
        if !self.cursor.eat(")") {
            return Err(self.cursor.expected(&format!("`)` at the end of #{directive}")));
        }
        self.cursor.eat_line_end();
        Ok(())
    }
}

/// `#name` or `#{name}`. Nothing is read where neither comes next.
fn read_name<'t>(cursor: &mut Cursor<'t>) -> Option<&'t str> {
    let before = *cursor;
    let is_part = |each: char| each.is_ascii_alphanumeric() || matches!(each, '_' | '@');
    let hash = cursor.eat("#");
    let bracketed = cursor.eat("{");
    let name = cursor.take_while(is_part);
    let named = name.starts_with(|first: char| {
        first.is_ascii_alphabetic() || first == '_' || (first == '@' && !bracketed)
    });
    if hash && named && (!bracketed || cursor.eat("}")) {
        return Some(name);
    }
    *cursor = before;
    None
}
