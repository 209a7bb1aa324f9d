//! What keys let services do, and what time does to keys.

use std::sync::Arc;

use serde_json::{Value, json};
use stagecheck_policy::Context;

use super::*;
use crate::ids::Ids;
use crate::service::ports::{EncryptionKeys, KeyRefusal, KeyUse};
use crate::service::{Ctx, Fault, Principal, Quotas};
use crate::store::{Scope, Scopes};
use crate::time::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const LOGS: &str = "logs.us-east-1.amazonaws.com";

struct World {
    states: Arc<Scopes<Kms>>,
    ids: Ids,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        Self { states: Arc::default(), ids: Ids::seeded(1), now: NOW }
    }

    fn call<I: serde::de::DeserializeOwned, O: Serialize>(
        &self,
        operation: impl FnOnce(&Ctx<'_>, &mut Kms, I) -> Result<O, Fault>,
        input: Value,
    ) -> Result<Value, Fault> {
        let scope = Scope::default();
        let principal = Principal::root(&scope);
        let quotas = Quotas::default();
        let ctx =
            Ctx { scope: &scope, principal: &principal, now: self.now, ids: &self.ids, quotas: &quotas };
        let input = serde_json::from_value(input).unwrap();
        let output = self.states.write(&scope, |state| operation(&ctx, state, input))?;
        Ok(serde_json::to_value(output).unwrap())
    }

    /// A key with this policy: its ARN.
    fn key(&self, statements: &Value) -> String {
        let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let input = json!({"Policy": policy, "BypassPolicyLockoutSafetyCheck": true});
        let made = self.call(keys::create, input).unwrap();
        made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }

    fn permit(&self, key_arn: &str, group_arn: &str) -> Result<(), KeyRefusal> {
        let context = Context::default().with("kms:EncryptionContext:aws:logs:arn", [group_arn]);
        let actions = &["kms:Decrypt", "kms:GenerateDataKey"];
        let asked = KeyUse { key_arn, service: LOGS, actions, context: &context, now: self.now };
        KeyRing::new(Arc::clone(&self.states)).permit(&asked)
    }
}

fn lets_logs(actions: &Value) -> Value {
    json!({"Sid": "Logs", "Effect": "Allow", "Principal": {"Service": LOGS}, "Action": actions, "Resource": "*"})
}

#[test]
fn a_service_may_do_what_the_policy_says_and_no_more() {
    let world = World::new();
    let root =
        json!({"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"});
    let all = lets_logs(&json!(["kms:Decrypt*", "kms:GenerateDataKey*"]));
    let mut one_group = all.clone();
    one_group["Condition"] = json!({"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": "arn:g"}});
    let deny =
        json!({"Sid": "Never", "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"});
    for (statements, refused) in [
        (json!([root, all]), None),
        (json!([one_group]), None),
        (json!([root]), Some("kms:Decrypt")),
        (json!([lets_logs(&json!("kms:Decrypt"))]), Some("kms:GenerateDataKey")),
        (json!([all, deny]), Some("kms:Decrypt")),
    ] {
        let key = world.key(&statements);
        match (world.permit(&key, "arn:g"), refused) {
            (Ok(()), None) => {}
            (Err(KeyRefusal::NotAllowed(action, _)), Some(refused)) => assert_eq!(action, refused),
            (outcome, _) => panic!("{statements}: {outcome:?}"),
        }
    }
    let key = world.key(&json!([one_group]));
    assert!(matches!(world.permit(&key, "arn:h"), Err(KeyRefusal::NotAllowed("kms:Decrypt", _))));
}

#[test]
fn a_denial_names_its_statement() {
    let world = World::new();
    let deny =
        json!({"Sid": "Never", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"});
    let key = world.key(&json!([lets_logs(&json!("kms:*")), deny]));
    let Err(KeyRefusal::NotAllowed(_, decision)) = world.permit(&key, "arn:g") else { panic!("is denied") };
    assert_eq!(decision.matched[0].sid.as_deref(), Some("Never"));
}

#[test]
fn a_key_is_of_use_only_while_it_is_enabled() {
    let mut world = World::new();
    let key = world.key(&json!([lets_logs(&json!("kms:*"))]));
    let named = json!({"KeyId": key});
    world.call(keys::disable, named.clone()).unwrap();
    assert_eq!(world.permit(&key, "arn:g"), Err(KeyRefusal::Disabled));
    world.call(keys::enable, named.clone()).unwrap();
    assert_eq!(world.permit(&key, "arn:g"), Ok(()));
    let seven_days = json!({"KeyId": key, "PendingWindowInDays": 7});
    world.call(deletion::schedule, seven_days).unwrap();
    assert_eq!(world.permit(&key, "arn:g"), Err(KeyRefusal::PendingDeletion));
    world.now = NOW.plus_seconds(7 * 24 * 3600 - 1);
    assert_eq!(world.permit(&key, "arn:g"), Err(KeyRefusal::PendingDeletion));
    world.now = NOW.plus_seconds(7 * 24 * 3600);
    assert_eq!(world.permit(&key, "arn:g"), Err(KeyRefusal::NoSuchKey));
    let gone = world.call(deletion::cancel, named).unwrap_err();
    assert_eq!(gone.code, "NotFoundException");
}

#[test]
fn an_alias_goes_with_its_key_and_can_be_made_again() {
    let mut world = World::new();
    let key = world.key(&json!([lets_logs(&json!("kms:*"))]));
    let alias = |key: &str| json!({"AliasName": "alias/a", "TargetKeyId": key});
    world.call(aliases::create, alias(&key)).unwrap();
    world.call(deletion::schedule, json!({"KeyId": key})).unwrap();
    world.now = NOW.plus_seconds(31 * 24 * 3600);
    let list = |ctx: &Ctx<'_>, state: &mut Kms, input| aliases::list(ctx, state, input);
    assert_eq!(world.call(list, json!({})).unwrap()["Aliases"], json!([]));
    let keys = |ctx: &Ctx<'_>, state: &mut Kms, input| keys::list(ctx, state, input);
    assert_eq!(world.call(keys, json!({})).unwrap()["Keys"], json!([]));
    let next = world.key(&json!([lets_logs(&json!("kms:*"))]));
    world.call(aliases::create, alias(&next)).unwrap();
    assert_eq!(world.call(list, json!({})).unwrap()["Aliases"][0]["AliasName"], "alias/a");
}

#[test]
fn a_text_that_is_no_keys_arn_is_no_key() {
    let world = World::new();
    for text in [
        "",
        "key",
        "arn:aws:kms:us-east-1:000000000000:key/none",
        "arn:aws-cn:kms:us-east-1:000000000000:key/a",
        "arn:aws:iam::000000000000:key/a",
        "arn:aws:kms:us-east-1:0:key/a",
    ] {
        assert_eq!(world.permit(text, "arn:g"), Err(KeyRefusal::NoSuchKey), "{text}");
    }
}

#[test]
fn a_policy_has_32_kib_at_most() {
    let world = World::new();
    let statement = |sid: &str| {
        json!({"Statement": {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}})
            .to_string()
    };
    let rest = statement("").len();
    let of_length = |length: usize| statement(&"a".repeat(length - rest));
    let key = world.call(keys::create, json!({"Policy": of_length(32_768)})).unwrap();
    let id = &key["KeyMetadata"]["KeyId"];
    let too_long = json!({"KeyId": id, "Policy": of_length(32_769)});
    assert_eq!(world.call(key_policies::put, too_long).unwrap_err().code, "LimitExceededException");
}
