//! What each service answers to those who may not, and that it serves those who may.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_emulator::IamMode;

use crate::world::{ACCOUNT, Denial, World, allow, assume_role, deny, iam};

const NOBODY: &str = "arn:aws:sts::000000000000:assumed-role/nobody/shift";

fn denial(status: u16, code: &str, action: &str, resource: &str) -> Denial {
    let resource = if resource.is_empty() { String::new() } else { format!(" on resource: {resource}") };
    let message = format!(
        "User: {NOBODY} is not authorized to perform: {action}{resource} because no identity-based policy allows the \
         {action} action"
    );
    Denial { status, code: code.to_owned(), message }
}

#[test]
fn iam_denies_by_name() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let nobody = world.session("nobody", &[])?;
    let trust = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#;
    let document = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    for (call, action, resource) in [
        // Nobody is told what there is.
        ("GetRole&RoleName=nobody".to_owned(), "iam:GetRole", "role nobody"),
        ("GetRole&RoleName=ghost".to_owned(), "iam:GetRole", "role ghost"),
        ("GetUser&UserName=ann".to_owned(), "iam:GetUser", "user ann"),
        ("ListUsers".to_owned(), "iam:ListUsers", "arn:aws:iam::000000000000:user/"),
        ("ListRoles&PathPrefix=/a/".to_owned(), "iam:ListRoles", "arn:aws:iam::000000000000:role/a/"),
        ("ListPolicies".to_owned(), "iam:ListPolicies", "policy path /"),
        ("CreateUser&UserName=ann".to_owned(), "iam:CreateUser", "arn:aws:iam::000000000000:user/ann"),
        (
            format!("CreateRole&RoleName=r&Path=/a/&AssumeRolePolicyDocument={trust}"),
            "iam:CreateRole",
            "arn:aws:iam::000000000000:role/a/r",
        ),
        (format!("CreatePolicy&PolicyName=p&PolicyDocument={document}"), "iam:CreatePolicy", "policy p"),
        (
            format!("AttachRolePolicy&RoleName=nobody&PolicyArn={administrator}"),
            "iam:AttachRolePolicy",
            "role nobody",
        ),
        (format!("GetPolicy&PolicyArn={administrator}"), "iam:GetPolicy", &format!("policy {administrator}")),
        ("AddUserToGroup&GroupName=ops&UserName=ann".to_owned(), "iam:AddUserToGroup", "group ops"),
        (
            "TagRole&RoleName=nobody&Tags.member.1.Key=a&Tags.member.1.Value=b".to_owned(),
            "iam:TagRole",
            "arn:aws:iam::000000000000:role/nobody",
        ),
    ] {
        let answer = world.denied(nobody.query("iam", iam(&call))?)?;
        assert_eq!(answer, denial(403, "AccessDenied", action, resource), "{call}");
    }
    Ok(())
}

#[test]
fn iam_evaluates_on_the_real_path() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let own = allow("iam:GetRole", "arn:aws:iam::*:role/team/*");
    let caller = world.session_with("worker", &[own], "&Path=/team/")?;
    world.session("other", &[])?;
    world.done(caller.query("iam", iam("GetRole&RoleName=worker"))?)?;
    assert_eq!(world.denied(caller.query("iam", iam("GetRole&RoleName=other"))?)?.status, 403);
    Ok(())
}

/// A policy may be given by its ARN, and a boundary asked for.
#[test]
fn iam_has_condition_keys_of_its_own() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let read_only = "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess";
    let only = |action: &str, key: &str, value: &str| json!({"Effect": "Allow", "Action": action, "Resource": "*", "Condition": {"ArnEquals": {key: value}}});
    let caller = world.session(
        "delegate",
        &[
            only("iam:AttachRolePolicy", "iam:PolicyARN", read_only),
            only("iam:CreateUser", "iam:PermissionsBoundary", read_only),
        ],
    )?;
    let attach = |policy: &str| iam(&format!("AttachRolePolicy&RoleName=delegate&PolicyArn={policy}"));
    world.done(caller.query("iam", attach(read_only))?)?;
    let other = attach("arn:aws:iam::aws:policy/AdministratorAccess");
    assert_eq!(world.denied(caller.query("iam", other)?)?.code, "AccessDenied");
    assert_eq!(world.denied(caller.query("iam", iam("CreateUser&UserName=ann"))?)?.code, "AccessDenied");
    let bounded = iam(&format!("CreateUser&UserName=ann&PermissionsBoundary={read_only}"));
    world.done(caller.query("iam", bounded)?)?;
    Ok(())
}

#[test]
fn tags_of_request_and_resource_are_asked_for() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let blue = |action: &str, key: &str| {
        json!({"Effect": "Allow", "Action": action, "Resource": "*",
            "Condition": {"StringEquals": {key: "blue"}}})
    };
    let caller = world.session(
        "painter",
        &[
            blue("iam:DeleteRole", "aws:ResourceTag/team"),
            blue("iam:TagRole", "aws:RequestTag/team"),
            blue("logs:CreateLogGroup", "aws:RequestTag/team"),
            blue("logs:TagResource", "aws:RequestTag/team"),
            blue("logs:DeleteLogGroup", "aws:ResourceTag/team"),
            blue("apigateway:POST", "aws:RequestTag/team"),
            // An API's tags count for its parts.
            blue("apigateway:GET", "aws:ResourceTag/team"),
        ],
    )?;
    for name in ["ann", "bob"] {
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#;
        let create = format!("CreateRole&RoleName={name}&AssumeRolePolicyDocument={trust}");
        world.done(world.root.query("iam", iam(&create))?)?;
    }
    let tag = |value: &str| {
        iam(&format!("TagRole&RoleName=ann&Tags.member.1.Key=team&Tags.member.1.Value={value}"))
    };
    assert_eq!(world.denied(caller.query("iam", tag("red"))?)?.status, 403);
    world.done(caller.query("iam", tag("blue"))?)?;
    world.done(caller.query("iam", iam("DeleteRole&RoleName=ann"))?)?;
    assert_eq!(world.denied(caller.query("iam", iam("DeleteRole&RoleName=bob"))?)?.status, 403);

    let group = |tags: Value| json!({"logGroupName": "g", "tags": tags}).to_string();
    assert_eq!(world.denied(caller.logs("CreateLogGroup", group(json!({"team": "red"})))?)?.status, 400);
    world.done(caller.logs("CreateLogGroup", group(json!({"team": "blue"})))?)?;
    world.done(caller.logs("DeleteLogGroup", json!({"logGroupName": "g"}).to_string())?)?;

    let api = |tags: Value| json!({"name": "a", "tags": tags}).to_string();
    assert_eq!(world.denied(caller.rest("POST", "/restapis", api(json!({})))?)?.status, 403);
    let api = world.json(caller.rest("POST", "/restapis", api(json!({"team": "blue"})))?)?;
    let id = api["id"].as_str().unwrap_or_default();
    world.done(caller.rest("GET", &format!("/restapis/{id}/resources"), "")?)?;
    assert_eq!(world.denied(caller.rest("GET", "/account", "")?)?.status, 403);
    Ok(())
}

#[test]
fn logs_denies_by_group_and_stream() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let nobody = world.session("nobody", &[])?;
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group";
    for (operation, input, resource) in [
        ("DescribeLogGroups", json!({}), format!("{arn}::log-stream:")),
        ("CreateLogGroup", json!({"logGroupName": "/g"}), format!("{arn}:/g:log-stream:")),
        (
            "PutRetentionPolicy",
            json!({"logGroupName": "/g", "retentionInDays": 1}),
            format!("{arn}:/g:log-stream:"),
        ),
        (
            "CreateLogStream",
            json!({"logGroupName": "/g", "logStreamName": "s"}),
            format!("{arn}:/g:log-stream:s"),
        ),
        (
            "GetLogEvents",
            json!({"logGroupIdentifier": format!("{arn}:/g"), "logStreamName": "s"}),
            format!("{arn}:/g:log-stream:s"),
        ),
        ("ListTagsForResource", json!({"resourceArn": format!("{arn}:/g")}), format!("{arn}:/g")),
    ] {
        let answer = world.denied(nobody.logs(operation, input.to_string())?)?;
        let action = format!("logs:{operation}");
        assert_eq!(answer, denial(400, "AccessDeniedException", &action, &resource), "{operation}");
    }
    Ok(())
}

/// As policies name groups: with everything behind the name.
#[test]
fn logs_lets_those_who_name_the_group() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let group = "arn:aws:logs:us-east-1:000000000000:log-group:/g:*";
    let caller = world.session("writer", &[allow("logs:*", group)])?;
    world.done(caller.logs("CreateLogGroup", json!({"logGroupName": "/g"}).to_string())?)?;
    let stream = json!({"logGroupName": "/g", "logStreamName": "s"}).to_string();
    world.done(caller.logs("CreateLogStream", stream)?)?;
    let other = json!({"logGroupName": "/gone"}).to_string();
    assert_eq!(world.denied(caller.logs("CreateLogGroup", other)?)?.code, "AccessDeniedException");
    Ok(())
}

#[test]
fn api_gateway_denies_by_method_and_path() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let nobody = world.session("nobody", &[])?;
    let arn = "arn:aws:apigateway:us-east-1::";
    let stage = json!({"patchOperations": []}).to_string();
    for (method, path, body, resource) in [
        ("GET", "/account", "", "/account"),
        ("GET", "/restapis", "", "/restapis"),
        ("PATCH", "/restapis/abc/stages/prod", stage.as_str(), "/restapis/abc/stages/prod"),
        ("DELETE", "/restapis/abc", "", "/restapis/abc"),
        ("GET", "/v2/apis/abc/stages/prod", "", "/apis/abc/stages/prod"),
        (
            "GET",
            "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fabc",
            "",
            "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fabc",
        ),
    ] {
        let answer = world.denied(nobody.rest(method, path, body.to_owned())?)?;
        let resource = format!("{arn}{resource}");
        let action = format!("apigateway:{method}");
        assert_eq!(answer, denial(403, "AccessDeniedException", &action, &resource), "{method} {path}");
    }
    Ok(())
}

#[test]
fn the_tagging_api_names_no_resource() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let nobody = world.session("nobody", &[])?;
    let answer = world.denied(nobody.tagging("GetResources", "{}")?)?;
    assert_eq!(answer, denial(400, "AccessDeniedException", "tag:GetResources", ""));
    // The resource's own service is asked, too.
    let tagger = world.session("tagger", &[allow("tag:*", "*")])?;
    world.done(world.root.logs("CreateLogGroup", json!({"logGroupName": "g"}).to_string())?)?;
    let arn = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g");
    let tag = json!({"ResourceARNList": [arn], "Tags": {"a": "b"}}).to_string();
    let answer = world.denied(tagger.tagging("TagResources", tag)?)?;
    ensure!(answer.message.contains(&format!("logs:TagResource on resource: {arn}")), "{answer:?}");
    Ok(())
}

/// A role that trusts the account leaves the choice to identity policies, and one that names the caller does not ask them.
#[test]
fn a_role_is_assumed_by_both_sides() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let nobody = world.session("nobody", &[])?;
    let trusted = format!("arn:aws:iam::{ACCOUNT}:role/nobody");
    let trust = |principal: &str| {
        let trust = json!({"Statement": {"Effect": "Allow", "Principal": {"AWS": principal},
            "Action": "sts:AssumeRole"}});
        iam(&format!("CreateRole&RoleName=target&AssumeRolePolicyDocument={trust}"))
    };
    let target = format!("arn:aws:iam::{ACCOUNT}:role/target");
    world.done(world.root.query("iam", trust(ACCOUNT))?)?;
    let denied = world.denied(nobody.query("sts", assume_role(&target))?)?;
    let message =
        format!("User: {NOBODY} is not authorized to perform: sts:AssumeRole on resource: {target}");
    assert_eq!(denied, Denial { status: 403, code: "AccessDenied".to_owned(), message });
    // As a role that is not there.
    let ghost = world.denied(nobody.query("sts", assume_role("arn:aws:iam::000000000000:role/ghost"))?)?;
    assert_eq!(ghost.message.replace("ghost", "target"), denied.message);

    let permitted = world.session("permitted", &[allow("sts:AssumeRole", &target)])?;
    world.assume(&permitted, &target)?;
    world.done(world.root.query("iam", iam("DeleteRole&RoleName=target"))?)?;
    world.done(world.root.query("iam", trust(&trusted))?)?;
    world.assume(&nobody, &target)?;
    let denied = world.denied(permitted.query("sts", assume_role(&target))?)?;
    assert_eq!(denied.status, 403, "the role does not trust it");
    Ok(())
}

/// A key's policy decides: what it leaves to the account, identity policies allow, and what it does not, nobody's does.
#[test]
fn a_key_is_used_by_its_policy() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let nobody = world.session("nobody", &[])?;
    let key = world.json(world.root.kms("CreateKey", "{}")?)?;
    let arn = key["KeyMetadata"]["Arn"].as_str().unwrap_or_default();
    let named = json!({"KeyId": arn}).to_string();
    let answer = world.denied(nobody.kms("DescribeKey", named.clone())?)?;
    assert_eq!(answer, denial(400, "AccessDeniedException", "kms:DescribeKey", arn));
    let permitted = world.session("permitted", &[allow("kms:*", "*")])?;
    world.done(permitted.kms("DescribeKey", named.clone())?)?;

    let statement = |principal: &str, action: &str| json!({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*"});
    let role = format!("arn:aws:iam::{ACCOUNT}:role/nobody");
    let policy =
        json!({"Statement": [statement(&role, "kms:DescribeKey"), statement(ACCOUNT, "kms:PutKeyPolicy")]});
    let put = json!({"KeyId": arn, "Policy": policy.to_string()}).to_string();
    world.done(world.root.kms("PutKeyPolicy", put)?)?;
    world.done(nobody.kms("DescribeKey", named.clone())?)?;
    for caller in [&permitted, &world.root] {
        let answer = world.denied(caller.kms("DescribeKey", named.clone())?)?;
        ensure!(
            answer.message.ends_with("because no resource-based policy allows the kms:DescribeKey action"),
            "{answer:?}"
        );
    }
    // By an alias it is the same key. Both it and the alias are asked for.
    let alias = json!({"AliasName": "alias/a", "TargetKeyId": arn}).to_string();
    let answer = world.denied(nobody.kms("CreateAlias", alias)?)?;
    ensure!(
        answer
            .message
            .contains(&format!("kms:CreateAlias on resource: arn:aws:kms:us-east-1:{ACCOUNT}:alias/a")),
        "{answer:?}"
    );
    Ok(())
}

#[test]
fn nobody_is_denied_to_ask_who_he_is() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let caller = world.session("nobody", &[deny("*", "*")])?;
    world.done(caller.query("sts", "Version=2011-06-15&Action=GetCallerIdentity")?)?;
    Ok(())
}

#[test]
fn an_explicit_deny_is_told() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let caller = world.session("nobody", &[allow("*", "*"), deny("logs:DeleteLogGroup", "*")])?;
    world.done(caller.logs("CreateLogGroup", json!({"logGroupName": "g"}).to_string())?)?;
    let answer = world.denied(caller.logs("DeleteLogGroup", json!({"logGroupName": "g"}).to_string())?)?;
    assert_eq!(
        answer.message,
        format!(
            "User: {NOBODY} is not authorized to perform: logs:DeleteLogGroup on resource: \
             arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g:log-stream: with an explicit deny in an identity-based policy"
        )
    );
    Ok(())
}

/// A request that cannot be read is not judged; one that can is, before anybody looks for what it names.
#[test]
fn who_may_not_is_told_so_before_what_is_not_there() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let nobody = world.session("nobody", &[])?;
    assert_eq!(world.denied(nobody.logs("CreateLogGroup", "{")?)?.code, "SerializationException");
    assert_eq!(world.denied(nobody.logs("CreateLogGroup", "{}")?)?.code, "InvalidParameterException");
    let missing = json!({"logGroupName": "missing"}).to_string();
    assert_eq!(world.denied(nobody.logs("DeleteLogGroup", missing.clone())?)?.code, "AccessDeniedException");
    assert_eq!(world.denied(world.root.logs("DeleteLogGroup", missing)?)?.code, "ResourceNotFoundException");
    Ok(())
}

/// Deliveries need what makes them and, to a log group, what lets log delivery write there.
#[test]
fn deliveries_need_what_lets_them_write() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    world.done(world.root.logs("CreateLogGroup", json!({"logGroupName": "g"}).to_string())?)?;
    let distribution = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/E1");
    let source = json!({"name": "cdn", "logType": "ACCESS_LOGS", "resourceArn": distribution}).to_string();
    let group = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g");
    let destination =
        json!({"name": "g", "deliveryDestinationConfiguration": {"destinationResourceArn": group}})
            .to_string();
    let delivers = format!("arn:aws:logs:us-east-1:{ACCOUNT}:deliver*");
    let maker = world.session("maker", &[allow("logs:*Deliver*", &delivers)])?;
    let refused = world.denied(maker.logs("PutDeliverySource", source.clone())?)?;
    let consent = format!("cloudfront:AllowVendedLogDeliveryForResource on resource: {distribution}");
    ensure!(refused.message.contains(&consent), "{refused:?}");
    world.done(world.root.logs("PutDeliverySource", source)?)?;
    world.done(maker.logs("PutDeliveryDestination", destination)?)?;
    let delivery = json!({"deliverySourceName": "cdn",
        "deliveryDestinationArn": format!("arn:aws:logs:us-east-1:{ACCOUNT}:delivery-destination:g")})
    .to_string();
    let refused = world.denied(maker.logs("CreateDelivery", delivery.clone())?)?;
    ensure!(refused.message.contains("logs:DescribeLogGroups"), "{refused:?}");
    let policies = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:*");
    let letting = world.session(
        "letting",
        &[
            allow("logs:*Deliver*", &delivers),
            allow("logs:DescribeLogGroups", &policies),
            allow("logs:*ResourcePolic*", &policies),
        ],
    )?;
    world.done(letting.logs("CreateDelivery", delivery)?)?;
    world.done(letting.logs("DescribeResourcePolicies", "{}")?)?;
    // Another account's destination is its owner's to open, who has not.
    let foreign = json!({"deliverySourceName": "cdn",
        "deliveryDestinationArn": "arn:aws:logs:us-east-1:222222222222:delivery-destination:g"})
    .to_string();
    let refused = world.denied(letting.logs("CreateDelivery", foreign.clone())?)?;
    ensure!(refused.message.contains("no identity-based policy"), "{refused:?}");
    let refused = world.denied(world.root.logs("CreateDelivery", foreign)?)?;
    ensure!(refused.message.contains("no resource-based policy"), "{refused:?}");
    Ok(())
}

/// Who has an HTTP API log must be allowed to have logs delivered, and is told so by API Gateway.
#[test]
fn access_logs_of_http_apis_need_log_delivery() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    world.done(world.root.logs("CreateLogGroup", json!({"logGroupName": "g"}).to_string())?)?;
    let api = json!({"name": "api", "protocolType": "HTTP"}).to_string();
    let api = world.json(world.root.rest("POST", "/v2/apis", api)?)?;
    let path = format!("/v2/apis/{}/stages", api["apiId"].as_str().unwrap_or_default());
    let stage = |name: &str| {
        let group = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g");
        json!({"stageName": name,
            "accessLogSettings": {"destinationArn": group, "format": "$context.requestId"}})
        .to_string()
    };
    let manages = allow("apigateway:*", "*");
    let groups = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:*");
    let puts = allow("logs:PutResourcePolicy", &groups);
    let finds = allow("logs:Describe*", &groups);
    let delivers = allow("logs:CreateLogDelivery", "*");
    for (name, statements, passes) in [
        ("manager", vec![manages.clone()], false),
        ("writer", vec![manages.clone(), puts.clone(), finds.clone()], false),
        ("deliverer", vec![manages.clone(), finds.clone(), delivers.clone()], false),
        ("logger", vec![manages, puts, finds, delivers], true),
    ] {
        let caller = world.session(name, &statements)?;
        let request = caller.rest("POST", &path, stage(name))?;
        if passes {
            world.done(request)?;
            continue;
        }
        let answer = world.denied(request)?;
        assert_eq!((answer.status, answer.code.as_str()), (400, "BadRequestException"), "{name}");
        assert_eq!(answer.message, "Insufficient permissions to enable logging");
    }
    Ok(())
}

/// To give API Gateway a role, one must be allowed to give it to API Gateway.
#[test]
fn a_role_is_passed_to_api_gateway_only_by_permission() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let role = logging_role(&world)?;
    let patch = json!({"patchOperations": [
        {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]})
    .to_string();
    let pass = |service: &str| {
        json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": role,
            "Condition": {"StringEquals": {"iam:PassedToService": service}}})
    };
    let update = allow("apigateway:PATCH", "arn:aws:apigateway:us-east-1::/account");
    for (name, statements, passes) in [
        ("nobody", vec![update.clone()], false),
        ("other", vec![update.clone(), pass("ec2.amazonaws.com")], false),
        ("passing", vec![update, pass("apigateway.amazonaws.com")], true),
    ] {
        let caller = world.session(name, &statements)?;
        let request = caller.rest("PATCH", "/account", patch.clone())?;
        if passes {
            world.done(request)?;
            continue;
        }
        let answer = world.denied(request)?;
        assert_eq!((answer.status, answer.code.as_str()), (403, "AccessDeniedException"));
        ensure!(answer.message.contains(&format!("iam:PassRole on resource: {role}")), "{answer:?}");
    }
    Ok(())
}

/// A role that API Gateway takes for its logs.
pub(crate) fn logging_role(world: &World) -> Result<String> {
    let trust = json!({"Statement": {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "sts:AssumeRole"}});
    let create = iam(&format!("CreateRole&RoleName=logging&AssumeRolePolicyDocument={trust}"));
    world.done(world.root.query("iam", create)?)?;
    let policy = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    world.done(
        world.root.query("iam", iam(&format!("AttachRolePolicy&RoleName=logging&PolicyArn={policy}")))?,
    )?;
    Ok(format!("arn:aws:iam::{ACCOUNT}:role/logging"))
}

/// Another account's root is nobody's root here.
#[test]
fn root_needs_no_policy() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let other = Client::new("111111111111", "us-east-1");
    for root in [&world.root, &other] {
        world.done(root.logs("CreateLogGroup", json!({"logGroupName": "g"}).to_string())?)?;
        world.done(root.query("iam", iam("ListUsers"))?)?;
    }
    Ok(())
}
