//! WebSocket APIs: connections, their messages, what backends say to them, and the logs of all this.
//!
//! Source: developer guide, "API Gateway WebSocket APIs".

mod answers;
mod authorization;
mod client;
mod closing;
mod connections;
mod context;
mod event;
mod exchange;
mod integration;
mod log_entries;
mod management;
mod mapping;
mod request_validation;
mod selection;
mod session;
mod template;
mod usage_plan;

use std::iter;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

pub(crate) use closing::Closing;
pub(crate) use connections::Connections;
pub(crate) use session::{Incoming, Outgoing, Received, Session, Socket};

use self::answers::{of_failure, push_ids, refused, switching, told};
use self::client::Client;
use self::connections::Connection;
use self::exchange::{Event, Exchange};
use super::authorization::Signers;
use super::delivery::Delivery;
use super::execution_log::Line;
use super::failure::Failure;
use super::proxy_answer::Answered;
use super::throttling::{Limited, Throttles};
use super::{Backends, Handshake, Outcome, Request};
use crate::apigateway::{DeployedApis, Served};
use crate::apigatewayv2::{LiveApi, Route};
use crate::ids::Ids;
use crate::service::authorization::Authorizer;
use crate::time::Clock;

/// The longest URL of a request to connect (quota "URL length for WebSocket"), and the most bytes of its headers, which is that
/// of REST APIs: inferred.
const LONGEST_URL: usize = 4096;
const LARGEST_HEADERS: usize = 10_240;

/// The largest message, in bytes (quota "WebSocket message payload size").
pub(crate) const LARGEST_MESSAGE: usize = 128 << 10;

/// The largest frame, in bytes (quota "WebSocket frame size").
pub(crate) const LARGEST_FRAME: usize = 32 << 10;

const CONNECT: &str = "$connect";
const DISCONNECT: &str = "$disconnect";
const DEFAULT: &str = "$default";

/// Serves deployed WebSocket APIs.
pub(crate) struct WebSocketApis {
    pub(crate) apis: Arc<DeployedApis>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) authorizer: Arc<Authorizer>,
    pub(crate) signers: Arc<dyn Signers>,
    pub(crate) backends: Arc<Backends>,
    pub(crate) throttles: Arc<Throttles>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
}

impl WebSocketApis {
    /// Answers a request to a stage: one that would connect, or one about a connection.
    pub(super) async fn serve(self: &Arc<Self>, live: &LiveApi, request: &Request<'_>) -> Outcome {
        let path = percent_decode_str(request.address.path).decode_utf8_lossy();
        if let Some(id) = path.strip_prefix("/@connections/") {
            return self.manage(live, request, id).await.into();
        }
        match request.handshake {
            Some(handshake) if path == "/" => self.connect(live, request, handshake).await,
            // A stage has no paths below it: inferred.
            Some(_) => self.refuse(&Failure::forbidden()).into(),
            None => self.upgrade_required(request).into(),
        }
    }

    /// Lets a client connect, if the stage does.
    async fn connect(
        self: &Arc<Self>,
        live: &LiveApi,
        request: &Request<'_>,
        handshake: &Handshake,
    ) -> Outcome {
        let era = self.connections.era();
        let client = Client::new(self.ids.extended_request_id(), live, request);
        let event = Event::Connect { request, query: request.parameters() };
        let mut exchange = Exchange::new(live, client, event, self.ids.extended_request_id(), &*self.clock);
        exchange.client.connected_at = Some(exchange.started);
        let outcome = self.admit(&mut exchange).await;
        let outcome = match exchange.conclude(outcome) {
            Ok(answered) if (200..300).contains(&answered.status) => {
                exchange
                    .log
                    .add(Line::Connected { connection: &exchange.client.connection_id, api: live.api_id() });
                let (connection, waiting) =
                    Connection::new(exchange.client.lasting(), live, exchange.started);
                // Known before the client is, which may be spoken to at once.
                let running = self.connections.add(connection, era);
                let answer = switching(handshake, &answered);
                let session = Session { apis: Arc::clone(self), running, waiting };
                Outcome { answer, session: Some(session) }
            }
            Ok(answered) => refused(answered, &exchange).into(),
            Err(failure) => {
                let body = told(&failure, &exchange.client.connection_id, &exchange.id);
                let mut answer = of_failure(&failure, body.into());
                push_ids(&mut answer, &exchange);
                answer.into()
            }
        };
        self.delivery.deliver(exchange.into_log_entries());
        outcome
    }

    /// What the stage makes of a client that connects, in the order in which it looks at it. Without a route for it, every
    /// client may.
    async fn admit(&self, exchange: &mut Exchange<'_>) -> Result<Answered, Failure> {
        check_size(exchange)?;
        let route = exchange.live.route(CONNECT).map(Arc::clone);
        exchange.begin(CONNECT);
        if let Some(route) = &route {
            self.check_caller(exchange, route).await?;
        }
        self.check_plan_and_rate(exchange, route.as_deref())?;
        exchange.start_execution();
        exchange.log.add(Line::Connecting {
            user_agent: exchange.client.user_agent.as_deref().unwrap_or_default(),
            source_ip: &exchange.client.source_ip.to_string(),
            api: exchange.live.api_id(),
        });
        let answered = self.execute(exchange, route.as_deref()).await?;
        if answered.status < 200 { Err(Failure::no_final_status(answered.status)) } else { Ok(answered) }
    }

    /// Handles a message, and tells what its sender gets back, if anything.
    async fn message(&self, connection: &Connection, text: String) -> Option<String> {
        let id = self.ids.extended_request_id();
        let Some(live) = self.live(connection) else {
            // That messages to a stage which is gone are answered so is inferred.
            return Some(told(&Failure::forbidden(), &connection.client.connection_id, &id));
        };
        let event = Event::Message { id: self.ids.extended_request_id(), body: text.into() };
        let mut exchange = Exchange::new(&live, connection.client.clone(), event, id, &*self.clock);
        let outcome = self.route_message(&mut exchange).await;
        let reply = match exchange.conclude(outcome) {
            Ok(answered) => {
                exchange.log.add(Line::MessageSent {
                    connection: &exchange.client.connection_id,
                    api: live.api_id(),
                    status: answered.status,
                });
                let route = live.route(exchange.route_key());
                // That there is nothing to send without a body is inferred.
                let is_answer = route.is_some_and(|route| live.answers(route)) && !answered.body.is_empty();
                is_answer.then(|| String::from_utf8_lossy(&answered.body).into_owned())
            }
            Err(failure) => Some(told(&failure, &connection.client.connection_id, &exchange.id)),
        };
        self.delivery.deliver(exchange.into_log_entries());
        reply
    }

    async fn route_message(&self, exchange: &mut Exchange<'_>) -> Result<Answered, Failure> {
        let route = selection::route(exchange).ok_or_else(Failure::forbidden)?;
        exchange.begin(&route.route_key);
        self.check_plan_and_rate(exchange, Some(&route))?;
        exchange.start_execution();
        let (api, connection) = (exchange.live.api_id(), exchange.client.connection_id.as_str());
        exchange.log.add(Line::MessageReceived { api, connection });
        if exchange.log.keeps_data() {
            let event = event::of(exchange).to_string();
            exchange.log.add(Line::MessageData {
                api,
                connection: &exchange.client.connection_id,
                event: &event,
            });
        }
        self.execute(exchange, Some(&route)).await
    }

    /// Tells the backend that a connection has ended, where its stage is still there: best effort, as documented.
    async fn disconnected(&self, connection: &Connection, closing: Closing) {
        let Some(live) = self.live(connection) else { return };
        let id = self.ids.extended_request_id();
        let event = Event::Disconnect(closing);
        let mut exchange = Exchange::new(&live, connection.client.clone(), event, id, &*self.clock);
        let outcome = self.execute_disconnect(&mut exchange).await;
        // Whatever the backend answers, and at ERROR nothing where that is a status: both inferred.
        if exchange.conclude(outcome).is_ok() {
            let connection = &exchange.client.connection_id;
            exchange.log.add(Line::Disconnected { connection, api: live.api_id() });
        }
        self.delivery.deliver(exchange.into_log_entries());
    }

    async fn execute_disconnect(&self, exchange: &mut Exchange<'_>) -> Result<Answered, Failure> {
        let route = exchange.live.route(DISCONNECT).map(Arc::clone);
        exchange.begin(DISCONNECT);
        self.check_plan_and_rate(exchange, route.as_deref())?;
        exchange.start_execution();
        let connection = &exchange.client.connection_id;
        exchange.log.add(Line::Disconnecting { connection, api: exchange.live.api_id() });
        self.execute(exchange, route.as_deref()).await
    }

    /// What a route does with an event that was let in; nothing, which is a success, where there is no route.
    async fn execute(&self, exchange: &mut Exchange<'_>, route: Option<&Route>) -> Result<Answered, Failure> {
        let Some(route) = route else { return Ok(Answered { status: 200, ..Answered::default() }) };
        request_validation::check(&self.backends.schemas, exchange, route)?;
        integration::integrate(&self.backends, exchange, route).await
    }

    /// API keys and plans, which routes for connecting may ask for, and how often the route may be called.
    fn check_plan_and_rate(&self, exchange: &mut Exchange<'_>, route: Option<&Route>) -> Result<(), Failure> {
        usage_plan::check(&self.apis, &self.throttles, exchange, route)?;
        let (live, key) = (exchange.live, exchange.route_key.clone().unwrap_or_default());
        let Some(rate) = live.stage.rate(&key) else { return Ok(()) };
        let limited = Limited {
            api: live.api_id().to_owned(),
            stage: live.stage.name().to_owned(),
            what: key,
            api_key: String::new(),
        };
        if self.throttles.takes_at_stage(limited, rate, exchange.started) {
            Ok(())
        } else {
            Err(Failure::throttled(None))
        }
    }

    /// The stage of a connection as it is now; `None` once it is gone.
    fn live(&self, connection: &Connection) -> Option<LiveApi> {
        match self.apis.find(&connection.api, iter::once(connection.stage.as_str())) {
            Ok(Served::WebSocket(live)) => Some(live),
            _ => None,
        }
    }
}

/// Refuses a request to connect that is larger than API Gateway takes.
fn check_size(exchange: &Exchange<'_>) -> Result<(), Failure> {
    let Some(request) = exchange.request() else { return Ok(()) };
    let headers = request.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
    if headers.sum::<usize>() > LARGEST_HEADERS {
        return Err(Failure::headers_too_large());
    }
    // With the question mark, where there is a query.
    let query = if request.query.is_empty() { 0 } else { request.query.len() + 1 };
    if request.path.len() + query > LONGEST_URL {
        return Err(Failure::path_too_long());
    }
    Ok(())
}
