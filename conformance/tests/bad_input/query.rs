//! Calls of IAM and STS that are wrong.

use anyhow::Result;
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::deep;
use crate::refusal::Refusal;
use crate::world::{TRUST, World};

/// A CreateRole that would succeed, but for what is put behind it.
fn create_role(rest: &str) -> String {
    format!("Action=CreateRole&Version=2010-05-08&RoleName=new&AssumeRolePolicyDocument={TRUST}&{rest}")
}

#[test]
fn parameters_that_cannot_be_read() -> Result<()> {
    let world = World::new()?;
    let malformed = Refusal::iam(400, "MalformedInput");
    for rest in [
        "Tags.member.x.Key=a&Tags.member.x.Value=b",
        "Tags.member.-1.Key=a&Tags.member.-1.Value=b",
        "Tags.member..Key=a",
        "Tags.member.4294967296.Key=a",
        "Tags.member.99999999999999999999.Key=a",
        // Numbers that are one of a list's only in another spelling: read as 1, their values would be lost.
        "Tags.member.01.Key=a&Tags.member.01.Value=b",
        "Tags.member.%2B1.Key=a&Tags.member.%2B1.Value=b",
        // Which one counts, nobody can know.
        "RoleName=other",
        "Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.1.Value=c",
        "MaxSessionDuration=long",
        "MaxSessionDuration=3600.5",
        "MaxSessionDuration=99999999999",
        "MaxSessionDuration=",
        "Description=%FF",
        "Description=%C3%28",
        "%FF=1",
    ] {
        world.refuses(rest, world.client.query("iam", create_role(rest))?, &malformed)?;
    }
    let mut broken = create_role("Description=").into_bytes();
    broken.push(0xff);
    world.refuses("broken UTF-8", world.client.query("iam", Bytes::from(broken))?, &malformed)?;
    let mut request = world.client.query("iam", "")?;
    *request.uri_mut() = "/?Action=ListRoles&Version=2010-05-08&Marker=%FF".try_into()?;
    world.refuses("a broken query string", request, &malformed)
}

/// (inferred) What AWS does with a gap is not documented; its own clients leave none.
#[test]
fn a_gap_in_a_list_loses_nothing() -> Result<()> {
    let world = World::new()?;
    let tags = "Tags.member.7.Key=b&Tags.member.7.Value=2&Tags.member.3.Key=a&Tags.member.3.Value=1";
    let answer = world.emulator.blocking_respond(world.client.query("iam", create_role(tags))?);
    assert_eq!(answer.status(), 200);
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    let kept = "<Tags><member><Key>a</Key><Value>1</Value></member>\
        <member><Key>b</Key><Value>2</Value></member></Tags>";
    assert!(body.contains(kept), "{body}");
    Ok(())
}

#[test]
fn inputs_that_break_constraints() -> Result<()> {
    let world = World::new()?;
    let error = |message| Refusal::iam(400, "ValidationError").saying(message);
    for (form, refusal) in [
        (
            "Action=CreateRole&Version=2010-05-08",
            error(
                "2 validation errors detected: Value null at 'roleName' failed to satisfy constraint: Member must not \
                 be null; Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be \
                 null",
            ),
        ),
        (
            "Action=GetRole&Version=2010-05-08&RoleName=a%20b",
            error(
                "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or \
                 the following: +=,.@_-",
            ),
        ),
        (
            &create_role("Path=here"),
            error(
                "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
                 characters and/or / characters.",
            ),
        ),
        (
            &create_role("MaxSessionDuration=1"),
            error(
                "1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must \
                 have value greater than or equal to 3600",
            ),
        ),
        (
            "Action=ListPolicies&Version=2010-05-08&Scope=Mine",
            error(
                "1 validation error detected: Value at 'scope' failed to satisfy constraint: Member must satisfy enum \
                 value set: [All, AWS, Local]",
            ),
        ),
        ("Action=ListRoles&Version=2010-05-08&Marker=nonsense", error("Invalid Marker.")),
        (
            &create_role(
                "Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=A&Tags.member.2.Value=2",
            ),
            Refusal::iam(400, "InvalidInput")
                .saying("Duplicate tag keys found. Please note that Tag keys are case insensitive."),
        ),
    ] {
        world.refuses(form, world.client.query("iam", form.to_owned())?, &refusal)?;
    }
    let form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::000000000000:role/logger&\
        RoleSessionName=a%20b&DurationSeconds=1";
    let refusal = Refusal::sts(400, "ValidationError").saying(
        "2 validation errors detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must \
         satisfy regular expression pattern: [\\w+=,.@-]*; Value '1' at 'durationSeconds' failed to satisfy \
         constraint: Member must have value greater than or equal to 900",
    );
    world.refuses(form, world.client.query("sts", form)?, &refusal)
}

#[test]
fn policies_that_are_none() -> Result<()> {
    let world = World::new()?;
    let nested = deep('[', "", ']');
    for document in ["{", "[]", "nonsense", r#"{"Statement":1}"#, &nested] {
        let start: String = document.chars().take(80).collect();
        let form = format!(
            "Action=PutRolePolicy&Version=2010-05-08&RoleName=logger&PolicyName=p&PolicyDocument={document}"
        );
        let refusal = Refusal::iam(400, "MalformedPolicyDocument");
        world.refuses(&start, world.client.query("iam", form)?, &refusal)?;
    }
    Ok(())
}

#[test]
fn operations_that_there_are_not() -> Result<()> {
    let world = World::new()?;
    let unknown = |message| Refusal::iam(400, "InvalidAction").saying(message);
    for (form, refusal) in [
        (
            "Action=Nonsense&Version=2010-05-08",
            unknown("Could not find operation Nonsense for version 2010-05-08"),
        ),
        (
            "Action=listroles&Version=2010-05-08",
            unknown("Could not find operation listroles for version 2010-05-08"),
        ),
        ("Action=&Version=2010-05-08", unknown("Could not find operation  for version 2010-05-08")),
        (
            "Action=ListRoles&Version=1999-01-01",
            unknown("Could not find operation ListRoles for version 1999-01-01"),
        ),
        ("Action=ListRoles", unknown("Could not find operation ListRoles for version NO_VERSION_SPECIFIED")),
        (
            "Action=GetCallerIdentity&Version=2010-05-08",
            unknown("Could not find operation GetCallerIdentity for version 2010-05-08"),
        ),
        ("Version=2010-05-08", Refusal::iam(400, "MissingAction")),
        ("", Refusal::iam(400, "MissingAction")),
    ] {
        world.refuses(form, world.client.query("iam", form)?, &refusal)?;
    }
    let form = "Action=ListRoles&Version=2011-06-15";
    let refusal = Refusal::sts(400, "InvalidAction")
        .saying("Could not find operation ListRoles for version 2011-06-15");
    world.refuses(form, world.client.query("sts", form)?, &refusal)
}

#[test]
fn content_types_that_are_no_form() -> Result<()> {
    let world = World::new()?;
    for given in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
        for (service, refusal) in [
            ("iam", Refusal::iam(404, "UnknownOperationException")),
            ("sts", Refusal::sts(404, "UnknownOperationException")),
        ] {
            let mut request = world.client.query(service, create_role(""))?;
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(given));
            world.refuses(given, request, &refusal)?;
        }
    }
    Ok(())
}
