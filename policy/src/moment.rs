//! Moments, as policies write them.

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime};

/// Nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i128);

impl Moment {
    /// Reads the forms of W3C's profile of ISO 8601, from a year to fractions of a second, and seconds since 1970.
    ///
    /// Source: AWS IAM user guide, "Date condition operators". Inferred: that four digits alone are a year, more or fewer
    /// seconds, and that a time without a zone, which IAM takes, is UTC.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != 4
            && let Ok(seconds) = text.parse::<i64>()
        {
            return Some(Self(i128::from(seconds) * 1_000_000_000));
        }
        Self::with_zone(text).or_else(|| Self::with_zone(&format!("{text}Z"))).or_else(|| Self::of_day(text))
    }

    fn with_zone(text: &str) -> Option<Self> {
        if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
            return Some(Self(moment.unix_timestamp_nanos()));
        }
        let to_the_minute = format_description!(
            "[year]-[month]-[day]T[hour]:[minute][offset_hour sign:mandatory]:[offset_minute]"
        );
        if let Ok(moment) = OffsetDateTime::parse(text, to_the_minute) {
            return Some(Self(moment.unix_timestamp_nanos()));
        }
        let to_the_minute = format_description!("[year]-[month]-[day]T[hour]:[minute]Z");
        let moment = PrimitiveDateTime::parse(text, to_the_minute).ok()?;
        Some(Self(moment.assume_utc().unix_timestamp_nanos()))
    }

    /// A day, a month or a year, by its start.
    fn of_day(text: &str) -> Option<Self> {
        if !text.is_ascii() {
            return None;
        }
        let mut fields = text.split('-');
        let mut field = |digits: usize, missing: &'static str| {
            let field = fields.next().unwrap_or(missing);
            (field.len() == digits && field.bytes().all(|byte| byte.is_ascii_digit())).then_some(field)
        };
        let year = field(4, "")?.parse().ok()?;
        let month = field(2, "01")?.parse::<u8>().ok()?;
        let day = field(2, "01")?.parse().ok()?;
        if fields.next().is_some() {
            return None;
        }
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        Some(Self(date.midnight().assume_utc().unix_timestamp_nanos()))
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn every_form_of_a_moment() {
        let second = |seconds: i128| Some(Moment(seconds * 1_000_000_000));
        for (text, moment) in [
            ("2013-06-30T00:00:00Z", second(1_372_550_400)),
            ("2013-06-30T02:00:00+02:00", second(1_372_550_400)),
            ("2013-06-30T00:00Z", second(1_372_550_400)),
            ("2013-06-30T02:00+02:00", second(1_372_550_400)),
            ("2013-06-30T00:00:00.5Z", Some(Moment(1_372_550_400_500_000_000))),
            ("2013-06-30T00:00:00", second(1_372_550_400)),
            ("2013-06-30T00:00", second(1_372_550_400)),
            ("2013-06-30", second(1_372_550_400)),
            ("2013-06", second(1_370_044_800)),
            ("2013", second(1_356_998_400)),
            ("1372550400", second(1_372_550_400)),
            ("-1", second(-1)),
            ("2013-02-30", None),
            ("2013-06-30-01", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(Moment::parse(text), moment, "{text}");
        }
    }
}
