//! Service-specific credentials: user names and passwords, or API keys, for one service.

use std::ops::Bound;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::owner::{self, Owned};
use super::status::Status;
use crate::iam::paging::Asked;
use crate::iam::{Iam, UserName, faults, quotas};
use crate::service::{Ctx, Fault, Registrar, Secret};
use crate::time::Timestamp;

pub(super) type CredentialId = CompactString;

/// A service that has such credentials, as documented.
struct Service {
    name: &'static str,
    form: Form,
}

/// What a service's credentials are.
#[derive(Clone, Copy)]
enum Form {
    /// A user name and a password, which never expire.
    Password,
    /// An API key that begins with this, as users see it; it may expire.
    ApiKey(&'static str),
}

const SERVICES: [Service; 4] = [
    Service { name: "bedrock.amazonaws.com", form: Form::ApiKey("ABSK") },
    Service { name: "cassandra.amazonaws.com", form: Form::Password },
    Service { name: "codecommit.amazonaws.com", form: Form::Password },
    // Which letters its keys begin with is inferred.
    Service { name: "logs.amazonaws.com", form: Form::ApiKey("ACWL") },
];

impl Service {
    fn of(name: &str) -> Result<&'static Self, Fault> {
        let service = SERVICES.iter().find(|service| service.name == name);
        // The wording is inferred.
        let message = || format!("No such service {name} is supported for Service Specific Credentials");
        service.ok_or_else(|| Fault::new(404, "NotSupportedService", message()))
    }
}

/// A service-specific credential of a user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ServiceCredential {
    user_name: UserName,
    #[serde(rename = "ServiceSpecificCredentialId")]
    id: CredentialId,
    service_name: String,
    status: Status,
    create_date: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expiration_date: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_user_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_password: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_credential_alias: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_credential_secret: Option<Secret>,
}

impl Owned for ServiceCredential {
    /// The name that the service knows stays as it was made.
    fn set_user_name(&mut self, name: UserName) {
        self.user_name = name;
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_SERVICE_SPECIFIC_CREDENTIAL, create, &[]);
    registrar.read(&operations::LIST_SERVICE_SPECIFIC_CREDENTIALS, list, &[]);
    registrar.write(&operations::RESET_SERVICE_SPECIFIC_CREDENTIAL, reset, &[]);
    registrar.write(&operations::UPDATE_SERVICE_SPECIFIC_CREDENTIAL, update, &[]);
    registrar.write(&operations::DELETE_SERVICE_SPECIFIC_CREDENTIAL, delete, &[]);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CredentialOutput {
    service_specific_credential: Arc<ServiceCredential>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateCredential {
    user_name: UserName,
    service_name: String,
    credential_age_days: Option<i64>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateCredential) -> Result<CredentialOutput, Fault> {
    let user_name = owner::user(ctx, state, Some(input.user_name))?;
    let service = Service::of(&input.service_name)?;
    if input.credential_age_days.is_some() && matches!(service.form, Form::Password) {
        // That it is refused is documented, the code and the wording are inferred.
        return Err(faults::validation_error(format!(
            "CredentialAgeDays is not valid for {}: its credentials do not expire.",
            service.name
        )));
    }
    let credentials = &mut state.credentials.service_credentials;
    let of_service = || {
        let rows = credentials.range(owner::rows_of(&user_name));
        rows.filter(|(_, row)| row.service_name == service.name)
    };
    quotas::check(ctx, quotas::SERVICE_CREDENTIALS_PER_USER, "ServiceSpecificCredentialsPerUser", || {
        of_service().count()
    })?;
    let taken: Vec<&str> = of_service().filter_map(|(_, row)| row.public_name()).collect();
    let public_name = free_name(ctx, &user_name, &taken);
    let now = ctx.now.whole_seconds();
    let mut credential = ServiceCredential {
        user_name: user_name.clone(),
        id: ctx.ids.upper("ACCA", 17).into(),
        service_name: service.name.to_owned(),
        status: Status::Active,
        create_date: now,
        expiration_date: input.credential_age_days.map(|days| now.plus_seconds(days * 24 * 60 * 60)),
        service_user_name: None,
        service_password: None,
        service_credential_alias: None,
        service_credential_secret: None,
    };
    match service.form {
        Form::Password => credential.service_user_name = Some(public_name),
        Form::ApiKey(_) => credential.service_credential_alias = Some(public_name),
    }
    credential.draw_secret(ctx, service.form);
    let key = (user_name, credential.id.clone());
    Ok(CredentialOutput { service_specific_credential: credentials.put(key, credential) })
}

/// The name that the service knows: `jane-at-123456789012`, and `jane+1-at-123456789012` of a second.
fn free_name(ctx: &Ctx<'_>, user: &UserName, taken: &[&str]) -> String {
    let account = &ctx.scope.account;
    let numbered = (1..=taken.len()).map(|number| format!("{user}+{number}-at-{account}"));
    let first = std::iter::once(format!("{user}-at-{account}"));
    // Of one more than are taken, one is free.
    first.chain(numbered).find(|name| !taken.contains(&name.as_str())).unwrap_or_default()
}

impl ServiceCredential {
    fn public_name(&self) -> Option<&str> {
        self.service_user_name.as_deref().or(self.service_credential_alias.as_deref())
    }

    /// Gives it a new secret.
    fn draw_secret(&mut self, ctx: &Ctx<'_>, form: Form) {
        match form {
            // 44 characters of base64, as AWS's examples have.
            Form::Password => {
                self.service_password = Some(Secret::new(ctx.ids.service_password()));
            }
            Form::ApiKey(prefix) => {
                let secret =
                    format!("{}:{}", self.public_name().unwrap_or_default(), ctx.ids.secret_access_key());
                let secret = format!("{prefix}{}", BASE64_STANDARD.encode(secret));
                self.service_credential_secret = Some(Secret::new(secret));
            }
        }
    }

    /// As it is now: time may have made it expire.
    fn at(&self, now: Timestamp) -> Self {
        let is_over = self.expiration_date.is_some_and(|expires| expires <= now);
        Self { status: if is_over { Status::Expired } else { self.status }, ..self.clone() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListCredentials {
    user_name: Option<UserName>,
    service_name: Option<String>,
    #[serde(default)]
    all_users: bool,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    service_specific_credentials: Vec<ServiceCredential>,
    is_truncated: bool,
    marker: Option<String>,
}

/// The shape of a listed credential has no secret.
fn list(ctx: &Ctx<'_>, state: &Iam, input: ListCredentials) -> Result<Credentials, Fault> {
    let service = input.service_name.as_deref().map(Service::of).transpose()?;
    let range = if input.all_users {
        if input.user_name.is_some() {
            // The rule is documented, the wording inferred.
            return Err(faults::validation_error("UserName and AllUsers cannot be specified together."));
        }
        (Bound::Unbounded, Bound::Unbounded)
    } else {
        owner::rows_of(&owner::user(ctx, state, input.user_name)?)
    };
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = asked.of(&state.credentials.service_credentials, range, |_, row| {
        service.is_none_or(|service| row.service_name == service.name)
    })?;
    Ok(Credentials {
        service_specific_credentials: page.rows.iter().map(|(_, row)| row.at(ctx.now)).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneCredential {
    user_name: Option<UserName>,
    #[serde(rename = "ServiceSpecificCredentialId")]
    id: CredentialId,
}

impl OneCredential {
    fn key(self, ctx: &Ctx<'_>, state: &Iam) -> Result<(UserName, CredentialId), Fault> {
        Ok((owner::user(ctx, state, self.user_name)?, self.id))
    }
}

fn reset(ctx: &Ctx<'_>, state: &mut Iam, input: OneCredential) -> Result<CredentialOutput, Fault> {
    let key = input.key(ctx, state)?;
    let mut credential = ServiceCredential::clone(find(state, &key)?);
    let service = Service::of(&credential.service_name)?;
    credential.draw_secret(ctx, service.form);
    let credential = state.credentials.service_credentials.put(key, credential);
    Ok(CredentialOutput { service_specific_credential: Arc::new(credential.at(ctx.now)) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateCredential {
    user_name: Option<UserName>,
    #[serde(rename = "ServiceSpecificCredentialId")]
    id: CredentialId,
    status: Status,
}

fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateCredential) -> Result<(), Fault> {
    let key = OneCredential { user_name: input.user_name, id: input.id }.key(ctx, state)?;
    let credential = ServiceCredential::clone(find(state, &key)?);
    let credential = ServiceCredential { status: input.status.to_set()?, ..credential };
    state.credentials.service_credentials.put(key, credential);
    Ok(())
}

fn delete(ctx: &Ctx<'_>, state: &mut Iam, input: OneCredential) -> Result<(), Fault> {
    let key = input.key(ctx, state)?;
    find(state, &key)?;
    state.credentials.service_credentials.remove(&key);
    Ok(())
}

/// The wording is inferred.
fn find<'a>(state: &'a Iam, key: &(UserName, CredentialId)) -> Result<&'a Arc<ServiceCredential>, Fault> {
    let credential = state.credentials.service_credentials.get(key);
    credential.ok_or_else(|| faults::missing(format!("No such credential {} exists", key.1)))
}
