//! What executing a method takes beside the API: HTTP servers, Lambda functions, schemas that were made ready.

mod egress;
mod functions;

use std::sync::Arc;

pub(crate) use egress::{Egress, NoAnswer};
pub(crate) use functions::{Functions, Invoked, NotInvoked, function_of};

use super::rest::Schemas;
use crate::service::ports::{Roles, Tokens};

/// What methods call and look into, and under which roles.
pub(crate) struct Backends {
    pub(super) egress: Egress,
    pub(super) functions: Functions,
    pub(super) roles: Arc<dyn Roles>,
    pub(super) tokens: Arc<dyn Tokens>,
    pub(super) schemas: Schemas,
}

impl Backends {
    /// Backends that are reached this way.
    #[must_use]
    pub(crate) fn new(
        egress: Egress,
        functions: Functions,
        roles: Arc<dyn Roles>,
        tokens: Arc<dyn Tokens>,
    ) -> Self {
        Self { egress, functions, roles, tokens, schemas: Schemas::default() }
    }
}
