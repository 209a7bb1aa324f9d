use serde_json::{Value, json};

use super::*;
use crate::service::Principal;
use crate::store::Exported;
use crate::sts::session_token;
use crate::sts::world::{DEVICE, NOW, POLICY, READ, ROLE, USER, World};

fn trusting(actions: &str, condition: &str) -> World {
    World::new(&format!(
        r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Principal":{{"AWS":["{USER}","{ROLE}"]}},"Action":{actions},"Condition":{{{condition}}}}}]}}"#
    ))
}

fn all() -> World {
    trusting(r#"["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity","sts:SetContext"]"#, "")
}

fn assume(world: &World, caller: &Principal, more: Value) -> Result<Value, Fault> {
    let mut input = json!({"RoleArn": ROLE, "RoleSessionName": "shift"});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.call(caller, assume_role, input)
}

fn denied(action: &str) -> Fault {
    faults::not_authorized(USER, action, ROLE)
}

#[test]
fn who_is_trusted_gets_a_session_of_the_role() {
    let world = all();
    let answer = assume(&world, &world.user(), json!({})).unwrap();
    let arn = "arn:aws:sts::123456789012:assumed-role/worker/shift";
    assert_eq!(answer["AssumedRoleUser"], json!({"AssumedRoleId": "AROAEXAMPLE:shift", "Arn": arn}));
    assert_eq!(answer["Credentials"]["Expiration"], json!(NOW.plus_seconds(3600).millis()));
    assert_eq!(answer["PackedPolicySize"], Value::Null);
    let session = world.session(&answer);
    assert_eq!((session.arn.as_str(), session.user_id.as_str()), (arn, "AROAEXAMPLE:shift"));
    assert_eq!(session.identity, Identity::Role { arn: ROLE.into(), name: "worker".into() });
    assert!(session.session.unwrap().policies.is_none());
}

#[test]
fn roles_that_are_missing_and_roles_that_refuse_answer_alike() {
    let world = trusting(r#""sts:AssumeRole""#, r#""StringEquals":{"sts:ExternalId":"secret"}"#);
    let user = world.user();
    assert!(assume(&world, &user, json!({"ExternalId": "secret"})).is_ok());
    assert_eq!(assume(&world, &user, json!({"ExternalId": "guess"})).unwrap_err(), denied(ACTION));
    assert_eq!(assume(&world, &user, json!({})).unwrap_err(), denied(ACTION));
    for arn in [
        "arn:aws:iam::123456789012:role/team/other",
        "arn:aws:iam::999999999999:role/team/worker",
        "arn:aws-cn:iam::123456789012:role/team/worker",
        "arn:aws:iam::123456789012:role/worker",
        "arn:aws:iam::123456789012:user/ann",
        "arn:aws:iam::123456789012:role/team/wоrker",
        "worker",
    ] {
        let refused = assume(&world, &user, json!({"RoleArn": arn, "ExternalId": "secret"})).unwrap_err();
        assert_eq!(refused, faults::not_authorized(USER, ACTION, arn));
    }
}

#[test]
fn the_root_assumes_no_roles() {
    let world = World::new(
        r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}"#,
    );
    assert_eq!(assume(&world, &world.root(), json!({})).unwrap_err(), faults::root_assumes_no_roles());
    let token = world.call(&world.root(), session_token::get, json!({})).unwrap();
    let session = world.session(&token);
    assert_eq!(assume(&world, &session, json!({})).unwrap_err(), faults::root_assumes_no_roles());
}

#[test]
fn conditions_see_the_caller_and_the_request() {
    for condition in [
        r#""StringEquals":{"aws:username":"ann","aws:PrincipalTag/team":"blue","aws:PrincipalType":"User"}"#,
        r#""ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/ann"}"#,
        r#""StringEquals":{"aws:PrincipalAccount":"123456789012","aws:userid":"AIDAEXAMPLE"}"#,
        r#""StringEquals":{"sts:RoleSessionName":"shift","aws:RequestedRegion":"us-east-1"}"#,
        r#""DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}"#,
        r#""NumericGreaterThan":{"aws:EpochTime":"1700000000"}"#,
        r#""Null":{"aws:MultiFactorAuthPresent":"true","aws:TokenIssueTime":"true","sts:ExternalId":"true"}"#,
    ] {
        let world = trusting(r#""sts:AssumeRole""#, condition);
        assert!(assume(&world, &world.user(), json!({})).is_ok(), "{condition}");
    }
    let world = trusting(r#""sts:AssumeRole""#, r#""StringEquals":{"sts:RoleSessionName":"night"}"#);
    assert_eq!(assume(&world, &world.user(), json!({})).unwrap_err(), denied(ACTION));
}

#[test]
fn tags_need_a_permission_and_those_that_are_transitive_are_inherited() {
    let tags = json!({"Tags": [{"Key": "Project", "Value": "x"}, {"Key": "Cost", "Value": "1"}], "TransitiveTagKeys": ["project"]});
    let world = trusting(r#""sts:AssumeRole""#, "");
    assert_eq!(assume(&world, &world.user(), tags.clone()).unwrap_err(), denied("sts:TagSession"));

    let world = all();
    let first = assume(&world, &world.user(), tags).unwrap();
    assert!(first["PackedPolicySize"].as_u64().is_some_and(|percent| percent > 0));
    let first = world.session(&first);
    let second = assume(&world, &first, json!({"Tags": [{"Key": "Job", "Value": "7"}]})).unwrap();
    let second = world.session(&second).session.unwrap();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(second.tags, [pair("Job", "7"), pair("Project", "x")]);
    assert_eq!(second.transitive_tag_keys, ["Project"]);
    let again = assume(&world, &first, json!({"Tags": [{"Key": "PROJECT", "Value": "y"}]}));
    assert_eq!(again.unwrap_err(), faults::inherited_tag());
}

#[test]
fn request_tags_are_asked_by_conditions() {
    let condition = r#""StringEquals":{"aws:RequestTag/Project":"x"},"ForAllValues:StringEquals":{"aws:TagKeys":["Project"],"sts:TransitiveTagKeys":["Project"]}"#;
    let world = trusting(r#"["sts:AssumeRole","sts:TagSession"]"#, condition);
    let tags = |value: &str| json!({"Tags": [{"Key": "Project", "Value": value}]});
    assert!(assume(&world, &world.user(), tags("x")).is_ok());
    assert_eq!(assume(&world, &world.user(), tags("y")).unwrap_err(), denied(ACTION));
    let two = json!({"Tags": [{"Key": "Project", "Value": "x"}, {"Key": "Cost", "Value": "1"}]});
    assert_eq!(assume(&world, &world.user(), two).unwrap_err(), denied(ACTION));
}

#[test]
fn a_source_identity_needs_a_permission_and_stays() {
    let given = json!({"SourceIdentity": "ann@example"});
    let world = trusting(r#""sts:AssumeRole""#, "");
    assert_eq!(assume(&world, &world.user(), given.clone()).unwrap_err(), denied("sts:SetSourceIdentity"));
    let world = all();
    let first = assume(&world, &world.user(), given.clone()).unwrap();
    assert_eq!(first["SourceIdentity"], "ann@example");
    let first = world.session(&first);
    for again in [json!({}), given] {
        let second = assume(&world, &first, again).unwrap();
        assert_eq!(world.session(&second).session.unwrap().source_identity.as_deref(), Some("ann@example"));
    }
    let refused = assume(&world, &first, json!({"SourceIdentity": "bob"})).unwrap_err();
    assert_eq!(refused, faults::not_authorized(&first.arn, "sts:SetSourceIdentity", ROLE));
}

#[test]
fn a_code_of_an_mfa_device_shows_in_conditions() {
    let with_code = |code: &str| json!({"SerialNumber": DEVICE, "TokenCode": code});
    let world = trusting(r#""sts:AssumeRole""#, r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#);
    let user = world.user();
    assert_eq!(assume(&world, &user, json!({})).unwrap_err(), denied(ACTION));
    assert!(assume(&world, &user, with_code("123456")).is_ok());
    assert_eq!(assume(&world, &user, with_code("000000")).unwrap_err(), faults::wrong_mfa_code());
    let half = assume(&world, &user, json!({"TokenCode": "123456"})).unwrap_err();
    assert_eq!(half, faults::half_an_mfa_code());
    // With the credentials of a session that was asked for with a code, too, and for as long as the policy says.
    let token = world.call(&user, session_token::get, with_code("123456")).unwrap();
    let session = world.session(&token);
    assert!(assume(&world, &session, json!({})).is_ok());
    let age = r#""NumericLessThan":{"aws:MultiFactorAuthAge":"600"}"#;
    let mut world = trusting(r#""sts:AssumeRole""#, age);
    assert!(assume(&world, &session, json!({})).is_ok());
    world.now = NOW.plus_seconds(600);
    assert_eq!(assume(&world, &session, json!({})).unwrap_err(), denied(ACTION));
}

#[test]
fn a_session_is_no_longer_than_its_role_and_the_chain_allow() {
    let world = all();
    let lasting = |seconds: i64| json!({"DurationSeconds": seconds});
    let answer = assume(&world, &world.user(), lasting(7200)).unwrap();
    assert_eq!(answer["Credentials"]["Expiration"], json!(NOW.plus_seconds(7200).millis()));
    assert_eq!(assume(&world, &world.user(), lasting(7201)).unwrap_err(), faults::beyond_the_role());
    let session = world.session(&answer);
    assert!(assume(&world, &session, lasting(3600)).is_ok());
    assert_eq!(assume(&world, &session, lasting(3601)).unwrap_err(), faults::beyond_the_chain());
}

#[test]
fn session_policies_come_with_the_session() {
    let world = all();
    let answer =
        assume(&world, &world.user(), json!({"Policy": READ, "PolicyArns": [{"arn": POLICY}]})).unwrap();
    assert!(answer["PackedPolicySize"].as_u64().is_some_and(|percent| (1..50).contains(&percent)));
    let policies = world.session(&answer).session.unwrap().policies.unwrap();
    assert_eq!(policies.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), [POLICY, "session policy"]);

    let code = |more: Value| assume(&world, &world.user(), more).unwrap_err().code;
    assert_eq!(code(json!({"Policy": "{}"})), "MalformedPolicyDocument");
    assert_eq!(code(json!({"Policy": READ.replace("Allow", "allow")})), "MalformedPolicyDocument");
    assert_eq!(code(json!({"PolicyArns": [{"arn": format!("{POLICY}s")}]})), "MalformedPolicyDocument");
    assert_eq!(code(json!({"PolicyArns": vec![json!({"arn": POLICY}); 11]})), "ValidationError");
    assert_eq!(code(json!({"Policy": format!("{READ}{}", " ".repeat(2048))})), "ValidationError");
    let long: Vec<Value> = (0..50)
        .map(|index| json!({"Key": format!("k{index}"), "Value": crate::ids::Ids::seeded(index).secret(250)}))
        .collect();
    assert_eq!(code(json!({"Tags": long})), "PackedPolicyTooLarge");
}

#[test]
fn contexts_need_a_permission_and_an_identity_center() {
    let contexts = json!({"ProvidedContexts": [{
        "ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "assertion",
    }]});
    let world = trusting(r#""sts:AssumeRole""#, "");
    assert_eq!(assume(&world, &world.user(), contexts.clone()).unwrap_err(), denied("sts:SetContext"));
    let world = all();
    assert_eq!(assume(&world, &world.user(), contexts).unwrap_err().code, "ExpiredTokenException");
}

#[test]
fn sessions_that_expired_are_forgotten_a_day_later() {
    let mut world = all();
    let user = world.user();
    let count = |world: &World| {
        let scope = crate::store::Scope { account: user.account.clone(), ..Default::default() };
        world.states.read(&scope, |state| state.sessions.len())
    };
    assume(&world, &user, json!({"DurationSeconds": 900})).unwrap();
    assume(&world, &user, json!({"DurationSeconds": 7200})).unwrap();
    world.now = NOW.plus_seconds(900 + 24 * 3600);
    assume(&world, &user, json!({})).unwrap();
    assert_eq!(count(&world), 3);
    world.now = NOW.plus_seconds(901 + 24 * 3600);
    assume(&world, &user, json!({})).unwrap();
    assert_eq!(count(&world), 3);
}

#[test]
fn an_export_has_the_whole_session_and_nothing_shows_its_secrets() {
    let world = all();
    let answer = assume(
        &world,
        &world.user(),
        json!({
            "Policy": READ, "Tags": [{"Key": "a", "Value": "b"}], "TransitiveTagKeys": ["a"], "SourceIdentity": "ann",
        }),
    )
    .unwrap();
    let exported = serde_json::to_string(&world.states.export().unwrap()).unwrap();
    let read: Vec<Exported<Sts>> = serde_json::from_str(&exported).unwrap();
    let keys = crate::sts::SessionKeys::default();
    keys.rebuild(&read);
    let id = answer["Credentials"]["AccessKeyId"].as_str().unwrap();
    let key = crate::service::ports::AccessKeys::access_key(&keys, id).unwrap();
    assert_eq!(format!("{:?}", key.owner), format!("{:?}", world.session(&answer)));
    let secret = answer["Credentials"]["SecretAccessKey"].as_str().unwrap();
    assert_eq!(&*key.secret, secret);
    let shown = format!("{:?} {:?} {:?}", read[0].state, keys, key);
    assert!(
        !shown.contains(secret) && !shown.contains(answer["Credentials"]["SessionToken"].as_str().unwrap())
    );
    assert!(shown.contains("assumed-role/worker/shift"));
}

#[test]
fn sessions_of_earlier_exports_are_read() {
    let text = r#"{"account":"123456789012","arn":"arn:aws:sts::123456789012:assumed-role/w/s","user_id":"AROA:s",
        "expires":1,"role_arn":"arn:aws:iam::123456789012:role/w","role_name":"w","issued":0}"#;
    let session: crate::sts::sessions::Session = serde_json::from_str(text).unwrap();
    assert_eq!(
        (&*session.holder_arn, session.holder_name.as_str()),
        ("arn:aws:iam::123456789012:role/w", "w")
    );
}
