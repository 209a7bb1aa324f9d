//! What an authorizer may be, for each protocol.
//!
//! The rules come from the API reference and the developer guide. The texts on the missing payload version and the
//! issuer are reported by users; the others are inferred.

use super::{Authorizer, AuthorizerType, JwtConfiguration};
use crate::apigateway::{check_authorizer_uri, quotas};
use crate::apigatewayv2::apis::Protocol;
use crate::apigatewayv2::faults::{bad_request, check_length};
use crate::service::Fault;

impl Authorizer {
    /// Refuses what an API of this protocol cannot have.
    pub(super) fn check(&self, protocol: Protocol) -> Result<(), Fault> {
        check_length("Name", Some(&self.name), 1, 128)?;
        protocol.only_for(Protocol::Http, "JWT authorizers", self.is(AuthorizerType::Jwt))?;
        self.check_members(protocol)?;
        match self.authorizer_type {
            AuthorizerType::Jwt => self.check_jwt()?,
            AuthorizerType::Request => self.check_function(protocol)?,
        }
        self.check_identity_sources(protocol)
    }

    /// Members that only one protocol, or one type, has.
    fn check_members(&self, protocol: Protocol) -> Result<(), Fault> {
        for (what, is_given) in [
            ("Authorizer payload format versions", self.authorizer_payload_format_version.is_some()),
            ("Authorizer result TTLs", self.authorizer_result_ttl_in_seconds.is_some_and(|ttl| ttl != 0)),
            ("Simple responses", self.enable_simple_responses == Some(true)),
        ] {
            protocol.only_for(Protocol::Http, what, is_given)?;
        }
        let of_request = [
            ("AuthorizerUri", self.authorizer_uri.is_some()),
            ("AuthorizerCredentialsArn", self.authorizer_credentials_arn.is_some()),
            ("AuthorizerPayloadFormatVersion", self.authorizer_payload_format_version.is_some()),
            ("EnableSimpleResponses", self.enable_simple_responses == Some(true)),
        ];
        let of_jwt = [("JwtConfiguration", self.jwt_configuration.is_some())];
        let (others, own): (&[(&str, bool)], _) = match self.authorizer_type {
            AuthorizerType::Request => (&of_jwt, "REQUEST"),
            AuthorizerType::Jwt => (&of_request, "JWT"),
        };
        match others.iter().find(|(_, is_given)| *is_given) {
            Some((member, _)) => Err(bad_request(format!("{member} is not supported for {own} authorizers"))),
            None => Ok(()),
        }
    }

    fn check_function(&self, protocol: Protocol) -> Result<(), Fault> {
        check_authorizer_uri(self.authorizer_uri.as_deref())?;
        if protocol == Protocol::WebSocket {
            return Ok(());
        }
        let version = self.authorizer_payload_format_version.as_deref().ok_or_else(|| {
            bad_request("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
        })?;
        if !matches!(version, "1.0" | "2.0") {
            return Err(bad_request(format!(
                "Invalid AuthorizerPayloadFormatVersion specified: {version}. Must be one of: [1.0, 2.0]"
            )));
        }
        if version == "1.0" && self.enable_simple_responses == Some(true) {
            return Err(bad_request(
                "EnableSimpleResponses is only supported for payload format version 2.0",
            ));
        }
        if self.identity_source.is_empty() && self.authorizer_result_ttl_in_seconds.is_some_and(|ttl| ttl > 0)
        {
            return Err(bad_request("Caching requires at least one identity source"));
        }
        Ok(())
    }

    fn check_jwt(&self) -> Result<(), Fault> {
        let Some(JwtConfiguration { audience, issuer: Some(issuer) }) = &self.jwt_configuration else {
            return Err(bad_request(
                "JwtConfiguration with an Issuer is a required parameter for JWT authorizer",
            ));
        };
        if !issuer.starts_with("https://") {
            // AWS reads the discovery document, which this emulator does not.
            return Err(bad_request(format!(
                "Invalid issuer: {issuer}. Issuer must have a valid discovery endpoint ended with \
                 '/.well-known/openid-configuration'"
            )));
        }
        if audience.as_ref().is_none_or(Vec::is_empty) {
            return Err(bad_request(
                "JwtConfiguration with an Audience is a required parameter for JWT authorizer",
            ));
        }
        let audiences = audience.as_ref().map_or(0, Vec::len);
        quotas::check_limit(quotas::AUTHORIZER_AUDIENCES, "The number of audiences", audiences)?;
        if self.identity_source.len() != 1 {
            return Err(bad_request("A JWT authorizer takes exactly one identity source"));
        }
        Ok(())
    }

    fn check_identity_sources(&self, protocol: Protocol) -> Result<(), Fault> {
        let places: &[&str] = match (protocol, self.authorizer_type) {
            (Protocol::WebSocket, _) => {
                &["route.request.header.", "route.request.querystring.", "context.", "stageVariables."]
            }
            (Protocol::Http, AuthorizerType::Request) => {
                &["$request.header.", "$request.querystring.", "$context.", "$stageVariables."]
            }
            (Protocol::Http, AuthorizerType::Jwt) => &["$request.header.", "$request.querystring."],
        };
        let is_known = |source: &str| {
            places.iter().any(|place| source.strip_prefix(place).is_some_and(|name| !name.is_empty()))
        };
        match self.identity_source.iter().find(|source| !is_known(source)) {
            Some(source) => Err(bad_request(format!("Invalid identity source specified: {source}"))),
            None => Ok(()),
        }
    }
}
