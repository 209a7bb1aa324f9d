//! Verdicts on inventories written out by hand: what passes, each way to fail, and what cannot be told.

#![expect(clippy::unwrap_used, reason = "a test may fail by it")]

use std::collections::BTreeMap;
use std::sync::Arc;

use stagecheck::evaluate;
use stagecheck::findings::{Require, StageEntry, Status};
use stagecheck::inventory::{
    AccessLog, Inventory, Known, Level, LogGroup, Method, MethodSetting, Region, Role, Stage, StageSettings,
    execution_log_group,
};
use stagecheck_policy::{Document, Kind};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-west-1";
const ROLE: &str = "arn:aws:iam::123456789012:role/logs";
const FORMAT: &str = "$context.requestId $context.requestTime $context.identity.sourceIp $context.httpMethod $context.path $context.status";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const ALLOW_LOGS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}"#;

/// One stage with which all is well, changed by each test in one place.
struct Sample {
    role_arn: Known<String>,
    role: Known<Role>,
    settings: StageSettings,
    methods: Known<Vec<Method>>,
    groups: BTreeMap<String, Known<LogGroup>>,
}

impl Sample {
    fn new() -> Self {
        let group = || Known::Value(LogGroup { retention_days: Some(30), stored_bytes: Some(0) });
        Self {
            role_arn: Known::Value(ROLE.to_owned()),
            role: Known::Value(role(TRUST, &[ALLOW_LOGS])),
            settings: StageSettings {
                deployment_id: "d".to_owned(),
                method_settings: [("*/*".to_owned(), setting(Level::Info))].into(),
                access_log: AccessLog {
                    destination_arn: Some(format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:access")),
                    format: Some(FORMAT.to_owned()),
                },
            },
            methods: Known::Absent,
            groups: [("access".to_owned(), group()), (execution_log_group("api", "prod"), group())].into(),
        }
    }

    fn verdict(self, require: Require) -> StageEntry {
        let stage = Stage {
            api_id: "api".to_owned(),
            api_name: "pets".to_owned(),
            name: "prod".to_owned(),
            arn: format!("arn:aws:apigateway:{REGION}::/restapis/api/stages/prod"),
            reachable: true,
            tags: BTreeMap::new(),
            settings: self.settings,
            methods: self.methods,
        };
        let region = Region { role_arn: self.role_arn, stages: vec![stage], log_groups: self.groups };
        let inventory = Inventory {
            account: ACCOUNT.to_owned(),
            partition: "aws".to_owned(),
            regions: [(REGION.to_owned(), region)].into(),
            roles: [(ROLE.to_owned(), self.role)].into(),
            gaps: Vec::new(),
        };
        evaluate(&inventory, require, String::new()).stages.remove(0)
    }

    fn statuses(self) -> [Status; 4] {
        let entry = self.verdict(Require::Both);
        [entry.execution.configured, entry.execution.arrives, entry.access.configured, entry.access.arrives]
    }
}

fn setting(level: Level) -> MethodSetting {
    MethodSetting { level, data_trace: false }
}

fn role(trust: &str, policies: &[&str]) -> Role {
    let parse = |text: &&str| Arc::new(Document::parse(text, Kind::Identity).unwrap());
    Role {
        name: "logs".to_owned(),
        trust_text: trust.to_owned(),
        trust: Known::Value(Arc::new(Document::parse(trust, Kind::Trust).unwrap())),
        policies: Known::Value(policies.iter().map(|text| ("policy".to_owned(), parse(text))).collect()),
        boundary: Known::Absent,
    }
}

fn get(path: &str) -> Method {
    Method { path: path.to_owned(), verb: "GET".to_owned(), open: true }
}

use Status::{Fail, Pass, Unknown};

#[test]
fn all_is_well() {
    let entry = Sample::new().verdict(Require::Both);
    assert_eq!(entry.status, Pass);
    assert!(entry.findings.is_empty(), "{:?}", entry.findings);
}

#[test]
fn own_settings_of_deployed_methods_count() {
    let with = |default: Option<Level>, own: Level, methods: Known<Vec<Method>>| {
        let mut sample = Sample::new();
        sample.settings.method_settings.clear();
        if let Some(level) = default {
            sample.settings.method_settings.insert("*/*".to_owned(), setting(level));
        }
        sample.settings.method_settings.insert("~1pets/GET".to_owned(), setting(own));
        sample.methods = methods;
        sample.verdict(Require::Both).execution
    };
    let pets = || Known::Value(vec![get("/pets")]);
    let two = || Known::Value(vec![get("/pets"), get("/toys")]);

    let one_dark = with(Some(Level::Info), Level::Off, two());
    assert_eq!((one_dark.configured, one_dark.dark_methods), (Fail, vec!["GET /pets".to_owned()]));
    let other_dark = with(None, Level::Error, two());
    assert_eq!((other_dark.configured, other_dark.dark_methods), (Fail, vec!["GET /toys".to_owned()]));
    assert_eq!(with(None, Level::Error, pets()).configured, Pass);
    // A setting whose method is gone darkens nothing.
    assert_eq!(with(Some(Level::Info), Level::Off, Known::Value(vec![get("/toys")])).configured, Pass);
    assert_eq!(with(Some(Level::Info), Level::Off, Known::Unknown).configured, Unknown);
}

#[test]
fn each_fault_of_the_role_keeps_lines_from_arriving() {
    let elsewhere = TRUST.replace("apigateway", "lambda");
    let depends = TRUST.replace(
        "\"Action\":\"sts:AssumeRole\"",
        r#""Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}"#,
    );
    let named = ALLOW_LOGS.replace(
        "\"Resource\":\"*\"",
        r#""Resource":"arn:aws:logs:eu-west-1:123456789012:log-group:access:*""#,
    );
    let deny = ALLOW_LOGS.replace("Allow", "Deny");
    let mut unset = Sample::new();
    unset.role_arn = Known::Absent;
    assert_eq!(unset.statuses(), [Pass, Fail, Pass, Fail]);
    for (role, arrives) in [
        (Known::Absent, [Fail, Fail]),
        (Known::Unknown, [Unknown, Unknown]),
        (Known::Value(role(&elsewhere, &[ALLOW_LOGS])), [Fail, Fail]),
        (Known::Value(role(&depends, &[ALLOW_LOGS])), [Unknown, Unknown]),
        (Known::Value(role(TRUST, &[])), [Fail, Fail]),
        (Known::Value(role(TRUST, &[ALLOW_LOGS, &deny])), [Fail, Fail]),
        (Known::Value(role(TRUST, &[&named])), [Fail, Pass]),
    ] {
        let mut sample = Sample::new();
        sample.role = role.clone();
        let [execution, access] = arrives;
        assert_eq!(sample.statuses(), [Pass, execution, Pass, access], "{role:?}");
    }
}

#[test]
fn a_boundary_takes_away_what_it_does_not_give() {
    let mut sample = Sample::new();
    let mut bounded = role(TRUST, &[ALLOW_LOGS]);
    let nothing = ALLOW_LOGS.replace("logs:*", "s3:*");
    let nothing = Arc::new(Document::parse(&nothing, Kind::Identity).unwrap());
    bounded.boundary = Known::Value(("boundary".to_owned(), nothing));
    sample.role = Known::Value(bounded);
    let entry = sample.verdict(Require::Both);
    assert_eq!(entry.execution.arrives, Fail);
    assert!(entry.findings[0].message.contains("permissions boundary"), "{:?}", entry.findings[0]);
}

#[test]
fn a_destination_must_be_a_group_that_is_there() {
    for (destination, arrives) in [
        ("arn:aws:logs:eu-west-1:123456789012:log-group:access:*", Pass),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:deleted", Fail),
        ("arn:aws:logs:us-east-1:123456789012:log-group:access", Fail),
        ("arn:aws:logs:eu-west-1:999999999999:log-group:access", Fail),
        ("arn:aws:firehose:eu-west-1:123456789012:deliverystream/amazon-apigateway-x", Unknown),
    ] {
        let mut sample = Sample::new();
        sample.settings.access_log.destination_arn = Some(destination.to_owned());
        sample.groups.insert("deleted".to_owned(), Known::Absent);
        assert_eq!(sample.statuses(), [Pass, Pass, Pass, arrives], "{destination}");
    }
    let mut sample = Sample::new();
    sample.groups.insert("access".to_owned(), Known::Unknown);
    assert_eq!(sample.statuses(), [Pass, Pass, Pass, Unknown]);
}

#[test]
fn what_is_required_decides() {
    let only_access = || {
        let mut sample = Sample::new();
        sample.settings.method_settings.clear();
        sample
    };
    for (require, status) in
        [(Require::Both, Fail), (Require::Execution, Fail), (Require::Access, Pass), (Require::Either, Pass)]
    {
        assert_eq!(only_access().verdict(require).status, status, "{require:?}");
    }
}

#[test]
fn quality_changes_no_verdict() {
    let mut sample = Sample::new();
    sample.settings.access_log.format = Some("$context.requestId".to_owned());
    sample
        .settings
        .method_settings
        .insert("*/*".to_owned(), MethodSetting { level: Level::Info, data_trace: true });
    sample
        .groups
        .insert("access".to_owned(), Known::Value(LogGroup { retention_days: None, stored_bytes: Some(5) }));
    let entry = sample.verdict(Require::Both);
    assert_eq!(entry.status, Pass);
    let checks: Vec<_> = entry.findings.iter().map(|finding| (finding.check, finding.status)).collect();
    let warn = Status::Warn;
    assert_eq!(checks, [("access-fields", warn), ("log-retention", warn), ("data-trace", warn)]);
}
