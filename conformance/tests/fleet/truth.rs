//! Holds a verdict against what requests really leave in the logs.

use std::collections::BTreeMap;

use aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsError;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use stagecheck::findings::{Findings, StageEntry, Status};
use stagecheck::inventory::execution_log_group;
use stagecheck_conformance::fleet::BuiltStage;
use stagecheck_conformance::socket;

use super::{REGION, World};

/// A content type that no method takes, so that requests fail and are logged at ERROR as at INFO.
const FOREIGN: &str = "content-type: application/vnd.fleet";

pub(super) async fn check(world: &World, findings: &Findings) -> Result<(), TestCaseError> {
    let entries: BTreeMap<(&str, &str), &StageEntry> =
        findings.stages.iter().map(|entry| ((entry.api_id.as_str(), entry.stage.as_str()), entry)).collect();
    prop_assert_eq!(entries.len(), world.built.stages.len());
    for stage in &world.built.stages {
        check_stage(world, stage, entries[&(stage.api_id.as_str(), stage.stage.as_str())]).await?;
    }
    Ok(())
}

async fn check_stage(world: &World, stage: &BuiltStage, entry: &StageEntry) -> Result<(), TestCaseError> {
    let execution_group = execution_log_group(&stage.api_id, &stage.stage);
    let access_group = format!("access-{}-{}", stage.api_id, stage.stage);
    let is_dark =
        |method: &String| entry.execution.dark_methods.iter().any(|dark| dark == method || dark == "* /*");
    for method in 0..stage.methods {
        let path = format!("/m{method}");
        let url = format!("/restapis/{}/{}/_user_request_{path}", stage.api_id, stage.stage);
        let request =
            format!("GET {url} HTTP/1.1\r\nhost: localhost\r\n{FOREIGN}\r\nconnection: close\r\n\r\n");
        let answer = socket::exchange(world.emulator.address(), &[request.as_bytes()]).unwrap();
        prop_assert_eq!(answer.status, 415, "{}", url);
        let request_id = answer.header("x-amzn-requestid").unwrap();

        let logs_execution = lines(world, &execution_group, request_id).await > 0;
        let should = entry.execution.arrives == Status::Pass && !is_dark(&format!("GET {path}"));
        prop_assert_eq!(logs_execution, should, "execution log of {}: {:?}", path, entry);

        let logs_access = lines(world, &access_group, request_id).await > 0;
        prop_assert_eq!(
            logs_access,
            entry.access.status == Status::Pass,
            "access log of {}: {:?}",
            path,
            entry
        );
    }
    Ok(())
}

/// The lines in a group that name a request; none where there is no group.
async fn lines(world: &World, group: &str, request_id: &str) -> usize {
    let logs = &world.connection.regions[REGION].logs;
    match logs.filter_log_events().log_group_name(group).send().await {
        Ok(found) => {
            let events = found.events().iter();
            events.filter(|event| event.message().unwrap_or_default().contains(request_id)).count()
        }
        Err(error)
            if error
                .as_service_error()
                .is_some_and(FilterLogEventsError::is_resource_not_found_exception) =>
        {
            0
        }
        Err(error) => panic!("{error:?}"),
    }
}
