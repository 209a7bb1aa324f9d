//! TagResource, UntagResource and GetTags. An ARN of one API is good for the other.

use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use crate::apigateway::ApiGateway;
use crate::apigateway::tags::{self, Tags};
use crate::service::{Ctx, Fault, Registrar};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::TAG_RESOURCE, tag, &[]);
    registrar.write(&operations::UNTAG_RESOURCE, untag, &[]);
    registrar.read(&operations::GET_TAGS, get, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagResource {
    resource_arn: String,
    #[serde(default)]
    tags: Tags,
}

#[derive(Serialize)]
struct NothingMore {}

fn tag(ctx: &Ctx<'_>, state: &mut ApiGateway, input: TagResource) -> Result<NothingMore, Fault> {
    tags::tag(ctx, state, &input.resource_arn, &input.tags)?;
    Ok(NothingMore {})
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

fn untag(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UntagResource) -> Result<(), Fault> {
    tags::untag(ctx, state, &input.resource_arn, &input.tag_keys)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetTags {
    resource_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GivenTags {
    tags: Tags,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: GetTags) -> Result<GivenTags, Fault> {
    Ok(GivenTags { tags: tags::tags_of(ctx, state, &input.resource_arn)? })
}
