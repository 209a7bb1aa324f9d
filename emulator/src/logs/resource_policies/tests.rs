//! What resource policies say of services, and the statements that let log delivery in.

use std::sync::Arc;

use stagecheck_policy::{Context, Decision, Outcome};

use super::*;
use crate::ids::Ids;
use crate::service::ports::{DELIVERY_SERVICE, DeliveryAccess, LogPolicies, NoRoomInPolicies, ServiceAccess};
use crate::service::{Principal, Quotas};
use crate::store::{Account, Scopes};

/// An account with some log groups, and the port.
struct World {
    scope: Scope,
    ids: Ids,
    quotas: Quotas,
    states: Arc<Scopes<Logs>>,
    port: GroupPolicies,
}

impl World {
    fn new(groups: &[&str]) -> Self {
        let states = Arc::<Scopes<Logs>>::default();
        let world = Self {
            scope: Scope::default(),
            ids: Ids::seeded(7),
            quotas: Quotas::default(),
            port: GroupPolicies::new(Arc::clone(&states)),
            states,
        };
        for name in groups {
            world.write(|_, state| {
                let group = groups::LogGroup::new(&world.scope, name, Timestamp::default());
                state.groups.put((*name).into(), group);
                Ok(())
            });
        }
        world
    }

    fn call<T>(&self, call: impl FnOnce(&Ctx<'_>) -> T) -> T {
        let principal = Principal::root(&self.scope);
        let now = Timestamp::from_millis(1_790_000_000_000);
        call(&Ctx { scope: &self.scope, principal: &principal, now, ids: &self.ids, quotas: &self.quotas })
    }

    fn write<T>(&self, write: impl FnOnce(&Ctx<'_>, &mut Logs) -> Result<T, Fault>) -> T {
        self.call(|ctx| self.states.write(ctx.scope, |state| write(ctx, state))).unwrap()
    }

    fn put(&self, name: &str, document: &str) {
        let input = PutResourcePolicy {
            policy_name: Some(name.into()),
            policy_document: Some(document.to_owned()),
            resource_arn: None,
            expected_revision_id: None,
        };
        self.write(|ctx, state| put(ctx, state, input).map(drop));
    }

    fn put_of_group(&self, group: &str, document: &str) {
        let input = PutResourcePolicy {
            policy_name: None,
            policy_document: Some(document.to_owned()),
            resource_arn: Some(self.scope.arn("logs", format_args!("log-group:{group}"))),
            expected_revision_id: None,
        };
        self.write(|ctx, state| put(ctx, state, input).map(drop));
    }

    fn decide(&self, service: &str, action: &str, group: &str, source_account: &str) -> Decision {
        let resource = self.scope.arn("logs", format_args!("log-group:{group}:log-stream:one"));
        let context = Context::default()
            .with("aws:SourceAccount", [source_account])
            .with("aws:SourceArn", [self.scope.arn("logs", format_args!("delivery-source:any"))]);
        self.port
            .decide(&self.scope, &ServiceAccess { service, action, resource: &resource, context: &context })
    }

    fn delivers_to(&self, group: &str) -> bool {
        ["logs:CreateLogStream", "logs:PutLogEvents"].into_iter().all(|action| {
            self.decide(DELIVERY_SERVICE, action, group, self.scope.account.as_str()).outcome
                == Outcome::Allowed
        })
    }

    fn let_in(&self, group: &str) -> Result<(), NoRoomInPolicies> {
        self.call(|ctx| self.port.let_delivery_in(ctx, group))
    }

    fn access(&self, group: &str) -> DeliveryAccess {
        self.call(|ctx| self.port.delivery_access(ctx, group))
    }

    fn account_policy(&self) -> Option<serde_json::Value> {
        let name = PolicyName::from("AWSLogDeliveryWrite20150319");
        self.states.read(&self.scope, |state| {
            let policy = state.account_policies.get(&name)?;
            serde_json::from_str(policy.policy_document.text()).ok()
        })
    }
}

fn statement(effect: &str, service: &str, resource: &str) -> String {
    format!(
        r#"{{"Statement":{{"Sid":"{effect}It","Effect":"{effect}","Principal":{{"Service":"{service}"}},"Action":"logs:*","Resource":"{resource}"}}}}"#
    )
}

#[test]
fn silence_denies() {
    let world = World::new(&["orders"]);
    let decision = world.decide(DELIVERY_SERVICE, "logs:PutLogEvents", "orders", "000000000000");
    assert_eq!((decision.outcome, decision.matched.len()), (Outcome::ImplicitDeny, 0));
}

#[test]
fn a_policy_of_the_account_lets_a_service_write_and_no_more() {
    let world = World::new(&["orders"]);
    world.put("es", &statement("Allow", "es.amazonaws.com", "arn:aws:logs:*:*:log-group:ord*"));
    let outcome = |service, action, group| world.decide(service, action, group, "000000000000").outcome;
    assert_eq!(outcome("es.amazonaws.com", "logs:PutLogEvents", "orders"), Outcome::Allowed);
    assert_eq!(outcome("es.amazonaws.com", "logs:DeleteLogStream", "orders"), Outcome::ImplicitDeny);
    assert_eq!(outcome("es.amazonaws.com", "logs:PutLogEvents", "pets"), Outcome::ImplicitDeny);
    assert_eq!(outcome(DELIVERY_SERVICE, "logs:PutLogEvents", "orders"), Outcome::ImplicitDeny);
}

#[test]
fn a_deny_in_either_scope_decides_and_is_named() {
    for denies_in_group in [false, true] {
        let world = World::new(&["orders"]);
        let [allow, deny] = ["Allow", "Deny"].map(|effect| statement(effect, DELIVERY_SERVICE, "*"));
        let (of_account, of_group) = if denies_in_group { (allow, deny) } else { (deny, allow) };
        world.put("all", &of_account);
        world.put_of_group("orders", &of_group);
        let decision = world.decide(DELIVERY_SERVICE, "logs:PutLogEvents", "orders", "000000000000");
        assert_eq!(decision.outcome, Outcome::ExplicitDeny);
        let [statement] = decision.matched.as_slice() else { panic!("{decision:?}") };
        let policy = if denies_in_group { "of the log group" } else { "all" };
        assert_eq!((statement.policy.as_str(), statement.sid.as_deref()), (policy, Some("DenyIt")));
    }
}

#[test]
fn a_groups_policy_is_of_that_group_and_goes_with_it() {
    let world = World::new(&["orders", "pets"]);
    world.put_of_group("orders", &statement("Allow", DELIVERY_SERVICE, "*"));
    assert!(world.delivers_to("orders") && !world.delivers_to("pets"));
    let group = groups::OneLogGroup { log_group_name: "orders".into() };
    world.write(|ctx, state| groups::delete(ctx, state, group));
    assert!(!world.delivers_to("orders"));
}

#[test]
fn log_delivery_is_let_in_group_by_group() {
    let world = World::new(&["orders", "pets"]);
    assert_eq!(world.access("none"), DeliveryAccess::NoGroup);
    for group in ["orders", "pets", "orders"] {
        assert_eq!(world.access(group), DeliveryAccess::Possible);
        world.let_in(group).unwrap();
        assert!(world.delivers_to(group));
    }
    let statement = |sid: &str, group: &str| {
        serde_json::json!({
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": format!("arn:aws:logs:us-east-1:000000000000:log-group:{group}:log-stream:*"),
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "000000000000"},
                "ArnLike": {"aws:SourceArn": "arn:aws:logs:us-east-1:000000000000:*"},
            },
        })
    };
    let expected = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [statement("AWSLogDeliveryWrite", "orders"), statement("AWSLogDeliveryWrite1", "pets")],
    });
    assert_eq!(world.account_policy(), Some(expected));
    // What another account's delivery would do is another thing.
    let other = Account::parse("111111111111").unwrap();
    let decision = world.decide(DELIVERY_SERVICE, "logs:PutLogEvents", "orders", other.as_str());
    assert_eq!(decision.outcome, Outcome::ImplicitDeny);
}

#[test]
fn what_is_let_in_already_is_not_written_again() {
    let world = World::new(&["orders"]);
    world.put("own", &statement("Allow", DELIVERY_SERVICE, "*"));
    world.let_in("orders").unwrap();
    assert_eq!(world.account_policy(), None);
}

#[test]
fn a_statement_of_the_group_that_another_policy_denies_is_not_written_twice() {
    let world = World::new(&["orders"]);
    world.let_in("orders").unwrap();
    world.put("own", &statement("Deny", DELIVERY_SERVICE, "*"));
    let before = world.account_policy();
    world.let_in("orders").unwrap();
    assert!(!world.delivers_to("orders"));
    assert_eq!(world.account_policy(), before);
}

#[test]
fn an_eleventh_policy_has_no_room() {
    let world = World::new(&["orders"]);
    for number in 0..10 {
        world.put(&format!("p{number}"), &statement("Allow", "es.amazonaws.com", "*"));
    }
    assert_eq!(world.access("orders"), DeliveryAccess::NoRoom);
    assert_eq!(world.let_in("orders"), Err(NoRoomInPolicies));
    assert_eq!(world.account_policy(), None);
}

#[test]
fn a_policy_that_is_full_lets_all_vended_groups_in_and_no_others() {
    let names: Vec<String> = (0..200).map(|number| format!("{number:0>400}")).collect();
    let vended = ["/aws/vendedlogs/one", "/aws/vendedlogs/two"];
    let world = World::new(&names.iter().map(String::as_str).chain(vended).collect::<Vec<_>>());
    let refused = names.iter().position(|name| world.let_in(name).is_err()).unwrap();
    assert!(refused > 40, "{refused}");
    assert_eq!(world.access(&names[refused]), DeliveryAccess::NoRoom);
    // A short name may have had room left, so that the first of these fills it.
    let fillers: Vec<String> = (0..9).map(|number| format!("/aws/vendedlogs/filler{number}")).collect();
    for name in &fillers {
        world.let_in(name).unwrap();
    }
    let full = world.account_policy().unwrap();
    assert!(full.to_string().contains("/aws/vendedlogs/*"), "{full}");
    world.let_in(vended[0]).unwrap();
    assert!(world.delivers_to(vended[0]) && world.delivers_to(vended[1]));
    assert!(world.delivers_to(&names[0]) && !world.delivers_to(&names[refused]));
    assert_eq!(world.account_policy(), Some(full));
}
