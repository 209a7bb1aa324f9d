//! AWS's own services, those that the emulator has, as integrations call them.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::request::Parts;

use crate::service::Principal;
use crate::store::Scope;
use crate::wire::Answer;

/// Answers the calls of integrations. Answered by the edge, which knows the services.
pub(crate) trait AwsServices: Send + Sync {
    /// What the service answers, which is 501 where it is not emulated.
    fn call<'a>(&'a self, call: AwsCall<'a>) -> BoxFuture<'a, Answer>;
}

/// A call of an integration.
pub(crate) struct AwsCall<'a> {
    /// The service's signing name.
    pub(crate) service: &'a str,
    /// The account and region that are called.
    pub(crate) scope: Scope,
    /// As whom.
    pub(crate) principal: Arc<Principal>,
    pub(crate) head: &'a Parts,
    pub(crate) body: &'a Bytes,
    /// Where the request came from that the integration answers.
    pub(crate) source_ip: IpAddr,
}
