//! Whose state a request is for: account, region and partition.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::Request;
use http::header::USER_AGENT;
use serde_json::json;
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::time::{ManualClock, Timestamp};
use stagecheck_emulator::{Account, Emulator, Region};

use crate::server::{self, TRUST, done, element, export, identity, identity_in, import, reset};

const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_key_of_twelve_digits_is_an_account() -> Result<()> {
    let emulator = Emulator::new();
    for (key, account) in [
        ("123456789012", "123456789012"),
        ("000000000001", "000000000001"),
        ("test", "000000000000"),
        ("AKIAIOSFODNN7EXAMPLE", "000000000000"),
        ("12345678901", "000000000000"),
        ("1234567890123", "000000000000"),
        ("12345678901a", "000000000000"),
        ("", "000000000000"),
    ] {
        let arn = identity(&emulator, &Client::new(key, "us-east-1"))?;
        assert_eq!(arn, format!("arn:aws:iam::{account}:root"), "{key}");
    }
    Ok(())
}

/// An emulator can be told of another default.
#[test]
fn unsigned_requests_are_the_default_accounts() -> Result<()> {
    let account = Account::parse("333333333333").context("an account")?;
    let region = Region::parse("cn-northwest-1").context("a region")?;
    let emulator = Emulator::builder().account(account).region(region).build();
    let unsigned = plain("POST", "/", FORM, IDENTITY)?;
    assert_eq!(identity_in(&emulator, unsigned)?, "arn:aws-cn:iam::333333333333:root");
    let arn = identity(&emulator, &Client::new("test", "eu-west-1"))?;
    assert_eq!(arn, "arn:aws:iam::333333333333:root");
    Ok(())
}

/// IAM has no regions: the Resource Groups Tagging API reaches it from the home of the partition, and finds policies, not
/// roles.
#[test]
fn iam_is_tagged_from_the_home_region() -> Result<()> {
    let emulator = Emulator::new();
    let home = Client::new("test", "us-east-1");
    let create = format!("Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument={TRUST}");
    done(&emulator, home.query("iam", create)?)?;
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let create = format!("Action=CreatePolicy&Version=2010-05-08&PolicyName=p&PolicyDocument={document}");
    done(&emulator, home.query("iam", create)?)?;
    let arns = ["arn:aws:iam::000000000000:policy/p", "arn:aws:iam::000000000000:role/r"];
    let tag = json!({"ResourceARNList": arns, "Tags": {"team": "blue"}}).to_string();
    for (region, failed) in [("eu-west-1", 2), ("us-east-1", 0)] {
        let answer =
            server::json(&emulator, Client::new("test", region).tagging("TagResources", tag.clone())?)?;
        let failures = answer["FailedResourcesMap"].as_object().context("failures are a map")?;
        assert_eq!(failures.len(), failed, "{region}: {failures:?}");
    }
    let tags = done(&emulator, home.query("iam", "Action=ListRoleTags&Version=2010-05-08&RoleName=r")?)?;
    assert_eq!(element(&tags, "Value")?, "blue");
    for (region, found) in [("us-east-1", 1), ("eu-west-1", 0)] {
        let answer = server::json(&emulator, Client::new("test", region).tagging("GetResources", "{}")?)?;
        let resources = answer["ResourceTagMappingList"].as_array().context("resources are a list")?;
        assert_eq!(resources.len(), found, "{region}: {resources:?}");
    }
    let untag = json!({"ResourceARNList": arns, "TagKeys": ["TEAM"]}).to_string();
    done(&emulator, home.tagging("UntagResources", untag)?)?;
    let answer = server::json(&emulator, home.tagging("GetResources", "{}")?)?;
    assert_eq!(
        answer["ResourceTagMappingList"],
        json!([{"ResourceARN": "arn:aws:iam::000000000000:policy/p", "Tags": []}])
    );
    Ok(())
}

#[test]
fn accounts_and_regions_do_not_see_each_other() -> Result<()> {
    let emulator = Emulator::new();
    let places = [("test", "us-east-1"), ("test", "us-east-2"), ("111111111111", "us-east-1")];
    for (key, region) in places {
        let group = json!({"logGroupName": format!("{key}-{region}")}).to_string();
        done(&emulator, Client::new(key, region).logs("CreateLogGroup", group)?)?;
    }
    for (key, region) in places {
        let groups = server::json(&emulator, Client::new(key, region).logs("DescribeLogGroups", "{}")?)?;
        let groups = groups["logGroups"].as_array().context("groups are a list")?;
        let names: Vec<_> = groups.iter().map(|group| group["logGroupName"].as_str()).collect();
        assert_eq!(names, [Some(format!("{key}-{region}").as_str())]);
    }
    Ok(())
}

/// The credential's region counts, else the one in the `User-Agent`, else the default.
#[test]
fn the_region_is_told_in_one_of_two_ways() -> Result<()> {
    let emulator = Emulator::new();
    let agent = |mut request: Request<Bytes>, text: &'static str| {
        request.headers_mut().insert(USER_AGENT, http::HeaderValue::from_static(text));
        request
    };
    let unsigned = || plain("POST", "/", FORM, IDENTITY);
    let signed = Client::new("test", "us-gov-east-1").query("sts", IDENTITY)?;
    for (request, partition) in [
        (signed.clone(), "aws-us-gov"),
        (agent(signed, "aws-cli/2.0 region/cn-north-1"), "aws-us-gov"),
        (agent(unsigned()?, "aws-cli/2.0 md/x region/cn-north-1 cfg/retry"), "aws-cn"),
        (agent(unsigned()?, "aws-cli/2.0 region/moon"), "aws"),
        (agent(unsigned()?, "aws-cli/2.0"), "aws"),
        (unsigned()?, "aws"),
    ] {
        let arn = identity_in(&emulator, request)?;
        assert_eq!(arn, format!("arn:{partition}:iam::000000000000:root"));
    }
    Ok(())
}

#[test]
fn partitions_have_their_own_arns() -> Result<()> {
    let emulator = Emulator::new();
    for (region, partition) in [
        ("eu-central-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-west-1", "aws-iso"),
    ] {
        let client = Client::new("111111111111", region);
        assert_eq!(identity(&emulator, &client)?, format!("arn:{partition}:iam::111111111111:root"));

        let role = done(&emulator, create_role(&client)?)?;
        let role_arn = format!("arn:{partition}:iam::111111111111:role/worker");
        assert_eq!(element(&role, "Arn")?, role_arn);

        let managed = "arn:aws:iam::aws:policy".replace(":aws:iam", &format!(":{partition}:iam"));
        let policy = format!(
            "Action=GetPolicy&Version=2010-05-08&\
             PolicyArn={managed}/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
        );
        done(&emulator, client.query("iam", policy)?).context(partition)?;

        let session = assume(&emulator, &client, region, &role_arn)?;
        let arn = identity(&emulator, &Client::new(&session, region))?;
        assert_eq!(arn, format!("arn:{partition}:sts::111111111111:assumed-role/worker/shift"));

        let group = json!({"logGroupName": "group"}).to_string();
        done(&emulator, client.logs("CreateLogGroup", group)?)?;
        let groups = server::json(&emulator, client.logs("DescribeLogGroups", "{}")?)?;
        let group_arn = format!("arn:{partition}:logs:{region}:111111111111:log-group:group");
        assert_eq!(groups["logGroups"][0]["logGroupArn"], group_arn);
    }
    Ok(())
}

/// IAM has one state per partition, whichever of its regions a caller names.
#[test]
fn roles_belong_to_the_partition() -> Result<()> {
    let emulator = Emulator::new();
    done(&emulator, create_role(&Client::new("test", "us-gov-east-1"))?)?;
    let get = "Action=GetRole&Version=2010-05-08&RoleName=worker";
    for (region, status) in [("us-gov-west-1", 200), ("us-east-1", 404), ("cn-north-1", 404)] {
        let answer = emulator.blocking_respond(Client::new("test", region).query("iam", get)?);
        assert_eq!(answer.status(), status, "{region}");
    }
    Ok(())
}

/// (inferred) An account id that is in two partitions is two accounts.
#[test]
fn partitions_do_not_reach_each_other() -> Result<()> {
    let emulator = Emulator::new();
    done(&emulator, create_role(&Client::new("test", "cn-north-1"))?)?;
    let arn = "arn:aws-cn:iam::000000000000:role/worker";
    let client = Client::new("test", "us-east-1");
    let form = format!("Action=AssumeRole&Version=2011-06-15&RoleArn={arn}&RoleSessionName=shift");
    let answer = emulator.blocking_respond(client.query("sts", form)?);
    assert_eq!((answer.status().as_u16(), element(&answer, "Code")?.as_str()), (403, "AccessDenied"));
    let patch = json!({"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}]});
    let answer = emulator.blocking_respond(client.rest("PATCH", "/account", patch.to_string())?);
    let told: serde_json::Value = serde_json::from_slice(answer.body())?;
    assert_eq!(
        (answer.status().as_u16(), &told["message"]),
        (403, &json!("Cross-account pass role is not allowed."))
    );
    Ok(())
}

#[test]
fn session_keys_are_known_until_a_reset_and_after_an_import() -> Result<()> {
    let emulator = Emulator::new();
    let client = Client::new("111111111111", "us-east-1");
    done(&emulator, create_role(&client)?)?;
    let key = assume(&emulator, &client, "us-east-1", "arn:aws:iam::111111111111:role/worker")?;
    assert!(key.starts_with("ASIA") && key.len() == 20, "{key}");
    let session = Client::new(&key, "us-east-1");
    let arn = "arn:aws:sts::111111111111:assumed-role/worker/shift";
    assert_eq!(identity(&emulator, &session)?, arn);

    // What the session makes is the role's account's.
    let group = json!({"logGroupName": "group"}).to_string();
    done(&emulator, session.logs("CreateLogGroup", group)?)?;
    let groups = server::json(&emulator, client.logs("DescribeLogGroups", "{}")?)?;
    assert_eq!(groups["logGroups"].as_array().map(Vec::len), Some(1));

    let state = export(&emulator)?;
    reset(&emulator)?;
    let told = emulator.blocking_respond(session.query("sts", IDENTITY)?);
    assert_eq!((told.status().as_u16(), element(&told, "Code")?.as_str()), (403, "InvalidClientTokenId"));
    import(&emulator, state.clone())?;
    assert_eq!(identity(&emulator, &session)?, arn);
    let other = Emulator::new();
    import(&other, state)?;
    assert_eq!(identity(&other, &session)?, arn);
    Ok(())
}

/// Once over, a session is nobody's, and not the default root's either.
#[test]
fn a_session_that_is_over_is_refused() -> Result<()> {
    let start = Timestamp::from_millis(1_796_040_000_000);
    let clock = Arc::new(ManualClock::at(start));
    let emulator = Emulator::builder().clock(Arc::clone(&clock) as _).build();
    let client = Client::new("test", "us-east-1");
    done(&emulator, create_role(&client)?)?;
    let key = assume(&emulator, &client, "us-east-1", "arn:aws:iam::000000000000:role/worker")?;
    let session = Client::new(&key, "us-east-1");
    clock.set(start.plus_seconds(3599));
    assert_eq!(identity(&emulator, &session)?, "arn:aws:sts::000000000000:assumed-role/worker/shift");
    clock.set(start.plus_seconds(3600));
    let told = emulator.blocking_respond(session.query("sts", IDENTITY)?);
    assert_eq!((told.status().as_u16(), element(&told, "Code")?.as_str()), (403, "ExpiredToken"));
    let group = json!({"logGroupName": "group"}).to_string();
    let told = emulator.blocking_respond(session.logs("CreateLogGroup", group)?);
    let told: serde_json::Value = serde_json::from_slice(told.body())?;
    assert_eq!(told["__type"], "ExpiredTokenException");
    let groups = server::json(&emulator, client.logs("DescribeLogGroups", "{}")?)?;
    assert_eq!(groups["logGroups"], json!([]));
    Ok(())
}

pub(crate) fn create_role(client: &Client) -> Result<Request<Bytes>> {
    let form =
        format!("Action=CreateRole&Version=2010-05-08&RoleName=worker&AssumeRolePolicyDocument={TRUST}");
    client.query("iam", form)
}

/// The access key of a new session, which a user asks for: the root of an account assumes no roles.
pub(crate) fn assume(emulator: &Emulator, client: &Client, region: &str, role: &str) -> Result<String> {
    done(emulator, client.query("iam", "Action=CreateUser&Version=2010-05-08&UserName=ann")?)?;
    let key = done(emulator, client.query("iam", "Action=CreateAccessKey&Version=2010-05-08&UserName=ann")?)?;
    let user = Client::new(&element(&key, "AccessKeyId")?, region);
    let form = format!("Action=AssumeRole&Version=2011-06-15&RoleArn={role}&RoleSessionName=shift");
    element(&done(emulator, user.query("sts", form)?)?, "AccessKeyId")
}
