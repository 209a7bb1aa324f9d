//! The `Condition` element.

mod operator;
mod values;

use crate::context::Context;
use crate::pattern::{Lacking, Pattern};
use crate::verdict::Verdict;

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
    /// `ForAllValues:` — every value passes; true of no values, and of empty texts only.
    ForAllValues,
    /// `ForAnyValue:` — some value passes; false of no values, and of empty texts only.
    ForAnyValue,
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
    pub(crate) fn verdict(&self, context: &Context) -> Verdict<'_> {
        match context.get_folded(&self.folded_key) {
            Some(given) => Verdict::of_patterns(self.wanted.patterns(), context, |lacking| {
                self.holds_of(given, context, lacking)
            }),
            None => Verdict { holds: self.if_exists || self.holds_without_key(), missing: vec![&self.key] },
        }
    }

    fn holds_of(&self, given: &[String], context: &Context, lacking: Lacking) -> bool {
        if let Wanted::Absence(wanted) = &self.wanted {
            return wanted.contains(&false);
        }
        let negated = self.operator.is_negated();
        let mut passing = given.iter().map(|value| self.wanted.compares(value, context, lacking) != negated);
        let is_empty_set = given.iter().all(String::is_empty);
        match self.quantifier {
            Quantifier::ForAllValues => is_empty_set || passing.all(|passes| passes),
            Quantifier::ForAnyValue => !is_empty_set && passing.any(|passes| passes),
            Quantifier::Single if negated => passing.all(|passes| passes),
            Quantifier::Single => passing.any(|passes| passes),
        }
    }

    fn holds_without_key(&self) -> bool {
        if let Wanted::Absence(wanted) = &self.wanted {
            return wanted.contains(&true);
        }
        match self.quantifier {
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => false,
            Quantifier::Single => self.operator.is_negated(),
        }
    }
}
