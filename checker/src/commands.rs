//! The commands: each reads its arguments, does its work and says how it ended.

mod apply;
mod check;
#[cfg(feature = "embedded")]
mod demo;
#[cfg(feature = "embedded")]
mod emulate;
mod plan;
mod verify;

pub(crate) use apply::apply;
pub(crate) use check::check;
#[cfg(feature = "embedded")]
pub(crate) use demo::demo;
#[cfg(feature = "embedded")]
pub(crate) use emulate::emulate;
pub(crate) use plan::plan;
pub(crate) use verify::verify;

use crate::collect::Filter;
use crate::inventory::{Inventory, Stage};
use crate::report;

/// Tells of filters that match no stage: a typo there makes the rest look like all.
fn tell_unmatched(filter: &Filter, inventory: &Inventory) {
    let any = |matches: &dyn Fn(&Stage) -> bool| {
        inventory.regions.values().flat_map(|region| &region.stages).any(matches)
    };
    for api in
        filter.apis.iter().filter(|api| !any(&|stage| stage.api_id == **api || stage.api_name == **api))
    {
        report::note(&format!("--api {api} matches no API that has a stage"));
    }
    for name in filter.stages.iter().filter(|name| !any(&|stage| stage.name == **name)) {
        report::note(&format!("--stage {name} matches no stage"));
    }
}
