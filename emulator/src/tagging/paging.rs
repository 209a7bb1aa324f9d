//! `PaginationToken`: what was given last, and when.

use super::faults;
use crate::service::{Ctx, Fault};
use crate::store::{decode_token, encode_token};
use crate::time::Timestamp;

/// How long a token is good, as documented.
const MINUTES: i64 = 15;

/// Where to go on. An empty token is none: the last page has such a one.
pub(super) fn after(ctx: &Ctx<'_>, token: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
    let (last, given): (String, Timestamp) = decode_token(token).map_err(|_| faults::bad_token())?;
    if given.plus_seconds(MINUTES * 60) < ctx.now {
        return Err(faults::token_expired());
    }
    Ok(Some(last))
}

/// The token of the page behind this one, empty where there is none.
pub(super) fn token(ctx: &Ctx<'_>, last: Option<&str>) -> String {
    last.map(|last| encode_token(&(last, ctx.now))).unwrap_or_default()
}
