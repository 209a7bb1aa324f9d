//! What defines an HTTP API, free of ids.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Members by the names that the operations have for them.
pub(super) type Members = Map<String, Value>;

/// An API's definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Definition {
    /// Of the API itself, as CreateApi takes them.
    pub(super) api: Members,
    /// By name, as CreateAuthorizer takes them.
    pub(super) authorizers: BTreeMap<String, Members>,
    /// By key.
    pub(super) routes: BTreeMap<String, Route>,
    /// What a document has and HTTP APIs have not, in words.
    pub(super) passed_over: Vec<String>,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Route {
    pub(super) operation_name: Option<String>,
    pub(super) authorization: Authorization,
    /// As CreateIntegration takes it.
    pub(super) integration: Option<Members>,
}

/// What a route asks of its callers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Authorization {
    /// Nothing.
    #[default]
    None,
    /// A signature.
    Iam,
    /// What the authorizer of this name wants, and these scopes.
    Authorizer(String, Vec<String>),
}

/// The key of the route that takes what no other does.
pub(super) const DEFAULT_ROUTE: &str = "$default";
