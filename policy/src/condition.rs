//! The `Condition` element.

mod operator;
mod values;

use crate::context::Context;
use crate::pattern::Pattern;

pub use operator::{Comparison, Operator, Order};
pub use values::BadValue;
use values::Wanted;

/// One key under one operator of a `Condition` element.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    quantifier: Quantifier,
    operator: Operator,
    if_exists: bool,
    key: String,
    /// The key as contexts keep it.
    folded_key: String,
    wanted: Wanted,
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

/// What a condition says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) holds: bool,
    /// Whether the key is missing that it asks for, so that another request might get another answer.
    pub(crate) asked_in_vain: bool,
}

impl Condition {
    /// A condition on `key`. Policy variables in `values` are put in where `variables` says so and the operator takes
    /// them, which those on strings and ARNs do.
    ///
    /// # Errors
    ///
    /// A value that is not of the operator's type.
    pub fn new(
        quantifier: Quantifier,
        operator: Operator,
        if_exists: bool,
        key: &str,
        values: &[String],
        variables: bool,
    ) -> Result<Self, BadValue> {
        Ok(Self {
            quantifier,
            operator,
            if_exists,
            key: key.to_owned(),
            folded_key: key.to_ascii_lowercase(),
            wanted: Wanted::new(operator.comparison(), values, variables)?,
        })
    }

    /// How the key's values are taken together.
    #[must_use]
    pub fn quantifier(&self) -> Quantifier {
        self.quantifier
    }

    /// How one value is compared.
    #[must_use]
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// `…IfExists`: a request without the key passes.
    #[must_use]
    pub fn if_exists(&self) -> bool {
        self.if_exists
    }

    /// The condition key, as written.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The patterns that it compares with, where its operator is one on strings or ARNs.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.wanted.patterns().iter()
    }

    /// Whether the request passes.
    ///
    /// Source: AWS IAM user guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
    pub(crate) fn verdict(&self, context: &Context) -> Verdict {
        let given = context.get_folded(&self.folded_key);
        if let Wanted::Absence(wanted) = &self.wanted {
            return Verdict { holds: wanted.contains(&given.is_none()), asked_in_vain: false };
        }
        match given {
            Some(given) => Verdict { holds: self.holds_of(given, context), asked_in_vain: false },
            None => Verdict { holds: self.if_exists || self.holds_without_key(), asked_in_vain: true },
        }
    }

    fn holds_of(&self, given: &[String], context: &Context) -> bool {
        let negated = self.operator.is_negated();
        let mut passing = given.iter().map(|value| self.wanted.compares(value, context) != negated);
        match self.quantifier {
            Quantifier::ForAllValues => passing.all(|passes| passes),
            Quantifier::ForAnyValue => passing.any(|passes| passes),
            Quantifier::Single if negated => passing.all(|passes| passes),
            Quantifier::Single => passing.any(|passes| passes),
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
