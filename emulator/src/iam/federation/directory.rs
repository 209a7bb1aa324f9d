//! Tells other services which identity providers an account trusts.

use std::sync::Arc;

use super::outbound;
use crate::iam::Iam;
use crate::service::Arn;
use crate::service::ports::{IdentityProviders, OidcProvider, SamlProvider};
use crate::store::{Account, Region, Scope, Scopes, assert_unlocked};

/// Answers the [`IdentityProviders`] port from IAM's state.
pub(crate) struct ProviderDirectory {
    states: Arc<Scopes<Iam>>,
}

impl ProviderDirectory {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Iam>>) -> Self {
        Self { states }
    }
}

impl IdentityProviders for ProviderDirectory {
    fn saml(&self, arn: &str) -> Option<SamlProvider> {
        assert_unlocked();
        let parsed = Arn::parse(arn)?;
        let region = Region::home_of(parsed.partition)?;
        let scope = Scope { account: Account::parse(parsed.account)?, region };
        self.states.read(&scope, |state| {
            let provider = state.federation.saml_providers.get(&arn.to_owned())?;
            let told = provider.metadata.provider();
            Some(SamlProvider {
                arn: provider.arn.clone(),
                entity_id: told.entity_id.clone(),
                signing_certificates: told.signing_certificates.clone(),
                valid_until: provider.valid_until,
                encryption_required: provider.requires_encryption(),
                private_keys: provider.private_keys().collect(),
            })
        })
    }

    fn oidc(&self, scope: &Scope, issuer_url: &str) -> Option<OidcProvider> {
        assert_unlocked();
        let issuer = issuer_url.strip_prefix("https://").unwrap_or(issuer_url);
        let arn = scope.global_arn("iam", format_args!("oidc-provider/{issuer}"));
        self.states.read(scope, |state| {
            let provider = state.federation.oidc_providers.get(&arn)?;
            Some(OidcProvider {
                arn: provider.arn.clone(),
                url: provider.url.clone(),
                client_ids: provider.client_ids.clone(),
                thumbprints: provider.thumbprint_list.clone(),
            })
        })
    }

    fn outbound(&self, scope: &Scope) -> Option<String> {
        assert_unlocked();
        self.states.read(scope, outbound::issuer)
    }
}
