//! What the keys of a usage plan have used of its quota.

use std::collections::BTreeMap;
use std::ops::Bound;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};

use super::api_keys::{KeyId, no_key};
use super::usage_plan_keys::of_plan;
use super::usage_plans::{self, Period, PlanId, Quota};
use crate::apigateway::ApiGateway;
use crate::apigateway::faults::{bad_position, bad_request};
use crate::apigateway::paging::limit;
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::service::{Ctx, Fault};
use crate::store::KeyRange;
use crate::time::Timestamp;

/// A day of UTC, as `2026-11-23`.
pub(crate) type Day = CompactString;

/// The most days of one GetUsage. That and how API Gateway bounds them is inferred; without a bound, one call could ask
/// for millions.
const MOST_DAYS: i64 = 366;

/// What a key used in a day. There is no row for a day on which nothing was used or granted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DayUsage {
    /// Requests that counted.
    used: i64,
    /// Requests that UpdateUsage added to the period's quota, or took from it.
    granted: i64,
}

/// Used and remaining of each day, by key.
type Counts = BTreeMap<KeyId, Vec<[i64; 2]>>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Usage {
    usage_plan_id: PlanId,
    start_date: Day,
    end_date: Day,
    position: Option<String>,
    items: Counts,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetUsage {
    usage_plan_id: PlanId,
    key_id: Option<KeyId>,
    start_date: Day,
    end_date: Day,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: GetUsage) -> Result<Usage, Fault> {
    let plan = usage_plans::find(state, &input.usage_plan_id)?;
    let (start, end) = (parse_day(&input.start_date)?, parse_day(&input.end_date)?);
    if end < start || (end - start).whole_days() >= MOST_DAYS {
        // Inferred.
        return Err(bad_request(format!(
            "Invalid date range specified: endDate must not be before startDate, nor {MOST_DAYS} days after it"
        )));
    }
    let id = input.usage_plan_id;
    if let Some(key) = &input.key_id
        && !state.usage_plan_keys.contains(&(id.clone(), key.clone()))
    {
        return Err(no_key());
    }
    let is_wanted = |place: &(PlanId, KeyId)| input.key_id.as_ref().is_none_or(|key| *key == place.1);
    let page = state
        .usage_plan_keys
        .page(of_plan(&id), input.position.as_deref(), limit(input.limit)?, |place, _| is_wanted(place))
        .map_err(bad_position)?;
    let counts = page.rows.into_iter().map(|(place, _)| {
        let days = counts(state, &place, plan.quota.as_ref(), start, end);
        (place.1, days)
    });
    Ok(Usage {
        items: counts.collect(),
        usage_plan_id: id,
        start_date: input.start_date,
        end_date: input.end_date,
        position: page.next,
    })
}

/// Used and remaining of each day. Inferred: -1 remains where the plan has no quota.
fn counts(
    state: &ApiGateway,
    (plan, key): &(PlanId, KeyId),
    quota: Option<&Quota>,
    start: Date,
    end: Date,
) -> Vec<[i64; 2]> {
    let usage = |day: Date| {
        let place = (plan.clone(), key.clone(), format_day(day));
        state.usage.get(&place).map(|usage| DayUsage::clone(usage)).unwrap_or_default()
    };
    let days = |from: Date, to: Date| {
        std::iter::successors(Some(from), |day| day.next_day()).take_while(move |day| *day <= to)
    };
    let Some(quota) = quota else { return days(start, end).map(|day| [usage(day).used, -1]).collect() };
    let mut remaining = i64::from(quota.limit);
    let mut counts = Vec::new();
    for day in days(quota.period_start(start), end) {
        if quota.period_start(day) == day {
            remaining = i64::from(quota.limit);
        }
        let DayUsage { used, granted } = usage(day);
        remaining = remaining.saturating_add(granted).saturating_sub(used);
        if day >= start {
            counts.push([used, remaining.max(0)]);
        }
    }
    counts
}

impl Quota {
    /// The first day of the period that a day is in.
    fn period_start(&self, day: Date) -> Date {
        let back = match self.period {
            None | Some(Period::Day) => 0,
            Some(Period::Week) => {
                (i64::from(day.weekday().number_days_from_sunday()) - i64::from(self.offset)).rem_euclid(7)
            }
            Some(Period::Month) => {
                let since = i64::from(day.day()) - 1 - i64::from(self.offset);
                let last_month = (day - Duration::days(i64::from(day.day()))).day();
                if since < 0 { since + i64::from(last_month) } else { since }
            }
        };
        day.checked_sub(Duration::days(back)).unwrap_or(Date::MIN)
    }
}

fn parse_day(text: &str) -> Result<Date, Fault> {
    let format = format_description!("[year]-[month]-[day]");
    let year_is_near = |day: &Date| (1970..=9999).contains(&day.year());
    // Inferred wording.
    Date::parse(text, format).ok().filter(year_is_near).ok_or_else(|| {
        bad_request(format!("Invalid date specified: {text}. Dates must be in the format yyyy-MM-dd"))
    })
}

fn format_day(day: Date) -> Day {
    Day::from(day.format(format_description!("[year]-[month]-[day]")).unwrap_or_default())
}

fn today(now: Timestamp) -> Date {
    let seconds = now.millis().div_euclid(1000);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH).date()
}

/// The days of a plan's key.
pub(super) fn of_key((plan, key): &(PlanId, KeyId)) -> KeyRange<(PlanId, KeyId, Day)> {
    let behind = KeyId::from(format!("{key}\0"));
    (
        Bound::Included((plan.clone(), key.clone(), Day::default())),
        Bound::Excluded((plan.clone(), behind, Day::default())),
    )
}

/// Counts a request of a plan's key. `false`, and nothing is counted, where its quota is used up.
pub(super) fn count(
    state: &mut ApiGateway,
    place: &(PlanId, KeyId),
    quota: Option<&Quota>,
    now: Timestamp,
) -> bool {
    let today = today(now);
    if quota.is_some()
        && counts(state, place, quota, today, today).iter().any(|[_, remaining]| *remaining == 0)
    {
        return false;
    }
    let row = (place.0.clone(), place.1.clone(), format_day(today));
    let mut usage = state.usage.get(&row).map(|usage| DayUsage::clone(usage)).unwrap_or_default();
    usage.used = usage.used.saturating_add(1);
    state.usage.put(row, usage);
    true
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateUsage {
    usage_plan_id: PlanId,
    key_id: KeyId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const REMAINING: &str = "/remaining";

const PATCHES: [PatchRule<i64>; 1] = [PatchRule::new(REMAINING, &[Op::Replace], |remaining, change| {
    *remaining = change.number()?;
    if *remaining < 0 { Err(change.bad_value(None)) } else { Ok(()) }
})];

/// Sets what remains of the period that today is in.
pub(super) fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UpdateUsage) -> Result<Usage, Fault> {
    let place = (input.usage_plan_id, input.key_id);
    let plan = usage_plans::find(state, &place.0)?;
    if !state.usage_plan_keys.contains(&place) {
        return Err(no_key());
    }
    let Some(quota) = plan.quota.clone() else {
        // Inferred.
        return Err(bad_request(format!("Usage Plan {} does not have a quota", place.0)));
    };
    let today = today(ctx.now);
    let day = format_day(today);
    let [_, before] = counts(state, &place, Some(&quota), today, today).first().copied().unwrap_or_default();
    let mut remaining = before;
    patch::apply_or(&mut remaining, &PATCHES, &input.patch_operations, |change| {
        // Users report the empty list for `add`.
        let supported = if change.op == Op::Replace { REMAINING } else { "" };
        bad_request(format!(
            "Invalid patch path  '{}' specified for op '{}'. Must be one of: [{supported}]",
            change.path,
            change.op.name()
        ))
    })?;
    let row = (place.0.clone(), place.1.clone(), day.clone());
    let mut usage = state.usage.get(&row).map(|usage| DayUsage::clone(usage)).unwrap_or_default();
    usage.granted = usage.granted.saturating_add(remaining - before);
    state.usage.put(row, usage);
    let items = Counts::from([(place.1.clone(), counts(state, &place, Some(&quota), today, today))]);
    Ok(Usage { usage_plan_id: place.0, start_date: day.clone(), end_date: day, position: None, items })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_begins_on_its_offset() {
        let start = |period, offset, day: &str| {
            let quota = Quota { limit: 1, offset, period: Some(period) };
            format_day(quota.period_start(parse_day(day).unwrap()))
        };
        assert_eq!(start(Period::Day, 0, "2026-11-23"), "2026-11-23");
        // A Monday.
        assert_eq!(start(Period::Week, 0, "2026-11-23"), "2026-11-22");
        assert_eq!(start(Period::Week, 1, "2026-11-23"), "2026-11-23");
        assert_eq!(start(Period::Week, 2, "2026-11-23"), "2026-11-17");
        assert_eq!(start(Period::Month, 0, "2026-11-23"), "2026-11-01");
        assert_eq!(start(Period::Month, 22, "2026-11-23"), "2026-11-23");
        assert_eq!(start(Period::Month, 23, "2026-11-23"), "2026-10-24");
        assert_eq!(start(Period::Month, 27, "2026-03-05"), "2026-02-28");
    }
}
