//! Operations, called from within.
//!
//! An import makes an API of calls, as its errors tell ("Unable to put method …"): what a call refuses, so does an
//! import, in the same words. Its calls take and answer the operations' own members, as JSON.

mod input;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use stagecheck_models::{Operation, Service};

use crate::apigateway::DIALECT;
use crate::apigateway::faults::{self, bad_request};
use crate::service::{Ctx, Document, Fault, Registrar, Unread, check, refuse_unread};
use crate::store::Scopes;

type Handler<S> = Box<dyn Fn(&Ctx<'_>, &mut S, Document<'_>) -> Result<Value, Fault> + Send + Sync>;

/// The operations of a service that need no port.
pub(crate) struct Calls<S> {
    handlers: Vec<Option<(Handler<S>, &'static [Unread])>>,
}

impl<S> Calls<S> {
    /// The operations that `register` registers.
    pub(crate) fn of(service: &Service, register: impl FnOnce(&mut Self)) -> Self {
        let mut calls = Self { handlers: service.operations.iter().map(|_| None).collect() };
        register(&mut calls);
        calls
    }

    /// Calls an operation, as a caller would: what the model refuses never reaches its handler.
    pub(crate) fn call(
        &self,
        operation: &Operation,
        ctx: &Ctx<'_>,
        state: &mut S,
        input: Value,
    ) -> Result<Value, Fault> {
        let handler = self.handlers.get(operation.index).and_then(Option::as_ref);
        let Some((handler, unread)) = handler else {
            return Err(Fault::not_implemented(format!(
                "An import needs {}, which is not implemented by this emulator.",
                operation.name
            )));
        };
        let input = input::read(operation, &input).map_err(|wrong| bad_request(wrong.to_string()))?;
        check(operation, &input, &DIALECT, |_| false)?;
        refuse_unread(operation, unread, &input)?;
        handler(ctx, state, input)
    }

    fn add<I: DeserializeOwned, O: Serialize>(
        &mut self,
        operation: &'static Operation,
        unread: &'static [Unread],
        run: impl Fn(&Ctx<'_>, &mut S, I) -> Result<O, Fault> + Send + Sync + 'static,
    ) {
        let handler: Handler<S> = Box::new(move |ctx, state, input| {
            let input = input.into_input().map_err(|error| internal(operation, &error))?;
            let output = run(ctx, state, input)?;
            serde_json::to_value(output).map_err(|error| internal(operation, &error))
        });
        if let Some(slot) = self.handlers.get_mut(operation.index) {
            *slot = Some((handler, unread));
        }
    }
}

/// A fault of ours: an import gave an operation what it does not read.
fn internal(operation: &Operation, error: &dyn std::error::Error) -> Fault {
    faults::internal(&format!("{}: {error}", operation.name))
}

impl<S: 'static> Registrar<S> for Calls<S> {
    fn read<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: fn(&Ctx<'_>, &S, I) -> Result<O, Fault>,
        unread: &'static [Unread],
    ) {
        self.add(operation, unread, move |ctx, state: &mut S, input| handler(ctx, state, input));
    }

    fn write<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: fn(&Ctx<'_>, &mut S, I) -> Result<O, Fault>,
        unread: &'static [Unread],
    ) {
        self.add(operation, unread, handler);
    }

    /// What holds no lock when it starts has no place within an operation that holds one.
    fn free<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        _operation: &'static Operation,
        _handler: impl Fn(&Ctx<'_>, &Scopes<S>, I) -> Result<O, Fault> + Send + Sync + 'static,
        _unread: &'static [Unread],
    ) {
    }

    fn waiting<I: DeserializeOwned + Send + 'static, O: Serialize + Send + 'static>(
        &mut self,
        _operation: &'static Operation,
        _handler: impl for<'a> Fn(&'a Ctx<'a>, Arc<Scopes<S>>, I) -> BoxFuture<'a, Result<O, Fault>>
        + Send
        + Sync
        + 'static,
        _unread: &'static [Unread],
    ) {
    }
}
