//! OpenID Connect providers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::{ProviderArn, check_arn};
use crate::iam::tags::{self, Found, Tag, Tagged};
use crate::iam::{Iam, faults, quotas};
use crate::service::{Arn, Ctx, Fault, Registrar};
use crate::time::Timestamp;

/// The most thumbprints of one provider, as documented.
const MOST_THUMBPRINTS: usize = 5;

/// An OpenID Connect provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct OidcProvider {
    pub(super) arn: ProviderArn,
    /// Without `https://`, as AWS answers it.
    pub(super) url: String,
    #[serde(rename = "ClientIDList")]
    pub(super) client_ids: Vec<String>,
    pub(super) thumbprint_list: Vec<String>,
    create_date: Timestamp,
    pub(super) tags: Vec<Tag>,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_OPEN_ID_CONNECT_PROVIDER, create, &[]);
    registrar.read(&operations::GET_OPEN_ID_CONNECT_PROVIDER, get, &[]);
    registrar.read(&operations::LIST_OPEN_ID_CONNECT_PROVIDERS, list, &[]);
    registrar.write(&operations::DELETE_OPEN_ID_CONNECT_PROVIDER, delete, &[]);
    registrar.write(&operations::ADD_CLIENT_ID_TO_OPEN_ID_CONNECT_PROVIDER, add_client, &[]);
    registrar.write(&operations::REMOVE_CLIENT_ID_FROM_OPEN_ID_CONNECT_PROVIDER, remove_client, &[]);
    registrar.write(&operations::UPDATE_OPEN_ID_CONNECT_PROVIDER_THUMBPRINT, update_thumbprints, &[]);
    tags::register_kind::<OidcProvider>(
        registrar,
        [
            &operations::TAG_OPEN_ID_CONNECT_PROVIDER,
            &operations::UNTAG_OPEN_ID_CONNECT_PROVIDER,
            &operations::LIST_OPEN_ID_CONNECT_PROVIDER_TAGS,
        ],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateOidcProvider {
    url: String,
    #[serde(rename = "ClientIDList", default)]
    client_ids: Vec<String>,
    /// IAM fetches one that is not given. This emulator connects to nobody, so there is none then.
    #[serde(default)]
    thumbprint_list: Vec<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: ProviderArn,
    tags: Vec<Tag>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateOidcProvider) -> Result<Created, Fault> {
    let issuer = issuer(&input.url).ok_or_else(not_an_issuer)?;
    let arn = ctx.scope.global_arn("iam", format_args!("oidc-provider/{issuer}"));
    if state.federation.oidc_providers.contains(&arn) {
        return Err(faults::exists(format!("Provider with url {} already exists.", input.url)));
    }
    check_thumbprints(&input.thumbprint_list)?;
    tags::check(&input.tags)?;
    let providers = || state.federation.oidc_providers.len();
    quotas::check(ctx, quotas::OIDC_PROVIDERS, "OpenIdConnectProvidersPerAccount", providers)?;
    let mut provider = OidcProvider {
        arn: arn.clone(),
        url: issuer.to_owned(),
        client_ids: Vec::new(),
        thumbprint_list: input.thumbprint_list,
        create_date: ctx.now,
        tags: input.tags,
    };
    for id in input.client_ids {
        provider.add_client(ctx, id)?;
    }
    let provider = state.federation.oidc_providers.put(arn.clone(), provider);
    Ok(Created { arn, tags: tags::sorted(&provider.tags) })
}

/// The issuer without its scheme: a host and perhaps a path. Ports, queries, fragments and users are not taken.
fn issuer(url: &str) -> Option<&str> {
    let issuer = url.strip_prefix("https://")?;
    let (host, path) = issuer.split_once('/').unwrap_or((issuer, ""));
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_path = path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\\"<>^`{|}".contains(&byte));
    (host.split('.').all(is_label) && is_path).then_some(issuer)
}

/// The wording is from users' reports.
fn not_an_issuer() -> Fault {
    faults::validation_error("Invalid Open ID Connect Provider URL")
}

/// The first wording is from users' reports, the other inferred.
fn check_thumbprints(thumbprints: &[String]) -> Result<(), Fault> {
    if thumbprints.len() > MOST_THUMBPRINTS {
        let message = format!("Thumbprint list must contain fewer than {MOST_THUMBPRINTS} entries.");
        return Err(faults::invalid_input(message));
    }
    if !thumbprints.iter().all(|each| each.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Err(faults::invalid_input("Thumbprints must be SHA-1 digests in hexadecimal digits."));
    }
    Ok(())
}

impl OidcProvider {
    /// To add one that is there is no fault.
    fn add_client(&mut self, ctx: &Ctx<'_>, id: String) -> Result<(), Fault> {
        if !self.client_ids.contains(&id) {
            let (quota, called) = (quotas::CLIENT_IDS_PER_PROVIDER, "ClientIdsPerOpenIdConnectProvider");
            quotas::check(ctx, quota, called, || self.client_ids.len())?;
            self.client_ids.push(id);
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct OneProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: ProviderArn,
}

fn get(_: &Ctx<'_>, state: &Iam, input: OneProvider) -> Result<OidcProvider, Fault> {
    let provider = find(state, &input.arn)?;
    Ok(OidcProvider { tags: tags::sorted(&provider.tags), ..OidcProvider::clone(provider) })
}

#[derive(Deserialize)]
struct ListProviders {}

#[derive(Serialize)]
struct Providers {
    #[serde(rename = "OpenIDConnectProviderList")]
    providers: Vec<Arc<OidcProvider>>,
}

/// The shape of a list's entries has the ARN alone.
fn list(_: &Ctx<'_>, state: &Iam, _: ListProviders) -> Result<Providers, Fault> {
    let providers = state.federation.oidc_providers.iter().map(|(_, provider)| Arc::clone(provider));
    Ok(Providers { providers: providers.collect() })
}

/// To delete one that is not there is no fault, as documented.
fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneProvider) -> Result<(), Fault> {
    check_arn(&input.arn, "oidc-provider")?;
    state.federation.oidc_providers.remove(&input.arn);
    Ok(())
}

#[derive(Deserialize)]
struct OneClient {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: ProviderArn,
    #[serde(rename = "ClientID")]
    client_id: String,
}

fn add_client(ctx: &Ctx<'_>, state: &mut Iam, input: OneClient) -> Result<(), Fault> {
    let mut provider = OidcProvider::clone(find(state, &input.arn)?);
    provider.add_client(ctx, input.client_id)?;
    state.federation.oidc_providers.put(input.arn, provider);
    Ok(())
}

/// To remove one that is not there is no fault, as documented.
fn remove_client(_: &Ctx<'_>, state: &mut Iam, input: OneClient) -> Result<(), Fault> {
    let mut provider = OidcProvider::clone(find(state, &input.arn)?);
    provider.client_ids.retain(|id| *id != input.client_id);
    state.federation.oidc_providers.put(input.arn, provider);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateThumbprints {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: ProviderArn,
    thumbprint_list: Vec<String>,
}

fn update_thumbprints(_: &Ctx<'_>, state: &mut Iam, input: UpdateThumbprints) -> Result<(), Fault> {
    let mut provider = OidcProvider::clone(find(state, &input.arn)?);
    if input.thumbprint_list.is_empty() {
        return Err(faults::invalid_input("Thumbprint list must contain at least one entry."));
    }
    check_thumbprints(&input.thumbprint_list)?;
    provider.thumbprint_list = input.thumbprint_list;
    state.federation.oidc_providers.put(input.arn, provider);
    Ok(())
}

/// The provider of this ARN.
fn find<'a>(state: &'a Iam, arn: &ProviderArn) -> Result<&'a Arc<OidcProvider>, Fault> {
    check_arn(arn, "oidc-provider")?;
    // The wording is from users' reports.
    let none = || faults::missing(format!("OpenIDConnect Provider not found for arn {arn}"));
    state.federation.oidc_providers.get(arn).ok_or_else(none)
}

impl Tagged for OidcProvider {
    type Key = ProviderArn;

    const QUOTA: &'static str = "TagsPerOpenIdConnectProvider";

    fn find<'a>(state: &'a Iam, arn: &ProviderArn) -> Result<&'a Arc<Self>, Fault> {
        find(state, arn)
    }

    fn put(self, state: &mut Iam, arn: ProviderArn) {
        state.federation.oidc_providers.put(arn, self);
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
}

tags::tag_inputs!(OidcProvider, "OpenIDConnectProviderArn");

impl Found for OidcProvider {
    /// The path of an issuer may end with a slash.
    fn key(arn: &Arn<'_>, path: &str) -> Option<ProviderArn> {
        (!path.is_empty()).then(|| arn.text.to_owned())
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged<'a>(state: &'a Iam, after: Option<&str>) -> Vec<&'a Arc<Self>> {
        let federation = &state.federation;
        federation.oidc_ever_tagged.rows(&federation.oidc_providers, after.map(str::to_owned)).collect()
    }

    fn if_ever_tagged<'a>(state: &'a Iam, arn: &ProviderArn) -> Option<&'a Arc<Self>> {
        state.federation.oidc_ever_tagged.row(&state.federation.oidc_providers, arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_a_host_and_a_path() {
        for (url, expected) in [
            ("https://token.actions.githubusercontent.com", "token.actions.githubusercontent.com"),
            ("https://oidc.eks.eu-west-1.amazonaws.com/id/AB12", "oidc.eks.eu-west-1.amazonaws.com/id/AB12"),
            ("https://idp.example/", "idp.example/"),
            ("https://localhost", "localhost"),
        ] {
            assert_eq!(issuer(url), Some(expected));
        }
        for url in [
            "",
            "https://",
            "http://idp.example",
            "HTTPS://idp.example",
            "idp.example",
            "https:///path",
            "https://idp.example:8443",
            "https://user@idp.example",
            "https://idp.example/a?b=c",
            "https://idp.example/a#b",
            "https://idp..example",
            "https://-idp.example",
            "https://idp.example/a b",
            "https://\u{456}dp.example",
            "https://idp.example/\u{202e}",
        ] {
            assert_eq!(issuer(url), None, "{url}");
        }
    }
}
