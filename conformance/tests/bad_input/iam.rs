//! Calls of IAM that mean harm: names that look like others, ARNs of other kinds, documents without an end.

use anyhow::Result;

use crate::deep;
use crate::refusal::Refusal;
use crate::world::{TRUST, World};

const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Text that is not what it looks like, or that cannot be seen.
const TRICKS: [&str; 16] = [
    "l\u{43e}gger",         // a Cyrillic o
    "logger\u{200b}",       // a space without a width
    "\u{202e}reggol",       // written from right to left
    "\u{ff4c}\u{ff4f}gger", // full-width letters
    "lo\u{308}gger",        // a combining mark
    "logger\u{ad}",         // a soft hyphen
    "logger\u{e0001}",      // a tag
    "\u{1f512}",            // a symbol beyond the first plane
    "logger ",
    " logger",
    "logger\n",
    "log\tger",
    "log/ger",
    "log:ger",
    "log*",
    "${aws:username}",
];

#[test]
fn names_that_are_not_what_they_look_like() -> Result<()> {
    let world = World::new()?;
    for name in TRICKS {
        for (member, form) in [
            ("userName", "Action=CreateUser&UserName="),
            ("groupName", "Action=CreateGroup&GroupName="),
            ("roleName", &format!("Action=CreateRole&AssumeRolePolicyDocument={TRUST}&RoleName=")),
            ("policyName", &format!("Action=CreatePolicy&PolicyDocument={ALLOW}&PolicyName=")),
            (
                "policyName",
                &format!("Action=PutRolePolicy&RoleName=logger&PolicyDocument={ALLOW}&PolicyName="),
            ),
            ("roleName", "Action=DeleteRole&RoleName="),
            ("newUserName", "Action=UpdateUser&UserName=a&NewUserName="),
        ] {
            let message = format!(
                "The specified value for {member} is invalid. It must contain only alphanumeric characters and/or \
                 the following: +=,.@_-"
            );
            let refusal = Refusal::iam(400, "ValidationError").saying(&message);
            refuses(&world, &format!("{form}{}", escaped(name)), &refusal)?;
        }
    }
    Ok(())
}

#[test]
fn names_over_length() -> Result<()> {
    let world = World::new()?;
    let trust = format!("AssumeRolePolicyDocument={TRUST}");
    for (member, most, form) in [
        ("userName", 64, "Action=CreateUser&UserName=".to_owned()),
        ("groupName", 128, "Action=CreateGroup&GroupName=".to_owned()),
        ("roleName", 64, format!("Action=CreateRole&{trust}&RoleName=")),
        ("policyName", 128, format!("Action=CreatePolicy&PolicyDocument={ALLOW}&PolicyName=")),
        ("path", 512, "Action=CreateUser&UserName=a&Path=/".to_owned()),
        ("description", 1000, format!("Action=CreateRole&{trust}&RoleName=a&Description=")),
    ] {
        let message = format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length \
             less than or equal to {most}"
        );
        let refusal = Refusal::iam(400, "ValidationError").saying(&message);
        let end = if member == "path" { "/" } else { "" };
        for length in [most + 1, 1_000_000] {
            refuses(&world, &format!("{form}{}{end}", "a".repeat(length)), &refusal)?;
        }
    }
    Ok(())
}

#[test]
fn paths_that_are_none() -> Result<()> {
    let world = World::new()?;
    let message = "The specified value for path is invalid. It must begin and end with / and contain only \
        alphanumeric characters and/or / characters.";
    let refusal = Refusal::iam(400, "ValidationError").saying(message);
    for path in ["", "a", "/a", "a/", "/a b/", "/a\n/", "/\u{e4}/", "//", "\\a\\", "/a\u{2215}b/", "/a/\0/"] {
        let form = format!("Action=CreateUser&UserName=a&Path={}", escaped(path));
        refuses(&world, &form, &refusal)?;
    }
    // Those of policies are stricter.
    for path in ["/a//b/", "/a:b/", "/a*/", "/a?/", "/a$/"] {
        let form = format!("Action=CreatePolicy&PolicyName=a&PolicyDocument={ALLOW}&Path={}", escaped(path));
        refuses(&world, &form, &refusal)?;
    }
    Ok(())
}

#[test]
fn arns_of_other_kinds() -> Result<()> {
    let world = World::new()?;
    let invalid = Refusal::iam(400, "InvalidInput");
    let of_another_partition = Refusal::iam(400, "ValidationError").saying("Invalid ARN partition");
    let missing = Refusal::iam(404, "NoSuchEntity");
    let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
    for (arn, refusal) in [
        ("arn:aws:iam::000000000000:role/logger".to_owned(), &invalid),
        ("arn:aws:iam::000000000000:policies/p".to_owned(), &invalid),
        ("arn:aws:iam::000000000000:policy/".to_owned(), &invalid),
        ("arn:aws:s3:::policy/AdministratorAccess".to_owned(), &invalid),
        ("arn:aws:iam:us-east-1:aws:policy/AdministratorAccess".to_owned(), &invalid),
        ("arn:aws:iam::root:policy/AdministratorAccess".to_owned(), &invalid),
        ("arn:aws:iam::00000000000:policy/AdministratorAccess".to_owned(), &invalid),
        (format!("{policy} "), &invalid),
        (format!(" {policy}"), &invalid),
        (policy.replace("iam", "I\u{41}M"), &invalid),
        (policy.replace("arn", "\u{430}rn"), &invalid),
        (policy.replace(":policy", ":p\u{43e}licy"), &invalid),
        (policy.replace("arn:aws:", "arn:aws-cn:"), &of_another_partition),
        (policy.replace("arn:aws:", "arn:\u{430}ws:"), &of_another_partition),
        (policy.replace("arn:aws:", "arn::"), &of_another_partition),
        (policy.replace("Access", "Acc\u{435}ss"), &invalid),
        (policy.replace("Access", "\u{1}"), &invalid),
        (policy.replace("Access", "\0"), &invalid),
        (policy.to_lowercase(), &missing),
        (policy.replace(":aws:policy", ":111122223333:policy"), &missing),
        (format!("{policy}/"), &missing),
        (policy.replace("policy/", "policy/../policy/"), &missing),
    ] {
        for form in [
            "Action=AttachRolePolicy&RoleName=logger",
            "Action=PutRolePermissionsBoundary&RoleName=logger",
            "Action=GetPolicy",
            "Action=ListPolicyVersions",
        ] {
            let member = if form.contains("Boundary") { "PermissionsBoundary" } else { "PolicyArn" };
            refuses(&world, &format!("{form}&{member}={}", escaped(&arn)), refusal)?;
        }
    }
    Ok(())
}

#[test]
fn documents_without_an_end() -> Result<()> {
    let world = World::new()?;
    let malformed = Refusal::iam(400, "MalformedPolicyDocument");
    let too_long = Refusal::iam(400, "ValidationError").saying(
        "1 validation error detected: Value at 'policyDocument' failed to satisfy constraint: Member must have length \
         less than or equal to 131072",
    );
    let nested = format!(r#"{{"Version":"2012-10-17","Statement":{}}}"#, deep('[', "", ']'));
    let condition = deep('{', r#""a":"#, '}');
    let in_condition = ALLOW.replace(r#""Resource""#, &format!(r#""Condition":{condition},"Resource""#));
    let long = "a".repeat(131_073);
    let longest = "a".repeat(131_072);
    let longer_than_a_request = "a".repeat(10 * 1024 * 1024);
    for (document, refusal) in [
        (&nested, &malformed),
        (&in_condition, &malformed),
        (&longest, &malformed),
        (&long, &too_long),
        (&longer_than_a_request, &Refusal::iam(413, "RequestEntityTooLarge")),
    ] {
        for form in [
            "Action=CreatePolicy&PolicyName=new",
            "Action=PutRolePolicy&RoleName=logger&PolicyName=new",
            "Action=UpdateAssumeRolePolicy&RoleName=logger",
        ] {
            refuses(&world, &format!("{form}&PolicyDocument={document}"), refusal)?;
        }
    }
    // As many statements as 131,072 characters have room for: more than the quota, and read in no time.
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let many = format!(r#"{{"Statement":[{}]}}"#, [statement; 2700].join(","));
    let form = format!("Action=CreatePolicy&PolicyName=new&PolicyDocument={many}");
    refuses(&world, &form, &Refusal::iam(409, "LimitExceeded"))
}

#[test]
fn documents_that_say_two_things_or_none() -> Result<()> {
    let world = World::new()?;
    let malformed = Refusal::iam(400, "MalformedPolicyDocument");
    let with = |from: &str, to: &str| ALLOW.replace(from, to);
    for document in [
        with(r#""Effect":"Allow""#, r#""Effect":"Deny","Effect":"Allow""#),
        with(r#""Version":"2012-10-17""#, r#""Version":"2012-10-17","Version":"2012-10-17""#),
        with(r#""Resource":"*""#, r#""Resource":"*","NotResource":"*""#),
        with(r#""Action":"*""#, r#""Action":"*","\u0041ction":"s3:*""#),
        with(r#""Action""#, r#""action""#),
        with("Action", "\u{410}ction"),
        with(r#""Allow""#, r#""allow""#),
        with(r#""Allow""#, r#""Allow ""#),
        with(r#""Action":"*""#, r#""Action":null"#),
        with(r#""Action":"*""#, r#""Action":{"a":"b"}"#),
        with(r#""Action":"*""#, r#""Action":[["*"]]"#),
        with(r#""Resource":"*""#, r#""Resource":1"#),
        with(r#""Resource":"*""#, r#""Resource":"arn""#),
        with("2012-10-17", "2012-10-18"),
        format!("{ALLOW}{ALLOW}"),
        format!("{ALLOW}x"),
        ALLOW.replace('}', ""),
        r#"{"Statement":[]}"#.to_owned(),
        r#"{"Statement":null}"#.to_owned(),
        r#"{"Statement":"*"}"#.to_owned(),
        "null".to_owned(),
        "1e999".to_owned(),
        r#""\ud800""#.to_owned(),
    ] {
        // What IAM's pattern for documents does not take is refused before it is read.
        let refusal = if document.is_ascii() { malformed } else { Refusal::iam(400, "ValidationError") };
        for form in
            ["Action=CreatePolicy&PolicyName=new", "Action=PutRolePolicy&RoleName=logger&PolicyName=new"]
        {
            refuses(&world, &format!("{form}&PolicyDocument={}", escaped(&document)), &refusal)?;
        }
    }
    Ok(())
}

#[test]
fn principals_that_are_nobody() -> Result<()> {
    let world = World::new()?;
    for principal in [
        r#"{"AWS":"arn:aws:iam::000000000000:user/nobody"}"#,
        r#"{"AWS":"arn:aws:iam::000000000000:role/path/logger"}"#,
        r#"{"AWS":"arn:aws:iam::000000000000:role/LOGGER"}"#,
        r#"{"AWS":"arn:aws:iam::000000000000:role/logger "}"#,
        r#"{"AWS":"arn:aws:iam::000000000000:role/logger/"}"#,
        r#"{"AWS":"arn:aws:iam::000000000000:role/log*"}"#,
        r#"{"AWS":"arn:aws:iam::*:root"}"#,
        r#"{"AWS":"arn:aws:iam::000000000000:rooT"}"#,
        r#"{"AWS":"arn:aws:iam::000000000000:group/admins"}"#,
        r#"{"AWS":"arn:aws:iam:us-east-1:000000000000:role/logger"}"#,
        r#"{"AWS":"arn:aws-cn:iam::000000000000:role/logger"}"#,
        r#"{"AWS":"arn:aws:iam::00000000000:root"}"#,
        r#"{"AWS":"arn:aws:s3:::bucket"}"#,
        r#"{"AWS":"0000000000000"}"#,
        r#"{"AWS":"00000000000"}"#,
        r#"{"AWS":"AROAAAAAAAAAAAAAAAAAA"}"#,
        r#"{"AWS":"logger"}"#,
        r#"{"AWS":""}"#,
        r#"{"AWS":[]}"#,
        r#"{"AWS":{}}"#,
        r#"{"aws":"*"}"#,
        r#"{"Service":"apigateway"}"#,
        r#"{"Service":"amazonaws.com"}"#,
        r#"{"Service":"apigateway.amazonaws.com "}"#,
        r#""*""#,
        r"[]",
        r"null",
    ] {
        let document = TRUST.replace(r#"{"Service":"apigateway.amazonaws.com"}"#, principal);
        assert!(document.contains(principal));
        for form in [
            "Action=UpdateAssumeRolePolicy&RoleName=logger&PolicyDocument=",
            "Action=CreateRole&RoleName=new&AssumeRolePolicyDocument=",
        ] {
            let refusal = Refusal::iam(400, "MalformedPolicyDocument");
            refuses(&world, &format!("{form}{}", escaped(&document)), &refusal)?;
        }
    }
    Ok(())
}

fn refuses(world: &World, form: &str, refusal: &Refusal<'_>) -> Result<()> {
    let form = format!("Version=2010-05-08&{form}");
    let start: String = form.chars().take(120).collect();
    world.refuses(&start, world.client.query("iam", form)?, refusal)
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
