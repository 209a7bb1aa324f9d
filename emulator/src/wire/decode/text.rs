//! Scalars that stand as text: in paths, query strings, headers and form parameters.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use stagecheck_models::{Kind, Shape, TimestampFormat};

use super::Malformed;
use super::json::special_double;
use crate::time::Timestamp;
use crate::wire::Document;

/// The scalar of this shape that the text stands for.
pub(super) fn scalar<'a>(shape: &Shape, text: Cow<'a, str>, name: &str) -> Result<Document<'a>, Malformed> {
    let wrong = |expected: &str| Malformed::new(format!("{name}: {text:?} is not {expected}"));
    Ok(match shape.kind {
        Kind::String(_) => Document::Text(text),
        Kind::Boolean => match text.as_ref() {
            "true" => Document::Boolean(true),
            "false" => Document::Boolean(false),
            _ => return Err(wrong("true or false")),
        },
        Kind::Integer => Document::Integer(i64::from(text.parse::<i32>().map_err(|_| wrong("an integer"))?)),
        Kind::Long => Document::Integer(text.parse().map_err(|_| wrong("an integer"))?),
        Kind::Double => Document::Double(match special_double(&text) {
            Some(value) => value,
            None => text.parse().map_err(|_| wrong("a number"))?,
        }),
        Kind::Blob => {
            Document::Blob(Cow::Owned(BASE64_STANDARD.decode(text.as_ref()).map_err(|_| wrong("base64"))?))
        }
        Kind::Timestamp(Some(TimestampFormat::UnixTimestamp)) => {
            let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
            Document::Timestamp(Timestamp::from_seconds(seconds.ok_or_else(|| wrong("a number of seconds"))?))
        }
        Kind::Timestamp(Some(TimestampFormat::Iso8601) | None) => {
            Document::Timestamp(Timestamp::parse_iso8601(&text).ok_or_else(|| wrong("a timestamp"))?)
        }
        Kind::Structure(_) | Kind::EventStream(_) | Kind::List { .. } | Kind::Map { .. } => {
            return Err(wrong("a place for more than one value"));
        }
    })
}
