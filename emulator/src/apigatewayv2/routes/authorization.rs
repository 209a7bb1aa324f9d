//! Who may call a route.

use super::{AuthorizationType, Route};
use crate::apigateway::{ApiGateway, ApiId, quotas};
use crate::apigatewayv2::apis::Protocol;
use crate::apigatewayv2::authorizers::{Authorizer, AuthorizerType};
use crate::apigatewayv2::faults::{self, bad_request};
use crate::service::Fault;

impl Route {
    /// Checks the authorization, and lets go of what the type has no use for: a route whose type becomes `NONE` loses
    /// its authorizer (reported by users).
    pub(super) fn settle_authorization(
        &mut self,
        protocol: Protocol,
        state: &ApiGateway,
        api: &ApiId,
    ) -> Result<(), Fault> {
        let kind = self.authorization_type;
        protocol.only_for(Protocol::Http, "JWT authorizers", kind == AuthorizationType::Jwt)?;
        if protocol == Protocol::WebSocket && kind != AuthorizationType::None && self.route_key != "$connect"
        {
            // Reported by users.
            return Err(bad_request("Currently, authorization is restricted to the $connect route"));
        }
        let wanted = match kind {
            AuthorizationType::None | AuthorizationType::AwsIam => {
                self.authorizer_id = None;
                self.authorization_scopes = None;
                return Ok(());
            }
            AuthorizationType::Jwt => AuthorizerType::Jwt,
            AuthorizationType::Custom => AuthorizerType::Request,
        };
        if !self.authorizer(state, api).is_some_and(|authorizer| authorizer.is(wanted)) {
            return Err(bad_authorizer(kind));
        }
        if kind == AuthorizationType::Custom && self.authorization_scopes.is_some() {
            // Scopes are documented for JWT alone; the wording is inferred.
            return Err(bad_request("Authorization scopes are only supported for JWT authorization"));
        }
        let scopes = self.authorization_scopes.as_ref().map_or(0, Vec::len);
        quotas::check_limit(quotas::ROUTE_SCOPES, "The number of authorization scopes", scopes)?;
        for scope in self.authorization_scopes.iter().flatten() {
            faults::check_length("AuthorizationScopes", Some(scope), 1, 64)?;
        }
        Ok(())
    }

    fn authorizer<'a>(&self, state: &'a ApiGateway, api: &ApiId) -> Option<&'a Authorizer> {
        let id = self.authorizer_id.clone()?;
        state.v2.authorizers.get(&(api.clone(), id)).map(AsRef::as_ref)
    }
}

/// Reported by users for JWT; inferred from it for CUSTOM.
fn bad_authorizer(kind: AuthorizationType) -> Fault {
    let requires = match kind {
        AuthorizationType::Jwt => "JWT requires a valid JWT authorizer",
        _ => "CUSTOM requires a valid authorizer",
    };
    bad_request(format!("Invalid authorizer ID specified. Setting the authorization type to {requires}."))
}
