//! Accounts with stages in every state of logging, as proptest makes them.

mod build;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub use build::{Built, BuiltStage, build};

/// An account in one region.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// What became of the account's role after it was set.
    pub role: RoleFate,
    /// Its APIs.
    pub apis: Vec<Api>,
}

/// What became of an account's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleFate {
    /// It works.
    Healthy,
    /// The account has none any more.
    Unset,
    /// It trusts another service.
    NotTrusted,
    /// Its policy was detached.
    NotPermitted,
    /// Both.
    NotTrustedNorPermitted,
    /// It was deleted.
    Gone,
    /// A policy denies what another allows: only people can mend it.
    Denied,
}

/// An API with `GET /m0`, `GET /m1`, … on MOCK integrations.
#[derive(Clone, Debug)]
pub struct Api {
    /// Whether its methods are for ANY verb rather than for GET.
    pub any_verb: bool,
    /// How many methods it has.
    pub methods: usize,
    /// Its stages.
    pub stages: Vec<StageState>,
}

/// The state of a stage.
#[derive(Clone, Debug)]
pub struct StageState {
    /// The level of the whole stage; `None` where it was never set.
    pub default_level: Option<&'static str>,
    /// The levels of single methods, by their position; `None` where it was never set.
    pub own_levels: Vec<Option<&'static str>>,
    /// Whether data trace is on for the whole stage.
    pub data_trace: bool,
    /// Access logs.
    pub access: AccessState,
}

/// The state of a stage's access logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessState {
    /// Never set.
    Off,
    /// A destination without a format.
    DestinationOnly,
    /// As it should be, but for the group's retention if `retention` is false.
    On {
        /// Whether the group has one.
        retention: bool,
    },
    /// A format that tells too little.
    PoorFormat,
    /// The group was deleted since.
    GroupDeleted,
}

/// Any account.
pub fn fleet() -> impl Strategy<Value = Fleet> {
    (role_fate(), vec(api(), 1..4)).prop_map(|(role, apis)| Fleet { role, apis })
}

fn role_fate() -> impl Strategy<Value = RoleFate> {
    prop_oneof![
        3 => Just(RoleFate::Healthy),
        1 => Just(RoleFate::Unset),
        1 => Just(RoleFate::NotTrusted),
        1 => Just(RoleFate::NotPermitted),
        1 => Just(RoleFate::NotTrustedNorPermitted),
        1 => Just(RoleFate::Gone),
        1 => Just(RoleFate::Denied),
    ]
}

fn api() -> impl Strategy<Value = Api> {
    (1..4_usize, any::<bool>()).prop_flat_map(|(methods, any_verb)| {
        vec(stage(methods), 1..3).prop_map(move |stages| Api { any_verb, methods, stages })
    })
}

fn stage(methods: usize) -> impl Strategy<Value = StageState> {
    let own_levels = vec(option::weighted(0.3, level()), methods);
    (option::of(level()), own_levels, any::<bool>(), access()).prop_map(
        |(default_level, own_levels, data_trace, access)| StageState {
            default_level,
            own_levels,
            data_trace,
            access,
        },
    )
}

fn level() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("OFF"), Just("ERROR"), Just("INFO")]
}

fn access() -> impl Strategy<Value = AccessState> {
    prop_oneof![
        Just(AccessState::Off),
        Just(AccessState::DestinationOnly),
        any::<bool>().prop_map(|retention| AccessState::On { retention }),
        Just(AccessState::PoorFormat),
        Just(AccessState::GroupDeleted),
    ]
}
