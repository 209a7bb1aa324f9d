//! What domain names lead to stays: an API, or a stage, in a mapping or a routing rule.

use std::collections::BTreeSet;

use compact_str::CompactString;

use crate::apigateway::faults::bad_request;
use crate::apigateway::{ApiGateway, ApiId, StageName, of_stage};
use crate::service::Fault;

/// What each API of API Gateway calls an API and its mappings.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    api: &'static str,
    mappings: &'static str,
}

impl Words {
    /// Those of REST APIs.
    pub(crate) const REST: Self = Self { api: "RestApi", mappings: "base path mappings" };
    /// Those of HTTP and WebSocket APIs.
    pub(crate) const V2: Self = Self { api: "API", mappings: "API mappings" };
}

/// Refuses to delete an API, or one of its stages, that domain names lead to. Users report both texts on base path
/// mappings, and how that on API mappings begins. That routing rules are no different is inferred.
pub(crate) fn check_no_target(
    state: &ApiGateway,
    api: &ApiId,
    stage: Option<&StageName>,
    words: Words,
) -> Result<(), Fault> {
    let mappings = state.base_path_mappings.keys_naming(of_stage(api, stage));
    let rules = state.v2.routing_rules.keys_naming(of_stage(api, stage));
    for (ways, keys) in [(words.mappings, mappings), ("routing rules", rules)] {
        let domains: BTreeSet<CompactString> = keys.into_iter().map(|(domain, ..)| domain).collect();
        if domains.is_empty() {
            continue;
        }
        let domains = Vec::from_iter(domains).join(", ");
        let (which, what) = match stage {
            Some(stage) => (format!("stage {stage}"), "stage"),
            None => (format!("{} {api}", words.api), words.api),
        };
        return Err(bad_request(format!(
            "Deleting {which} failed. Please remove all {ways} related to the {what} in your domains: {domains}"
        )));
    }
    Ok(())
}
