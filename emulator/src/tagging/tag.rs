//! TagResources and UntagResources.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Bearers, faults};
use crate::service::ports::TagBearer;
use crate::service::{Arn, Ctx, Fault};

#[derive(Deserialize)]
pub(super) struct TagResources {
    #[serde(rename = "ResourceARNList")]
    resource_arns: Vec<String>,
    #[serde(rename = "Tags")]
    tags: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(super) struct UntagResources {
    #[serde(rename = "ResourceARNList")]
    resource_arns: Vec<String>,
    #[serde(rename = "TagKeys")]
    tag_keys: Vec<String>,
}

/// What could not be done, by ARN.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Done {
    failed_resources_map: BTreeMap<String, Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
    status_code: u16,
    error_code: &'static str,
    error_message: String,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self { status_code: fault.status, error_code: fault.code, error_message: fault.message }
    }
}

pub(super) fn tag(ctx: &Ctx<'_>, bearers: &Bearers, input: TagResources) -> Result<Done, Fault> {
    let tags: Vec<(String, String)> = input.tags.into_iter().collect();
    if let Some((key, _)) = tags.iter().find(|(key, _)| key.to_lowercase().starts_with("aws:")) {
        // The rule is documented, the wording inferred.
        return Err(faults::invalid(format!("The tag key {key} is reserved: it begins with aws:")));
    }
    each(bearers, &input.resource_arns, |bearer, arn| bearer.tag(ctx, arn, &tags))
}

pub(super) fn untag(ctx: &Ctx<'_>, bearers: &Bearers, input: UntagResources) -> Result<Done, Fault> {
    each(bearers, &input.resource_arns, |bearer, arn| bearer.untag(ctx, arn, &input.tag_keys))
}

/// Does this to every resource. A text that is no ARN refuses the call; what a service refuses only fails its resource.
fn each(
    bearers: &Bearers,
    texts: &[String],
    act: impl Fn(&dyn TagBearer, &Arn<'_>) -> Result<(), Fault>,
) -> Result<Done, Fault> {
    let mut arns = Vec::with_capacity(texts.len());
    for text in texts.iter().collect::<BTreeSet<_>>() {
        let arn = Arn::parse(text).ok_or_else(|| faults::not_an_arn(text))?;
        let bearer = bearers.of(&arn);
        if bearer.is_some_and(|bearer| !bearer.takes(&arn)) {
            return Err(faults::not_an_arn(text));
        }
        arns.push((arn, bearer));
    }
    let mut failed = BTreeMap::new();
    for (arn, bearer) in arns {
        let outcome = match bearer {
            Some(bearer) => act(bearer, &arn),
            None => Err(Fault::not_implemented(format!("The service {} is not emulated.", arn.service))),
        };
        if let Err(fault) = outcome {
            failed.insert(arn.text.to_owned(), Failure::from(fault));
        }
    }
    Ok(Done { failed_resources_map: failed })
}
