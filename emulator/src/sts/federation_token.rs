//! GetFederationToken.

use serde::{Deserialize, Serialize};

use super::credentials::{Credentials, NewSession, check_caller};
use super::session_policies::{Passed, PolicyArn, packed_size};
use super::session_tags::{SessionTags, Tag};
use super::session_token::holding;
use super::{Ports, Sts};
use crate::service::{Ctx, Fault};
use crate::store::Scopes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetFederationToken {
    name: String,
    policy: Option<String>,
    #[serde(default)]
    policy_arns: Vec<PolicyArn>,
    duration_seconds: Option<i64>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FederationToken {
    credentials: Credentials,
    federated_user: FederatedUser,
    packed_policy_size: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FederatedUser {
    federated_user_id: String,
    arn: String,
}

/// Without policies the session may do nothing but what policies of resources let it.
pub(super) fn get(
    ctx: &Ctx<'_>,
    states: &Scopes<Sts>,
    input: GetFederationToken,
    ports: &Ports,
) -> Result<FederationToken, Fault> {
    check_caller(ctx, "GetFederationToken")?;
    let tags = SessionTags::new(input.tags, Vec::new(), None)?;
    let passed = Passed { policy: input.policy, arns: input.policy_arns };
    let policies = passed.resolve(ctx.scope, &*ports.policies)?;
    let packed_policy_size = packed_size(policies.as_deref(), &tags)?;
    let name = &input.name;
    let new = NewSession {
        arn: ctx.scope.global_arn("sts", format_args!("federated-user/{name}")),
        user_id: format!("{}:{name}", ctx.scope.account),
        policies,
        tags,
        ..holding(ctx, input.duration_seconds)
    };
    Ok(FederationToken {
        federated_user: FederatedUser { federated_user_id: new.user_id.clone(), arn: new.arn.clone() },
        credentials: new.issue(ctx, states, ctx.scope)?,
        packed_policy_size,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sts::world::{NOW, READ, USER, World};
    use crate::sts::{access_key_info, assume_root, delegated_access_token, faults, session_token};

    const TRUST: &str =
        r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}"#;

    #[test]
    fn a_federated_user_has_what_its_maker_may_and_the_policies_allow() {
        let world = World::new(TRUST);
        let input = json!({"Name": "ben", "Policy": READ, "Tags": [{"Key": "a", "Value": "b"}]});
        let answer = world.call(&world.user(), get, input).unwrap();
        let arn = "arn:aws:sts::123456789012:federated-user/ben";
        assert_eq!(answer["FederatedUser"], json!({"FederatedUserId": "123456789012:ben", "Arn": arn}));
        assert_eq!(answer["Credentials"]["Expiration"], json!(NOW.plus_seconds(12 * 3600).millis()));
        let session = world.session(&answer);
        assert_eq!(session.arn, arn);
        assert_eq!(session.identity, crate::service::Identity::User { arn: USER.into(), name: "ann".into() });
        let session = session.session.unwrap();
        assert_eq!((session.policies.unwrap().len(), session.tags.len()), (1, 1));
        let alone = world.call(&world.user(), get, json!({"Name": "ben"})).unwrap();
        assert!(world.session(&alone).session.unwrap().policies.is_none());
    }

    #[test]
    fn the_root_gets_an_hour() {
        let world = World::new(TRUST);
        for input in [json!({"Name": "ben"}), json!({"Name": "ben", "DurationSeconds": 129_600})] {
            let answer = world.call(&world.root(), get, input).unwrap();
            assert_eq!(answer["Credentials"]["Expiration"], json!(NOW.plus_seconds(3600).millis()));
        }
        let shorter = world.call(&world.root(), session_token::get, json!({"DurationSeconds": 900})).unwrap();
        assert_eq!(shorter["Credentials"]["Expiration"], json!(NOW.plus_seconds(900).millis()));
        assert_eq!(world.session(&shorter).arn, world.root().arn);
    }

    #[test]
    fn temporary_credentials_get_no_more_of_their_kind() {
        let world = World::new(TRUST);
        let federated = world.call(&world.user(), get, json!({"Name": "ben"})).unwrap();
        let token = world.call(&world.user(), session_token::get, json!({})).unwrap();
        for caller in [world.session(&federated), world.session(&token)] {
            let refused = |outcome: Result<serde_json::Value, Fault>, operation: &str| {
                assert_eq!(outcome.unwrap_err(), faults::not_with_session_credentials(operation));
            };
            refused(world.call(&caller, get, json!({"Name": "cat"})), "GetFederationToken");
            refused(world.call(&caller, session_token::get, json!({})), "GetSessionToken");
            let key = json!({"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"});
            refused(world.call(&caller, access_key_info::get, key), "GetAccessKeyInfo");
            let input = json!({"TradeInToken": "token"});
            refused(world.call(&caller, delegated_access_token::get, input), "GetDelegatedAccessToken");
            let task = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
            let input = json!({"TargetPrincipal": "123456789012", "TaskPolicyArn": {"arn": task}});
            refused(world.call(&caller, assume_root::assume_root, input), "AssumeRoot");
        }
    }
}
