//! TagResource, UntagResource and GetTags, and what those of HTTP and WebSocket APIs come down to, too: an ARN of one
//! API is good for the other.

use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use super::rows::Place;
use super::{Tags, check};
use crate::apigateway::ApiGateway;
use crate::apigateway::faults::bad_request;
use crate::service::{Arn, Ctx, Fault, Registrar, Unread};
use crate::store::Scope;

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    const UNSUPPORTED: &str = "the API reference has it as not currently supported";

    registrar.write(&operations::TAG_RESOURCE, tag_resource, &[]);
    registrar.write(&operations::UNTAG_RESOURCE, untag_resource, &[]);
    registrar.read(
        &operations::GET_TAGS,
        get_tags,
        &[Unread::Ignored("position", UNSUPPORTED), Unread::Ignored("limit", UNSUPPORTED)],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagResource {
    resource_arn: String,
    tags: Tags,
}

fn tag_resource(ctx: &Ctx<'_>, state: &mut ApiGateway, input: TagResource) -> Result<(), Fault> {
    tag(ctx, state, &input.resource_arn, &input.tags)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

fn untag_resource(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UntagResource) -> Result<(), Fault> {
    untag(ctx, state, &input.resource_arn, &input.tag_keys)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetTags {
    resource_arn: String,
}

#[derive(Serialize)]
struct GivenTags {
    tags: Tags,
}

fn get_tags(ctx: &Ctx<'_>, state: &ApiGateway, input: GetTags) -> Result<GivenTags, Fault> {
    Ok(GivenTags { tags: tags_of(ctx, state, &input.resource_arn)? })
}

/// Adds tags, over those of the same keys.
pub(crate) fn tag(ctx: &Ctx<'_>, state: &mut ApiGateway, arn: &str, added: &Tags) -> Result<(), Fault> {
    let place = place(ctx, arn)?;
    check(added)?;
    place.change(ctx, state, &mut |tags| {
        for (key, value) in added {
            tags.insert(key.clone(), value.clone());
        }
        check(tags)
    })
}

/// Takes tags off. A key that is not there is no fault, as documented for the services' tagging as a whole.
pub(crate) fn untag(ctx: &Ctx<'_>, state: &mut ApiGateway, arn: &str, keys: &[String]) -> Result<(), Fault> {
    place(ctx, arn)?.change(ctx, state, &mut |tags| {
        for key in keys {
            tags.remove(key);
        }
        Ok(())
    })
}

/// The tags of a resource.
pub(crate) fn tags_of(ctx: &Ctx<'_>, state: &ApiGateway, arn: &str) -> Result<Tags, Fault> {
    let place = place(ctx, arn)?;
    place.tags(state).cloned().ok_or_else(|| place.missing(ctx))
}

/// The place of an ARN of this partition and region.
fn place<'a>(ctx: &Ctx<'_>, text: &'a str) -> Result<Place<'a>, Fault> {
    let arn = Arn::parse(text).filter(|arn| arn.service == "apigateway").ok_or_else(not_an_arn)?;
    if !is_own(ctx.scope, &arn) {
        let Scope { account, region } = ctx.scope;
        // Inferred wording.
        return Err(bad_request(format!(
            "Invalid ARN specified in the request: {text} is not of {account} in {region}"
        )));
    }
    Place::of(&arn).ok_or_else(not_an_arn)
}

/// Whether an ARN is of this scope. Most of API Gateway's name no account.
pub(super) fn is_own(Scope { account, region }: &Scope, arn: &Arn<'_>) -> bool {
    let names_own = arn.account.is_empty() || arn.account == account.as_str();
    names_own && arn.region == region.as_str() && arn.partition == region.partition().id
}

/// The sentence is API Gateway's about other ARNs; that it says it of these is inferred.
pub(super) fn not_an_arn() -> Fault {
    bad_request("Invalid ARN specified in the request")
}
