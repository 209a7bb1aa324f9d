//! Custom domain names.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::hosted_zones;
use crate::apigateway::apis::plain_policy;
use crate::apigateway::endpoint::{EndpointType, needs_access_mode};
use crate::apigateway::faults::{bad_request, not_found};
use crate::apigateway::paging::{self, Items, everything};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, quotas};
use crate::service::Secret;
use crate::service::{Ctx, Fault};
use crate::store::{Indexed, KeyRange, SmallMap};
use crate::time::Timestamp;

/// A domain name: its name, and the id that only private ones have.
pub(crate) type DomainKey = (CompactString, DomainNameId);
/// Empty where a domain name is public.
pub(crate) type DomainNameId = CompactString;

/// A custom domain name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DomainName {
    pub(crate) domain_name: CompactString,
    /// Only private ones have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain_name_id: Option<DomainNameId>,
    pub(crate) domain_name_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_upload_date: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) regional_domain_name: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) regional_hosted_zone_id: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) regional_certificate_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) regional_certificate_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) distribution_domain_name: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) distribution_hosted_zone_id: Option<CompactString>,
    pub(crate) endpoint_configuration: EndpointConfiguration,
    pub(crate) domain_name_status: CompactString,
    pub(crate) security_policy: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) endpoint_access_mode: Option<CompactString>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(crate) tags: Tags,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mutual_tls_authentication: Option<MutualTls>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ownership_verification_certificate_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) management_policy: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<String>,
    pub(crate) routing_mode: Option<CompactString>,
}

/// How a domain name is reached. Unlike an API it may have two types.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndpointConfiguration {
    #[serde(default)]
    pub(crate) types: Vec<EndpointType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ip_address_type: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vpc_endpoint_ids: Option<Vec<CompactString>>,
}

/// Whose client certificates are let in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MutualTls {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) truststore_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) truststore_version: Option<String>,
}

/// By whether it is private.
impl Indexed<DomainKey> for DomainName {
    type Term = bool;

    fn terms(&self, (_, id): &DomainKey, tell: &mut dyn FnMut(bool)) {
        tell(!id.is_empty());
    }
}

impl DomainName {
    /// Whether it has an endpoint of this type.
    pub(crate) fn is(&self, endpoint: EndpointType) -> bool {
        self.endpoint_configuration.types.contains(&endpoint)
    }

    pub(super) fn key(&self) -> DomainKey {
        (self.domain_name.clone(), self.domain_name_id.clone().unwrap_or_default())
    }

    /// Puts a new domain name in place. One that is taken is another fault in either version of the interface.
    pub(crate) fn insert(
        mut self,
        ctx: &Ctx<'_>,
        state: &mut ApiGateway,
        taken: fn(&'static str) -> Fault,
    ) -> Result<Arc<Self>, Fault> {
        check_name(&self.domain_name)?;
        tags::check(&self.tags)?;
        self.set_defaults(ctx);
        self.settle(ctx)?;
        let is_private = self.is(EndpointType::Private);
        if state
            .domain_names
            .range(named(&self.domain_name))
            .any(|(_, other)| other.is(EndpointType::Private) == is_private)
        {
            return Err(taken("The domain name you provided already exists."));
        }
        check_quota(ctx, state, is_private)?;
        Ok(state.domain_names.put(self.key(), self))
    }

    fn set_defaults(&mut self, ctx: &Ctx<'_>) {
        let endpoint = &mut self.endpoint_configuration;
        if endpoint.types.is_empty() {
            endpoint.types.push(EndpointType::default());
        }
        let is_private = endpoint.types.contains(&EndpointType::Private);
        let main = if is_private { EndpointType::Private } else { EndpointType::default() };
        endpoint.ip_address_type.get_or_insert(main.default_ip_address_type());
        self.security_policy.get_or_insert(CompactString::const_new("TLS_1_2"));
        self.routing_mode.get_or_insert(CompactString::const_new("BASE_PATH_MAPPING_ONLY"));
        self.domain_name_status = CompactString::const_new("AVAILABLE");
        let name = &self.domain_name;
        self.domain_name_arn = if is_private {
            let id = self.domain_name_id.insert(ctx.ids.lower(10).into());
            ctx.scope.arn("apigateway", format_args!("/domainnames/{name}+{id}"))
        } else {
            let (region, partition) = (&ctx.scope.region, ctx.scope.region.partition().id);
            format!("arn:{partition}:apigateway:{region}::/domainnames/{name}")
        };
    }

    /// Checks what must hold of a domain name, however it came to be, and derives what follows from its endpoint types.
    pub(crate) fn settle(&mut self, ctx: &Ctx<'_>) -> Result<(), Fault> {
        self.check_types()?;
        let region = ctx.scope.region.as_str();
        for endpoint in &self.endpoint_configuration.types {
            let (arn, name, home) = match endpoint {
                EndpointType::Regional => {
                    (&self.regional_certificate_arn, &self.regional_certificate_name, region)
                }
                // Edge-optimized names are CloudFront's, whose certificates are in one region.
                EndpointType::Edge => (&self.certificate_arn, &self.certificate_name, "us-east-1"),
                EndpointType::Private => (&self.certificate_arn, &self.certificate_name, region),
            };
            match (arn, name) {
                (Some(arn), _) => check_certificate(arn, home)?,
                (None, Some(_)) => {}
                (None, None) => {
                    return Err(bad_request(format!(
                        "A certificate was not provided for the endpoint type {}.",
                        endpoint.name()
                    )));
                }
            }
        }
        self.check_security()?;
        self.spell_out_policies(ctx)?;
        self.derive_addresses(ctx);
        Ok(())
    }

    /// Inferred wording.
    fn check_types(&self) -> Result<(), Fault> {
        let types = &self.endpoint_configuration.types;
        if types.is_empty() || self.is(EndpointType::Private) && types.len() > 1 {
            return Err(bad_request(
                "A domain name must have an endpoint type, and PRIVATE cannot be combined with others",
            ));
        }
        if self.is(EndpointType::Private) != self.domain_name_id.is_some() {
            return Err(bad_request(
                "The endpoint type of a domain name cannot be changed from or to PRIVATE",
            ));
        }
        Ok(())
    }

    /// That these depend on each other is documented; the wording is inferred.
    fn check_security(&self) -> Result<(), Fault> {
        let policy = self.security_policy.as_deref().unwrap_or_default();
        if needs_access_mode(policy) && self.endpoint_access_mode.is_none() {
            return Err(bad_request(format!(
                "An endpoint access mode must be specified for the security policy {policy}"
            )));
        }
        if self.is(EndpointType::Private) && policy == "TLS_1_0" {
            return Err(bad_request("TLS_1_0 is not supported for private domain names"));
        }
        if !self.is(EndpointType::Private) && (self.policy.is_some() || self.management_policy.is_some()) {
            return Err(bad_request("A policy is only supported for private domain names"));
        }
        let Some(mutual) = &self.mutual_tls_authentication else { return Ok(()) };
        if !self.is(EndpointType::Regional) {
            return Err(bad_request("Mutual TLS authentication is only supported for regional domain names"));
        }
        if !mutual.truststore_uri.as_deref().is_some_and(|uri| uri.starts_with("s3://")) {
            return Err(bad_request("The truststore URI must be of the form s3://bucket-name/key-name"));
        }
        Ok(())
    }

    /// AWS's example of CreateDomainName shows the form. That it says of a policy that is none what it says of an API's is
    /// inferred.
    fn spell_out_policies(&mut self, ctx: &Ctx<'_>) -> Result<(), Fault> {
        let (name, id) = self.key();
        let own = ctx.scope.arn("execute-api", format_args!("/domainnames/{name}+{id}/"));
        for policy in self.policy.iter_mut().chain(&mut self.management_policy) {
            *policy = plain_policy(ctx, policy, &own)?;
        }
        Ok(())
    }

    fn derive_addresses(&mut self, ctx: &Ctx<'_>) {
        if self.is(EndpointType::Regional) {
            let region = &ctx.scope.region;
            let suffix = region.partition().dns_suffix;
            let id = || format!("d-{}.execute-api.{region}.{suffix}", ctx.ids.lower(10)).into();
            self.regional_domain_name.get_or_insert_with(id);
            self.regional_hosted_zone_id =
                Some(CompactString::const_new(hosted_zones::regional(region.as_str())));
        } else {
            self.regional_domain_name = None;
            self.regional_hosted_zone_id = None;
            self.regional_certificate_arn = None;
            self.regional_certificate_name = None;
        }
        if self.is(EndpointType::Edge) {
            let id = || format!("d{}.cloudfront.net", ctx.ids.lower(13)).into();
            self.distribution_domain_name.get_or_insert_with(id);
            self.distribution_hosted_zone_id = Some(CompactString::const_new(hosted_zones::EDGE));
        } else {
            self.distribution_domain_name = None;
            self.distribution_hosted_zone_id = None;
        }
        if self.is(EndpointType::Regional) && !self.is(EndpointType::Edge) {
            self.certificate_arn = None;
            self.certificate_name = None;
        }
        self.certificate_upload_date.get_or_insert(ctx.now.whole_seconds());
    }
}

fn check_quota(ctx: &Ctx<'_>, state: &ApiGateway, is_private: bool) -> Result<(), Fault> {
    let (quota, what) = if is_private {
        (quotas::PRIVATE_DOMAIN_NAMES, "Private Domain Names")
    } else {
        (quotas::PUBLIC_DOMAIN_NAMES, "Domain Names")
    };
    quotas::check_account(ctx, quota, what, || state.domain_names.count_naming(&is_private))
}

/// The text is users' for a certificate elsewhere, and inferred for what is no certificate's ARN.
fn check_certificate(arn: &str, home: &str) -> Result<(), Fault> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    match fields.as_slice() {
        ["arn", _, "acm", region, _, resource] if resource.starts_with("certificate/") => {
            if *region == home {
                return Ok(());
            }
            Err(bad_request(format!("Invalid certificate ARN: {arn}. Certificate must be in '{home}'.")))
        }
        ["arn", _, "iam", _, _, resource] if resource.starts_with("server-certificate/") => Ok(()),
        _ => Err(bad_request(format!("Invalid certificate ARN: {arn}."))),
    }
}

/// The rules are those of host names, and a first label may be `*`. The wording is inferred.
pub(crate) fn check_name(name: &str) -> Result<(), Fault> {
    let host = name.strip_prefix("*.").unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() <= 255 && host.contains('.') && host.split('.').all(is_label) {
        return Ok(());
    }
    Err(bad_request(format!("Invalid domain name specified: {name}")))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateDomainName {
    domain_name: CompactString,
    certificate_name: Option<String>,
    certificate_body: Option<String>,
    certificate_private_key: Option<Secret>,
    certificate_chain: Option<String>,
    certificate_arn: Option<String>,
    regional_certificate_name: Option<String>,
    regional_certificate_arn: Option<String>,
    endpoint_configuration: Option<EndpointConfiguration>,
    #[serde(default)]
    tags: Tags,
    security_policy: Option<CompactString>,
    endpoint_access_mode: Option<CompactString>,
    mutual_tls_authentication: Option<MutualTls>,
    ownership_verification_certificate_arn: Option<String>,
    policy: Option<String>,
    routing_mode: Option<CompactString>,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateDomainName,
) -> Result<Arc<DomainName>, Fault> {
    let uploads = [
        input.certificate_body.is_some(),
        input.certificate_private_key.is_some_and(|key| !key.reveal().is_empty()),
        input.certificate_chain.is_some(),
    ];
    check_upload(input.certificate_name.as_deref(), input.certificate_arn.as_deref(), uploads)?;
    let row = DomainName {
        domain_name: input.domain_name,
        certificate_name: input.certificate_name,
        certificate_arn: input.certificate_arn,
        regional_certificate_name: input.regional_certificate_name,
        regional_certificate_arn: input.regional_certificate_arn,
        endpoint_configuration: input.endpoint_configuration.unwrap_or_default(),
        tags: input.tags,
        security_policy: input.security_policy,
        endpoint_access_mode: input.endpoint_access_mode,
        mutual_tls_authentication: input.mutual_tls_authentication,
        ownership_verification_certificate_arn: input.ownership_verification_certificate_arn,
        policy: input.policy,
        routing_mode: input.routing_mode,
        ..DomainName::default()
    };
    row.insert(ctx, state, bad_request)
}

/// A certificate comes by ARN, or by upload with a name. Of an upload only the name is kept: the data plane has its own
/// certificates. The wording is inferred.
pub(super) fn check_upload(
    name: Option<&str>,
    arn: Option<&str>,
    [body, key, chain]: [bool; 3],
) -> Result<(), Fault> {
    if arn.is_some() && (body || key || chain) {
        return Err(bad_request("Specify either a certificate ARN or a certificate to upload, not both"));
    }
    if (body || key || chain) && !(body && key && name.is_some()) {
        return Err(bad_request(
            "A certificate to upload must have a certificateName, a certificateBody and a certificatePrivateKey",
        ));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneDomainName {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: OneDomainName) -> Result<Arc<DomainName>, Fault> {
    find(state, &(input.domain_name, input.domain_name_id.unwrap_or_default())).map(Arc::clone)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetDomainNames {
    position: Option<String>,
    limit: Option<i64>,
    resource_owner: Option<CompactString>,
}

/// Of other accounts' private domain names none are known here: sharing them needs AWS RAM.
pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetDomainNames,
) -> Result<Items<Arc<DomainName>>, Fault> {
    let keys = match input.resource_owner.as_deref() {
        Some("OTHER_ACCOUNTS") => named(""),
        _ => everything(),
    };
    paging::list(&state.domain_names, keys, input.position.as_deref(), input.limit)
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneDomainName) -> Result<(), Fault> {
    let key = (input.domain_name, input.domain_name_id.unwrap_or_default());
    forget(state, &key)
}

/// Takes a domain name out, with what it leads to.
pub(crate) fn forget(state: &mut ApiGateway, key: &DomainKey) -> Result<(), Fault> {
    let arn = find(state, key)?.domain_name_arn.clone();
    let of_name = state.access_associations.range(named(&key.0));
    let associations = of_name.filter(|(_, row)| row.is_of(&arn));
    let associations: Vec<_> = associations.map(|(key, _)| key.clone()).collect();
    for association in &associations {
        state.access_associations.remove(association);
    }
    state.base_path_mappings.remove_range(super::of_domain(key));
    state.v2.routing_rules.remove_range(super::of_domain(key));
    state.domain_names.remove(key);
    Ok(())
}

/// The domain names of this name, public and private.
fn named(name: &str) -> KeyRange<DomainKey> {
    let key = |name: &str| (CompactString::from(name), DomainNameId::default());
    (Bound::Included(key(name)), Bound::Excluded(key(&format!("{name}\0"))))
}

/// The key of a public domain name.
pub(crate) fn public(name: CompactString) -> DomainKey {
    (name, DomainNameId::default())
}

/// The domain name of this key.
pub(crate) fn find<'a>(state: &'a ApiGateway, key: &DomainKey) -> Result<&'a Arc<DomainName>, Fault> {
    state.domain_names.get(key).ok_or_else(no_domain)
}

pub(crate) fn no_domain() -> Fault {
    not_found("Invalid domain name identifier specified")
}
