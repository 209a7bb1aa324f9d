//! SAML providers.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::metadata::Metadata;
use super::{ProviderArn, check_arn};
use crate::iam::tags::{self, Found, Tag, Tagged};
use crate::iam::{Iam, faults, quotas};
use crate::service::{Arn, Ctx, Fault, Registrar, Secret};
use crate::time::Timestamp;

/// Years that a provider is good for where its metadata does not say.
const VALID_YEARS: i32 = 100;

/// The most private keys of one provider: the model's bound on the list.
const MOST_KEYS: usize = 2;

const REQUIRED: &str = "Required";

/// A SAML provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct SamlProvider {
    pub(super) arn: ProviderArn,
    #[serde(rename = "SAMLProviderUUID")]
    uuid: String,
    #[serde(rename = "SAMLMetadataDocument")]
    pub(super) metadata: Metadata,
    create_date: Timestamp,
    pub(super) valid_until: Timestamp,
    pub(super) tags: Vec<Tag>,
    assertion_encryption_mode: CompactString,
    private_key_list: Vec<PrivateKey>,
}

/// A key that assertions are decrypted with. Only its id and date are answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrivateKey {
    key_id: CompactString,
    timestamp: Timestamp,
    pem: Secret,
}

impl SamlProvider {
    pub(super) fn requires_encryption(&self) -> bool {
        self.assertion_encryption_mode == REQUIRED
    }

    pub(super) fn private_keys(&self) -> impl Iterator<Item = Arc<str>> {
        self.private_key_list.iter().map(|key| key.pem.reveal().into())
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_SAML_PROVIDER, create, &[]);
    registrar.read(&operations::GET_SAML_PROVIDER, get, &[]);
    registrar.read(&operations::LIST_SAML_PROVIDERS, list, &[]);
    registrar.write(&operations::UPDATE_SAML_PROVIDER, update, &[]);
    registrar.write(&operations::DELETE_SAML_PROVIDER, delete, &[]);
    tags::register_kind::<SamlProvider>(
        registrar,
        [
            &operations::TAG_SAML_PROVIDER,
            &operations::UNTAG_SAML_PROVIDER,
            &operations::LIST_SAML_PROVIDER_TAGS,
        ],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateSamlProvider {
    name: String,
    #[serde(rename = "SAMLMetadataDocument")]
    metadata: String,
    #[serde(default)]
    tags: Vec<Tag>,
    assertion_encryption_mode: Option<CompactString>,
    add_private_key: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    #[serde(rename = "SAMLProviderArn")]
    arn: ProviderArn,
    tags: Vec<Tag>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateSamlProvider) -> Result<Created, Fault> {
    let name = input.name;
    let arn = ctx.scope.global_arn("iam", format_args!("saml-provider/{name}"));
    if state.federation.saml_providers.contains(&arn) {
        return Err(faults::exists(format!("Provider with name {name} already exists.")));
    }
    let providers = || state.federation.saml_providers.len();
    quotas::check(ctx, quotas::SAML_PROVIDERS, "SAMLProvidersPerAccount", providers)?;
    tags::check(&input.tags)?;
    let metadata = Metadata::parse(input.metadata)?;
    let mut provider = SamlProvider {
        arn: arn.clone(),
        uuid: ctx.ids.upper("SAMLSP", 17),
        valid_until: valid_until(ctx, &metadata),
        metadata,
        create_date: ctx.now,
        tags: input.tags,
        assertion_encryption_mode: input
            .assertion_encryption_mode
            .unwrap_or(CompactString::const_new("Allowed")),
        private_key_list: Vec::new(),
    };
    if let Some(pem) = input.add_private_key {
        add_key(ctx, &mut provider, pem)?;
    }
    must_have_a_key_if_required(&provider)?;
    let provider = state.federation.saml_providers.put(arn.clone(), provider);
    Ok(Created { arn, tags: tags::sorted(&provider.tags) })
}

/// Seen on AWS: a hundred years, where the metadata does not say.
fn valid_until(ctx: &Ctx<'_>, metadata: &Metadata) -> Timestamp {
    metadata.provider().valid_until.unwrap_or_else(|| ctx.now.plus_years(VALID_YEARS))
}

fn add_key(ctx: &Ctx<'_>, provider: &mut SamlProvider, pem: String) -> Result<(), Fault> {
    if !is_private_key(&pem) {
        // The wording is inferred.
        return Err(faults::invalid_input("The private key is not a valid PEM-encoded private key."));
    }
    if provider.private_key_list.len() == MOST_KEYS {
        return Err(faults::over_quota("PrivateKeysPerSAMLProvider", MOST_KEYS));
    }
    provider.private_key_list.push(PrivateKey {
        // The prefix is inferred; the model tells letters and length.
        key_id: ctx.ids.upper("SAMLPK", 17).into(),
        timestamp: ctx.now,
        pem: Secret::new(pem),
    });
    Ok(())
}

/// Whether a text is a PEM file of a private key. Which algorithm it is for shows when an assertion is decrypted.
fn is_private_key(pem: &str) -> bool {
    x509_parser::pem::parse_x509_pem(pem.as_bytes()).is_ok_and(|(_, pem)| {
        matches!(pem.label.as_str(), "PRIVATE KEY" | "RSA PRIVATE KEY")
            && x509_parser::der_parser::parse_der(&pem.contents).is_ok_and(|(rest, _)| rest.is_empty())
    })
}

/// That a key is needed is inferred: without one no assertion could be read.
fn must_have_a_key_if_required(provider: &SamlProvider) -> Result<(), Fault> {
    if provider.requires_encryption() && provider.private_key_list.is_empty() {
        return Err(faults::invalid_input(
            "A private key is required when the assertion encryption mode is Required.",
        ));
    }
    Ok(())
}

#[derive(Deserialize)]
struct OneProvider {
    #[serde(rename = "SAMLProviderArn")]
    arn: ProviderArn,
}

fn get(_: &Ctx<'_>, state: &Iam, input: OneProvider) -> Result<SamlProvider, Fault> {
    let provider = find(state, &input.arn)?;
    Ok(SamlProvider { tags: tags::sorted(&provider.tags), ..SamlProvider::clone(provider) })
}

#[derive(Deserialize)]
struct ListProviders {}

#[derive(Serialize)]
struct Providers {
    #[serde(rename = "SAMLProviderList")]
    providers: Vec<ListedProvider>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListedProvider {
    arn: ProviderArn,
    valid_until: Timestamp,
    create_date: Timestamp,
}

fn list(_: &Ctx<'_>, state: &Iam, _: ListProviders) -> Result<Providers, Fault> {
    let providers = state.federation.saml_providers.iter().map(|(_, provider)| ListedProvider {
        arn: provider.arn.clone(),
        valid_until: provider.valid_until,
        create_date: provider.create_date,
    });
    Ok(Providers { providers: providers.collect() })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateSamlProvider {
    #[serde(rename = "SAMLProviderArn")]
    arn: ProviderArn,
    #[serde(rename = "SAMLMetadataDocument")]
    metadata: Option<String>,
    assertion_encryption_mode: Option<CompactString>,
    add_private_key: Option<String>,
    remove_private_key: Option<CompactString>,
}

#[derive(Serialize)]
struct Updated {
    #[serde(rename = "SAMLProviderArn")]
    arn: ProviderArn,
}

fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateSamlProvider) -> Result<Updated, Fault> {
    let arn = input.arn;
    let mut provider = SamlProvider::clone(find(state, &arn)?);
    if let Some(text) = input.metadata {
        provider.metadata = Metadata::parse(text)?;
        provider.valid_until = valid_until(ctx, &provider.metadata);
    }
    match (input.add_private_key, input.remove_private_key) {
        // Keys are rotated in two requests, as documented.
        (Some(_), Some(_)) => {
            return Err(faults::invalid_input(
                "AddPrivateKey and RemovePrivateKey cannot be specified in the same request.",
            ));
        }
        (Some(pem), None) => add_key(ctx, &mut provider, pem)?,
        (None, Some(id)) => remove_key(&mut provider, &id)?,
        (None, None) => {}
    }
    provider.assertion_encryption_mode =
        input.assertion_encryption_mode.unwrap_or(provider.assertion_encryption_mode);
    must_have_a_key_if_required(&provider)?;
    state.federation.saml_providers.put(arn.clone(), provider);
    Ok(Updated { arn })
}

fn remove_key(provider: &mut SamlProvider, id: &str) -> Result<(), Fault> {
    let before = provider.private_key_list.len();
    provider.private_key_list.retain(|key| key.key_id != id);
    if provider.private_key_list.len() == before {
        // The wording is inferred.
        return Err(faults::missing(format!("The private key with id {id} cannot be found.")));
    }
    Ok(())
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneProvider) -> Result<(), Fault> {
    find(state, &input.arn)?;
    state.federation.saml_providers.remove(&input.arn);
    Ok(())
}

/// The provider of this ARN.
fn find<'a>(state: &'a Iam, arn: &ProviderArn) -> Result<&'a Arc<SamlProvider>, Fault> {
    check_arn(arn, "saml-provider")?;
    // The wording is from users' reports.
    let none = || faults::missing(format!("Manifest not found for arn {arn}"));
    state.federation.saml_providers.get(arn).ok_or_else(none)
}

impl Tagged for SamlProvider {
    type Key = ProviderArn;

    const QUOTA: &'static str = "TagsPerSAMLProvider";

    fn find<'a>(state: &'a Iam, arn: &ProviderArn) -> Result<&'a Arc<Self>, Fault> {
        find(state, arn)
    }

    fn put(self, state: &mut Iam, arn: ProviderArn) {
        state.federation.saml_providers.put(arn, self);
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
}

tags::tag_inputs!(SamlProvider, "SAMLProviderArn");

impl Found for SamlProvider {
    fn key(arn: &Arn<'_>, path: &str) -> Option<ProviderArn> {
        tags::last_name(path).map(|_| arn.text.to_owned())
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged<'a>(state: &'a Iam, after: Option<&str>) -> Vec<&'a Arc<Self>> {
        let federation = &state.federation;
        federation.saml_ever_tagged.rows(&federation.saml_providers, after.map(str::to_owned)).collect()
    }

    fn if_ever_tagged<'a>(state: &'a Iam, arn: &ProviderArn) -> Option<&'a Arc<Self>> {
        state.federation.saml_ever_tagged.row(&state.federation.saml_providers, arn)
    }
}
