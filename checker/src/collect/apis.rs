//! REST APIs, their stages, and the account's settings.

use std::collections::HashMap;

use aws_sdk_apigateway::types::{EndpointType, MethodSnapshot, RestApi, Stage as SdkStage};

use super::settings::stage_settings;
use super::{Filter, Methods, Place};
use crate::inventory::{Known, Method, Stage};
use crate::progress::Progress;

/// APIs that one page of GetRestApis holds at most.
const PAGE: i32 = 500;

/// The role that the region logs with.
pub(super) async fn account_role(place: &mut Place<'_>) -> Known<String> {
    let answer = place.clients.apigateway.get_account().send().await;
    match place.known("apigateway:GetAccount", "", answer) {
        Known::Value(account) => account
            .cloudwatch_role_arn()
            .filter(|arn| !arn.is_empty())
            .map_or(Known::Absent, |arn| Known::Value(arn.to_owned())),
        Known::Absent => Known::Absent,
        Known::Unknown => Known::Unknown,
    }
}

/// All REST APIs.
pub(super) async fn list(place: &mut Place<'_>, progress: &Progress) -> Vec<RestApi> {
    let mut apis = Vec::new();
    let mut position = None;
    loop {
        let answer = place.clients.apigateway.get_rest_apis().limit(PAGE).set_position(position).send().await;
        let Known::Value(page) = place.known("apigateway:GetRestApis", "", answer) else { return apis };
        apis.extend_from_slice(page.items());
        progress.say(&format!("{}: APIs, {} so far", place.region, apis.len()));
        position = page.position().map(str::to_owned);
        if position.is_none() {
            return apis;
        }
    }
}

/// The stages of these APIs that the filter wants.
pub(super) async fn stages(
    place: &mut Place<'_>,
    apis: Vec<RestApi>,
    filter: &Filter,
    progress: &Progress,
) -> Vec<Stage> {
    let wanted: Vec<RestApi> = apis
        .into_iter()
        .filter(|api| filter.wants_api(api.id().unwrap_or_default(), api.name().unwrap_or_default()))
        .collect();
    progress.begin(&format!("{}: stages", place.region), wanted.len());
    let client = &place.clients.apigateway;
    let answers = place
        .each(wanted, |api| async move {
            let answer = client.get_stages().rest_api_id(api.id().unwrap_or_default()).send().await;
            progress.step();
            (api, answer)
        })
        .await;
    let mut stages = Vec::new();
    for (api, answer) in answers {
        let id = api.id().unwrap_or_default().to_owned();
        if let Known::Value(answer) = place.known("apigateway:GetStages", &id, answer) {
            let found = answer.item().iter().map(|stage| read(place, &api, stage));
            stages.extend(found.filter(|stage| filter.wants_stage(&stage.name)));
        }
    }
    progress.end();
    stages.sort_by(|a, b| (&a.api_name, &a.api_id, &a.name).cmp(&(&b.api_name, &b.api_id, &b.name)));
    stages
}

fn read(place: &Place<'_>, api: &RestApi, stage: &SdkStage) -> Stage {
    let api_id = api.id().unwrap_or_default();
    let name = stage.stage_name().unwrap_or_default();
    let is_private = api
        .endpoint_configuration()
        .is_some_and(|configuration| configuration.types().contains(&EndpointType::Private));
    Stage {
        arn: format!(
            "arn:{}:apigateway:{}::/restapis/{api_id}/stages/{name}",
            place.connection.partition, place.region
        ),
        api_id: api_id.to_owned(),
        api_name: api.name().unwrap_or_default().to_owned(),
        name: name.to_owned(),
        reachable: !api.disable_execute_api_endpoint() && !is_private,
        tags: stage.tags().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect(),
        settings: stage_settings(stage.deployment_id(), stage.method_settings(), stage.access_log_settings()),
        methods: Known::Absent,
    }
}

/// Reads the methods of the stages that they are wanted of.
pub(super) async fn deployed_methods(place: &mut Place<'_>, stages: &mut [Stage], methods: Methods) {
    let asked: Vec<usize> = (0..stages.len()).filter(|&at| methods.wanted(&stages[at])).collect();
    let client = &place.clients.apigateway;
    let known = &*stages;
    let answers = place
        .each(asked, |at| async move {
            let request = client
                .get_deployment()
                .rest_api_id(&known[at].api_id)
                .deployment_id(&known[at].settings.deployment_id)
                .embed("apisummary");
            (at, request.send().await)
        })
        .await;
    for (at, answer) in answers {
        let of = format!("{}/{}", stages[at].api_id, stages[at].name);
        stages[at].methods = match place.known("apigateway:GetDeployment", &of, answer) {
            Known::Value(deployment) => match deployment.api_summary() {
                Some(summary) => Known::Value(deployed(summary)),
                None => {
                    place.gaps.add(
                        "apigateway:GetDeployment",
                        &format!("{} {of}", place.region),
                        "the answer has no apiSummary, so the deployed methods are not known".to_owned(),
                    );
                    Known::Unknown
                }
            },
            Known::Absent => Known::Absent,
            Known::Unknown => Known::Unknown,
        };
    }
}

type Summary = HashMap<String, HashMap<String, MethodSnapshot>>;

/// The verbs that a method for ANY stands for. Inferred from the console's list of a stage's methods: each has a
/// setting of its own, and there is none for ANY.
const EVERY_VERB: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

fn deployed(summary: &Summary) -> Vec<Method> {
    let mut methods = Vec::new();
    for (path, verbs) in summary {
        for (verb, snapshot) in verbs {
            let open = !snapshot.api_key_required()
                && snapshot.authorization_type().is_none_or(|kind| kind == "NONE");
            let method = |verb: &str| Method { path: path.clone(), verb: verb.to_owned(), open };
            if verb == "ANY" {
                methods.extend(EVERY_VERB.into_iter().filter(|verb| !verbs.contains_key(*verb)).map(method));
            } else {
                methods.push(method(verb));
            }
        }
    }
    methods.sort();
    methods
}
