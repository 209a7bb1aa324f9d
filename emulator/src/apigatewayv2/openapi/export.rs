//! ExportApi.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::definition::{Authorization, Definition, Members, Route};
use super::write;
use crate::apigateway::openapi::as_answered;
use crate::apigateway::openapi::write::Syntax;
use crate::apigateway::{ApiGateway, ApiId, StageName};
use crate::apigatewayv2::apis::{self, Api, Protocol};
use crate::apigatewayv2::deployments::{self, Snapshot};
use crate::apigatewayv2::faults::{self, bad_request};
use crate::service::{Ctx, Fault};
use crate::store::Scopes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ExportApi {
    api_id: ApiId,
    export_version: Option<CompactString>,
    include_extensions: Option<bool>,
    output_type: CompactString,
    specification: CompactString,
    stage_name: Option<StageName>,
}

#[derive(Serialize)]
pub(super) struct Export {
    body: Bytes,
}

/// Writes down what a stage serves, or what the API is now. The document is written when the lock is gone.
pub(super) fn export(ctx: &Ctx<'_>, states: &Scopes<ApiGateway>, input: ExportApi) -> Result<Export, Fault> {
    let (api, snapshot) = states.read(ctx.scope, |state| {
        let api = Arc::clone(apis::find(ctx, state, &input.api_id)?);
        if api.protocol_type != Protocol::Http {
            // That WebSocket APIs cannot be exported is documented; the wordings here are inferred.
            return Err(bad_request("Export is only supported for HTTP APIs"));
        }
        let snapshot = snapshot(state, &api, &input);
        Ok((api, snapshot))
    })?;
    if input.specification != "OAS30" {
        return Err(bad_request(format!(
            "Invalid specification specified: {}. Valid options are OAS30",
            input.specification
        )));
    }
    if let Some(version) = input.export_version.as_ref().filter(|version| *version != "1.0") {
        return Err(bad_request(format!(
            "Invalid export version specified: {version}. Valid options are 1.0"
        )));
    }
    let syntax = match input.output_type.as_str() {
        "JSON" => Syntax::Json,
        "YAML" => Syntax::Yaml,
        other => {
            return Err(bad_request(format!(
                "Invalid output type specified: {other}. Valid options are JSON,YAML"
            )));
        }
    };
    let snapshot = snapshot?;
    let definition = definition(&api, &snapshot)?;
    let with_extensions = input.include_extensions.unwrap_or(true);
    let document = write::write(&definition, &api.api_endpoint, input.stage_name.as_deref(), with_extensions);
    Ok(Export { body: syntax.write(&document)?.into() })
}

/// What to write down.
fn snapshot(state: &ApiGateway, api: &Api, input: &ExportApi) -> Result<Arc<Snapshot>, Fault> {
    let Some(stage) = &input.stage_name else {
        return Ok(Arc::new(Snapshot::of_now(state, api, &input.api_id)));
    };
    let stage = state.v2.stages.get(&(input.api_id.clone(), stage.clone()));
    let stage = stage.ok_or_else(|| faults::no_part("Stage"))?;
    let snapshot = stage.deployment().and_then(|id| deployments::snapshot(state, &input.api_id, id));
    snapshot.ok_or_else(|| faults::no_part("Deployment"))
}

fn definition(api: &Api, snapshot: &Snapshot) -> Result<Definition, Fault> {
    let mut members: Members = as_answered(api)?;
    match &snapshot.cors_configuration {
        Some(cors) => members.insert("CorsConfiguration".to_owned(), as_answered(cors)?),
        None => members.remove("CorsConfiguration"),
    };
    // An API without a version has the moment of its creation there.
    members.entry("Version").or_insert_with(|| api.created_date.iso8601().into());
    let mut names = BTreeMap::new();
    let mut authorizers = BTreeMap::new();
    for (_, row) in &snapshot.authorizers {
        let members: Members = as_answered(row)?;
        let (id, name) = (text(&members, "AuthorizerId"), text(&members, "Name"));
        names.insert(id, name.clone());
        authorizers.insert(name, members);
    }
    let mut integrations = BTreeMap::new();
    for (_, row) in &snapshot.integrations {
        let members: Members = as_answered(row)?;
        integrations.insert(text(&members, "IntegrationId"), members);
    }
    let mut routes = BTreeMap::new();
    for (_, row) in &snapshot.routes {
        let members: Members = as_answered(row)?;
        let target = text(&members, "Target");
        let integration = target.strip_prefix("integrations/").and_then(|id| integrations.get(id)).cloned();
        let authorization = match names.get(&text(&members, "AuthorizerId")) {
            Some(name) => Authorization::Authorizer(name.clone(), texts(&members, "AuthorizationScopes")),
            None if text(&members, "AuthorizationType") == "AWS_IAM" => Authorization::Iam,
            None => Authorization::None,
        };
        let name = members.get("OperationName").and_then(Value::as_str).map(str::to_owned);
        let route = Route { operation_name: name, authorization, integration };
        routes.insert(text(&members, "RouteKey"), route);
    }
    Ok(Definition { api: members, authorizers, routes, passed_over: Vec::new() })
}

fn text(members: &Members, name: &str) -> String {
    members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn texts(members: &Members, name: &str) -> Vec<String> {
    let items = members.get(name).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
