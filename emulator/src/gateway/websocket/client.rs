//! Who is connected.

use std::borrow::Cow;
use std::net::IpAddr;

use http::header;

use crate::apigatewayv2::LiveApi;
use crate::gateway::Request;
use crate::gateway::authorization::Signer;
use crate::gateway::authorized::Authorized;
use crate::time::Timestamp;

/// Who is connected, or calls about a connection. What was found out when it connected holds as long as the connection.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// The connection's id, as `L0SM9cOFvHcCIhw=`.
    pub(super) connection_id: String,
    /// `None` of a caller who is not connected itself.
    pub(super) connected_at: Option<Timestamp>,
    pub(super) domain_name: String,
    pub(super) source_ip: IpAddr,
    pub(super) user_agent: Option<String>,
    /// Who signed the request to connect, where the route asks.
    pub(super) signer: Option<Signer>,
    /// What an authorizer made of it.
    pub(super) authorized: Option<Authorized>,
}

impl Client {
    /// Who sent a request.
    pub(super) fn new(connection_id: String, live: &LiveApi, request: &Request<'_>) -> Self {
        Self {
            connection_id,
            connected_at: None,
            domain_name: request.domain_name(&live.scope, live.api_id()).into_owned(),
            source_ip: request.source_ip,
            user_agent: request.header(header::USER_AGENT).map(str::to_owned),
            signer: None,
            authorized: None,
        }
    }

    /// Who is connected, as later events know it. Of what an authorizer said the principal and the context stand there, as users
    /// publish events of messages; that all of the context is in those of the end, too, is inferred.
    pub(super) fn lasting(&self) -> Self {
        Self { authorized: self.authorized.as_ref().map(Authorized::lasting), ..self.clone() }
    }

    /// The value of `$context.identity.{name}`.
    pub(super) fn identity(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "sourceIp" => Some(self.source_ip.to_string().into()),
            "userAgent" => self.user_agent.as_deref().map(Into::into),
            _ => self.signer.as_ref()?.variable(name),
        }
    }
}
