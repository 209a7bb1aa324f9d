//! What executing a method takes beside the API: HTTP servers, Lambda functions, schemas that were made ready.

mod aws;
mod egress;
mod functions;

use std::sync::{Arc, OnceLock, Weak};

use stagecheck_policy::{Context, Outcome, Principal};

pub(crate) use aws::{AwsCall, AwsServices};
pub(crate) use egress::{Egress, NoAnswer};
pub(crate) use functions::{Functions, Invoked, NotInvoked, function_of};

use super::schemas::Schemas;
use crate::apigateway::SERVICE_PRINCIPAL;
use crate::service::ports::{Roles, Tokens};

/// What methods call and look into, and under which roles.
pub(crate) struct Backends {
    pub(super) egress: Egress,
    pub(super) functions: Functions,
    pub(super) roles: Arc<dyn Roles>,
    pub(super) tokens: Arc<dyn Tokens>,
    aws: OnceLock<Weak<dyn AwsServices>>,
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
        Self { egress, functions, roles, tokens, aws: OnceLock::new(), schemas: Schemas::default() }
    }

    /// Has integrations call these services, some of whose operations call integrations.
    pub(crate) fn connect(&self, services: Weak<dyn AwsServices>) {
        // Once, where the emulator is put together.
        let _ = self.aws.set(services);
    }

    /// AWS's own services.
    pub(super) fn aws(&self) -> Option<Arc<dyn AwsServices>> {
        self.aws.get()?.upgrade()
    }

    /// Whether the role of an integration or an authorizer, where it has one, may be assumed and may invoke the function.
    /// Without a role it is the function's own policy that would have to allow API Gateway, which is not here to ask.
    pub(super) fn check_role(&self, role: Option<&str>, function: &str) -> Result<(), NotInvoked> {
        let Some(role) = role else { return Ok(()) };
        let session = self
            .roles
            .assume(role, Principal::Service(SERVICE_PRINCIPAL), &Context::default())
            .map_err(|_| NotInvoked::NotAssumed(role.to_owned()))?;
        let decision = session.decide("lambda:InvokeFunction", function, &Context::default());
        if decision.outcome == Outcome::Allowed { Ok(()) } else { Err(NotInvoked::NotPermitted) }
    }
}
