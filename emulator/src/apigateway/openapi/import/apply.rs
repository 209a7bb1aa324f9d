//! A definition to calls of the operations that make an API.
//!
//! Every call is made, whether others fail or not, so that all errors are told at once; the layer above takes back what
//! was done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use compact_str::CompactString;
use serde::Serialize;
use serde_json::{Value, json};
use stagecheck_models::{Operation, apigateway as operations};

use super::Mode;
use crate::apigateway::apis::{self, PartsImport, RestApi, methods_of, of_api};
use crate::apigateway::faults::internal;
use crate::apigateway::openapi::CALLS;
use crate::apigateway::openapi::definition::{Definition, JSON, Method, Model, Settings};
use crate::apigateway::openapi::findings::Findings;
use crate::apigateway::openapi::schema::{rename_reference, visit_schemas};
use crate::apigateway::openapi::write::Syntax;
use crate::apigateway::{ApiGateway, ApiId, ResourceId, Verb};
use crate::service::{Ctx, Fault};

/// An import under way.
pub(super) struct Import<'a> {
    ctx: &'a Ctx<'a>,
    state: &'a mut ApiGateway,
    api: ApiId,
    mode: Mode,
    findings: Findings,
    /// Ids by path.
    resources: BTreeMap<String, ResourceId>,
    /// The names of models that could not be made.
    refused_models: BTreeSet<String>,
    /// Ids by name.
    authorizers: BTreeMap<String, CompactString>,
    validators: BTreeMap<String, CompactString>,
}

impl<'a> Import<'a> {
    pub(super) fn new(
        ctx: &'a Ctx<'a>,
        state: &'a mut ApiGateway,
        api: ApiId,
        mode: Mode,
        findings: Findings,
    ) -> Self {
        let (resources, refused_models, authorizers, validators) = Default::default();
        Self { ctx, state, api, mode, findings, resources, refused_models, authorizers, validators }
    }

    /// Makes the API what the definition says, and keeps the warnings with it.
    pub(super) fn run(
        mut self,
        definition: &Definition,
        fail_on_warnings: bool,
    ) -> Result<Arc<RestApi>, Fault> {
        if self.mode == Mode::Overwrite {
            self.clear(definition);
        }
        let resources = self.state.resources.range(of_api(&self.api));
        self.resources =
            resources.map(|((_, id), resource)| (resource.path.to_string(), id.clone())).collect();
        self.put_settings(&definition.settings)?;
        self.put_models(&definition.models)?;
        self.put_validators(definition)?;
        self.put_authorizers(definition)?;
        self.put_gateway_responses(definition)?;
        for (path, methods) in &definition.paths {
            self.put_path(path, methods)?;
        }
        self.put_documentation(definition)?;
        let warnings = self.findings.conclude(fail_on_warnings)?;
        let mut api = RestApi::clone(apis::find(self.ctx, self.state, &self.api)?);
        api.warnings = warnings;
        Ok(self.state.rest_apis.put(self.api, api))
    }

    /// Takes out all that an import brings, but for resources that the definition has, too: these keep their ids.
    fn clear(&mut self, definition: &Definition) {
        let of_api = of_api(&self.api);
        self.state.models.remove_range(of_api.clone());
        self.state.request_validators.remove_range(of_api.clone());
        self.state.gateway_responses.remove_range(of_api.clone());
        self.state.authorizers.remove_range(of_api.clone());
        self.state.documentation_parts.remove_range(of_api.clone());
        let mut kept = BTreeSet::from(["/"]);
        for path in definition.paths.keys() {
            kept.extend(path.match_indices('/').skip(1).filter_map(|(slash, _)| path.get(..slash)));
            kept.insert(path);
        }
        let resources: Vec<(ResourceId, CompactString)> = self
            .state
            .resources
            .range(of_api)
            .map(|((_, id), resource)| (id.clone(), resource.path.clone()))
            .collect();
        for (id, path) in resources {
            let verbs: Vec<Verb> =
                methods_of(self.state, &self.api, &id).map(|(verb, _)| verb.clone()).collect();
            for verb in verbs {
                self.state.methods.remove(&(self.api.clone(), id.clone(), verb));
            }
            if !kept.contains(path.as_str()) {
                self.state.resources.remove(&(self.api.clone(), id));
            }
        }
    }

    /// Calls an operation on the API.
    fn call(&mut self, operation: &Operation, mut input: Value) -> Result<Value, Fault> {
        input["restApiId"] = self.api.as_str().into();
        CALLS.call(operation, self.ctx, self.state, input)
    }

    /// Calls an operation; what it refuses is one of the import's errors.
    fn try_to(
        &mut self,
        to_do: impl std::fmt::Display,
        operation: &Operation,
        input: Value,
    ) -> Result<Option<Value>, Fault> {
        match self.call(operation, input) {
            Ok(output) => Ok(Some(output)),
            Err(fault) => self.findings.unable(to_do, fault).map(|()| None),
        }
    }

    /// The settings that the document has. Overwriting takes back to their defaults those that it has not, but for those
    /// of who may call the API and how it is reached, which stay: inferred.
    fn put_settings(&mut self, settings: &Settings) -> Result<(), Fault> {
        let mut operations = Vec::new();
        let mut patch = |op: &str, path: String, value: Value| {
            operations.push(json!({"op": op, "path": path, "value": value}));
        };
        let overwrites = self.mode == Mode::Overwrite;
        let mut set = |path: &str, value: Option<String>, default: Option<&str>| {
            let default = default.filter(|_| overwrites).map(str::to_owned);
            if let Some(value) = value.or(default) {
                patch("replace", path.to_owned(), value.into());
            }
        };
        set("/name", Some(settings.title.clone()).filter(|title| !title.is_empty()), None);
        set("/description", settings.description.clone(), Some(""));
        set("/version", settings.version.clone(), Some(""));
        set("/apiKeySource", settings.api_key_source.clone(), Some("HEADER"));
        let size = settings.minimum_compression_size.map(|size| size.to_string());
        set("/minimumCompressionSize", size, Some(""));
        set("/policy", settings.policy.as_ref().map(Value::to_string), None);
        set("/securityPolicy", settings.security_policy.clone(), None);
        set("/endpointAccessMode", settings.endpoint_access_mode.clone(), None);
        set("/endpointConfiguration/ipAddressType", settings.ip_address_type.clone(), None);
        let disabled = settings.disable_execute_api_endpoint.map(|disabled| disabled.to_string());
        set("/disableExecuteApiEndpoint", disabled, None);
        if overwrites {
            let present = &apis::find(self.ctx, self.state, &self.api)?.binary_media_types;
            let gone =
                present.iter().filter(|each| settings.binary_media_types.iter().all(|kept| kept != *each));
            for media_type in gone {
                patch("remove", format!("/binaryMediaTypes/{}", escape(media_type)), Value::Null);
            }
        }
        for media_type in &settings.binary_media_types {
            patch("add", format!("/binaryMediaTypes/{}", escape(media_type)), Value::Null);
        }
        for endpoint in &settings.vpc_endpoint_ids {
            patch("add", "/endpointConfiguration/vpcEndpointIds".to_owned(), endpoint.as_str().into());
        }
        self.try_to("update REST API", &operations::UPDATE_REST_API, json!({"patchOperations": operations}))
            .map(|_| ())
    }

    /// Models may name each other in any order: all are made before any gets its schema.
    fn put_models(&mut self, models: &BTreeMap<String, Model>) -> Result<(), Fault> {
        let mut made = Vec::new();
        for (name, model) in models {
            let is_there = self.state.models.contains(&(self.api.clone(), name.into()));
            if is_there {
                made.push((name, model));
                continue;
            }
            let other = model.other.as_ref();
            let input = json!({
                "name": name,
                "contentType": other.map_or(JSON, |other| &other.content_type),
                "description": model.description,
                "schema": "{}",
            });
            let to_do = format_args!("create model for '{name}'");
            if self.try_to(to_do, &operations::CREATE_MODEL, input)?.is_some() {
                made.push((name, model));
            } else {
                self.refused_models.insert(name.clone());
            }
        }
        for (name, model) in &made {
            let schema = match &model.other {
                Some(other) => other.schema.clone(),
                None => Syntax::Json.write(&self.schema(model, models))?,
            };
            let key = (self.api.clone(), CompactString::from(*name));
            let put = apis::put_schema(self.ctx, self.state, key, schema, model.description.as_deref());
            if let Err(fault) = put {
                self.refuse_model(name, fault)?;
            }
        }
        let names = made.iter().map(|(name, _)| *name).filter(|name| !self.refused_models.contains(*name));
        for (name, fault) in apis::find_rings(self.state, &self.api, names) {
            self.refuse_model(name, fault)?;
        }
        Ok(())
    }

    fn refuse_model(&mut self, name: &str, fault: Fault) -> Result<(), Fault> {
        self.refused_models.insert(name.to_owned());
        self.findings.unable(format_args!("create model for '{name}'"), fault)
    }

    /// The schema, with references to other models by their URL, as API Gateway has them.
    fn schema(&self, model: &Model, models: &BTreeMap<String, Model>) -> Value {
        let mut schema = model.schema.clone();
        let url = |reference: &str| {
            let name = reference.strip_prefix("#/definitions/")?;
            models.contains_key(name).then(|| apis::model_url(&self.api, name))
        };
        visit_schemas(&mut schema, &mut |members| rename_reference(members, url));
        schema
    }

    fn put_validators(&mut self, definition: &Definition) -> Result<(), Fault> {
        let present = self.state.request_validators.range(of_api(&self.api));
        self.validators = present.map(|((_, id), row)| (row.name.clone(), id.clone())).collect();
        let mut replaced = BTreeMap::new();
        for (name, validator) in &definition.validators {
            let before = self.validators.remove(name);
            if let Some(id) = &before {
                self.state.request_validators.remove(&(self.api.clone(), id.clone()));
            }
            let to_do = format!("create request validator '{name}'");
            let input = with(validator, json!({"name": name}))?;
            if let Some(output) = self.try_to(to_do, &operations::CREATE_REQUEST_VALIDATOR, input)? {
                let id = id_of(&output);
                replaced.extend(before.map(|before| (before, id.clone())));
                self.validators.insert(name.clone(), id);
            }
        }
        self.follow(&replaced, |method| &mut method.request_validator_id);
        Ok(())
    }

    fn put_authorizers(&mut self, definition: &Definition) -> Result<(), Fault> {
        let present = self.state.authorizers.range(of_api(&self.api));
        self.authorizers = present.map(|((_, id), row)| (row.name.clone(), id.clone())).collect();
        let mut replaced = BTreeMap::new();
        for (name, authorizer) in &definition.authorizers {
            let before = self.authorizers.remove(name);
            if let Some(id) = &before {
                self.state.authorizers.remove(&(self.api.clone(), id.clone()));
            }
            // AWS's words, with its capital.
            let to_do = format!("create Authorizer '{name}'");
            let input = with(authorizer, json!({"name": name}))?;
            if let Some(output) = self.try_to(to_do, &operations::CREATE_AUTHORIZER, input)? {
                let id = id_of(&output);
                replaced.extend(before.map(|before| (before, id.clone())));
                self.authorizers.insert(name.clone(), id);
            }
        }
        self.follow(&replaced, |method| &mut method.authorizer_id);
        Ok(())
    }

    /// Lets methods that stay name what was put in the place of what they named: ids by those before.
    fn follow(
        &mut self,
        replaced: &BTreeMap<CompactString, CompactString>,
        member: fn(&mut apis::Method) -> &mut Option<CompactString>,
    ) {
        if replaced.is_empty() {
            return;
        }
        for resource in self.resources.values() {
            let changed: Vec<_> = methods_of(self.state, &self.api, resource)
                .filter_map(|(verb, row)| {
                    let mut row = apis::Method::clone(row);
                    let named = member(&mut row);
                    *named = Some(replaced.get(named.as_ref()?)?.clone());
                    Some((verb.clone(), row))
                })
                .collect();
            for (verb, row) in changed {
                self.state.methods.put((self.api.clone(), resource.clone(), verb), row);
            }
        }
    }

    fn put_gateway_responses(&mut self, definition: &Definition) -> Result<(), Fault> {
        for (kind, response) in &definition.gateway_responses {
            let to_do = format!("put gateway response '{kind}'");
            let input = with(response, json!({"responseType": kind}))?;
            self.try_to(to_do, &operations::PUT_GATEWAY_RESPONSE, input)?;
        }
        Ok(())
    }

    fn put_path(&mut self, path: &str, methods: &BTreeMap<String, Method>) -> Result<(), Fault> {
        let resource = match self.resource(path) {
            Ok(resource) => resource,
            Err(fault) => {
                return self.findings.unable(format_args!("create resource at path '{path}'"), fault);
            }
        };
        for (verb, method) in methods {
            self.put_method(path, &resource, verb, method)?;
        }
        Ok(())
    }

    /// The resource of a path, made with all that it is below of if need be.
    fn resource(&mut self, path: &str) -> Result<ResourceId, Fault> {
        let ends = path.match_indices('/').map(|(slash, _)| slash).skip(1).chain([path.len()]);
        let root = || internal("an API has no root");
        let mut here = self.resources.get("/").cloned().ok_or_else(root)?;
        let mut above = 0;
        for end in ends.filter(|_| path != "/") {
            let (place, part) = (&path[..end], &path[above + 1..end]);
            here = match self.resources.get(place) {
                Some(id) => id.clone(),
                None => {
                    let input = json!({"parentId": here, "pathPart": part});
                    id_of(&self.call(&operations::CREATE_RESOURCE, input)?)
                }
            };
            self.resources.insert(place.to_owned(), here.clone());
            above = end;
        }
        Ok(here)
    }

    fn put_method(
        &mut self,
        path: &str,
        resource: &ResourceId,
        verb: &str,
        method: &Method,
    ) -> Result<(), Fault> {
        self.state.methods.remove(&(self.api.clone(), resource.clone(), verb.into()));
        let place = json!({"resourceId": resource, "httpMethod": verb});
        let mut input = with(method, place.clone())?;
        // Null where there is none of that name: nothing is asked for.
        let id = |ids: &BTreeMap<String, CompactString>, name: &Option<String>| {
            json!(name.as_ref().and_then(|name| ids.get(name)))
        };
        input["authorizerId"] = id(&self.authorizers, &method.authorizer);
        input["requestValidatorId"] = id(&self.validators, &method.request_validator);
        let to_do = format!("put method '{verb}' on resource at path '{path}'");
        if let Some(model) = method.request_models.values().find(|model| self.refused_models.contains(*model))
        {
            // As users report it.
            self.findings.warn(format!("Reference to model '{model}' not found. Ignoring."));
            self.findings.error(format!("Unable to {to_do}: Invalid model identifier specified: null"));
            return Ok(());
        }
        if self.try_to(to_do, &operations::PUT_METHOD, input)?.is_none() {
            return Ok(());
        }
        for (status, response) in &method.method_responses {
            // The wording is inferred from those of methods and integrations, as is that of integration responses.
            let to_do = format!("put method response '{status}' on '{verb}' for resource at path '{path}'");
            let input = with(response, with_status(&place, status))?;
            self.try_to(to_do, &operations::PUT_METHOD_RESPONSE, input)?;
        }
        let Some(integration) = &method.method_integration else { return Ok(()) };
        let to_do = format!("put integration on '{verb}' for resource at path '{path}'");
        let input = with(integration, place.clone())?;
        if self.try_to(to_do, &operations::PUT_INTEGRATION, input)?.is_none() {
            return Ok(());
        }
        for (status, response) in &integration.integration_responses {
            let to_do =
                format!("put integration response '{status}' on '{verb}' for resource at path '{path}'");
            let input = with(response, with_status(&place, status))?;
            self.try_to(to_do, &operations::PUT_INTEGRATION_RESPONSE, input)?;
        }
        Ok(())
    }

    /// Puts the parts in place of those of their locations. A version that the document names is made of them.
    fn put_documentation(&mut self, definition: &Definition) -> Result<(), Fault> {
        let mut import = PartsImport::into(self.ctx, self.state, &self.api);
        for part in &definition.documentation {
            let location = json!(part.location);
            let part = json!({"location": location, "properties": part.properties});
            if let Err(fault) = import.put(self.state, &part) {
                self.findings.unable(format_args!("create documentation part at {location}"), fault)?;
            }
        }
        let Some(version) = &definition.settings.documentation_version else { return Ok(()) };
        let key = (self.api.clone(), version.into());
        if definition.documentation.is_empty() || self.state.documentation_versions.contains(&key) {
            return Ok(());
        }
        let to_do = format!("create documentation version '{version}'");
        let input = json!({"documentationVersion": version});
        self.try_to(to_do, &operations::CREATE_DOCUMENTATION_VERSION, input).map(|_| ())
    }
}

/// A part of a definition as the input of an operation, with the members that say where it goes.
fn with(part: &impl Serialize, place: Value) -> Result<Value, Fault> {
    let input = serde_json::to_value(part).map_err(|error| internal(&error.to_string()))?;
    let (Value::Object(mut input), Value::Object(place)) = (input, place) else { return Ok(Value::Null) };
    input.extend(place);
    Ok(Value::Object(input))
}

fn with_status(place: &Value, status: &str) -> Value {
    let mut place = place.clone();
    place["statusCode"] = status.into();
    place
}

fn id_of(output: &Value) -> CompactString {
    output["id"].as_str().unwrap_or_default().into()
}

/// A name as a segment of a JSON pointer.
fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}
