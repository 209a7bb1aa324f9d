//! Registering operations.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use stagecheck_models::Operation;

use crate::service::{Ctx, Document, Fault};
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

    /// A free operation that waits for others, as for the backends of an API.
    fn waiting<I: DeserializeOwned + Send + 'static, O: Serialize + Send + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: impl for<'a> Fn(&'a Ctx<'a>, Arc<Scopes<S>>, I) -> BoxFuture<'a, Result<O, Fault>>
        + Send
        + Sync
        + 'static,
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

/// A member that is not built answers 501 where it asks for something, and is let through where it does not: clients
/// send defaults.
///
/// # Errors
///
/// That answer.
pub(crate) fn refuse_unread(
    operation: &Operation,
    unread: &[Unread],
    input: &Document<'_>,
) -> Result<(), Fault> {
    for each in unread {
        let Unread::Refused(member, reason) = each else { continue };
        if asks_for(input, member) {
            return Err(Fault::not_implemented(format!(
                "{} does not take {member} in this emulator: {reason}",
                operation.name
            )));
        }
    }
    Ok(())
}

/// Whether the member, or in a list any item's, is there and asks for something.
fn asks_for(document: &Document<'_>, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(value) = document.member(name) else { return false };
    match (rest, value) {
        (None, value) => !value.asks_nothing(),
        (Some(rest), Document::List(items)) => items.iter().any(|item| asks_for(item, rest)),
        (Some(rest), Document::Map(entries)) => entries.iter().any(|(_, value)| asks_for(value, rest)),
        (Some(rest), value) => asks_for(value, rest),
    }
}
