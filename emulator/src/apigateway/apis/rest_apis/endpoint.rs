//! How an API is reached: the type of its endpoint, and who may use it.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::apigateway::endpoint::{EndpointType, IP_ADDRESS_TYPES, needs_access_mode};
use crate::apigateway::faults::bad_request;
use crate::apigateway::{ApiGateway, quotas};
use crate::service::{Ctx, Fault};

/// The type of this name.
pub(in crate::apigateway) fn parse_type(name: &str) -> Result<EndpointType, Fault> {
    EndpointType::named(name).ok_or_else(|| {
        bad_request("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
    })
}

/// How an API is reached. It has one type, which the wire has in a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EndpointConfiguration {
    types: [EndpointType; 1],
    ip_address_type: CompactString,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    vpc_endpoint_ids: Vec<CompactString>,
}

/// A configuration as requests ask for it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewEndpoint {
    types: Option<Vec<EndpointType>>,
    ip_address_type: Option<CompactString>,
    #[serde(default)]
    vpc_endpoint_ids: Vec<CompactString>,
}

impl NewEndpoint {
    pub(super) fn build(self) -> Result<EndpointConfiguration, Fault> {
        let endpoint_type = match self.types.as_deref() {
            None => EndpointType::default(),
            Some(&[one]) => one,
            Some([]) => {
                return Err(bad_request(
                    "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
                ));
            }
            Some(_) => return Err(bad_request("Cannot create an api with multiple Endpoint Types.")),
        };
        Ok(EndpointConfiguration {
            types: [endpoint_type],
            ip_address_type: self.ip_address_type.unwrap_or(endpoint_type.default_ip_address_type()),
            vpc_endpoint_ids: self.vpc_endpoint_ids,
        })
    }
}

impl EndpointConfiguration {
    pub(super) fn endpoint_type(&self) -> EndpointType {
        let [endpoint_type] = self.types;
        endpoint_type
    }

    pub(super) fn is_private(&self) -> bool {
        self.endpoint_type() == EndpointType::Private
    }

    pub(super) fn default_security_policy(&self) -> CompactString {
        self.endpoint_type().default_security_policy()
    }

    /// Changes the type. A private API cannot become edge-optimized, as documented; the wording is inferred.
    pub(super) fn set_type(&mut self, to: EndpointType) -> Result<(), Fault> {
        if self.is_private() && to == EndpointType::Edge {
            return Err(bad_request("Cannot update endpoint from PRIVATE to EDGE"));
        }
        self.types = [to];
        if to == EndpointType::Private {
            self.ip_address_type = to.default_ip_address_type();
        }
        Ok(())
    }

    pub(super) fn set_ip_address_type(&mut self, to: &str) -> Result<(), Fault> {
        if !IP_ADDRESS_TYPES.contains(&to) {
            return Err(bad_request("ipAddressType must be either ipv4 or dualstack."));
        }
        self.ip_address_type = to.into();
        Ok(())
    }

    pub(super) fn add_vpc_endpoint(&mut self, id: &str) {
        if self.vpc_endpoint_ids.iter().all(|present| present != id) {
            self.vpc_endpoint_ids.push(id.into());
        }
    }

    /// Removing one that is not there is refused; the wording is inferred.
    pub(super) fn remove_vpc_endpoint(&mut self, id: &str) -> Result<(), Fault> {
        let place = self.vpc_endpoint_ids.iter().position(|present| present == id);
        let place = place.ok_or_else(|| bad_request(format!("Invalid VPC endpoint specified: {id}")))?;
        self.vpc_endpoint_ids.remove(place);
        Ok(())
    }

    /// Refuses what only private APIs can have, and what they cannot.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if !self.is_private() && !self.vpc_endpoint_ids.is_empty() {
            return Err(bad_request("VPCEndpoints can only be specified with PRIVATE apis."));
        }
        if self.is_private() && self.ip_address_type == "ipv4" {
            return Err(bad_request("Only dualstack ipAddressType is supported for Private APIs."));
        }
        Ok(())
    }

    /// An enhanced security policy needs an access mode, and is either for edge-optimized endpoints or for the others.
    /// Documented; the wordings are inferred.
    pub(super) fn check_security(&self, policy: &str, access_mode: Option<&str>) -> Result<(), Fault> {
        let is_enhanced = needs_access_mode(policy);
        if is_enhanced && access_mode.is_none() {
            return Err(bad_request(format!(
                "Endpoint access mode must be specified for security policy {policy}"
            )));
        }
        let is_for_edge = policy.ends_with("_EDGE");
        if is_enhanced && is_for_edge != (self.endpoint_type() == EndpointType::Edge) {
            return Err(bad_request(format!(
                "Security policy {policy} is not supported for endpoint type {}",
                self.endpoint_type().name()
            )));
        }
        Ok(())
    }

    /// Whether the account may have one more API of this type.
    pub(super) fn check_quota(&self, ctx: &Ctx<'_>, state: &ApiGateway) -> Result<(), Fault> {
        let endpoint_type = self.endpoint_type();
        let of_type = || state.rest_apis.count_naming(&endpoint_type);
        let quota = match endpoint_type {
            EndpointType::Regional => quotas::REGIONAL_APIS,
            EndpointType::Edge => quotas::EDGE_APIS,
            EndpointType::Private => quotas::PRIVATE_APIS,
        };
        quotas::check_account(ctx, quota, "APIs", of_type)
    }
}
