//! The very bytes of answers, one of each kind: what a change of the wire formats would change for every client.

#![expect(clippy::unwrap_used, reason = "a test may fail by it")]

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use insta::assert_snapshot;
use stagecheck_conformance::client::Client;
use stagecheck_emulator::Emulator;
use stagecheck_emulator::time::{ManualClock, Timestamp};

const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
                     %22Principal%22%3A%7B%22Service%22%3A%22apigateway.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3A\
                     AssumeRole%22%7D%5D%7D";

/// An emulator whose clock stands still and whose identifiers follow from a seed.
struct World {
    emulator: Emulator,
    client: Client,
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::at(Timestamp::from_millis(1_790_328_027_988));
        let emulator = Emulator::builder().seed(11).clock(Arc::new(clock)).build();
        Self { emulator, client: Client::new("test", "us-east-1") }
    }

    fn rest(&self, method: &str, path: &str, body: &str) -> Response<Bytes> {
        self.emulator.blocking_respond(self.client.rest(method, path, body.to_owned()).unwrap())
    }

    fn query(&self, service: &str, form: &str) -> Response<Bytes> {
        self.emulator.blocking_respond(self.client.query(service, form.to_owned()).unwrap())
    }

    fn json(&self, operation: &str, body: &str) -> Response<Bytes> {
        self.emulator.blocking_respond(self.client.logs(operation, body.to_owned()).unwrap())
    }
}

/// An answer as it goes over the wire, its headers ordered.
fn bytes(response: &Response<Bytes>) -> String {
    let mut headers: Vec<String> = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let body = match std::str::from_utf8(response.body()) {
        Ok(text) if !text.contains('\0') => text.to_owned(),
        _ => response.body().escape_ascii().to_string(),
    };
    format!("{}\n{}\n{body}", response.status(), headers.concat())
}

#[test]
fn rest_json() {
    let world = World::new();
    let created = world.rest("POST", "/restapis", r#"{"name": "pets", "tags": {"team": "a&b"}}"#);
    assert_snapshot!("rest_json_created", bytes(&created));
    let id: serde_json::Value = serde_json::from_slice(created.body()).unwrap();
    let id = id["id"].as_str().unwrap();
    assert_snapshot!("rest_json_list", bytes(&world.rest("GET", "/restapis?limit=1", "")));
    assert_snapshot!("rest_json_account", bytes(&world.rest("GET", "/account", "")));
    assert_snapshot!("rest_json_empty", bytes(&world.rest("DELETE", &format!("/restapis/{id}"), "")));
    assert_snapshot!("rest_json_fault", bytes(&world.rest("GET", &format!("/restapis/{id}"), "")));
    assert_snapshot!("rest_json_malformed", bytes(&world.rest("POST", "/restapis", "{\"name\": ")));
    assert_snapshot!("rest_json_not_built", bytes(&world.rest("GET", "/v2/portals", "")));
}

#[test]
fn aws_query() {
    let world = World::new();
    let create = format!(
        "Action=CreateRole&Version=2010-05-08&RoleName=logs&Description=a%3Cb%3E%26c&AssumeRolePolicyDocument={TRUST}"
    );
    assert_snapshot!("aws_query_created", bytes(&world.query("iam", &create)));
    assert_snapshot!("aws_query_list", bytes(&world.query("iam", "Action=ListRoles&Version=2010-05-08")));
    assert_snapshot!("aws_query_fault", bytes(&world.query("iam", &create)));
    assert_snapshot!("aws_query_unknown", bytes(&world.query("iam", "Action=Nothing&Version=2010-05-08")));
    assert_snapshot!(
        "aws_query_empty",
        bytes(&world.query("iam", "Action=DeleteRole&Version=2010-05-08&RoleName=logs"))
    );
    assert_snapshot!(
        "aws_query_sts",
        bytes(&world.query("sts", "Action=GetCallerIdentity&Version=2011-06-15"))
    );
}

#[test]
fn aws_json() {
    let world = World::new();
    assert_snapshot!("aws_json_empty", bytes(&world.json("CreateLogGroup", r#"{"logGroupName": "g"}"#)));
    assert_snapshot!("aws_json_fault", bytes(&world.json("CreateLogGroup", r#"{"logGroupName": "g"}"#)));
    world.json("CreateLogStream", r#"{"logGroupName": "g", "logStreamName": "s"}"#);
    let put = r#"{"logGroupName": "g", "logStreamName": "s",
        "logEvents": [{"timestamp": 1790328027000, "message": "one \"two\" \u0001 ü"}]}"#;
    assert_snapshot!("aws_json_put", bytes(&world.json("PutLogEvents", put)));
    assert_snapshot!("aws_json_list", bytes(&world.json("DescribeLogStreams", r#"{"logGroupName": "g"}"#)));
    assert_snapshot!("aws_json_events", bytes(&world.json("FilterLogEvents", r#"{"logGroupName": "g"}"#)));
    assert_snapshot!("aws_json_unknown", bytes(&world.json("Nothing", "{}")));
    assert_snapshot!("aws_json_invalid", bytes(&world.json("PutRetentionPolicy", r#"{"logGroupName": ""}"#)));
}

#[test]
fn rpc_v2_cbor() {
    let world = World::new();
    let call = |operation: &str, body: &'static [u8]| {
        bytes(&world.emulator.blocking_respond(world.client.tagging_in_cbor(operation, body).unwrap()))
    };
    world.json("CreateLogGroup", r#"{"logGroupName": "g", "tags": {"team": "blue"}}"#);
    assert_snapshot!("rpc_v2_cbor_list", call("GetResources", b"\xa1\x78\x18IncludeComplianceDetails\xf5"));
    assert_snapshot!("rpc_v2_cbor_empty", call("GetTagValues", b"\xbf\x63Key\x64none\xff"));
    assert_snapshot!("rpc_v2_cbor_fault", call("GetTagValues", b"\xa0"));
    assert_snapshot!("rpc_v2_cbor_unknown", call("Nothing", b"\xa0"));
}

#[test]
fn the_data_plane() {
    let world = World::new();
    assert_snapshot!(
        "data_plane_no_api",
        bytes(&world.rest("GET", "/restapis/nothing/prod/_user_request_/pets", ""))
    );
    let api = world.rest("POST", "/v2/apis", r#"{"name": "pets", "protocolType": "HTTP"}"#);
    assert_snapshot!("rest_json_http_api", bytes(&api));
    let api: serde_json::Value = serde_json::from_slice(api.body()).unwrap();
    let path = format!("/_aws/execute-api/{}/pets", api["apiId"].as_str().unwrap());
    assert_snapshot!("data_plane_no_http_stage", bytes(&world.rest("GET", &path, "")));
    let sockets =
        r#"{"name": "s", "protocolType": "WEBSOCKET", "routeSelectionExpression": "$request.body.a"}"#;
    let api = world.rest("POST", "/v2/apis", sockets);
    let api: serde_json::Value = serde_json::from_slice(api.body()).unwrap();
    let path = format!("/_aws/execute-api/{}/pets", api["apiId"].as_str().unwrap());
    assert_snapshot!("data_plane_no_websocket_stage", bytes(&world.rest("GET", &path, "")));
}
