//! Users, groups, roles and policies by `aws iam`.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::cli::Cli;

const ACCOUNT: &str = "000000000000";

pub(crate) fn story(cli: &Cli) -> Result<()> {
    let ann = people(cli)?;
    let policy = permissions(cli)?;
    versions(cli, &policy)?;
    roles(cli, &ann, &policy)?;
    renamed(cli)?;
    gone(cli, &policy)
}

/// Ann is in a team.
fn people(cli: &Cli) -> Result<String> {
    let tags = ["--tags", "Key=team,Value=platform"];
    let created = cli.json(&[&["iam", "create-user", "--user-name", "ann"], &tags[..]].concat())?;
    let ann = text(&created["User"], "Arn")?;
    ensure!(ann == format!("arn:aws:iam::{ACCOUNT}:user/ann"), "create-user answered {created}");
    let group = cli.json(&["iam", "create-group", "--group-name", "platform", "--path", "/teams/"])?;
    ensure!(text(&group["Group"], "GroupId")?.starts_with("AGPA"), "create-group answered {group}");
    cli.silent(&["iam", "add-user-to-group", "--group-name", "platform", "--user-name", "ann"])?;
    cli.refused(
        &["iam", "create-user", "--user-name", "Ann"],
        "An error occurred (EntityAlreadyExists) when calling the CreateUser operation: User with name Ann already \
         exists.",
    )?;
    Ok(ann.to_owned())
}

/// The team may write logs, and no more of its own than a boundary lets it.
fn permissions(cli: &Cli) -> Result<String> {
    let document = allowing(&["logs:PutLogEvents"]);
    let arguments = ["--policy-name", "write-logs", "--policy-document", &document];
    let created = cli.json(&[&["iam", "create-policy"], &arguments[..]].concat())?;
    let policy = text(&created["Policy"], "Arn")?;
    cli.silent(&["iam", "attach-group-policy", "--group-name", "platform", "--policy-arn", policy])?;
    cli.silent(&[
        "iam",
        "put-user-policy",
        "--user-name",
        "ann",
        "--policy-name",
        "read-logs",
        "--policy-document",
        &allowing(&["logs:GetLogEvents"]),
    ])?;
    let read = cli.json(&["iam", "get-user-policy", "--user-name", "ann", "--policy-name", "read-logs"])?;
    ensure!(
        read["PolicyDocument"]["Statement"][0]["Action"] == json!(["logs:GetLogEvents"]),
        "get-user-policy answered {read}"
    );
    let boundary = ["--permissions-boundary", "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"];
    cli.silent(&[&["iam", "put-user-permissions-boundary", "--user-name", "ann"], &boundary[..]].concat())?;
    cli.refused(
        &[
            "iam",
            "create-policy",
            "--policy-name",
            "broken",
            "--policy-document",
            &allowing(&["PutLogEvents"]),
        ],
        "An error occurred (MalformedPolicyDocument) when calling the CreatePolicy operation: Actions/Conditions must \
         be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    )?;
    Ok(policy.to_owned())
}

/// A second version is tried, and taken back.
fn versions(cli: &Cli, policy: &str) -> Result<()> {
    let document = allowing(&["logs:*"]);
    let wider = ["--policy-document", &document, "--set-as-default"];
    let version =
        cli.json(&[&["iam", "create-policy-version", "--policy-arn", policy], &wider[..]].concat())?;
    ensure!(version["PolicyVersion"]["VersionId"] == "v2", "create-policy-version answered {version}");
    let delete = ["iam", "delete-policy-version", "--policy-arn", policy, "--version-id", "v2"];
    cli.refused(
        &delete,
        "An error occurred (DeleteConflict) when calling the DeletePolicyVersion operation: Cannot delete the default \
         version of a policy.",
    )?;
    cli.silent(&["iam", "set-default-policy-version", "--policy-arn", policy, "--version-id", "v1"])?;
    cli.silent(&delete)?;
    let left = cli.json(&["iam", "list-policy-versions", "--policy-arn", policy])?;
    ensure!(
        left["Versions"].as_array().map(Vec::len) == Some(1) && left["Versions"][0]["VersionId"] == "v1",
        "list-policy-versions answered {left}"
    );
    Ok(())
}

/// A role that Ann may assume, and nobody who is not there.
fn roles(cli: &Cli, ann: &str, policy: &str) -> Result<()> {
    let document = |trusted: &str| {
        let statement = json!({"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"});
        json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
    };
    let create = ["iam", "create-role", "--role-name", "deployer", "--assume-role-policy-document"];
    cli.refused(
        &[&create[..], &[&document(&format!("{ann}a"))]].concat(),
        &format!(
            "An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: Invalid principal in \
             policy: \"AWS\":\"{ann}a\""
        ),
    )?;
    let role = cli.json(&[&create[..], &[&document(ann)]].concat())?;
    ensure!(text(&role["Role"], "RoleId")?.starts_with("AROA"), "create-role answered {role}");
    cli.silent(&["iam", "attach-role-policy", "--role-name", "deployer", "--policy-arn", policy])?;
    let counted = cli.json(&["iam", "get-policy", "--policy-arn", policy])?;
    ensure!(counted["Policy"]["AttachmentCount"] == 2, "get-policy answered {counted}");
    Ok(())
}

/// Ann marries. All that is hers follows.
fn renamed(cli: &Cli) -> Result<()> {
    cli.silent(&["iam", "update-user", "--user-name", "ann", "--new-user-name", "ann.smith"])?;
    let members = cli.json(&["iam", "get-group", "--group-name", "platform"])?;
    ensure!(members["Users"][0]["UserName"] == "ann.smith", "get-group answered {members}");
    let own = cli.json(&["iam", "list-user-policies", "--user-name", "ann.smith"])?;
    ensure!(own["PolicyNames"] == json!(["read-logs"]), "list-user-policies answered {own}");
    ensure!(trusted(cli)? == format!("arn:aws:iam::{ACCOUNT}:user/ann.smith"), "the role does not follow");
    Ok(())
}

/// Everything has to go in its order. Who is gone is not trusted under the old name.
fn gone(cli: &Cli, policy: &str) -> Result<()> {
    let user = cli.json(&["iam", "get-user", "--user-name", "ann.smith"])?;
    let delete = ["iam", "delete-user", "--user-name", "ann.smith"];
    let conflict = |why: &str| {
        format!(
            "An error occurred (DeleteConflict) when calling the DeleteUser operation: Cannot delete entity, {why}"
        )
    };
    cli.refused(&delete, &conflict("must remove users from group first."))?;
    cli.silent(&["iam", "remove-user-from-group", "--group-name", "platform", "--user-name", "ann.smith"])?;
    cli.refused(&delete, &conflict("must delete policies first."))?;
    cli.silent(&["iam", "delete-user-policy", "--user-name", "ann.smith", "--policy-name", "read-logs"])?;
    cli.silent(&delete)?;
    ensure!(trusted(cli)? == text(&user["User"], "UserId")?, "the role still names who is gone");

    cli.refused(
        &["iam", "delete-policy", "--policy-arn", policy],
        "An error occurred (DeleteConflict) when calling the DeletePolicy operation: Cannot delete a policy attached \
         to entities.",
    )?;
    cli.silent(&["iam", "detach-group-policy", "--group-name", "platform", "--policy-arn", policy])?;
    cli.silent(&["iam", "detach-role-policy", "--role-name", "deployer", "--policy-arn", policy])?;
    cli.silent(&["iam", "delete-policy", "--policy-arn", policy])?;
    cli.silent(&["iam", "delete-role", "--role-name", "deployer"])?;
    cli.silent(&["iam", "delete-group", "--group-name", "platform"])?;
    cli.refused(
        &["iam", "get-role", "--role-name", "deployer"],
        "An error occurred (NoSuchEntity) when calling the GetRole operation: The role with name deployer cannot be \
         found.",
    )
}

/// Whom the role trusts.
fn trusted(cli: &Cli) -> Result<String> {
    let role = cli.json(&["iam", "get-role", "--role-name", "deployer"])?;
    let principal = &role["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"];
    Ok(text(principal, "AWS")?.to_owned())
}

fn allowing(actions: &[&str]) -> String {
    let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn text<'v>(value: &'v Value, member: &str) -> Result<&'v str> {
    value[member].as_str().with_context(|| format!("{value} has no {member}"))
}
