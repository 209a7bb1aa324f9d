//! The context keys that policies ask for.

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;
use stagecheck_policy::Document;

use super::{Kind, attached_boundary, documents};
use crate::iam::{Iam, policy_sources};
use crate::service::{Ctx, Fault, Registrar};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.read(&operations::GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY, of_custom, &[]);
    registrar.read(&operations::GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY, of_principal, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfCustom {
    policy_input_list: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContextKeys {
    context_key_names: Vec<String>,
}

fn of_custom(_: &Ctx<'_>, _: &Iam, input: OfCustom) -> Result<ContextKeys, Fault> {
    Ok(ContextKeys { context_key_names: given(&input.policy_input_list)? })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfPrincipal {
    policy_source_arn: String,
    #[serde(default)]
    policy_input_list: Vec<String>,
}

/// Those of the boundary count, too, as observed.
fn of_principal(ctx: &Ctx<'_>, state: &Iam, input: OfPrincipal) -> Result<ContextKeys, Fault> {
    let entity = policy_sources::entity_of(ctx, state, &input.policy_source_arn)?;
    let given = given(&input.policy_input_list)?;
    let sources = documents::attached(state, &entity).into_iter().chain(attached_boundary(state, &entity));
    let mut context_key_names: Vec<String> = sources.flat_map(|source| keys(&source.document)).collect();
    context_key_names.extend(given);
    Ok(ContextKeys { context_key_names })
}

/// Those of policies of any kind, as observed. What two of them ask for comes twice.
fn given(texts: &[String]) -> Result<Vec<String>, Fault> {
    let mut given = Vec::new();
    for text in texts {
        let document = Document::parse(text, Kind::Identity)
            .or_else(|error| Document::parse(text, Kind::Resource).map_err(|_| error))
            .or_else(|error| Document::parse(text, Kind::Trust).map_err(|_| error))
            .map_err(|error| documents::malformed(&error))?;
        given.extend(keys(&document));
    }
    Ok(given)
}

fn keys(document: &Document) -> Vec<String> {
    document.context_keys().into_iter().map(str::to_owned).collect()
}
