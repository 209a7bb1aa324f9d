//! Who signed a request to a deployed API.

use std::sync::Arc;

use stagecheck_models::Protocol;

use super::authentication::Authentication;
use super::credential::Credential;
use super::identity::Callers;
use super::refusal::Refusal;
use super::sigv4::Received;
use crate::gateway::{Request, Signed, Signer, Signers};
use crate::store::Region;
use crate::time::Timestamp;
use crate::wire::Form;

/// The name in the credential scope of requests to deployed APIs.
const SERVICE: &str = "execute-api";

/// Tells who invokes an API, by the same keys and signatures as those of calls to services.
pub(crate) struct Invokers {
    callers: Arc<Callers>,
    authentication: Arc<Authentication>,
}

impl Invokers {
    pub(crate) fn new(callers: Arc<Callers>, authentication: Arc<Authentication>) -> Self {
        Self { callers, authentication }
    }

    fn identify(
        &self,
        request: &Request<'_>,
        query: &Form<'_>,
        credential: &Credential<'_>,
        now: Timestamp,
    ) -> Result<Signer, Refusal> {
        if self.authentication.verifies() && credential.service() != Some(SERVICE) {
            let message = format!("Credential should be scoped to correct service: '{SERVICE}'.");
            return Err(Refusal::invalid(message));
        }
        let caller = self.callers.identify(Some(credential), request.headers, now)?;
        let received = || Received {
            method: request.method,
            path: request.path,
            query: request.query,
            parameters: query,
            host: request.host,
            headers: request.headers,
            body: request.body,
        };
        let service = (Protocol::RestJson, SERVICE);
        self.authentication.verify(received, Some(credential), &caller, service, now)?;
        let access_key_id = credential.access_key_id().to_owned();
        Ok(Signer { principal: caller.principal, access_key_id })
    }
}

impl Signers for Invokers {
    /// An `Authorization` of another kind is no signature: inferred.
    fn signer(&self, request: &Request<'_>, region: &Region, now: Timestamp) -> Signed {
        let query = Form::parse(request.query).unwrap_or_default();
        let Some(credential) = Credential::of(request.headers, &query) else { return Signed::Not };
        if self.authentication.verifies() && credential.region() != Some(region.as_str()) {
            return Signed::Badly(Refusal::BadRegion.fault(Protocol::RestJson));
        }
        match self.identify(request, &query, &credential, now) {
            Ok(signer) => Signed::By(signer),
            Err(refusal) => Signed::Badly(refusal.fault(Protocol::RestJson)),
        }
    }
}
