//! What authorizers said, for as long as it holds.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::Verdict;
use crate::apigateway::Authorizer;
use crate::gateway::rest::exchange::{Authorized, Exchange};
use crate::time::Timestamp;

/// How many are kept. Beyond, those that hold no longer go, and then all.
const KEPT: usize = 10_000;

/// By what a verdict is found: whose, on which stage since its cache was emptied last, and on whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    api: String,
    stage: String,
    flushes: u64,
    authorizer: String,
    identities: Vec<String>,
}

/// Verdicts of authorizers.
#[derive(Default)]
pub(crate) struct Verdicts {
    kept: Mutex<HashMap<Key, (Timestamp, Verdict)>>,
}

impl Verdicts {
    /// Forgets all.
    pub(crate) fn reset(&self) {
        self.kept.lock().clear();
    }

    /// What the authorizer said of this caller, if that still holds. It took no time then.
    pub(super) fn get(
        &self,
        exchange: &Exchange<'_>,
        authorizer: &Authorizer,
        identities: &[String],
    ) -> Option<Verdict> {
        ttl(authorizer, identities)?;
        let key = key(exchange, authorizer, identities.to_vec());
        let kept = self.kept.lock();
        let (_, verdict) = kept.get(&key).filter(|(until, _)| exchange.started < *until)?;
        let authorized = Authorized { latency: 0, ..verdict.authorized.clone() };
        Some(Verdict { authorized, ..verdict.clone() })
    }

    /// Keeps what an authorizer said.
    pub(super) fn keep(
        &self,
        exchange: &Exchange<'_>,
        authorizer: &Authorizer,
        identities: Vec<String>,
        verdict: &Verdict,
    ) {
        let Some(ttl) = ttl(authorizer, &identities) else { return };
        let until = exchange.started.plus_seconds(ttl);
        let mut kept = self.kept.lock();
        if kept.len() >= KEPT {
            kept.retain(|_, (until, _)| exchange.started < *until);
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key(exchange, authorizer, identities), (until, verdict.clone()));
    }
}

/// Seconds that a verdict holds; `None` where it does not. Without an identity source there is nothing to find it by.
fn ttl(authorizer: &Authorizer, identities: &[String]) -> Option<i64> {
    authorizer.authorizer_result_ttl_in_seconds.filter(|ttl| *ttl > 0 && !identities.is_empty())
}

fn key(exchange: &Exchange<'_>, authorizer: &Authorizer, identities: Vec<String>) -> Key {
    Key {
        api: exchange.live.api.id.to_string(),
        stage: exchange.live.stage.stage_name.to_string(),
        flushes: exchange.live.stage.authorizer_flushes(),
        authorizer: authorizer.id.to_string(),
        identities,
    }
}
