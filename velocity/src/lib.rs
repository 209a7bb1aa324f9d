//! Velocity templates, as the mapping templates of API Gateway are written in.
//!
//! Pure: no I/O, no clock, no global state. A template is parsed once, may be shared between threads, and is rendered as
//! often as wanted, each time in a [`Scope`] of its own.
//!
//! The language is that of Apache Velocity 1.7 in its default configuration, whose output the tests hold this crate to.
//! Different from it:
//!
//! * `#macro`, `#include`, `#parse`, `#evaluate` and `#literal` are refused: API Gateway does not have them.
//! * Methods are those of Java's strings, numbers, booleans, lists and maps that templates use. There is no `.class`, and
//!   no way to anything else of Java.
//! * Integers have one type, of 128 bits. Java has several, and goes from one to the next.
//! * What `split`, `subList`, `keySet` and the like return is a list of its own. In Java it may be an array, a set or a view.
//! * A block of `#define` is rendered where it is put into a list or a map, and not each time it is put out from there.
//! * Only strings, numbers, booleans and null are keys of maps.
//! * What Velocity's token manager loses track of is read as it is meant: a `##` right behind a property is a comment, a `$`
//!   or `#` at the very end is text.
//! * Every rendering ends, within [`Limits`].
//!
//! The parser is written by hand. What a `$` or a `#` means depends on what follows, mostly text is what is left, and what
//! Velocity's own token manager makes of white space shows in the output: as a grammar of a parser library this would be
//! exceptions from rules.
//!
//! ```
//! use stagecheck_velocity::{Limits, Scope, Template, Undefined};
//!
//! let template = Template::parse("#foreach($pet in $pets)$pet#if($foreach.hasNext), #end#end")?;
//! let mut scope = Scope::new(Limits::default(), Undefined::Source);
//! let pets = scope.heap().value_of(&serde_json::json!(["dog", "cat"]), Default::default())?;
//! scope.set("pets", pets);
//! assert_eq!(template.render(&mut scope)?, "dog, cat");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ast;
mod error;
mod evaluate;
mod limits;
mod methods;
mod parse;
mod scope;
mod value;

pub use error::{Fault, ParseError, Position, RenderError};
pub use limits::Limits;
pub use scope::{Scope, Undefined};
pub use value::{Block, Heap, Key, ListId, LoopId, MapId, Notation, Object, ObjectId, Value};

/// A template that was parsed.
#[derive(Clone, Debug)]
pub struct Template {
    body: ast::Block,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    ///
    /// Where a directive, a reference or an expression is not written as it has to be.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse::template(text).map(|body| Self { body })
    }

    /// Renders the template. What it sets stays in the scope.
    ///
    /// # Errors
    ///
    /// Where it meets a [`Fault`].
    pub fn render(&self, scope: &mut Scope<'_>) -> Result<String, RenderError> {
        evaluate::render(&self.body, scope)
    }
}
