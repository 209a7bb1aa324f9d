//! What holds of any policies and any request.

#![expect(clippy::panic, reason = "a test may fail by it")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use stagecheck_policy::{
    Context, Decision, Document, Kind, MatchedStatement, Outcome, Policies, Policy, Principal, Request,
    ResourcePolicy, evaluate,
};

/// The keys that policies ask for, some of which a request has.
const KEYS: [&str; 4] = ["k:one", "k:two", "k:name", "k:default"];
const VALUES: [&str; 4] = ["1", "2", "r", "s"];

/// A policy's statements.
type Statements = Vec<Value>;

/// Policies of each type, with a request.
#[derive(Clone, Debug)]
struct Setting {
    identity: Vec<Statements>,
    boundary: Option<Statements>,
    session: Option<Vec<Statements>>,
    /// With whether it must allow.
    resource: Option<(bool, Statements)>,
    service_control: Vec<Vec<Statements>>,
    who: Principal<'static>,
    is_abroad: bool,
    action: &'static str,
    on: &'static str,
    context: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Setting {
    fn decide(&self) -> Decision {
        let all = |policies: &[Statements], kind| -> Vec<Document> {
            policies.iter().map(|statements| document(statements, kind)).collect()
        };
        let identity = all(&self.identity, Kind::Identity);
        let boundary = self.boundary.as_ref().map(|boundary| document(boundary, Kind::Identity));
        let session = self.session.as_ref().map(|session| all(session, Kind::Identity));
        let resource = self.resource.as_ref().map(|(_, resource)| document(resource, Kind::Resource));
        let levels: Vec<Vec<Document>> =
            self.service_control.iter().map(|level| all(level, Kind::ServiceControl)).collect();
        let context = self
            .context
            .iter()
            .fold(Context::default(), |context, (key, values)| context.with(key, values.iter().copied()));
        let request = Request {
            principal: self.who,
            action: self.action,
            resource: self.on,
            resource_account: self.is_abroad.then_some("210987654321"),
            context: &context,
        };
        let session = session.as_deref().map(named);
        let levels: Vec<Vec<Policy<'_>>> = levels.iter().map(|level| named(level)).collect();
        let policies = Policies {
            identity: &named(&identity),
            boundary: boundary.as_ref().map(|document| Policy { name: "", document }),
            session: session.as_deref(),
            resource: match (&self.resource, &resource) {
                (Some((true, _)), Some(document)) => ResourcePolicy::Required(Policy { name: "", document }),
                (_, Some(document)) => ResourcePolicy::Sufficient(Policy { name: "", document }),
                (_, None) => ResourcePolicy::None,
            },
            service_control: &levels.iter().map(Vec::as_slice).collect::<Vec<_>>(),
            resource_control: &[],
        };
        evaluate(&request, &policies)
    }

    fn is_allowed(&self) -> bool {
        self.decide().outcome == Outcome::Allowed
    }

    /// The policies that apply, of any type.
    fn policies(&mut self) -> Vec<&mut Statements> {
        let resource = self.resource.iter_mut().map(|(_, statements)| statements);
        let levels = self.service_control.iter_mut().flatten();
        let limits = self.boundary.iter_mut().chain(self.session.iter_mut().flatten());
        self.identity.iter_mut().chain(limits).chain(resource).chain(levels).collect()
    }

    /// The same with one more statement in one of its policies.
    fn with(&self, place: Index, mut statement: Value) -> Self {
        let mut more = self.clone();
        let of_resource = more.identity.len()
            + usize::from(more.boundary.is_some())
            + more.session.as_ref().map_or(0, Vec::len);
        let mut policies = more.policies();
        let place = place.index(policies.len());
        if self.resource.is_some() && place == of_resource {
            statement["Principal"] = json!("*");
        }
        policies[place].push(statement);
        more
    }
}

fn document(statements: &Statements, kind: Kind) -> Document {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Document::parse(&text, kind).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn named(documents: &[Document]) -> Vec<Policy<'_>> {
    documents.iter().map(|document| Policy { name: "", document }).collect()
}

fn statement() -> impl Strategy<Value = Value> {
    let effect = prop_oneof![2 => Just("Allow"), 1 => Just("Deny")];
    let action =
        (prop::bool::weighted(0.8), prop::collection::vec(select(vec!["a:x", "a:y", "a:*", "*"]), 1..3));
    let resources =
        vec!["*", "arn:aws:a:::r", "arn:aws:a:::s", "arn:aws:a:::${k:name}", "arn:aws:a:::${k:default, 'r'}"];
    let resource = (prop::bool::weighted(0.8), prop::collection::vec(select(resources), 1..3));
    (effect, action, resource, prop::collection::vec(condition(), 0..3)).prop_map(
        |(effect, (is_action, actions), (is_resource, resources), conditions)| {
            let mut statement = json!({"Effect": effect});
            statement[if is_action { "Action" } else { "NotAction" }] = json!(actions);
            statement[if is_resource { "Resource" } else { "NotResource" }] = json!(resources);
            for (operator, key, values) in conditions {
                statement["Condition"][operator][key] = json!(values);
            }
            statement
        },
    )
}

fn condition() -> impl Strategy<Value = (String, &'static str, Vec<&'static str>)> {
    let prefix = prop_oneof![3 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")];
    let operator =
        select(vec!["StringEquals", "StringNotEquals", "StringLike", "StringNotLikeIfExists", "Null"]);
    let values = vec!["1", "2", "r", "${k:name}", "${k:default, '1'}"];
    (prefix, operator, select(KEYS.to_vec()), prop::collection::vec(select(values), 1..3)).prop_map(
        |(prefix, operator, key, values)| match operator {
            "Null" => (operator.to_owned(), key, vec![if values[0] == "1" { "true" } else { "false" }]),
            _ => (format!("{prefix}{operator}"), key, values),
        },
    )
}

fn statements() -> impl Strategy<Value = Statements> {
    prop::collection::vec(statement(), 1..4)
}

fn of_resource() -> impl Strategy<Value = Statements> {
    let principal = select(vec![
        json!("*"),
        json!({"AWS": "123456789012"}),
        json!({"AWS": "arn:aws:iam::123456789012:user/ann"}),
        json!({"AWS": "arn:aws:iam::123456789012:role/r"}),
        json!({"Service": "a.amazonaws.com"}),
    ]);
    prop::collection::vec((statement(), principal), 1..4).prop_map(|statements| {
        let with_principal = |(mut statement, principal): (Value, Value)| {
            statement["Principal"] = principal;
            statement
        };
        statements.into_iter().map(with_principal).collect()
    })
}

fn setting() -> impl Strategy<Value = Setting> {
    let who = select(vec![
        Principal::Aws("arn:aws:iam::123456789012:user/ann"),
        Principal::Session {
            arn: "arn:aws:sts::123456789012:assumed-role/r/s",
            issuer: "arn:aws:iam::123456789012:role/r",
        },
        Principal::Root("arn:aws:iam::123456789012:root"),
        Principal::Service("a.amazonaws.com"),
        Principal::Anonymous,
    ]);
    let rarely = |strategy| prop::option::weighted(0.3, strategy);
    let policies = (
        prop::collection::vec(statements(), 1..3),
        rarely(statements().boxed()),
        prop::option::weighted(0.3, prop::collection::vec(statements(), 1..3)),
        prop::option::weighted(0.5, (any::<bool>(), of_resource())),
        prop::collection::vec(prop::collection::vec(statements(), 1..3), 0..2),
    );
    let request = (
        who,
        prop::bool::weighted(0.3),
        select(vec!["a:x", "a:y"]),
        select(vec!["arn:aws:a:::r", "arn:aws:a:::s"]),
    );
    (policies, request, context()).prop_map(
        |(
            (identity, boundary, session, resource, service_control),
            (who, is_abroad, action, on),
            context,
        )| Setting {
            identity,
            boundary,
            session,
            resource,
            service_control,
            who,
            is_abroad,
            action,
            on,
            context,
        },
    )
}

fn context() -> impl Strategy<Value = BTreeMap<&'static str, Vec<&'static str>>> {
    prop::collection::btree_map(
        select(KEYS.to_vec()),
        prop::collection::vec(select(VALUES.to_vec()), 1..3),
        0..4,
    )
}

/// What matched, whatever its place.
fn matched(decision: &Decision) -> Vec<String> {
    let place = |statement: &MatchedStatement| format!("{:?} {}", statement.policy_type, statement.policy);
    let mut matched: Vec<String> = decision.matched.iter().map(place).collect();
    matched.sort_unstable();
    matched
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_deny_never_widens(setting in setting(), place: Index, mut statement in statement()) {
        statement["Effect"] = json!("Deny");
        let more = setting.with(place, statement);
        prop_assert!(setting.is_allowed() || !more.is_allowed());
    }

    #[test]
    fn adding_an_allow_never_narrows(setting in setting(), place: Index, mut statement in statement()) {
        statement["Effect"] = json!("Allow");
        let more = setting.with(place, statement);
        prop_assert!(!setting.is_allowed() || more.is_allowed());
    }

    #[test]
    fn order_is_irrelevant(setting in setting()) {
        let mut turned = setting.clone();
        for statements in turned.policies() {
            statements.reverse();
        }
        turned.identity.reverse();
        turned.session.iter_mut().for_each(|session| session.reverse());
        turned.service_control.iter_mut().for_each(|level| level.reverse());
        let (one, other) = (setting.decide(), turned.decide());
        prop_assert_eq!(
            (one.outcome, one.decided_by, &one.missing_keys, &one.by_type, matched(&one)),
            (other.outcome, other.decided_by, &other.missing_keys, &other.by_type, matched(&other))
        );
    }

    #[test]
    fn a_star_subsumes_every_other_allow(setting in setting()) {
        let mut with_star = setting.clone();
        with_star.identity.push(vec![json!({"Effect": "Allow", "Action": "*", "Resource": "*"})]);
        let mut star_alone = with_star.clone();
        for statements in &mut star_alone.identity {
            for statement in statements.iter_mut().filter(|statement| statement["Effect"] == "Allow") {
                *statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
            }
        }
        let (one, other) = (with_star.decide(), star_alone.decide());
        prop_assert_eq!((one.outcome, one.decided_by, one.missing_keys), (other.outcome, other.decided_by, other.missing_keys));
    }

    #[test]
    fn a_statement_is_the_sum_of_its_actions(setting in setting()) {
        let mut split = setting.clone();
        for statements in split.policies() {
            let apart = |statement: &Value| match statement["Action"].as_array() {
                Some(actions) => actions.iter().map(|action| {
                    let mut part = statement.clone();
                    part["Action"] = action.clone();
                    part
                }).collect(),
                None => vec![statement.clone()],
            };
            *statements = statements.iter().flat_map(apart).collect();
        }
        let (one, other) = (setting.decide(), split.decide());
        prop_assert_eq!((one.outcome, one.decided_by, one.missing_keys), (other.outcome, other.decided_by, other.missing_keys));
    }

    /// What is not told as missing may have any value, without turning the decision.
    #[test]
    fn only_missing_keys_can_turn_a_decision(setting in setting(), more in context()) {
        let decision = setting.decide();
        let mut richer = setting.clone();
        for (key, values) in more {
            if !decision.missing_keys.iter().any(|missing| missing == key) {
                richer.context.entry(key).or_insert(values);
            }
        }
        prop_assert_eq!(decision.outcome == Outcome::Allowed, richer.is_allowed(), "{:?}", richer.context);
    }
}
