//! GetTagKeys and GetTagValues.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::Bearers;
use super::paging::{after, token};
use crate::service::{Ctx, Fault};

/// Keys or values on a page. AWS does not tell how many it has.
const PAGE: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetTagKeys {
    pagination_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagKeys {
    pagination_token: String,
    tag_keys: Vec<String>,
}

pub(super) fn keys(ctx: &Ctx<'_>, bearers: &Bearers, input: GetTagKeys) -> Result<TagKeys, Fault> {
    let after = after(ctx, input.pagination_token.as_deref())?;
    let (tag_keys, pagination_token) = page(ctx, bearers, after, |key, _| Some(key));
    Ok(TagKeys { pagination_token, tag_keys })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetTagValues {
    key: String,
    pagination_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagValues {
    pagination_token: String,
    tag_values: Vec<String>,
}

pub(super) fn values(ctx: &Ctx<'_>, bearers: &Bearers, input: GetTagValues) -> Result<TagValues, Fault> {
    let after = after(ctx, input.pagination_token.as_deref())?;
    let (tag_values, pagination_token) =
        page(ctx, bearers, after, |key, value| (key == input.key).then_some(value));
    Ok(TagValues { pagination_token, tag_values })
}

/// What `pick` takes of all tags, each once, and the token of the next page.
fn page(
    ctx: &Ctx<'_>,
    bearers: &Bearers,
    after: Option<String>,
    pick: impl Fn(String, String) -> Option<String>,
) -> (Vec<String>, String) {
    let mut all = BTreeSet::new();
    bearers.each_tagged(ctx.scope, None, |_| true, &mut |resource| {
        let picked = resource.tags.into_iter().filter_map(|(key, value)| pick(key, value));
        all.extend(picked.filter(|each| after.as_ref().is_none_or(|after| each > after)));
        ControlFlow::Continue(())
    });
    let mut rest = all.into_iter();
    let page: Vec<String> = rest.by_ref().take(PAGE).collect();
    let last = page.last().filter(|_| rest.next().is_some());
    let token = token(ctx, last.map(String::as_str));
    (page, token)
}
