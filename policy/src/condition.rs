//! The `Condition` element.

use crate::context::Context;
use crate::pattern::Pattern;

/// One key under one operator of a `Condition` element.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// How the key's values are taken together.
    pub quantifier: Quantifier,
    /// How one value is compared.
    pub operator: Operator,
    /// `…IfExists`: a request without the key passes.
    pub if_exists: bool,
    /// The condition key, as written.
    pub key: String,
    /// The values to compare with; one match is enough (none may match, for negated operators).
    pub values: Vec<Pattern>,
}

/// How a key with several values is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// No prefix: for keys with one value.
    Single,
    /// `ForAllValues:` — every value passes; true of no values.
    ForAllValues,
    /// `ForAnyValue:` — some value passes; false of no values.
    ForAnyValue,
}

/// The condition operators that this version evaluates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `StringEquals`
    StringEquals,
    /// `StringNotEquals`
    StringNotEquals,
    /// `StringEqualsIgnoreCase`
    StringEqualsIgnoreCase,
    /// `StringNotEqualsIgnoreCase`
    StringNotEqualsIgnoreCase,
    /// `StringLike`
    StringLike,
    /// `StringNotLike`
    StringNotLike,
    /// `ArnEquals` and `ArnLike`, which mean the same.
    ArnLike,
    /// `ArnNotEquals` and `ArnNotLike`, which mean the same.
    ArnNotLike,
    /// `Bool`
    Bool,
    /// `Null`: `true` asks that the key be absent, `false` that it be there.
    Null,
}

impl Operator {
    /// The operator of this name, without prefix and suffix. Names are compared as written.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "StringEquals" => Self::StringEquals,
            "StringNotEquals" => Self::StringNotEquals,
            "StringEqualsIgnoreCase" => Self::StringEqualsIgnoreCase,
            "StringNotEqualsIgnoreCase" => Self::StringNotEqualsIgnoreCase,
            "StringLike" => Self::StringLike,
            "StringNotLike" => Self::StringNotLike,
            "ArnEquals" | "ArnLike" => Self::ArnLike,
            "ArnNotEquals" | "ArnNotLike" => Self::ArnNotLike,
            "Bool" => Self::Bool,
            "Null" => Self::Null,
            _ => return None,
        })
    }

    /// Whether it holds of what does *not* compare, and so of a missing key.
    const fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals | Self::StringNotEqualsIgnoreCase | Self::StringNotLike | Self::ArnNotLike
        )
    }

    fn compares(self, wanted: &Pattern, given: &str, context: &Context) -> bool {
        match self {
            Self::StringEquals | Self::StringNotEquals => wanted.equals(given, context),
            Self::StringEqualsIgnoreCase | Self::StringNotEqualsIgnoreCase | Self::Bool => {
                wanted.equals_ignoring_case(given, context)
            }
            Self::StringLike | Self::StringNotLike => wanted.matches(given, context),
            Self::ArnLike | Self::ArnNotLike => wanted.matches_arn(given, context),
            Self::Null => false,
        }
    }
}

impl Condition {
    /// Whether the request passes. `missing` collects keys that were asked for and are not in the context.
    ///
    /// Source: AWS IAM user guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
    pub(crate) fn holds(&self, context: &Context, missing: &mut Vec<String>) -> bool {
        let given = context.get(&self.key);
        if self.operator == Operator::Null {
            let absent = if given.is_none() { "true" } else { "false" };
            return self.values.iter().any(|wanted| wanted.equals_ignoring_case(absent, context));
        }
        let Some(given) = given else {
            if !missing.contains(&self.key) {
                missing.push(self.key.clone());
            }
            return self.if_exists || self.holds_without_key();
        };
        let passes = |value: &String| {
            let matched = self.values.iter().any(|wanted| self.operator.compares(wanted, value, context));
            matched != self.operator.is_negated()
        };
        match self.quantifier {
            Quantifier::ForAllValues => given.iter().all(passes),
            Quantifier::ForAnyValue => given.iter().any(passes),
            Quantifier::Single if self.operator.is_negated() => given.iter().all(passes),
            Quantifier::Single => given.iter().any(passes),
        }
    }

    fn holds_without_key(&self) -> bool {
        match self.quantifier {
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => false,
            Quantifier::Single => self.operator.is_negated(),
        }
    }
}
