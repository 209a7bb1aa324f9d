//! Moments, to the millisecond.

use serde::{Deserialize, Serialize, Serializer};
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// Milliseconds since 1970-01-01T00:00:00Z.
///
/// Stored and exported as that number; on the wire in the form that the shape asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// From seconds since 1970, to the nearest millisecond.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Self {
        Self((seconds * 1000.0).round() as i64)
    }

    /// The same moment without its fraction of a second, for services that answer in whole seconds.
    #[must_use]
    pub const fn whole_seconds(self) -> Self {
        Self(self.0.div_euclid(1000) * 1000)
    }

    /// Later by this many seconds.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Milliseconds from this moment to a later one; 0 where the other is not later.
    #[must_use]
    pub const fn millis_until(self, later: Self) -> i64 {
        if later.0 > self.0 { later.0 - self.0 } else { 0 }
    }

    /// The same date and time some years later; the last of February for its 29th where that year has none.
    #[must_use]
    pub fn plus_years(self, years: i32) -> Self {
        let moment = self.calendar();
        let year = moment.year().saturating_add(years).min(9999);
        let later = moment.replace_year(year).or_else(|_| moment.replace_day(28)?.replace_year(year));
        later.map_or(self, |later| {
            Self(self.0.saturating_add(
                later.unix_timestamp().saturating_sub(moment.unix_timestamp()).saturating_mul(1000),
            ))
        })
    }

    /// `2026-11-23T09:00:00Z`, with milliseconds where there are any. Moments that the calendar does not reach (years
    /// beyond 9999) are written as the nearest that it does.
    #[must_use]
    pub fn iso8601(self) -> String {
        let calendar = self.calendar();
        let format = if self.0.rem_euclid(1000) == 0 {
            format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z")
        } else {
            format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z")
        };
        calendar.format(format).unwrap_or_default()
    }

    /// Serializes as [`Self::iso8601`], for readers who are people.
    ///
    /// # Errors
    ///
    /// The serializer's.
    pub fn serialize_iso8601<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso8601())
    }

    /// `25/Sep/2026:09:20:27 +0000`, as in access logs.
    #[must_use]
    pub fn common_log(self) -> String {
        let format = format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
        self.calendar().format(format).unwrap_or_default()
    }

    /// `2026-09-25-09-20`, as in the names of streams that log delivery writes.
    #[must_use]
    pub fn stream_name(self) -> String {
        let format = format_description!("[year]-[month]-[day]-[hour]-[minute]");
        self.calendar().format(format).unwrap_or_default()
    }

    /// `2026-09-25_09-20Z`, as in the names of files that API Gateway generates.
    #[must_use]
    pub fn file_name(self) -> String {
        let format = format_description!("[year]-[month]-[day]_[hour]-[minute]Z");
        self.calendar().format(format).unwrap_or_default()
    }

    /// `Mon Nov 23 09:00:00 UTC 2026`, as Java writes dates.
    #[must_use]
    pub fn java_date(self) -> String {
        let format = format_description!(
            "[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] UTC [year]"
        );
        self.calendar().format(format).unwrap_or_default()
    }

    /// Reads RFC 3339.
    #[must_use]
    pub fn parse_iso8601(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).ok().map(Self)
    }

    /// `20261123T090000Z`, the basic format of ISO 8601, as signatures have it.
    #[must_use]
    pub fn basic(self) -> String {
        let format = format_description!("[year][month][day]T[hour][minute][second]Z");
        self.calendar().format(format).unwrap_or_default()
    }

    /// Reads what [`Self::basic`] writes.
    #[must_use]
    pub fn parse_basic(text: &str) -> Option<Self> {
        let format = format_description!("[year][month][day]T[hour][minute][second]Z");
        let moment = PrimitiveDateTime::parse(text, format).ok()?.assume_utc();
        Some(Self::from_millis(moment.unix_timestamp() * 1000))
    }

    /// Reads the date of an HTTP header: `Mon, 23 Nov 2026 09:00:00 GMT`.
    #[must_use]
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc2822).ok()?;
        Some(Self::from_millis(moment.unix_timestamp() * 1000))
    }

    fn calendar(self) -> OffsetDateTime {
        const FIRST: i64 = -62_135_596_800_000;
        const LAST: i64 = 253_402_300_799_999;
        let millis = self.0.clamp(FIRST, LAST);
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn forms() {
        let whole = Timestamp::from_millis(1_790_328_027_000);
        assert_eq!(whole.iso8601(), "2026-09-25T09:20:27Z");
        assert_eq!(Timestamp::from_millis(1_790_328_027_988).iso8601(), "2026-09-25T09:20:27.988Z");
        assert_eq!(whole.common_log(), "25/Sep/2026:09:20:27 +0000");
        assert_eq!(whole.file_name(), "2026-09-25_09-20Z");
        assert_eq!(Timestamp::parse_iso8601("2026-09-25T09:20:27.988Z").unwrap().millis(), 1_790_328_027_988);
        assert_eq!(whole.plus_years(100).iso8601(), "2126-09-25T09:20:27Z");
        let leap = Timestamp::parse_iso8601("2000-02-29T00:00:00.5Z").unwrap();
        assert_eq!(leap.plus_years(100).iso8601(), "2100-02-28T00:00:00.500Z");
        assert_eq!(whole.basic(), "20260925T092027Z");
        assert_eq!(Timestamp::parse_basic("20260925T092027Z"), Some(whole));
        assert_eq!(Timestamp::parse_http_date("Fri, 25 Sep 2026 09:20:27 GMT"), Some(whole));
        for other in ["2026-09-25T09:20:27Z", "20260925T092027", "20260925T242027Z", "20260925T092027Z ", ""]
        {
            assert_eq!(Timestamp::parse_basic(other), None, "{other:?}");
        }
        assert_eq!(Timestamp::from_millis(-1).whole_seconds().millis(), -1000);
        assert_eq!(Timestamp::from_millis(i64::MAX).iso8601(), "9999-12-31T23:59:59.999Z");
    }
}
