//! What a template is made of.

use std::sync::Arc;

use crate::error::Position;

/// A run of nodes. Shared, for `#define` makes a value of it.
pub(crate) type Block = Arc<[Node]>;

/// A part of a template.
#[derive(Debug)]
pub(crate) enum Node {
    Text(String),
    Reference(Reference),
    Set { target: Reference, value: Expression },
    If { branches: Vec<(Expression, Block)>, otherwise: Option<Block> },
    Foreach { variable: Arc<str>, items: Expression, body: Block, position: Position },
    Define { name: Arc<str>, body: Block },
    Break,
    Stop,
}

/// `$name.property.method(arguments)[index]`.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) name: Arc<str>,
    pub(crate) steps: Vec<Step>,
    /// As it is written, from the `$` on: what is put out where it has no value.
    pub(crate) source: Arc<str>,
    /// Written with `!`: puts out nothing where it has no value.
    pub(crate) quiet: bool,
    /// How many `\` stand in front.
    pub(crate) escapes: usize,
    pub(crate) position: Position,
}

/// What leads from a value to another.
#[derive(Debug)]
pub(crate) enum Step {
    Property(Arc<str>),
    Method(Arc<str>, Vec<Expression>),
    Index(Expression),
}

/// What has a value.
#[derive(Debug)]
pub(crate) enum Expression {
    Bool(bool),
    Int(i128),
    Float(f64),
    String(Arc<str>),
    /// A string in double quotes with references or directives in it.
    Interpolated(Block),
    List(Vec<Self>),
    Map(Vec<(Self, Self)>, Position),
    Range(Box<Self>, Box<Self>, Position),
    Reference(Reference),
    Not(Box<Self>),
    Chain(Box<Chain>),
}

/// Operators of one precedence, from left to right. Flat, since thousands may follow each other.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) first: Expression,
    pub(crate) rest: Vec<(Operator, Expression)>,
    /// As it is written: what a sum with a string has of it where it has no value.
    pub(crate) source: Arc<str>,
    pub(crate) position: Position,
}

impl Chain {
    /// One of the operators, which are of one precedence.
    pub(crate) fn operator(&self) -> Option<Operator> {
        self.rest.first().map(|(operator, _)| *operator)
    }

    /// Whether the value is true or false.
    pub(crate) fn is_condition(&self) -> bool {
        self.operator().is_some_and(|operator| operator.precedence() <= Operator::Less.precedence())
    }
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    /// Whether it asks what is true.
    pub(crate) fn is_logical(self) -> bool {
        matches!(self, Self::And | Self::Or)
    }

    /// How tightly it binds.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Self::Or => 0,
            Self::And => 1,
            Self::Equal | Self::NotEqual => 2,
            Self::Less | Self::Greater | Self::LessOrEqual | Self::GreaterOrEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Remainder => 5,
        }
    }
}
