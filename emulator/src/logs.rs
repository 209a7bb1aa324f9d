//! Amazon CloudWatch Logs: groups, streams, events, and what other services deliver.
//!
//! API version 2014-03-28.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

pub(crate) mod authorization;
mod digits;
mod encryption;
mod event_order;
mod faults;
mod filter_events;
mod get_events;
mod groups;
mod put_events;
mod quotas;
mod resource_policies;
mod retention;
mod segments;
mod streams;
mod tags;
mod vended;
mod writer;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::logs as operations;

pub(crate) use faults::DIALECT;
pub(crate) use quotas::QUOTAS;
pub(crate) use resource_policies::GroupPolicies;
pub(crate) use tags::TaggedGroups;
pub(crate) use vended::DeliveryDirectory;
pub(crate) use writer::GroupWriter;

use crate::service::ports::{EncryptionKeys, StageLogging};
use crate::service::{EverTagged, Registrar, Unread};
use crate::store::{Placement, State, Table, Transactional};

type GroupName = CompactString;
type StreamName = CompactString;

/// What CloudWatch Logs keeps for one account and region.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Logs {
    groups: Table<GroupName, groups::LogGroup>,
    streams: Table<(GroupName, StreamName), streams::LogStream>,
    events: segments::Segments,
    #[serde(default)]
    ever_tagged: EverTagged<GroupName>,
    #[serde(default)]
    account_policies: Table<resource_policies::PolicyName, resource_policies::ResourcePolicy>,
    #[serde(default)]
    group_policies: Table<GroupName, resource_policies::ResourcePolicy>,
    #[serde(default)]
    vended: vended::Vended,
}

impl State for Logs {
    const PLACEMENT: Placement = Placement::Regional;

    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        // Named one by one, so that a table which is left out does not compile.
        let Self { groups, streams, events, ever_tagged, account_policies, group_policies, vended } = self;
        visit(groups);
        visit(streams);
        visit(events);
        visit(ever_tagged);
        visit(account_policies);
        visit(group_policies);
        vended.each(visit);
    }

    fn settle(&mut self) {
        self.ever_tagged.follow(&self.groups, |group| !group.tags.is_empty());
    }
}

/// What CloudWatch Logs asks of other services.
#[derive(Clone)]
pub(crate) struct Ports {
    /// To see whether a stage logs what is to be delivered.
    pub(crate) stages: Arc<dyn StageLogging>,
    /// To see whether log groups may be encrypted with a key.
    pub(crate) keys: Arc<dyn EncryptionKeys>,
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<Logs>, ports: &Ports) {
    const NO_LINKED_ACCOUNTS: &str = "accounts are not linked here";
    const NO_PATTERNS: &str = "filter patterns are not built yet";
    const NOTHING_MASKED: &str = "no data protection policy masks anything yet, so all is unmasked";

    let keys = Arc::clone(&ports.keys);
    registrar.free(
        &operations::CREATE_LOG_GROUP,
        move |ctx, states, input| groups::create(ctx, states, input, &*keys),
        &[],
    );
    registrar.read(
        &operations::DESCRIBE_LOG_GROUPS,
        groups::describe,
        &[
            Unread::Refused("accountIdentifiers", NO_LINKED_ACCOUNTS),
            Unread::Refused("includeLinkedAccounts", NO_LINKED_ACCOUNTS),
        ],
    );
    registrar.write(&operations::DELETE_LOG_GROUP, groups::delete, &[]);
    let keys = Arc::clone(&ports.keys);
    registrar.free(
        &operations::ASSOCIATE_KMS_KEY,
        move |ctx, states, input| encryption::associate(ctx, states, input, &*keys),
        &[],
    );
    registrar.write(&operations::DISASSOCIATE_KMS_KEY, encryption::disassociate, &[]);
    registrar.write(&operations::PUT_RETENTION_POLICY, retention::put, &[]);
    registrar.write(&operations::DELETE_RETENTION_POLICY, retention::delete, &[]);

    tags::register(registrar);

    registrar.write(&operations::CREATE_LOG_STREAM, streams::create, &[]);
    registrar.read(&operations::DESCRIBE_LOG_STREAMS, streams::describe, &[]);
    registrar.write(&operations::DELETE_LOG_STREAM, streams::delete, &[]);

    let keys = Arc::clone(&ports.keys);
    registrar.free(
        &operations::PUT_LOG_EVENTS,
        move |ctx, states, input| put_events::put(ctx, states, input, &*keys),
        &[
            Unread::Ignored("sequenceToken", "AWS takes and ignores it since 2023"),
            Unread::Ignored("entity", "entities only relate telemetry in the console"),
        ],
    );
    let keys = Arc::clone(&ports.keys);
    registrar.free(
        &operations::GET_LOG_EVENTS,
        move |ctx, states, input| get_events::get(ctx, states, input, &*keys),
        &[Unread::Ignored("unmask", NOTHING_MASKED)],
    );
    let keys = Arc::clone(&ports.keys);
    registrar.free(
        &operations::FILTER_LOG_EVENTS,
        move |ctx, states, input| filter_events::filter(ctx, states, input, &*keys),
        &[
            Unread::Refused("filterPattern", NO_PATTERNS),
            Unread::Ignored("unmask", NOTHING_MASKED),
            Unread::Ignored("interleaved", "AWS ignores it: results are always interleaved"),
        ],
    );

    resource_policies::register(registrar);
    vended::register(registrar, ports);
}
