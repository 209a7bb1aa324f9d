//! The values that conditions compare with, in the type of their operator.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;

use super::operator::{Comparison, Order};
use crate::context::Context;
use crate::moment::Moment;
use crate::pattern::{Lacking, Pattern};

/// The values of a condition, as its operator reads them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    Text(Vec<Pattern>),
    TextIgnoringCase(Vec<Pattern>),
    Like(Vec<Pattern>),
    Arn(Vec<Pattern>),
    Number(Order, Vec<f64>),
    Moment(Order, Vec<Moment>),
    Truth(Vec<bool>),
    Bytes(Vec<Vec<u8>>),
    Address(Vec<IpNet>),
    Absence(Vec<bool>),
}

/// A value that is not of its operator's type, which could never compare.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not {wanted}")]
pub struct BadValue {
    /// The value.
    pub value: String,
    /// What it should be.
    pub wanted: &'static str,
}

impl Wanted {
    pub(super) fn new(comparison: Comparison, values: &[String], variables: bool) -> Result<Self, BadValue> {
        let patterns = || values.iter().map(|value| Pattern::new(value, variables)).collect();
        Ok(match comparison {
            Comparison::Text => Self::Text(patterns()),
            Comparison::TextIgnoringCase => Self::TextIgnoringCase(patterns()),
            Comparison::Like => Self::Like(patterns()),
            Comparison::Arn => Self::Arn(patterns()),
            Comparison::Number(order) => Self::Number(order, each(values, "a number", number)?),
            Comparison::Moment(order) => Self::Moment(
                order,
                each(values, "a date in ISO 8601 or in seconds since 1970", Moment::parse)?,
            ),
            Comparison::Truth => Self::Truth(each(values, "true or false", truth)?),
            Comparison::Bytes => Self::Bytes(each(values, "base64", bytes)?),
            Comparison::Address => {
                Self::Address(each(values, "an IP address or a range in CIDR form", range)?)
            }
            Comparison::Absence => Self::Absence(each(values, "true or false", truth)?),
        })
    }

    pub(super) fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Text(patterns)
            | Self::TextIgnoringCase(patterns)
            | Self::Like(patterns)
            | Self::Arn(patterns) => patterns,
            Self::Number(..)
            | Self::Moment(..)
            | Self::Truth(_)
            | Self::Bytes(_)
            | Self::Address(_)
            | Self::Absence(_) => &[],
        }
    }

    /// Whether a value of the request compares with any of these. One that is not of the type compares with none.
    pub(super) fn compares(&self, given: &str, context: &Context, lacking: Lacking) -> bool {
        match self {
            Self::Text(wanted) => {
                wanted.iter().any(|wanted| wanted.compares(context, lacking, |wanted| wanted == given))
            }
            Self::TextIgnoringCase(wanted) => {
                let given = given.to_lowercase();
                let is_same = |wanted: &str| wanted.to_lowercase() == given;
                wanted.iter().any(|wanted| wanted.compares(context, lacking, is_same))
            }
            Self::Like(wanted) => {
                let given: Vec<char> = given.chars().collect();
                wanted.iter().any(|wanted| wanted.matches_letters(&given, context, lacking))
            }
            Self::Arn(wanted) => {
                wanted.iter().any(|wanted| wanted.matches_arn_lacking(given, context, lacking))
            }
            Self::Number(order, wanted) => number(given).is_some_and(|given| {
                wanted.iter().any(|wanted| given.partial_cmp(wanted).is_some_and(|is| order.is(is)))
            }),
            Self::Moment(order, wanted) => Moment::parse(given)
                .is_some_and(|given| wanted.iter().any(|wanted| order.is(given.cmp(wanted)))),
            Self::Truth(wanted) => truth(given).is_some_and(|given| wanted.contains(&given)),
            Self::Bytes(wanted) => bytes(given).is_some_and(|given| wanted.contains(&given)),
            Self::Address(wanted) => {
                range(given).is_some_and(|given| wanted.iter().any(|wanted| wanted.contains(&given)))
            }
            Self::Absence(_) => false,
        }
    }
}

fn each<T>(
    values: &[String],
    wanted: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, BadValue> {
    values.iter().map(|value| read(value).ok_or_else(|| BadValue { value: value.clone(), wanted })).collect()
}

/// Whole numbers are exact to 2^53.
fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// An address alone is the range of itself. A request's value may be a range, too: it compares if all of it does.
fn range(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
