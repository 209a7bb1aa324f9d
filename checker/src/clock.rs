//! The time, which only the outermost parts ask for.

use std::time::SystemTime;

use time::OffsetDateTime;
use time::macros::format_description;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
fn now() -> OffsetDateTime {
    SystemTime::now().into()
}

/// Milliseconds since 1970.
pub(crate) fn now_millis() -> i64 {
    i64::try_from(now().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// `2026-11-23T09:00:00Z`
pub(crate) fn now_rfc3339() -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    now().format(format).unwrap_or_default()
}
