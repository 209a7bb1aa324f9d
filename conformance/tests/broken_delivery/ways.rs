//! The ways, a file for each thing that can be broken, and what becomes of the logs.

pub(crate) mod deliveries;
pub(crate) mod destinations;
pub(crate) mod keys;
pub(crate) mod resource_policies;
pub(crate) mod role;

use crate::calls::Call;

/// What becomes of one log. In causes, `{stream}` is the stream that the lines would go to, `{group}` its group,
/// `{key}` the key that this is encrypted with, as ARNs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// The usual lines are where they belong.
    Arrives,
    /// They are nowhere, for this cause.
    Refused(&'static str),
    /// They are nowhere for this cause, by this statement.
    RefusedBy(&'static str, &'static str),
}

/// What becomes of all logs. HTTP APIs have no execution logs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fates {
    pub(crate) rest_execution: Fate,
    pub(crate) rest_access: Fate,
    pub(crate) web_socket_execution: Fate,
    pub(crate) web_socket_access: Fate,
    pub(crate) http_access: Fate,
    /// Where the execution log of the REST API belongs, if not in the group that API Gateway manages.
    pub(crate) rest_execution_group: Option<&'static str>,
}

/// A way to break delivery.
pub(crate) struct Way {
    pub(crate) name: &'static str,
    pub(crate) breaks: Vec<Call>,
    pub(crate) fates: Fates,
    /// What mends it, where that is simple.
    pub(crate) repairs: Vec<Call>,
}

impl Way {
    pub(crate) const ALL_ARRIVE: Fates = Fates {
        rest_execution: Fate::Arrives,
        rest_access: Fate::Arrives,
        web_socket_execution: Fate::Arrives,
        web_socket_access: Fate::Arrives,
        http_access: Fate::Arrives,
        rest_execution_group: None,
    };

    /// Once this is done, nothing is wrong yet.
    fn new(name: &'static str, breaks: impl IntoIterator<Item = Call>) -> Self {
        Self { name, breaks: breaks.into_iter().collect(), fates: Self::ALL_ARRIVE, repairs: Vec::new() }
    }

    fn mended(self, repairs: impl IntoIterator<Item = Call>) -> Self {
        Self { repairs: repairs.into_iter().collect(), ..self }
    }

    /// What is written under the account's role: all but the logs of HTTP APIs.
    fn under_role(self, fate: Fate) -> Self {
        self.execution(fate).access_under_role(fate)
    }

    /// The execution logs.
    fn execution(mut self, fate: Fate) -> Self {
        self.fates.rest_execution = fate;
        self.fates.web_socket_execution = fate;
        self
    }

    /// The execution logs of REST APIs, which alone deliveries take, to this group.
    fn delivered_to(mut self, group: &'static str, fate: Fate) -> Self {
        self.fates.rest_execution_group = Some(group);
        self.fates.rest_execution = fate;
        self
    }

    /// The access logs that the account's role writes.
    fn access_under_role(mut self, fate: Fate) -> Self {
        self.fates.rest_access = fate;
        self.fates.web_socket_access = fate;
        self
    }

    /// The access logs of HTTP APIs.
    fn http(mut self, fate: Fate) -> Self {
        self.fates.http_access = fate;
        self
    }

    /// The access logs of all.
    fn access(self, fate: Fate) -> Self {
        self.access_under_role(fate).http(fate)
    }
}
