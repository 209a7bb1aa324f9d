//! Requests that are right, to be damaged or to look around with.

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use stagecheck_conformance::client::plain;

use crate::world::{TRUST, World};

const TEMPLATE: &str = r#"{"application/json": "{\"statusCode\": 200}"}"#;

const POLICY: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":["logs:*","s3:Get?"],"#,
    r#""Resource":"*","Condition":{"StringLike":{"aws:SourceArn":["a*"]}}}]}"#
);

/// Requests of every kind. The world takes them, or lacks a thing at most.
pub(crate) fn requests(world: &World) -> Result<Vec<Request<Bytes>>> {
    Ok([rest(world)?, logs(world)?, forms(world)?, tagging(world)?].concat())
}

fn rest(world: &World) -> Result<Vec<Request<Bytes>>> {
    let World { client, api, pets, deployment, .. } = world;
    let id = api;
    let api = format!("/restapis/{id}");
    let method = format!("{api}/resources/{pets}/methods/GET");
    let stage = &world.stage();
    let templates: Value = serde_json::from_str(TEMPLATE)?;
    let new_api = json!({"name": "n", "tags": {"a": "b"}, "minimumCompressionSize": 5});
    let response = json!({"responseParameters": {"method.response.header.a": true}});
    let mock = json!({"type": "MOCK", "requestTemplates": templates, "timeoutInMillis": 50});
    let mock_response = json!({"selectionPattern": "2\\d+", "responseTemplates": templates});
    let new_deployment = json!({"stageName": "test", "variables": {"a": "b"}, "cacheClusterSize": "0.5"});
    let new_stage = json!({"stageName": "s", "deploymentId": deployment, "tracingEnabled": true});
    let state: Value = serde_json::from_slice(&world.state()?)?;
    [
        ("POST", "/restapis", new_api),
        ("GET", "/restapis?limit=3&position=ImEi", json!({})),
        ("GET", &format!("{api}/resources?embed=methods&limit=1"), json!({})),
        ("POST", &format!("{api}/resources/{pets}"), json!({"pathPart": "{id}"})),
        ("PUT", &format!("{method}/responses/404"), response),
        ("PUT", &format!("{method}/integration"), mock),
        ("PUT", &format!("{method}/integration/responses/200"), mock_response),
        ("POST", &format!("{api}/deployments"), new_deployment),
        ("POST", &format!("{api}/stages"), new_stage),
        ("PATCH", stage, patch("/*/*/throttling/rateLimit", "1.5")),
        ("PATCH", stage, patch("/~1pets/GET/caching/ttlInSeconds", "300")),
        ("PATCH", stage, patch("/accessLogSettings/format", "$context.requestId")),
        ("PATCH", stage, patch("/variables/a", "b")),
        ("PATCH", "/account", patch("/cloudwatchRoleArn", "arn:aws:iam::000000000000:role/logger")),
        ("DELETE", &format!("{api}/resources/{pets}"), json!({})),
        ("PUT", "/_stagecheck/state", state),
        ("GET", &format!("/_aws/execute-api/{id}/prod/pets?a=b"), json!({})),
    ]
    .into_iter()
    .map(|(method, path, body)| client.rest(method, path, body.to_string()))
    .collect()
}

fn patch(path: &str, value: &str) -> Value {
    json!({"patchOperations": [{"op": "replace", "path": path, "value": value}]})
}

fn logs(world: &World) -> Result<Vec<Request<Bytes>>> {
    let events = json!([{"timestamp": 1_790_000_000_000_u64, "message": "m"}]);
    [
        ("CreateLogGroup", json!({"logGroupName": "a", "tags": {"a": "b"}, "logGroupClass": "STANDARD"})),
        ("DescribeLogGroups", json!({"logGroupNamePrefix": "g", "nextToken": "ImEi", "limit": 50})),
        ("DescribeLogStreams", of_group(json!({"orderBy": "LastEventTime", "descending": true}))),
        ("PutLogEvents", of_group(json!({"logStreamName": "stream", "logEvents": events}))),
        ("GetLogEvents", of_group(json!({"logStreamName": "stream", "startTime": 1, "endTime": i64::MAX}))),
        ("FilterLogEvents", of_group(json!({"logStreamNamePrefix": "s", "limit": 1, "nextToken": "a"}))),
        ("PutRetentionPolicy", of_group(json!({"retentionInDays": 30}))),
    ]
    .into_iter()
    .map(|(operation, body)| world.client.logs(operation, body.to_string()))
    .collect()
}

fn of_group(mut input: Value) -> Value {
    input["logGroupName"] = "group".into();
    input
}

fn forms(world: &World) -> Result<Vec<Request<Bytes>>> {
    let document = format!("AssumeRolePolicyDocument={TRUST}");
    let tags = "Tags.member.1.Key=k&Tags.member.1.Value=v";
    let role = "RoleArn=arn:aws:iam::000000000000:role/logger";
    let policy = "PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess";
    [
        ("iam", format!("CreateRole&RoleName=r&Path=/a/&MaxSessionDuration=3600&{tags}&{document}")),
        ("iam", "ListPolicies&Scope=AWS&MaxItems=2&Marker=ImEi&PathPrefix=/".to_owned()),
        ("iam", format!("PutRolePolicy&RoleName=logger&PolicyName=p&PolicyDocument={POLICY}")),
        ("iam", format!("GetPolicy&{policy}")),
        ("sts", format!("AssumeRole&{role}&RoleSessionName=s&DurationSeconds=900")),
    ]
    .into_iter()
    .map(|(service, form)| {
        let version = if service == "iam" { "2010-05-08" } else { "2011-06-15" };
        world.client.query(service, format!("Version={version}&Action={form}"))
    })
    .collect()
}

fn tagging(world: &World) -> Result<Vec<Request<Bytes>>> {
    let group = "arn:aws:logs:us-east-1:000000000000:log-group:group";
    let tag = json!({"ResourceARNList": [group], "Tags": {"a": "b"}}).to_string();
    // {"TagFilters": [{"Key": "a", "Values": ["b"]}], "ResourcesPerPage": 50, "unknown": 1(1.5)}
    let find =
        b"\xbf\x6aTagFilters\x81\xa2\x63Key\x61a\x66Values\x9f\x7f\x61b\xff\xff\x70ResourcesPerPage\x18\x32\
        \x67unknown\xc1\xf9\x3e\x00\xff";
    Ok(vec![
        world.client.tagging("TagResources", tag)?,
        world.client.tagging_in_cbor("GetResources", &find[..])?,
        world.client.tagging_in_cbor("GetTagKeys", &b"\xa0"[..])?,
    ])
}

/// Requests that read what there is, all over.
pub(crate) fn reads(world: &World) -> Result<Vec<Request<Bytes>>> {
    let World { client, api: id, .. } = world;
    let api = format!("/restapis/{id}");
    let stream = r#"{"logGroupName": "group", "logStreamName": "stream"}"#;
    [
        client.rest("GET", &format!("{api}/resources?embed=methods"), ""),
        client.rest("GET", &format!("{api}/stages"), ""),
        client.rest("GET", &format!("/_aws/execute-api/{id}/prod/pets"), ""),
        client.logs("DescribeLogGroups", "{}"),
        client.logs("DescribeLogStreams", r#"{"logGroupName": "group"}"#),
        client.logs("GetLogEvents", stream),
        client.logs("FilterLogEvents", r#"{"logGroupName": "group"}"#),
        client.query("iam", "Action=ListRoles&Version=2010-05-08"),
        client.query("iam", "Action=GetRole&Version=2010-05-08&RoleName=logger"),
        plain("GET", "/_stagecheck/state", "", ""),
    ]
    .into_iter()
    .collect()
}
