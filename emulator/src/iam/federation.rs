//! Identity providers, from elsewhere and for elsewhere.

mod directory;
mod metadata;
mod oidc_providers;
mod outbound;
mod saml_providers;

use serde::{Deserialize, Serialize};

pub(crate) use directory::ProviderDirectory;

pub(super) use oidc_providers::OidcProvider;
pub(super) use saml_providers::SamlProvider;

use super::{Iam, faults};
use crate::service::{Arn, EverTagged, Fault, Registrar};
use crate::store::{Table, Transactional};

/// The ARN of an identity provider.
pub(super) type ProviderArn = String;

/// The identity providers that an account trusts, and the one that it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Federation {
    pub(super) saml_providers: Table<ProviderArn, SamlProvider>,
    pub(super) oidc_providers: Table<ProviderArn, OidcProvider>,
    outbound: Table<(), outbound::OutboundFederation>,
    saml_ever_tagged: EverTagged<ProviderArn>,
    oidc_ever_tagged: EverTagged<ProviderArn>,
}

impl Federation {
    pub(super) fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.saml_providers);
        visit(&mut self.oidc_providers);
        visit(&mut self.outbound);
        visit(&mut self.saml_ever_tagged);
        visit(&mut self.oidc_ever_tagged);
    }

    pub(super) fn settle(&mut self) {
        self.saml_ever_tagged.follow(&self.saml_providers, |provider| !provider.tags.is_empty());
        self.oidc_ever_tagged.follow(&self.oidc_providers, |provider| !provider.tags.is_empty());
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    saml_providers::register(registrar);
    oidc_providers::register(registrar);
    outbound::register(registrar);
}

/// Refuses what is no ARN of a provider of this kind: `saml-provider`, `oidc-provider`.
fn check_arn(arn: &str, kind: &str) -> Result<(), Fault> {
    let parsed = Arn::parse(arn).filter(|arn| arn.service == "iam" && arn.region.is_empty());
    match parsed.and_then(|arn| arn.resource.split_once('/')) {
        Some((found, name)) if found == kind && !name.is_empty() => Ok(()),
        _ => Err(faults::not_an_arn(arn)),
    }
}
