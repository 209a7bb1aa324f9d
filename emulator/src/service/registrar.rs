//! Registering operations.

use serde::Serialize;
use serde::de::DeserializeOwned;
use stagecheck_models::Operation;

use crate::service::{Ctx, Fault};
use crate::store::Scopes;

/// Takes the operations of a service: to serve them, or to account for their members.
///
/// `unread` names the members of the input that the handler does not read; a test holds these and the handler's own
/// members against the model, both ways.
pub trait Registrar<S> {
    /// An operation that reads one scope's state.
    fn read<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: fn(&Ctx<'_>, &S, I) -> Result<O, Fault>,
        unread: &'static [Unread],
    );

    /// An operation that changes one scope's state.
    fn write<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: fn(&Ctx<'_>, &mut S, I) -> Result<O, Fault>,
        unread: &'static [Unread],
    );

    /// An operation that holds no lock when it starts: it may ask ports first, and then read or write.
    fn free<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: impl Fn(&Ctx<'_>, &Scopes<S>, I) -> Result<O, Fault> + Send + Sync + 'static,
        unread: &'static [Unread],
    );
}

/// A member of an operation's input that the handler does not read, and why. Dots lead into structures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Refused with 501 when given, unless the value asks for nothing (false, empty).
    Refused(&'static str, &'static str),
    /// Taken and left aside.
    Ignored(&'static str, &'static str),
}

impl Unread {
    /// The member that it speaks of.
    #[must_use]
    pub const fn member(&self) -> &'static str {
        match self {
            Self::Refused(member, _) | Self::Ignored(member, _) => member,
        }
    }
}
