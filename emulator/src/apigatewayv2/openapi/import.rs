//! ImportApi and ReimportApi.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use compact_str::CompactString;
use serde::Deserialize;
use serde_json::{Value, json};
use stagecheck_models::{Operation, apigatewayv2 as operations};

use super::definition::{Authorization, Definition, Members, Route};
use super::{CALLS, read};
use crate::apigateway::openapi::definition::BasePath;
use crate::apigateway::openapi::document::{Document, Specification};
use crate::apigateway::openapi::findings::{Findings, opinion};
use crate::apigateway::openapi::read::base_path;
use crate::apigateway::{ApiGateway, ApiId, of_api};
use crate::apigatewayv2::apis::{self, Api, Protocol};
use crate::apigatewayv2::authorizers::AuthorizerType;
use crate::apigatewayv2::deployments;
use crate::apigatewayv2::faults::bad_request;
use crate::service::{Ctx, Fault};
use crate::store::Scopes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImportApi {
    basepath: Option<CompactString>,
    body: String,
    #[serde(default)]
    fail_on_warnings: bool,
}

/// Makes an HTTP API of a document. It has no stages. Documents may be large: they are read before the lock is taken.
pub(super) fn import(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: ImportApi,
) -> Result<Arc<Api>, Fault> {
    let mut findings = Findings::default();
    let definition = read_body(ctx, &input.body, input.basepath.as_deref(), &mut findings)?;
    let mut create = definition.api.clone();
    create.insert("ProtocolType".to_owned(), json!("HTTP"));
    create.entry("Name").or_insert_with(|| json!(""));
    states.write(ctx.scope, |state| {
        let created = CALLS.call(&operations::CREATE_API, ctx, state, Value::Object(create))?;
        let api = ApiId::from(created["ApiId"].as_str().unwrap_or_default());
        Import { ctx, state, api, findings }.run(&definition, input.fail_on_warnings)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReimportApi {
    api_id: ApiId,
    basepath: Option<CompactString>,
    body: String,
    #[serde(default)]
    fail_on_warnings: bool,
}

/// Makes an HTTP API anew of a document. Its stages stay; those that deploy themselves get what comes of it, once.
pub(super) fn reimport(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: ReimportApi,
) -> Result<Arc<Api>, Fault> {
    let api = input.api_id;
    // What is wrong with the API is told before what is wrong with the document.
    states.read(ctx.scope, |state| check_api(ctx, state, &api))?;
    let mut findings = Findings::default();
    let definition = read_body(ctx, &input.body, input.basepath.as_deref(), &mut findings)?;
    states.write(ctx.scope, |state| {
        check_api(ctx, state, &api)?;
        replace(ctx, state, &api, &definition, findings, input.fail_on_warnings)
    })
}

fn check_api(ctx: &Ctx<'_>, state: &ApiGateway, api: &ApiId) -> Result<(), Fault> {
    if apis::find(ctx, state, api)?.protocol_type == Protocol::Http {
        return Ok(());
    }
    // That WebSocket APIs cannot be imported is documented; the wording is inferred.
    Err(bad_request("Reimport is only supported for HTTP APIs"))
}

fn replace(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    api: &ApiId,
    definition: &Definition,
    findings: Findings,
    fail_on_warnings: bool,
) -> Result<Arc<Api>, Fault> {
    // The operations deploy each change to the stages that there are. Out of sight, these are left alone.
    let stages: Vec<_> =
        state.v2.stages.range(of_api(api)).map(|(key, stage)| (key.clone(), stage.clone())).collect();
    state.v2.stages.remove_range(of_api(api));
    state.v2.routes.remove_range(of_api(api));
    state.v2.integrations.remove_range(of_api(api));
    state.v2.authorizers.remove_range(of_api(api));
    let mut update = definition.api.clone();
    let tags = update.remove("Tags");
    update.insert("ApiId".to_owned(), json!(api));
    // An update would leave what the document does not say.
    CALLS.call(&operations::DELETE_CORS_CONFIGURATION, ctx, state, json!({"ApiId": api}))?;
    CALLS.call(&operations::UPDATE_API, ctx, state, Value::Object(update))?;
    if let Some(tags) = tags {
        let region = &ctx.scope.region;
        let arn = format!("arn:{}:apigateway:{region}::/apis/{api}", region.partition().id);
        // That others stay is inferred.
        CALLS.call(&operations::TAG_RESOURCE, ctx, state, json!({"ResourceArn": arn, "Tags": tags}))?;
    }
    let import = Import { ctx, state, api: api.clone(), findings };
    let answer = import.run(definition, fail_on_warnings)?;
    for (key, stage) in stages {
        state.v2.stages.put(key, Arc::unwrap_or_clone(stage));
    }
    deployments::follow_change(ctx, state, api);
    Ok(answer)
}

fn read_body(
    ctx: &Ctx<'_>,
    body: &str,
    mode: Option<&str>,
    findings: &mut Findings,
) -> Result<Definition, Fault> {
    let mode = BasePath::asked_for(mode)?;
    let document = Document::import(ctx, body.as_bytes())?;
    if document.specification != Specification::OpenApi3 {
        // That HTTP APIs take OpenAPI 3.0 alone is documented, the wording inferred.
        return Err(bad_request("Invalid OpenAPI input. HTTP APIs support OpenAPI 3.0 only"));
    }
    let mut definition = read::read(&document.root, findings);
    let prefix = mode.prefix(&base_path(&document).unwrap_or_default());
    if let Some(prefix) = prefix {
        let place = |(key, route): (String, Route)| match key.split_once(' ') {
            Some((verb, "/")) => (format!("{verb} {prefix}"), route),
            Some((verb, path)) => (format!("{verb} {prefix}{path}"), route),
            None => (key, route),
        };
        definition.routes = definition.routes.into_iter().map(place).collect();
    }
    Ok(definition)
}

/// An import under way.
struct Import<'a> {
    ctx: &'a Ctx<'a>,
    state: &'a mut ApiGateway,
    api: ApiId,
    findings: Findings,
}

impl Import<'_> {
    /// Makes the API's parts, and keeps the warnings with it.
    fn run(mut self, definition: &Definition, fail_on_warnings: bool) -> Result<Arc<Api>, Fault> {
        let authorizers = self.create_authorizers(&definition.authorizers)?;
        let mut integrations = HashMap::new();
        for (key, route) in &definition.routes {
            self.create_route(key, route, &authorizers, &mut integrations)?;
        }
        let warnings = self.findings.conclude(fail_on_warnings)?;
        let mut api = Api::clone(apis::find(self.ctx, self.state, &self.api)?);
        api.import_info.clone_from(&definition.passed_over);
        api.warnings = warnings;
        Ok(self.state.v2.apis.put(self.api, api))
    }

    fn call(&mut self, operation: &Operation, mut input: Members) -> Result<Value, Fault> {
        input.insert("ApiId".to_owned(), json!(self.api));
        CALLS.call(operation, self.ctx, self.state, Value::Object(input))
    }

    /// Ids by name. One that cannot be made is a warning only, as reported by users.
    fn create_authorizers(
        &mut self,
        authorizers: &BTreeMap<String, Members>,
    ) -> Result<BTreeMap<String, Value>, Fault> {
        let mut ids = BTreeMap::new();
        for (name, members) in authorizers {
            let mut input = members.clone();
            input.insert("Name".to_owned(), json!(name));
            match self.call(&operations::CREATE_AUTHORIZER, input) {
                Ok(output) => {
                    ids.insert(name.clone(), output["AuthorizerId"].clone());
                }
                Err(fault) => {
                    let told = opinion(fault)?.message;
                    self.findings.warn(format!("Unable to create Authorizer '{name}': {told}"));
                }
            }
        }
        Ok(ids)
    }

    /// Routes of one integration share it: `integrations` has ids by what defines them. The wordings of errors follow
    /// those of REST APIs: inferred.
    fn create_route(
        &mut self,
        key: &str,
        route: &Route,
        authorizers: &BTreeMap<String, Value>,
        integrations: &mut HashMap<String, Value>,
    ) -> Result<(), Fault> {
        let mut input = Members::new();
        input.insert("RouteKey".to_owned(), json!(key));
        if let Some(name) = &route.operation_name {
            input.insert("OperationName".to_owned(), json!(name));
        }
        match &route.authorization {
            Authorization::None => {}
            Authorization::Iam => {
                input.insert("AuthorizationType".to_owned(), json!("AWS_IAM"));
            }
            Authorization::Authorizer(name, scopes) => {
                let Some((id, kind)) = authorizers.get(name).map(|id| (id, self.kind_of(id))) else {
                    self.findings.warn(format!("Route '{key}' has no Authorizer '{name}'. Ignoring."));
                    return Ok(());
                };
                input.insert("AuthorizationType".to_owned(), json!(kind));
                input.insert("AuthorizerId".to_owned(), id.clone());
                if !scopes.is_empty() {
                    input.insert("AuthorizationScopes".to_owned(), json!(scopes));
                }
            }
        }
        if let Some(members) = &route.integration {
            let text = json!(members).to_string();
            let id = match integrations.get(&text) {
                Some(id) => id.clone(),
                None => match self.call(&operations::CREATE_INTEGRATION, members.clone()) {
                    Ok(output) => {
                        let id = &output["IntegrationId"];
                        integrations.insert(text, id.clone());
                        id.clone()
                    }
                    // Documented: what is no proxy is a warning. That the route is made without it, and the wording, are
                    // inferred.
                    Err(fault) if is_of_rest_apis(members) => {
                        let told = opinion(fault)?.message;
                        self.findings
                            .warn(format!("Unable to create integration for '{key}': {told}. Ignoring."));
                        Value::Null
                    }
                    Err(fault) => {
                        return self.findings.unable(format_args!("create integration for '{key}'"), fault);
                    }
                },
            };
            if let Some(id) = id.as_str() {
                input.insert("Target".to_owned(), json!(format!("integrations/{id}")));
            }
        }
        match self.call(&operations::CREATE_ROUTE, input) {
            Ok(_) => Ok(()),
            Err(fault) => self.findings.unable(format_args!("create route '{key}'"), fault),
        }
    }

    /// How routes of an authorizer say that they have one.
    fn kind_of(&self, id: &Value) -> &'static str {
        let key = (self.api.clone(), id.as_str().unwrap_or_default().into());
        let is_jwt =
            self.state.v2.authorizers.get(&key).is_some_and(|authorizer| authorizer.is(AuthorizerType::Jwt));
        if is_jwt { "JWT" } else { "CUSTOM" }
    }
}

/// Whether an integration is of a type that REST APIs have, and HTTP APIs have not.
fn is_of_rest_apis(integration: &Members) -> bool {
    let kind = integration.get("IntegrationType").and_then(Value::as_str);
    kind.is_some_and(|kind| ["AWS", "HTTP", "MOCK"].contains(&kind))
}
