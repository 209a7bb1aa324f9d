//! What an integration may be, for each protocol.
//!
//! The texts on types, methods, URIs of VPC links and the missing payload version are reported by users; the rules come
//! from the API reference, and the other texts are inferred.

use super::{Integration, IntegrationType, VPC_LINK, longest_timeout, subtypes};
use crate::apigateway::{ApiGateway, quotas};
use crate::apigatewayv2::apis::Protocol;
use crate::apigatewayv2::faults::{self, bad_request};
use crate::apigatewayv2::mapping;
use crate::apigatewayv2::routes::{METHODS, is_method};
use crate::service::Fault;
use crate::store::SmallMap;

impl Integration {
    /// Refuses what an API of this protocol cannot have.
    pub(super) fn check(&self, protocol: Protocol) -> Result<(), Fault> {
        self.check_type(protocol)?;
        self.check_members(protocol)?;
        self.check_payload_version(protocol)?;
        self.check_method()?;
        self.check_uri(protocol)?;
        self.check_parameters(protocol)?;
        let templates = self.request_templates.iter().flat_map(SmallMap::values);
        quotas::check_templates(templates.map(String::as_str))?;
        if self.timeout_in_millis > longest_timeout(protocol) {
            return Err(bad_request(format!(
                "Timeout should be between 50 ms and {} ms",
                longest_timeout(protocol)
            )));
        }
        Ok(())
    }

    fn check_type(&self, protocol: Protocol) -> Result<(), Fault> {
        let is_proxy =
            matches!(self.integration_type, IntegrationType::AwsProxy | IntegrationType::HttpProxy);
        if protocol == Protocol::Http && !is_proxy {
            return Err(bad_request(
                "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations \
                 (AWS_PROXY, HTTP_PROXY)",
            ));
        }
        Ok(())
    }

    /// Members that only one of the protocols has.
    fn check_members(&self, protocol: Protocol) -> Result<(), Fault> {
        for (what, is_given) in [
            ("Integration subtypes", self.integration_subtype.is_some()),
            ("Response parameters", !self.response_parameters.is_empty()),
            ("TLS configurations", self.tls_config.is_some()),
        ] {
            protocol.only_for(Protocol::Http, what, is_given)?;
        }
        for (what, is_given) in [
            ("Content handling strategies", self.content_handling_strategy.is_some()),
            ("Passthrough behaviors", self.passthrough_behavior.is_some()),
            ("Request templates", self.request_templates.is_some()),
            ("Template selection expressions", self.template_selection_expression.is_some()),
        ] {
            protocol.only_for(Protocol::WebSocket, what, is_given)?;
        }
        if self.tls_config.is_some() && self.connection_type != VPC_LINK {
            return Err(bad_request("TlsConfig is only supported for private integrations"));
        }
        faults::check_length("Description", self.description.as_deref(), 0, 1024)
    }

    fn check_payload_version(&self, protocol: Protocol) -> Result<(), Fault> {
        let Some(version) = self.payload_format_version.as_deref() else {
            return Err(bad_request("PayloadFormatVersion is a required parameter for integration"));
        };
        let calls_function = protocol == Protocol::Http
            && self.integration_type == IntegrationType::AwsProxy
            && self.integration_subtype.is_none();
        let versions: &[&str] = if calls_function { &["1.0", "2.0"] } else { &["1.0"] };
        if versions.contains(&version) {
            return Ok(());
        }
        Err(bad_request(format!(
            "Invalid PayloadFormatVersion specified: {version}. Must be one of: [{}]",
            versions.join(", ")
        )))
    }

    fn check_method(&self) -> Result<(), Fault> {
        if self.integration_type == IntegrationType::Mock || self.integration_subtype.is_some() {
            return Ok(());
        }
        let Some(method) = self.integration_method.as_deref() else {
            return Err(bad_request("Enumeration value for HttpMethod must be non-empty"));
        };
        if self.integration_type == IntegrationType::AwsProxy && method != "POST" {
            return Err(bad_request("HttpMethod must be POST for AWS_PROXY IntegrationType"));
        }
        if !is_method(method) {
            return Err(bad_request(format!(
                "Invalid HTTP method specified: {method}. Must be one of: [{}, ANY]",
                METHODS.join(", ")
            )));
        }
        Ok(())
    }

    fn check_uri(&self, protocol: Protocol) -> Result<(), Fault> {
        let uri = self.integration_uri.as_deref();
        if let Some(subtype) = &self.integration_subtype {
            if self.integration_type != IntegrationType::AwsProxy {
                return Err(bad_request("IntegrationSubtype is only supported for AWS_PROXY integrations"));
            }
            if uri.is_some() {
                return Err(bad_request("IntegrationUri must not be specified with an IntegrationSubtype"));
            }
            if self.credentials_arn.is_none() {
                return Err(bad_request("CredentialsArn is a required parameter with an IntegrationSubtype"));
            }
            return subtypes::check(subtype, self.request_parameters.as_ref());
        }
        match (self.integration_type, self.connection_type.as_str()) {
            (IntegrationType::Mock, _) => Ok(()),
            (_, VPC_LINK) if self.connection_id.is_none() => {
                Err(bad_request("ConnectionId is a required parameter for VPC_LINK connections"))
            }
            // Links of WebSocket APIs are those of REST APIs: the URI is a URL.
            (_, VPC_LINK) if protocol == Protocol::Http && !uri.is_some_and(is_private_target) => {
                Err(bad_request(
                    "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid Cloud Map \
                     service ARN.",
                ))
            }
            (_, VPC_LINK) if protocol == Protocol::Http => Ok(()),
            (IntegrationType::Http | IntegrationType::HttpProxy, _) if uri.is_some_and(is_url) => Ok(()),
            (IntegrationType::Aws | IntegrationType::AwsProxy, _) if uri.is_some_and(is_arn) => Ok(()),
            _ => Err(bad_uri()),
        }
    }

    /// The links of HTTP APIs are those of this API, those of WebSocket APIs are REST APIs'. What AWS says of a missing
    /// one is inferred, and that a stage variable may name it, as with REST APIs.
    pub(super) fn check_link(&self, protocol: Protocol, state: &ApiGateway) -> Result<(), Fault> {
        let Some(id) = self.connection_id.as_ref() else { return Ok(()) };
        let is_there = match protocol {
            Protocol::Http => state.v2.vpc_links.contains(id),
            Protocol::WebSocket => state.has_vpc_link(id) || id.contains("${stageVariables."),
        };
        if is_there {
            return Ok(());
        }
        Err(bad_request(format!("Invalid VpcLink identifier specified: {id}")))
    }

    fn check_parameters(&self, protocol: Protocol) -> Result<(), Fault> {
        for (status, mappings) in &self.response_parameters {
            mapping::check_response(status, mappings)?;
        }
        match (&self.request_parameters, protocol) {
            (Some(parameters), Protocol::WebSocket) => {
                mapping::check_keys("integration.request.", parameters.iter().map(|(key, _)| key))
            }
            (Some(parameters), Protocol::Http) if self.integration_subtype.is_none() => {
                mapping::check_request(parameters)
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn is_url(uri: &str) -> bool {
    uri.starts_with("http://") || uri.starts_with("https://")
}

fn is_arn(uri: &str) -> bool {
    uri.starts_with("arn:")
}

/// A load balancer's listener or a Cloud Map service.
fn is_private_target(uri: &str) -> bool {
    let mut fields = uri.splitn(6, ':');
    let service = fields.by_ref().nth(2);
    let resource = fields.nth(2);
    match (service, resource) {
        (Some("elasticloadbalancing"), Some(resource)) => resource.starts_with("listener/"),
        (Some("servicediscovery"), Some(resource)) => resource.starts_with("service/"),
        _ => false,
    }
}

/// Reported by users for both kinds of API.
pub(super) fn bad_uri() -> Fault {
    bad_request("Invalid integration URI specified")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_targets_are_listeners_and_cloud_map_services() {
        for (uri, is) in [
            ("arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/a/1/2", true),
            ("arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/a/1", false),
            ("arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1?stage=prod", true),
            ("http://example.com", false),
        ] {
            assert_eq!(is_private_target(uri), is, "{uri}");
        }
    }
}
