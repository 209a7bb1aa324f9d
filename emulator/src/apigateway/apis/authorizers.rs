//! Authorizers: Lambda functions and user pools that decide on requests.

mod rules;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

pub(crate) use rules::check_uri;

use super::parts::{self, ListParts, Parts};
use super::rest_apis::{self, of_api};
use crate::apigateway::faults::{conflict, not_found};
use crate::apigateway::paging::Items;
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, Method, quotas};
use crate::service::{Ctx, Fault, Registrar};

type AuthorizerId = CompactString;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_AUTHORIZER, create, &[]);
    registrar.read(&operations::GET_AUTHORIZER, get, &[]);
    registrar.read(&operations::GET_AUTHORIZERS, list, &[]);
    registrar.write(&operations::UPDATE_AUTHORIZER, update, &[]);
    registrar.write(&operations::DELETE_AUTHORIZER, delete, &[]);
}

/// An authorizer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Authorizer {
    pub(crate) id: AuthorizerId,
    pub(crate) name: String,
    pub(crate) r#type: Type,
    #[serde(rename = "providerARNs", default, skip_serializing_if = "Option::is_none")]
    pub(crate) provider_arns: Option<Vec<String>>,
    auth_type: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_credentials: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) identity_source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) identity_validation_expression: Option<String>,
    /// For how long an answer holds. User pools have none unless it is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_result_ttl_in_seconds: Option<i64>,
}

/// Who decides, and on what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Type {
    /// A Lambda function, on a token in a header.
    Token,
    /// A Lambda function, on the request.
    Request,
    /// Amazon Cognito.
    CognitoUserPools,
}

impl Type {
    /// What `authType` says where the caller does not.
    fn auth_type(self) -> CompactString {
        CompactString::const_new(match self {
            Self::Token | Self::Request => "custom",
            Self::CognitoUserPools => "cognito_user_pools",
        })
    }

    /// Seconds that an answer of it holds where nothing is said.
    fn default_ttl(self) -> Option<i64> {
        match self {
            Self::Token | Self::Request => Some(300),
            Self::CognitoUserPools => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateAuthorizer {
    rest_api_id: ApiId,
    name: String,
    r#type: Type,
    #[serde(rename = "providerARNs")]
    provider_arns: Option<Vec<String>>,
    auth_type: Option<CompactString>,
    authorizer_uri: Option<String>,
    authorizer_credentials: Option<String>,
    identity_source: Option<String>,
    identity_validation_expression: Option<String>,
    authorizer_result_ttl_in_seconds: Option<i64>,
}

fn create(ctx: &Ctx<'_>, state: &mut ApiGateway, input: CreateAuthorizer) -> Result<Arc<Authorizer>, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let authorizer = Authorizer {
        id: AuthorizerId::from(ctx.ids.lower(6)),
        name: input.name,
        r#type: input.r#type,
        provider_arns: input.provider_arns.filter(|arns| !arns.is_empty()),
        auth_type: input.auth_type.unwrap_or_else(|| input.r#type.auth_type()),
        authorizer_uri: input.authorizer_uri,
        authorizer_credentials: given(input.authorizer_credentials),
        identity_source: given(input.identity_source),
        identity_validation_expression: given(input.identity_validation_expression),
        authorizer_result_ttl_in_seconds: input
            .authorizer_result_ttl_in_seconds
            .or(input.r#type.default_ttl()),
    };
    check(&state.authorizers, &api, &authorizer)?;
    let present = || state.authorizers.range(of_api(&api)).count();
    quotas::check_api(ctx, quotas::AUTHORIZERS_PER_API, "Authorizers", present)?;
    Ok(state.authorizers.put((api, authorizer.id.clone()), authorizer))
}

/// An empty text is none.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// An authorizer is as its type wants it, and has a name of its own.
fn check(authorizers: &Parts<Authorizer>, api: &ApiId, authorizer: &Authorizer) -> Result<(), Fault> {
    rules::check(authorizer)?;
    let name = &authorizer.name;
    if authorizers.range(of_api(api)).any(|(_, other)| other.name == *name && other.id != authorizer.id) {
        return Err(conflict(format!(
            "Authorizer name must be unique. Authorizer {name} already exists in this RestApi."
        )));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneAuthorizer {
    rest_api_id: ApiId,
    authorizer_id: AuthorizerId,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneAuthorizer) -> Result<Arc<Authorizer>, Fault> {
    find(ctx, state, &(input.rest_api_id, input.authorizer_id)).map(Arc::clone)
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: ListParts) -> Result<Items<Arc<Authorizer>>, Fault> {
    rest_apis::find(ctx, state, &input.rest_api_id)?;
    parts::page(&state.authorizers, &input)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateAuthorizer {
    rest_api_id: ApiId,
    authorizer_id: AuthorizerId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<Authorizer>; 10] = [
    PatchRule::new("/name", &[Op::Replace], |authorizer, change| {
        authorizer.name = change.value().to_owned();
        Ok(())
    }),
    PatchRule::new("/type", &[Op::Replace], |authorizer, change| {
        authorizer.r#type = match change.one_of(&["TOKEN", "REQUEST", "COGNITO_USER_POOLS"])? {
            "TOKEN" => Type::Token,
            "REQUEST" => Type::Request,
            _ => Type::CognitoUserPools,
        };
        authorizer.auth_type = authorizer.r#type.auth_type();
        Ok(())
    }),
    PatchRule::new("/authType", &[Op::Replace], |authorizer, change| {
        authorizer.auth_type = change.optional().unwrap_or_else(|| authorizer.r#type.auth_type());
        Ok(())
    }),
    PatchRule::new("/authorizerUri", &[Op::Replace], |authorizer, change| {
        authorizer.authorizer_uri = change.optional();
        Ok(())
    }),
    PatchRule::new("/authorizerCredentials", &[Op::Replace], |authorizer, change| {
        authorizer.authorizer_credentials = change.optional();
        Ok(())
    }),
    PatchRule::new("/identitySource", &[Op::Replace], |authorizer, change| {
        authorizer.identity_source = change.optional();
        Ok(())
    }),
    PatchRule::new("/identityValidationExpression", &[Op::Replace], |authorizer, change| {
        authorizer.identity_validation_expression = change.optional();
        Ok(())
    }),
    PatchRule::new("/authorizerResultTtlInSeconds", &[Op::Replace], |authorizer, change| {
        authorizer.authorizer_result_ttl_in_seconds = Some(change.number()?);
        Ok(())
    }),
    PatchRule::new("/providerARNs", &[Op::Add], |authorizer, change| {
        let arns = authorizer.provider_arns.get_or_insert_default();
        if !arns.iter().any(|arn| arn == change.value()) {
            arns.push(change.value().to_owned());
        }
        Ok(())
    }),
    PatchRule::new("/providerARNs", &[Op::Remove], |authorizer, change| {
        let arns = authorizer.provider_arns.get_or_insert_default();
        let before = arns.len();
        arns.retain(|arn| arn != change.value());
        if arns.len() == before { Err(change.bad_value(None)) } else { Ok(()) }
    }),
];

fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UpdateAuthorizer) -> Result<Arc<Authorizer>, Fault> {
    let key = (input.rest_api_id, input.authorizer_id);
    let mut authorizer = Authorizer::clone(find(ctx, state, &key)?);
    patch::apply(&mut authorizer, &PATCHES, &input.patch_operations)?;
    authorizer.provider_arns = authorizer.provider_arns.filter(|arns| !arns.is_empty());
    check(&state.authorizers, &key.0, &authorizer)?;
    Ok(state.authorizers.put(key, authorizer))
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneAuthorizer) -> Result<(), Fault> {
    let key = (input.rest_api_id, input.authorizer_id);
    let name = &find(ctx, state, &key)?.name;
    let uses = |method: &Method| method.authorizer_id.as_ref() == Some(&key.1);
    if let Some((path, verb)) = parts::method_that(state, &key.0, uses) {
        return Err(conflict(format!(
            "Cannot delete authorizer '{name}', is referenced in method: {verb}/{path}"
        )));
    }
    state.authorizers.remove(&key);
    Ok(())
}

pub(crate) fn find<'a>(
    ctx: &Ctx<'_>,
    state: &'a ApiGateway,
    key: &(ApiId, AuthorizerId),
) -> Result<&'a Arc<Authorizer>, Fault> {
    rest_apis::find(ctx, state, &key.0)?;
    state.authorizers.get(key).ok_or_else(|| not_found("Invalid Authorizer identifier specified"))
}
