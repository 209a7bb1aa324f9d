//! What limits a session, by a gate whose callers are made up.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use stagecheck_models::logs;
use stagecheck_policy::{Document, Kind};

use super::*;
use crate::ids::Ids;
use crate::service::context::Circumstances;
use crate::service::ports::{Grants, Permissions, RoleTrust};
use crate::service::{Dialect, Fault, Identity, NamedDocument, Principal, Quotas, ServiceControl, Session};
use crate::store::{Account, Scope};
use crate::time::Timestamp;

const ALL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
const READS: &str = r#"{"Statement":{"Effect":"Allow","Action":"logs:Get*","Resource":"*"}}"#;

/// Everybody may do everything.
struct Generous;

impl Permissions for Generous {
    fn of(&self, _: &Principal) -> Grants {
        Grants { policies: vec![policy("all", ALL)], ..Grants::default() }
    }

    fn is_there(&self, _: &Principal) -> bool {
        true
    }

    fn trust(&self, _: &str) -> Option<RoleTrust> {
        None
    }
}

fn policy(name: &str, text: &str) -> NamedDocument {
    (Arc::from(name), Arc::new(Document::parse(text, Kind::Identity).unwrap()))
}

fn session(arn: &str, role_path: &str, policies: Option<Vec<NamedDocument>>) -> Principal {
    let identity = if arn.contains(":federated-user/") {
        Identity::User { arn: "arn:aws:iam::000000000000:user/ann".into(), name: "ann".into() }
    } else {
        let arn = format!("arn:aws:iam::000000000000:role{role_path}worker");
        Identity::Role { arn: arn.into(), name: "worker".into() }
    };
    Principal {
        account: Account::parse("000000000000").unwrap(),
        arn: arn.to_owned(),
        user_id: "AROA:shift".into(),
        identity,
        session: Some(Session {
            issued: Timestamp::from_millis(0),
            expires: Timestamp::from_millis(3_600_000),
            policies,
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            source_identity: None,
            mfa_authenticated: None,
            federated_provider: None,
        }),
    }
}

const SESSION: &str = "arn:aws:sts::000000000000:assumed-role/worker/shift";

/// How a caller who wants to delete a group is denied.
fn denied(principal: &Principal, control: ServiceControl) -> Option<String> {
    let authorizer = Authorizer::new(IamMode::Enforce, Arc::new(Generous), control);
    let circumstances =
        Circumstances { source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: None, referer: None };
    let gate = authorizer.gate(|| circumstances).unwrap();
    let (scope, ids) = (Scope::default(), Ids::seeded(0));
    let now = Timestamp::from_millis(0);
    let ctx = Ctx { scope: &scope, principal, now, ids: &ids, quotas: &Quotas::default() };
    let needs = [Requirement::new("logs:DeleteLogGroup", "*")];
    let passed = gate.pass(&ctx, &logs::DELETE_LOG_GROUP, &Dialect::AWS_JSON, &needs);
    assert!(gate.into_ruling().is_some());
    passed.err().map(|Fault { status, message, .. }| {
        assert_eq!(status, 400);
        message
    })
}

fn control(text: &str) -> ServiceControl {
    ServiceControl::default().with_level(None, [("scp", text)]).unwrap()
}

#[test]
fn a_session_policy_must_allow_too() {
    let none = ServiceControl::default;
    assert_eq!(denied(&session(SESSION, "/", None), none()), None);
    assert_eq!(denied(&session(SESSION, "/", Some(vec![policy("s", ALL)])), none()), None);
    let message = denied(&session(SESSION, "/", Some(vec![policy("s", READS)])), none()).unwrap();
    assert!(
        message.ends_with("because no session policy allows the logs:DeleteLogGroup action"),
        "{message}"
    );
}

#[test]
fn a_federated_user_may_do_nothing_without_a_session_policy() {
    let arn = "arn:aws:sts::000000000000:federated-user/bob";
    let none = ServiceControl::default;
    assert!(denied(&session(arn, "/", None), none()).unwrap().contains("no session policy"));
    assert_eq!(denied(&session(arn, "/", Some(vec![policy("s", ALL)])), none()), None);
}

#[test]
fn service_control_holds_for_all_but_service_linked_roles() {
    let message = denied(&session(SESSION, "/", None), control(READS)).unwrap();
    assert!(message.contains("because no service control policy allows"), "{message}");
    assert!(denied(&Principal::root(&Scope::default()), control(READS)).is_some());
    assert_eq!(denied(&session(SESSION, "/aws-service-role/x.amazonaws.com/", None), control(READS)), None);
    assert_eq!(denied(&session(SESSION, "/", None), control(ALL)), None);
}

#[test]
fn soft_lets_pass_and_off_has_no_gate() {
    let authorizer = |mode| Authorizer::new(mode, Arc::new(Generous), control(READS));
    let circumstances =
        Circumstances { source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: None, referer: None };
    assert!(authorizer(IamMode::Off).gate(|| circumstances).is_none());
    let soft = authorizer(IamMode::Soft);
    let gate = soft.gate(|| circumstances).unwrap();
    let (scope, ids) = (Scope::default(), Ids::seeded(0));
    let principal = Principal::root(&scope);
    let now = Timestamp::from_millis(0);
    let ctx = Ctx { scope: &scope, principal: &principal, now, ids: &ids, quotas: &Quotas::default() };
    let needs = [Requirement::new("logs:DeleteLogGroup", "*")];
    assert!(gate.pass(&ctx, &logs::DELETE_LOG_GROUP, &Dialect::AWS_JSON, &needs).is_ok());
    assert!(gate.into_ruling().unwrap().denial().is_some());
}
