//! Deliveries as the data plane sees them, and what crosses accounts.

use std::sync::Arc;

use serde_json::{Value, json};

use super::deliveries::CreateDelivery;
use super::destinations::PutDeliveryDestination;
use super::sources::PutDeliverySource;
use super::*;
use crate::ids::Ids;
use crate::logs::groups;
use crate::service::ports::{DeliveryTarget, LogDeliveries, LogDelivery, StageLogging};
use crate::service::{Ctx, Principal, Quotas};
use crate::store::{Account, Scope, Scopes};
use crate::time::Timestamp;

const STAGE: &str = "arn:aws:apigateway:us-east-1:000000000000:/restapis/abc/stages/dev";

/// The one stage of which all is logged.
struct OneStage;

impl StageLogging for OneStage {
    fn logs_executions(&self, _: &Scope, api_id: &str, stage: &str) -> Option<bool> {
        (api_id == "abc").then_some(stage == "dev")
    }
}

#[derive(Default)]
struct World {
    states: Arc<Scopes<Logs>>,
}

fn account(id: &str) -> Scope {
    Scope { account: Account::parse(id).unwrap(), ..Scope::default() }
}

impl World {
    fn call<T>(&self, scope: &Scope, call: impl FnOnce(&Ctx<'_>) -> T) -> T {
        let (principal, ids) = (Principal::root(scope), Ids::random());
        let now = Timestamp::from_millis(0);
        call(&Ctx { scope, principal: &principal, now, ids: &ids, quotas: &Quotas::default() })
    }

    fn source(&self, scope: &Scope, input: Value) -> Result<(), Fault> {
        let input: PutDeliverySource = serde_json::from_value(input).unwrap();
        self.call(scope, |ctx| sources::put(ctx, &self.states, input, &OneStage)).map(drop)
    }

    fn destination(&self, scope: &Scope, input: Value) -> Result<(), Fault> {
        let input: PutDeliveryDestination = serde_json::from_value(input).unwrap();
        self.call(scope, |ctx| destinations::put(ctx, &self.states, input)).map(drop)
    }

    fn policy(&self, scope: &Scope, name: &str, principal: &str) {
        let document = json!({"Statement": {"Effect": "Allow", "Principal": {"AWS": principal},
            "Action": "logs:CreateDelivery", "Resource": "*"}});
        let input =
            json!({"deliveryDestinationName": name, "deliveryDestinationPolicy": document.to_string()});
        let input = serde_json::from_value(input).unwrap();
        self.call(scope, |ctx| {
            self.states.write(scope, |state| destination_policies::put(ctx, state, input).map(drop))
        })
        .unwrap();
    }

    fn deliver(&self, scope: &Scope, input: Value) -> Result<(), Fault> {
        let input: CreateDelivery = serde_json::from_value(input).unwrap();
        self.call(scope, |ctx| deliveries::create(ctx, &self.states, input)).map(drop)
    }

    fn group(&self, scope: &Scope, name: &str) {
        let group = groups::LogGroup::new(scope, name, Timestamp::default());
        let put = self.states.write(scope, |state| Ok::<_, Fault>(state.groups.put(name.into(), group)));
        put.unwrap();
    }

    fn delete_destination(&self, scope: &Scope, name: &str) -> Result<(), Fault> {
        self.call(scope, |ctx| destinations::delete(ctx, &self.states, Named { name: name.into() }))
    }

    fn known(&self, scope: &Scope, resource: &str) -> Vec<LogDelivery> {
        let directory = DeliveryDirectory::new(Arc::clone(&self.states));
        directory.of_resource(scope, resource, "EXECUTION_LOGS")
    }
}

fn destination_arn(scope: &Scope, name: &str) -> String {
    scope.arn("logs", format_args!("delivery-destination:{name}"))
}

fn stage_source() -> Value {
    json!({"name": "dev", "resourceArn": STAGE, "logType": "EXECUTION_LOGS"})
}

fn code(result: Result<(), Fault>) -> &'static str {
    result.map_or_else(|fault| fault.code, |()| "done")
}

#[test]
fn the_data_plane_is_told_of_a_stages_deliveries() {
    let (world, own) = (World::default(), Scope::default());
    world.group(&own, "orders");
    world.source(&own, stage_source()).unwrap();
    let target = "arn:aws:logs:us-east-1:000000000000:log-group:orders:*";
    let to_group = json!({"name": "group", "outputFormat": "plain",
        "deliveryDestinationConfiguration": {"destinationResourceArn": target}});
    world.destination(&own, to_group).unwrap();
    let bucket = json!({"name": "bucket", "outputFormat": "parquet",
        "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::logs/pre"}});
    world.destination(&own, bucket).unwrap();
    assert_eq!(world.known(&own, STAGE), []);
    let to_group = json!({"deliverySourceName": "dev", "deliveryDestinationArn": destination_arn(&own, "group"),
        "recordFields": ["payload"], "fieldDelimiter": ""});
    world.deliver(&own, to_group).unwrap();
    let to_bucket = json!({"deliverySourceName": "dev", "deliveryDestinationArn": destination_arn(&own, "bucket"),
        "s3DeliveryConfiguration": {"suffixPath": "{api_id}/{yyyy}", "enableHiveCompatiblePath": true}});
    world.deliver(&own, to_bucket).unwrap();

    let mut known = world.known(&own, STAGE);
    known.sort_by_key(|delivery| delivery.target_arn.clone());
    let [group, bucket] = known.as_slice() else { panic!("{known:?}") };
    assert_eq!((group.target, group.target_arn.as_deref()), (DeliveryTarget::CloudWatchLogs, Some(target)));
    assert_eq!(group.source_arn, "arn:aws:logs:us-east-1:000000000000:delivery-source:dev");
    assert_eq!(group.output_format, Some("plain"));
    assert_eq!(
        (group.record_fields.as_slice(), group.field_delimiter.as_str()),
        (&["payload".to_owned()][..], "")
    );
    assert_eq!(group.suffix_path, None);
    assert_eq!(
        (bucket.target, bucket.target_arn.as_deref()),
        (DeliveryTarget::S3, Some("arn:aws:s3:::logs/pre"))
    );
    assert_eq!(bucket.suffix_path.as_deref(), Some("AWSLogs/{account-id}/APIGateway/{api_id}/{yyyy}"));
    assert!(bucket.hive_compatible_path && bucket.record_fields.len() == 7);

    assert_eq!(world.known(&own, "arn:aws:apigateway:us-east-1:000000000000:/restapis/abc/stages/v1"), []);
    assert_eq!(world.known(&account("111111111111"), STAGE), []);
}

#[test]
fn a_delivery_to_a_group_lets_log_delivery_write_there() {
    let (world, own) = (World::default(), Scope::default());
    world.group(&own, "orders");
    world.source(&own, stage_source()).unwrap();
    let target = "arn:aws:logs:us-east-1:000000000000:log-group:orders";
    let to_group =
        json!({"name": "group", "deliveryDestinationConfiguration": {"destinationResourceArn": target}});
    world.destination(&own, to_group).unwrap();
    let policy = |world: &World| {
        world.states.read(&own, |state| {
            let policy = state.group_policies.get(&"orders".into())?;
            Some(policy.policy_document.text().to_owned())
        })
    };
    assert_eq!(policy(&world), None);
    let deliver =
        json!({"deliverySourceName": "dev", "deliveryDestinationArn": destination_arn(&own, "group")});
    world.deliver(&own, deliver.clone()).unwrap();
    let written = policy(&world).unwrap();
    assert!(
        written.contains("AWSLogDeliveryWrite20150319") && written.contains(":log-group:orders:log-stream:*")
    );
    assert_eq!(code(world.deliver(&own, deliver)), "ConflictException");
}

#[test]
fn another_accounts_destination_takes_what_its_policy_lets_in() {
    let (world, own, other) = (World::default(), Scope::default(), account("111111111111"));
    world.source(&own, stage_source()).unwrap();
    let bucket = json!({"name": "bucket",
        "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::logs"}});
    world.destination(&other, bucket).unwrap();
    world.group(&other, "orders");
    let target = "arn:aws:logs:us-east-1:111111111111:log-group:orders";
    let group =
        json!({"name": "group", "deliveryDestinationConfiguration": {"destinationResourceArn": target}});
    world.destination(&other, group).unwrap();
    let deliver = |name: &str| json!({"deliverySourceName": "dev", "deliveryDestinationArn": destination_arn(&other, name)});
    for name in ["bucket", "none"] {
        assert_eq!(code(world.deliver(&own, deliver(name))), "AccessDeniedException", "{name}");
    }
    world.policy(&other, "bucket", "222222222222");
    assert_eq!(code(world.deliver(&own, deliver("bucket"))), "AccessDeniedException");
    for name in ["bucket", "group"] {
        world.policy(&other, name, "000000000000");
    }
    assert_eq!(code(world.deliver(&own, deliver("group"))), "ValidationException");
    world.deliver(&own, deliver("bucket")).unwrap();
    let known = world.known(&own, STAGE);
    assert_eq!(known.iter().map(|each| each.target).collect::<Vec<_>>(), [DeliveryTarget::S3]);
    assert_eq!(code(world.delete_destination(&other, "bucket")), "ConflictException");
    world.delete_destination(&other, "group").unwrap();
}

#[test]
fn a_source_is_a_stage_that_logs() {
    let (world, own) = (World::default(), Scope::default());
    for (resource, log_type, expected) in [
        (STAGE, "ACCESS_LOGS", "ValidationException"),
        ("arn:aws:apigateway:us-east-1::/restapis/abc/stages/dev", "EXECUTION_LOGS", "ValidationException"),
        (
            "arn:aws:apigateway:us-east-1:000000000000:/apis/abc/stages/dev",
            "EXECUTION_LOGS",
            "ValidationException",
        ),
        (
            "arn:aws:apigateway:us-east-1:111111111111:/restapis/abc/stages/dev",
            "EXECUTION_LOGS",
            "ValidationException",
        ),
        (
            "arn:aws:apigateway:eu-west-1:000000000000:/restapis/abc/stages/dev",
            "EXECUTION_LOGS",
            "ValidationException",
        ),
        (
            "arn:aws:apigateway:us-east-1:000000000000:/restapis/abc/stages/quiet",
            "EXECUTION_LOGS",
            "ValidationException",
        ),
        (
            "arn:aws:apigateway:us-east-1:000000000000:/restapis/none/stages/dev",
            "EXECUTION_LOGS",
            "ResourceNotFoundException",
        ),
        ("arn:aws:dynamodb:us-east-1:000000000000:table/a", "EXECUTION_LOGS", "ValidationException"),
        (STAGE, "EXECUTION_LOGS", "done"),
    ] {
        let source = json!({"name": "dev", "resourceArn": resource, "logType": log_type});
        assert_eq!(code(world.source(&own, source)), expected, "{resource} {log_type}");
    }
}

#[test]
fn a_resource_has_one_source_for_each_type_of_its_logs() {
    let (world, own) = (World::default(), Scope::default());
    let source = |name: &str, log_type: &str| {
        let resource = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/r";
        json!({"name": name, "resourceArn": resource, "logType": log_type})
    };
    world.source(&own, source("logs", "APPLICATION_LOGS")).unwrap();
    world.source(&own, source("traces", "TRACES")).unwrap();
    assert_eq!(code(world.source(&own, source("again", "TRACES"))), "ConflictException");
    world.source(&own, source("traces", "TRACES")).unwrap();
}
