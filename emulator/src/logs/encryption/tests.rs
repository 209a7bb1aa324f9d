//! What is written and read where a key may be used, or no longer.

use parking_lot::Mutex;
use serde_json::{Value, json};

use super::*;
use crate::ids::Ids;
use crate::logs::{filter_events, get_events, put_events, streams, writer::GroupWriter};
use crate::service::ports::{Destination, LogWriter, MissingGroup, NotAppended};
use crate::service::{Principal, Quotas};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const ONE: &str = "arn:aws:kms:us-east-1:000000000000:key/one";
const OTHER: &str = "arn:aws:kms:us-east-1:000000000000:key/other";

/// Keys of which all may be used but some.
#[derive(Default)]
struct Keys {
    refused: Mutex<Vec<(&'static str, &'static str)>>,
    asked: Mutex<Vec<String>>,
}

impl EncryptionKeys for Keys {
    fn permit(&self, asked: &KeyUse<'_>) -> Result<(), KeyRefusal> {
        assert_eq!(asked.service, "logs.us-east-1.amazonaws.com");
        let group = asked.context.get("kms:EncryptionContext:aws:logs:arn").unwrap();
        assert_eq!(group, ["arn:aws:logs:us-east-1:000000000000:log-group:g"]);
        self.asked.lock().push(format!("{} {}", asked.key_arn, asked.actions.join(" ")));
        let refused = self.refused.lock();
        let is_refused =
            |(key, action): &(&str, &str)| *key == asked.key_arn && asked.actions.contains(action);
        if refused.iter().any(is_refused) { Err(KeyRefusal::Disabled) } else { Ok(()) }
    }
}

/// A group with a stream.
struct World {
    states: Arc<Scopes<Logs>>,
    keys: Arc<Keys>,
}

impl World {
    fn new() -> Self {
        let world = Self { states: Arc::default(), keys: Arc::default() };
        world.call(|ctx| {
            let group = LogGroup::new(ctx.scope, "g", NOW);
            let stream = serde_json::from_value(json!({"logGroupName": "g", "logStreamName": "s"})).unwrap();
            let made = world.states.write(ctx.scope, |state| {
                state.groups.put("g".into(), group);
                streams::create(ctx, state, stream)
            });
            made.unwrap();
        });
        world
    }

    fn call<T>(&self, call: impl FnOnce(&Ctx<'_>) -> T) -> T {
        let (scope, ids) = (Scope::default(), Ids::seeded(1));
        let principal = Principal::root(&scope);
        call(&Ctx { scope: &scope, principal: &principal, now: NOW, ids: &ids, quotas: &Quotas::default() })
    }

    fn encrypt_with(&self, key: &str) -> Result<(), Fault> {
        let input = serde_json::from_value(json!({"logGroupName": "g", "kmsKeyId": key})).unwrap();
        self.call(|ctx| associate(ctx, &self.states, input, &*self.keys))
    }

    fn put(&self, message: &str) -> Result<(), Fault> {
        let events = json!([{"timestamp": NOW.millis(), "message": message}]);
        let input = json!({"logGroupName": "g", "logStreamName": "s", "logEvents": events});
        let input = serde_json::from_value(input).unwrap();
        self.call(|ctx| put_events::put(ctx, &self.states, input, &*self.keys)).map(drop)
    }

    fn messages(answer: &impl serde::Serialize) -> Vec<String> {
        let answer = serde_json::to_value(answer).unwrap();
        let events = answer["events"].as_array().unwrap();
        events.iter().map(|event: &Value| event["message"].as_str().unwrap().to_owned()).collect()
    }

    fn get(&self, limit: usize) -> Result<Vec<String>, Fault> {
        let input = json!({"logGroupName": "g", "logStreamName": "s", "limit": limit, "startFromHead": true});
        let input = serde_json::from_value(input).unwrap();
        self.call(|ctx| get_events::get(ctx, &self.states, input, &*self.keys))
            .map(|got| Self::messages(&got))
    }

    fn filter(&self) -> Result<Vec<String>, Fault> {
        let input = serde_json::from_value(json!({"logGroupName": "g"})).unwrap();
        let filtered = self.call(|ctx| filter_events::filter(ctx, &self.states, input, &*self.keys));
        filtered.map(|filtered| Self::messages(&filtered))
    }

    fn refuse(&self, key: &'static str, action: &'static str) {
        self.keys.refused.lock().push((key, action));
    }
}

#[test]
fn what_is_encrypted_with_a_key_is_read_only_while_that_may_be_used() {
    let world = World::new();
    world.put("plain").unwrap();
    assert!(world.keys.asked.lock().is_empty(), "no key is asked about");
    world.encrypt_with(ONE).unwrap();
    world.put("one").unwrap();
    world.encrypt_with(OTHER).unwrap();
    world.put("other").unwrap();
    assert_eq!(world.get(9).unwrap(), ["plain", "one", "other"]);
    world.refuse(ONE, "kms:Decrypt");
    assert_eq!(world.get(9).unwrap_err().code, "AccessDeniedException");
    assert_eq!(world.filter().unwrap_err().code, "AccessDeniedException");
    assert_eq!(world.get(1).unwrap(), ["plain"], "what no key is needed for is read");
    world.put("more").unwrap();
}

#[test]
fn nothing_is_put_under_a_key_that_may_not_be_used() {
    let world = World::new();
    world.encrypt_with(ONE).unwrap();
    world.put("before").unwrap();
    world.refuse(ONE, "kms:GenerateDataKey");
    assert_eq!(world.put("refused").unwrap_err().code, "AccessDeniedException");
    let scope = Scope::default();
    let destination = Destination { group: "g", stream: "s", missing_group: MissingGroup::Create };
    let writer = GroupWriter::new(Arc::clone(&world.states), Arc::clone(&world.keys) as _);
    let refused = writer.append(&scope, &destination, &[(NOW, "refused".to_owned())], NOW);
    assert_eq!(refused, Err(NotAppended::KeyRefused(ONE.into(), KeyRefusal::Disabled)));
    assert_eq!(world.filter().unwrap(), ["before"]);
}

#[test]
fn a_batch_asks_once_however_many_events_it_has() {
    let world = World::new();
    world.encrypt_with(ONE).unwrap();
    world.keys.asked.lock().clear();
    let scope = Scope::default();
    let destination = Destination { group: "g", stream: "s", missing_group: MissingGroup::Refuse };
    let writer = GroupWriter::new(Arc::clone(&world.states), Arc::clone(&world.keys) as _);
    let lines: Vec<(Timestamp, String)> = (0..100).map(|line| (NOW, line.to_string())).collect();
    writer.append(&scope, &destination, &lines, NOW).unwrap();
    assert_eq!(*world.keys.asked.lock(), [format!("{ONE} kms:GenerateDataKey")]);
    world.keys.asked.lock().clear();
    assert_eq!(world.filter().unwrap().len(), 100);
    assert_eq!(*world.keys.asked.lock(), [format!("{ONE} kms:Decrypt")]);
}

#[test]
fn a_key_that_may_not_be_used_is_not_associated() {
    let world = World::new();
    world.refuse(ONE, "kms:Decrypt");
    assert_eq!(world.encrypt_with(ONE).unwrap_err().code, "InvalidParameterException");
    let elsewhere = world.encrypt_with("arn:aws:kms:eu-west-1:000000000000:key/one");
    assert_eq!(elsewhere.unwrap_err().code, "InvalidParameterException");
    let kept = world.states.read(&Scope::default(), |state| state.groups.get(&"g".into()).map(Arc::clone));
    assert_eq!(kept.unwrap().kms_key_id, None);
}
