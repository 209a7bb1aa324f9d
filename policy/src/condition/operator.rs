//! The condition operators, by name.

use std::cmp::Ordering;

/// A condition operator, without prefix and suffix.
///
/// Source: AWS IAM user guide, "IAM JSON policy elements: Condition operators".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    name: &'static str,
    comparison: Comparison,
    negated: bool,
}

/// How one value of the request is compared with one of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Letter by letter.
    Text,
    /// Letter by letter, upper and lower case alike.
    TextIgnoringCase,
    /// With wildcards.
    Like,
    /// With wildcards, field by field. `ArnEquals` and `ArnLike` mean the same.
    Arn,
    /// As numbers.
    Number(Order),
    /// As moments.
    Moment(Order),
    /// As `true` or `false`.
    Truth,
    /// As bytes, which stand in base64.
    Bytes,
    /// As an address of a range.
    Address,
    /// Not at all: whether the key is absent.
    Absence,
}

/// How the request's value is to stand to the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Equal to it.
    Equal,
    /// Below it.
    Less,
    /// Not above it.
    LessOrEqual,
    /// Above it.
    Greater,
    /// Not below it.
    GreaterOrEqual,
}

impl Order {
    pub(super) fn is(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

const OPERATORS: [Operator; 26] = [
    passes("StringEquals", Comparison::Text),
    fails("StringNotEquals", Comparison::Text),
    passes("StringEqualsIgnoreCase", Comparison::TextIgnoringCase),
    fails("StringNotEqualsIgnoreCase", Comparison::TextIgnoringCase),
    passes("StringLike", Comparison::Like),
    fails("StringNotLike", Comparison::Like),
    passes("ArnEquals", Comparison::Arn),
    fails("ArnNotEquals", Comparison::Arn),
    passes("ArnLike", Comparison::Arn),
    fails("ArnNotLike", Comparison::Arn),
    passes("NumericEquals", Comparison::Number(Order::Equal)),
    fails("NumericNotEquals", Comparison::Number(Order::Equal)),
    passes("NumericLessThan", Comparison::Number(Order::Less)),
    passes("NumericLessThanEquals", Comparison::Number(Order::LessOrEqual)),
    passes("NumericGreaterThan", Comparison::Number(Order::Greater)),
    passes("NumericGreaterThanEquals", Comparison::Number(Order::GreaterOrEqual)),
    passes("DateEquals", Comparison::Moment(Order::Equal)),
    fails("DateNotEquals", Comparison::Moment(Order::Equal)),
    passes("DateLessThan", Comparison::Moment(Order::Less)),
    passes("DateLessThanEquals", Comparison::Moment(Order::LessOrEqual)),
    passes("DateGreaterThan", Comparison::Moment(Order::Greater)),
    passes("DateGreaterThanEquals", Comparison::Moment(Order::GreaterOrEqual)),
    passes("Bool", Comparison::Truth),
    passes("BinaryEquals", Comparison::Bytes),
    passes("IpAddress", Comparison::Address),
    fails("NotIpAddress", Comparison::Address),
];

const NULL: Operator = passes("Null", Comparison::Absence);

const fn passes(name: &'static str, comparison: Comparison) -> Operator {
    Operator { name, comparison, negated: false }
}

const fn fails(name: &'static str, comparison: Comparison) -> Operator {
    Operator { name, comparison, negated: true }
}

impl Operator {
    /// `Null`: `true` asks that the key be absent, `false` that it be there.
    pub const NULL: Self = NULL;

    /// The operator of this name. Names are compared as written.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        OPERATORS.iter().chain([&NULL]).find(|operator| operator.name == name).copied()
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        OPERATORS.into_iter().chain([NULL])
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// How it compares.
    #[must_use]
    pub const fn comparison(self) -> Comparison {
        self.comparison
    }

    /// Whether it holds of what does *not* compare, and so of a missing key.
    #[must_use]
    pub const fn is_negated(self) -> bool {
        self.negated
    }
}
