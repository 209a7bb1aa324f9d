//! The table of operations that are served.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use stagecheck_models::{Operation, Protocol, Service};

use super::{Answer, Document, Request, decode, encode};
use crate::service::authorization::{Asked, Gate, Requirement, Row};
use crate::service::{Ctx, Dialect, Fault, Registrar, Throttle, Unread, Violation, check, refuse_unread};
use crate::store::{Scopes, State};

/// The operations of one service, each with what serves it.
pub struct Dispatch {
    service: &'static Service,
    dialect: Dialect,
    tolerates: fn(&Violation) -> bool,
    handlers: Vec<Option<Handler>>,
    throttle: Option<Arc<Throttle>>,
    needs: Option<Needs>,
}

/// What a call needs, as the service's table says.
type Needs = Box<dyn Fn(&Ctx<'_>, &'static Operation, &Document<'_>) -> Vec<Requirement> + Send + Sync>;

type ServeNow = dyn Fn(&Call<'_>, Document<'_>) -> Outcome + Send + Sync;

type ServeLater = dyn for<'a> Fn(&'a Call<'a>, Document<'_>) -> BoxFuture<'a, Outcome> + Send + Sync;

/// What serves an operation.
enum Serve {
    /// At once, as nearly all are.
    Now(Box<ServeNow>),
    /// Once others have answered.
    Later(Box<ServeLater>),
}

struct Handler {
    unread: &'static [Unread],
    serve: Serve,
}

/// One call.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The circumstances that the handler gets to know.
    pub ctx: &'a Ctx<'a>,
    /// How the answer is written.
    pub protocol: Protocol,
    /// The id that the answer carries.
    pub request_id: &'a str,
    /// What it has to pass; `None` where nobody asks what callers may do.
    pub(crate) gate: Option<&'a Gate<'a>>,
}

/// An answer, or the fault to be written in its place.
pub type Outcome = Result<Answer, Fault>;

impl Dispatch {
    /// No operation is served yet: each answers 501.
    #[must_use]
    pub fn new(service: &'static Service, dialect: Dialect) -> Self {
        let handlers = service.operations.iter().map(|_| None).collect();
        Self { service, dialect, tolerates: |_| false, handlers, throttle: None, needs: None }
    }

    /// Lets the handlers see input that breaks a constraint of the model which AWS does not hold callers to.
    #[must_use]
    pub fn tolerating(mut self, tolerates: fn(&Violation) -> bool) -> Self {
        self.tolerates = tolerates;
        self
    }

    /// Refuses calls that this throttle refuses, whatever they ask for.
    #[must_use]
    pub fn throttled_by(mut self, throttle: Option<&Arc<Throttle>>) -> Self {
        self.throttle = throttle.map(Arc::clone);
        self
    }

    /// Asks of callers what this table says, on these states.
    #[must_use]
    pub(crate) fn requiring<S: State>(mut self, states: &Arc<Scopes<S>>, rows: &'static [Row<S>]) -> Self {
        let states = Arc::clone(states);
        self.needs = Some(Box::new(move |ctx, operation, input| {
            let row = rows.get(operation.index).filter(|row| row.operation == operation);
            match row {
                Some(row) => {
                    states.read(ctx.scope, |state| (row.needs)(&Asked { ctx, operation, input, state }))
                }
                // A test holds that there is none without. It must not be one that anybody may call.
                None => vec![Requirement::new(operation.name, "*")],
            }
        }));
        self
    }

    /// The operations that `register` registers, served from these states.
    #[must_use]
    pub fn serving<S: State>(
        mut self,
        states: &Arc<Scopes<S>>,
        register: impl FnOnce(&mut Serving<'_, S>),
    ) -> Self {
        register(&mut Serving { dispatch: &mut self, states: Arc::clone(states) });
        self
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &'static Service {
        self.service
    }

    /// How the service answers what no operation sees.
    #[must_use]
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// Decodes, checks and serves one call.
    ///
    /// # Errors
    ///
    /// The fault to answer with.
    pub async fn call(
        &self,
        operation: &'static Operation,
        call: &Call<'_>,
        request: &Request<'_>,
    ) -> Outcome {
        let Some(handler) = self.handlers.get(operation.index).and_then(Option::as_ref) else {
            return Err(Fault::not_implemented(format!(
                "{} is not implemented by this emulator. docs/coverage.md lists what is.",
                operation.name
            )));
        };
        // Before anything is looked at: calls that fail count, too, as captured.
        if let Some(throttle) = &self.throttle {
            throttle.count(operation, call.ctx.scope, call.ctx.now)?;
        }
        let input =
            decode(operation, request).map_err(|error| (self.dialect.malformed)(&error.to_string()))?;
        check(operation, &input, &self.dialect, self.tolerates)?;
        if let (Some(gate), Some(needs)) = (call.gate, &self.needs) {
            gate.pass(call.ctx, operation, &self.dialect, &needs(call.ctx, operation, &input))?;
        }
        refuse_unread(operation, handler.unread, &input)?;
        match &handler.serve {
            Serve::Now(serve) => serve(call, input),
            Serve::Later(serve) => serve(call, input).await,
        }
    }

    fn add<I: DeserializeOwned, O: Serialize>(
        &mut self,
        operation: &'static Operation,
        unread: &'static [Unread],
        run: impl Fn(&Ctx<'_>, I) -> Result<O, Fault> + Send + Sync + 'static,
    ) {
        let internal = self.dialect.internal;
        let serve = Serve::Now(Box::new(move |call, input| {
            // Types and required members were checked above; what is left is a handler that asks for more.
            let input = input.into_input().map_err(|error| internal(&error.to_string()))?;
            let output = run(call.ctx, input)?;
            encode(operation, call.protocol, &output, call.request_id)
                .map_err(|error| internal(&error.to_string()))
        }));
        self.put(operation, Handler { unread, serve });
    }

    fn add_waiting<I: DeserializeOwned + Send + 'static, O: Serialize + Send + 'static>(
        &mut self,
        operation: &'static Operation,
        unread: &'static [Unread],
        run: impl for<'a> Fn(&'a Ctx<'a>, I) -> BoxFuture<'a, Result<O, Fault>> + Send + Sync + 'static,
    ) {
        let internal = self.dialect.internal;
        let serve = Serve::Later(Box::new(move |call, input| {
            let output = input
                .into_input()
                .map_err(|error| internal(&error.to_string()))
                .map(|input| run(call.ctx, input));
            async move {
                encode(operation, call.protocol, &output?.await?, call.request_id)
                    .map_err(|error| internal(&error.to_string()))
            }
            .boxed()
        }));
        self.put(operation, Handler { unread, serve });
    }

    fn put(&mut self, operation: &'static Operation, handler: Handler) {
        if let Some(slot) = self.handlers.get_mut(operation.index) {
            *slot = Some(handler);
        }
    }
}

/// Registers operations to be served from the states of one service.
pub struct Serving<'a, S> {
    dispatch: &'a mut Dispatch,
    states: Arc<Scopes<S>>,
}

impl<S: State> Registrar<S> for Serving<'_, S> {
    fn read<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: fn(&Ctx<'_>, &S, I) -> Result<O, Fault>,
        unread: &'static [Unread],
    ) {
        let states = Arc::clone(&self.states);
        self.dispatch.add(operation, unread, move |ctx, input| {
            states.read(ctx.scope, |state| handler(ctx, state, input))
        });
    }

    fn write<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: fn(&Ctx<'_>, &mut S, I) -> Result<O, Fault>,
        unread: &'static [Unread],
    ) {
        let states = Arc::clone(&self.states);
        self.dispatch.add(operation, unread, move |ctx, input| {
            states.write(ctx.scope, |state| handler(ctx, state, input))
        });
    }

    fn free<I: DeserializeOwned + 'static, O: Serialize + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: impl Fn(&Ctx<'_>, &Scopes<S>, I) -> Result<O, Fault> + Send + Sync + 'static,
        unread: &'static [Unread],
    ) {
        let states = Arc::clone(&self.states);
        self.dispatch.add(operation, unread, move |ctx, input| handler(ctx, &states, input));
    }

    fn waiting<I: DeserializeOwned + Send + 'static, O: Serialize + Send + 'static>(
        &mut self,
        operation: &'static Operation,
        handler: impl for<'a> Fn(&'a Ctx<'a>, Arc<Scopes<S>>, I) -> BoxFuture<'a, Result<O, Fault>>
        + Send
        + Sync
        + 'static,
        unread: &'static [Unread],
    ) {
        let states = Arc::clone(&self.states);
        self.dispatch
            .add_waiting(operation, unread, move |ctx, input| handler(ctx, Arc::clone(&states), input));
    }
}
