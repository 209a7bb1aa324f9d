//! Single faults that once went wrong.

use std::collections::BTreeSet;

use aws_sdk_apigateway::types::PatchOperation;
use stagecheck::connection::Clients;
use stagecheck::findings::{Require, Status};
use stagecheck::inventory::{NEW_ROLE, execution_log_group};
use stagecheck::plan::{Choices, Extra, Plan, Safety, plan};
use stagecheck_conformance::fleet::{AccessState, Api, Fleet, RoleFate, StageState};

use super::{REGION, World, choices};

/// One stage, all of whose methods log at this level and whose access logs are so.
fn one_stage(role: RoleFate, level: &'static str, access: AccessState) -> Fleet {
    let stage = StageState { default_level: Some(level), own_levels: vec![None], data_trace: false, access };
    Fleet { role, apis: vec![Api { any_verb: false, methods: 1, stages: vec![stage] }] }
}

/// Runs a story on a fleet.
fn on(fleet: &Fleet, story: impl AsyncFnOnce(World)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async { story(World::of(fleet).await).await });
}

fn clients(world: &World) -> &Clients {
    &world.connection.regions[REGION]
}

fn safety(plan: &Plan, id: &str) -> Option<Safety> {
    plan.actions.iter().find(|action| action.id == id).map(|action| action.safety)
}

#[test]
fn lines_of_an_old_group_are_not_deleted_unasked() {
    on(&one_stage(RoleFate::Healthy, "OFF", AccessState::On { retention: true }), async |world| {
        let group = execution_log_group(&world.built.stages[0].api_id, "s0");
        let logs = &clients(&world).logs;
        logs.create_log_group().log_group_name(&group).send().await.unwrap();
        logs.create_log_stream().log_group_name(&group).log_stream_name("s").send().await.unwrap();
        let event = aws_sdk_cloudwatchlogs::types::InputLogEvent::builder().message("old").timestamp(now());
        let put = logs.put_log_events().log_group_name(&group).log_stream_name("s");
        put.log_events(event.build().unwrap()).send().await.unwrap();

        let plan = world.plan().await;
        assert_eq!(safety(&plan, &format!("{REGION}/log-group/{group}")), None);
        assert_eq!(safety(&plan, &format!("{REGION}/retention/{group}")), Some(Safety::NeedsApproval));

        logs.put_retention_policy().log_group_name(&group).retention_in_days(30).send().await.unwrap();
        // The plan of before finds that somebody else has decided.
        assert!(world.apply(&plan).await.is_whole());
        assert_eq!(safety(&world.plan().await, &format!("{REGION}/retention/{group}")), None);
    });
}

/// The machine's time, in milliseconds: CloudWatch Logs takes no events of long ago.
#[expect(clippy::disallowed_methods, reason = "the emulator runs by the machine's clock here")]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

#[test]
fn a_role_of_the_new_roles_name_is_mended() {
    on(&one_stage(RoleFate::Unset, "OFF", AccessState::Off), async |world| {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let iam = &clients(&world).iam;
        iam.create_role().role_name(NEW_ROLE).assume_role_policy_document(trust).send().await.unwrap();
        // The fleet's own role would do, too.
        let policy = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
        iam.detach_role_policy().role_name("fleet-logs").policy_arn(policy).send().await.unwrap();

        let plan = world.plan().await;
        let applied = world.apply(&plan).await;
        assert!(applied.is_whole(), "{applied:?}");
        assert_eq!(world.findings().await.stages[0].status, Status::Pass);
    });
}

#[test]
fn a_role_that_api_gateway_would_refuse_is_not_handed_over() {
    on(&one_stage(RoleFate::Unset, "OFF", AccessState::Off), async |world| {
        let iam = &clients(&world).iam;
        let policy = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
        iam.detach_role_policy().role_name("fleet-logs").policy_arn(policy).send().await.unwrap();
        let some_groups = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"arn:aws:logs:us-east-1:*:*"}]}"#;
        let put = iam.put_role_policy().role_name("fleet-logs").policy_name("p").policy_document(some_groups);
        put.send().await.unwrap();

        let applied = world.apply(&world.plan().await).await;
        assert!(applied.is_whole(), "{applied:?}");
    });
}

#[test]
fn bodies_are_not_logged_unasked() {
    let mut fleet = one_stage(RoleFate::Healthy, "OFF", AccessState::On { retention: true });
    fleet.apis[0].stages[0].data_trace = true;
    on(&fleet, async |world| {
        let id = format!("{REGION}/stage/{}/s0", world.built.stages[0].api_id);
        let inventory = world.inventory().await;
        let with = |include| plan(&inventory, &Choices { include, ..choices(Require::Both) }, None);
        assert_eq!(safety(&with(BTreeSet::new()), &id), Some(Safety::NeedsApproval));
        assert_eq!(safety(&with(BTreeSet::from([Extra::DataTrace])), &id), Some(Safety::Safe));
    });
}

#[test]
fn what_suffices_is_left_alone() {
    on(&one_stage(RoleFate::Healthy, "INFO", AccessState::Off), async |world| {
        let plan = world.plan_for(Require::Either).await;
        assert_eq!(plan.actions, []);
    });
}

#[test]
fn a_change_since_the_plan_is_left_alone() {
    on(&one_stage(RoleFate::Healthy, "OFF", AccessState::On { retention: true }), async |world| {
        let plan = world.plan().await;
        let stage = &world.built.stages[0];
        let patch =
            PatchOperation::builder().op("replace".into()).path("/*/*/logging/dataTrace").value("true");
        let update = clients(&world).apigateway.update_stage().rest_api_id(&stage.api_id).stage_name("s0");
        update.patch_operations(patch.build()).send().await.unwrap();
        let before = world.export();
        let applied = world.apply(&plan).await;
        assert!(!applied.is_whole());
        let stages = |export: &serde_json::Value| export["apigateway"].clone();
        assert_eq!(stages(&before), stages(&world.export()));
    });
}
