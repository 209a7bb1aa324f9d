//! AWS Resource Groups Tagging API: the tags of all services at one place.
//!
//! API version 2017-01-26. It keeps nothing of its own: tags are the services', and asked of them.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

pub(crate) mod authorization;
mod bearers;
mod compliance;
mod faults;
mod keys;
mod paging;
mod resources;
mod tag;

use serde::{Deserialize, Serialize};
use stagecheck_models::resourcegroupstaggingapi as operations;

pub(crate) use bearers::Bearers;
pub(crate) use faults::DIALECT;

use crate::service::{Registrar, Unread};
use crate::store::{Placement, State, Transactional};

/// What the service keeps: nothing.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tagging {}

impl State for Tagging {
    const PLACEMENT: Placement = Placement::Regional;

    fn tables(&mut self, _visit: &mut dyn FnMut(&mut dyn Transactional)) {}
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<Tagging>, bearers: &Bearers) {
    const NO_ORGANIZATION: &str = "the call is refused: no account here is in an organization";

    let asked = bearers.clone();
    registrar.free(&operations::GET_RESOURCES, move |ctx, _, input| resources::get(ctx, &asked, input), &[]);
    let asked = bearers.clone();
    registrar.free(&operations::GET_TAG_KEYS, move |ctx, _, input| keys::keys(ctx, &asked, input), &[]);
    let asked = bearers.clone();
    registrar.free(&operations::GET_TAG_VALUES, move |ctx, _, input| keys::values(ctx, &asked, input), &[]);
    let asked = bearers.clone();
    registrar.free(&operations::TAG_RESOURCES, move |ctx, _, input| tag::tag(ctx, &asked, input), &[]);
    let asked = bearers.clone();
    registrar.free(&operations::UNTAG_RESOURCES, move |ctx, _, input| tag::untag(ctx, &asked, input), &[]);

    registrar.read(
        &operations::LIST_REQUIRED_TAGS,
        compliance::list_required_tags,
        &[Unread::Ignored("MaxResults", "without a tag policy there is nothing on any page")],
    );
    registrar.read(
        &operations::GET_COMPLIANCE_SUMMARY,
        compliance::refuse,
        &[
            Unread::Ignored("TargetIdFilters", NO_ORGANIZATION),
            Unread::Ignored("RegionFilters", NO_ORGANIZATION),
            Unread::Ignored("ResourceTypeFilters", NO_ORGANIZATION),
            Unread::Ignored("TagKeyFilters", NO_ORGANIZATION),
            Unread::Ignored("GroupBy", NO_ORGANIZATION),
            Unread::Ignored("MaxResults", NO_ORGANIZATION),
            Unread::Ignored("PaginationToken", NO_ORGANIZATION),
        ],
    );
    registrar.read(
        &operations::START_REPORT_CREATION,
        compliance::refuse,
        &[Unread::Ignored("S3Bucket", NO_ORGANIZATION)],
    );
    registrar.read(&operations::DESCRIBE_REPORT_CREATION, compliance::refuse, &[]);
}
