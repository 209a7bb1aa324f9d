//! What every service is written against: who calls, faults, and how an operation is registered.
//!
//! A service knows nothing of HTTP or wire formats. An operation is a function from a typed input to a typed output;
//! the wire layer reads the one and writes the other by the shapes of the models.

mod arn;
pub(crate) mod authorization;
mod constraints;
pub(crate) mod context;
mod dialect;
mod document;
mod ever_tagged;
mod fault;
mod pattern;
mod policy_document;
pub mod ports;
mod principal;
mod quotas;
mod registrar;
mod secret;
mod service_control;
mod throttle;

pub use arn::Arn;
pub use authorization::IamMode;
pub(crate) use constraints::check;
pub use dialect::{Broken, Dialect, Violation, validation_message};
pub use document::{Document, Mismatch};
pub(crate) use ever_tagged::EverTagged;
pub use fault::Fault;
pub(crate) use policy_document::PolicyDocument;
pub use principal::{Identity, NamedDocument, Principal, Session};
pub use quotas::{Limit, Quota, Quotas, UnknownQuota};
pub(crate) use quotas::{MORE, NO_MORE, quotas};
pub(crate) use registrar::refuse_unread;
pub use registrar::{Registrar, Unread};
pub(crate) use secret::Secret;
pub use service_control::{BadPolicy, ServiceControl};
pub use throttle::{Rate, Throttle};

use crate::ids::Ids;
use crate::store::Scope;
use crate::time::Timestamp;

/// The circumstances of one call.
#[derive(Clone, Copy, Debug)]
pub struct Ctx<'a> {
    /// The account and region that it is for.
    pub scope: &'a Scope,
    /// Who makes it.
    pub principal: &'a Principal,
    /// When.
    pub now: Timestamp,
    /// Where new identifiers come from.
    pub ids: &'a Ids,
    /// How many of a thing there may be.
    pub quotas: &'a Quotas,
}
