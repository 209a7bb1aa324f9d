//! `nextToken` and `maxResults`, and what all lists of an API's parts share.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::faults::bad_request;
use super::{Id, apis};
use crate::apigateway::{ApiGateway, ApiId, of_api};
use crate::service::{Ctx, Fault};
use crate::store::{BadToken, KeyRange, Page, Table};

/// Entries on a page where the caller does not say. As for REST APIs: inferred.
const DEFAULT_RESULTS: usize = 25;

/// The most on a page. As for REST APIs: inferred.
const MOST_RESULTS: usize = 500;

/// The input of operations that list parts of an API.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfApi {
    api_id: ApiId,
    max_results: Option<String>,
    next_token: Option<String>,
}

/// A page as it is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Items<T> {
    items: Vec<T>,
    next_token: Option<String>,
}

impl<T> Items<T> {
    /// A page of what is answered for each row.
    pub(super) fn of<K, V>(page: Page<K, V>, answer: impl Fn(&Arc<V>) -> T) -> Self {
        Self { items: page.rows.iter().map(|(_, row)| answer(row)).collect(), next_token: page.next }
    }
}

/// Lists parts of an API.
pub(super) fn list<V, I>(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    table: &Table<(ApiId, Id), V, I>,
    input: &OfApi,
) -> Result<Items<Arc<V>>, Fault> {
    apis::find(ctx, state, &input.api_id)?;
    let of_api = of_api(&input.api_id);
    page(table, of_api, input.max_results.as_deref(), input.next_token.as_deref())
}

/// Lists rows of a table.
pub(super) fn page<K, V, I>(
    table: &Table<K, V, I>,
    keys: KeyRange<K>,
    max_results: Option<&str>,
    next_token: Option<&str>,
) -> Result<Items<Arc<V>>, Fault>
where
    K: Ord + Clone + Serialize + DeserializeOwned,
{
    let page = table.page(keys, next_token, limit(max_results)?, |_, _| true).map_err(bad_token)?;
    Ok(Items::of(page, Arc::clone))
}

/// How many entries a page has.
pub(super) fn limit(asked: Option<&str>) -> Result<usize, Fault> {
    let Some(asked) = asked else { return Ok(DEFAULT_RESULTS) };
    check_limit(asked.parse().ok())
}

/// The same, of a number.
pub(super) fn limit_of(asked: Option<i64>) -> Result<usize, Fault> {
    asked.map_or(Ok(DEFAULT_RESULTS), |asked| check_limit(usize::try_from(asked).ok()))
}

fn check_limit(limit: Option<usize>) -> Result<usize, Fault> {
    let limit = limit.filter(|limit| (1..=MOST_RESULTS).contains(limit));
    // Inferred wording.
    limit.ok_or_else(|| {
        bad_request(format!("Invalid maxResults specified: it must be between 1 and {MOST_RESULTS}"))
    })
}

pub(super) fn bad_token(_: BadToken) -> Fault {
    // Inferred wording.
    bad_request("Invalid nextToken specified")
}
