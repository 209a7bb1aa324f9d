//! Lists of IAM. Markers may have 320 characters, so that names are the longest that there are.

use http::StatusCode;

use crate::{List, Page, Service};

/// The longest name of a group.
const GROUP: &str = "g2345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678";

/// The longest name of a user or role.
const NAME: &str = "n234567890123456789012345678901234567890123456789012345678901234";

const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

pub(crate) const USERS: List = List {
    prepare: |_| {},
    create: |service, number| {
        let name = format!("{number:064x}");
        call(service, &format!("CreateUser&UserName={name}"));
        name
    },
    delete: |service, name| drop(call(service, &format!("DeleteUser&UserName={name}"))),
    page: |service, size, marker| page(service, "ListUsers", "UserName", size, marker),
};

pub(crate) const ROLES: List = List {
    prepare: |_| {},
    create: |service, number| {
        let name = format!("{number:064x}");
        call(service, &format!("CreateRole&RoleName={name}&AssumeRolePolicyDocument={TRUST}"));
        name
    },
    delete: |service, name| drop(call(service, &format!("DeleteRole&RoleName={name}"))),
    page: |service, size, marker| page(service, "ListRoles", "RoleName", size, marker),
};

pub(crate) const MEMBERS: List = List {
    prepare: |service| drop(call(service, &format!("CreateGroup&GroupName={GROUP}"))),
    create: |service, number| {
        let name = (USERS.create)(service, number);
        call(service, &format!("AddUserToGroup&GroupName={GROUP}&UserName={name}"));
        name
    },
    delete: |service, name| {
        call(service, &format!("RemoveUserFromGroup&GroupName={GROUP}&UserName={name}"));
    },
    page: |service, size, marker| {
        page(service, &format!("GetGroup&GroupName={GROUP}"), "UserName", size, marker)
    },
};

pub(crate) const GROUPS_OF_A_USER: List = List {
    prepare: |service| drop(call(service, &format!("CreateUser&UserName={NAME}"))),
    create: |service, number| {
        let name = format!("{number:0128x}");
        call(service, &format!("CreateGroup&GroupName={name}"));
        call(service, &format!("AddUserToGroup&GroupName={name}&UserName={NAME}"));
        name
    },
    delete: |service, name| {
        call(service, &format!("RemoveUserFromGroup&GroupName={name}&UserName={NAME}"));
    },
    page: |service, size, marker| {
        page(service, &format!("ListGroupsForUser&UserName={NAME}"), "GroupName", size, marker)
    },
};

pub(crate) const INLINE_POLICIES: List = List {
    prepare: |service| drop(call(service, &format!("CreateGroup&GroupName={GROUP}"))),
    create: |service, number| {
        let name = format!("{number:0128x}");
        let policy = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
        call(service, &format!("PutGroupPolicy&GroupName={GROUP}&PolicyName={name}&PolicyDocument={policy}"));
        name
    },
    delete: |service, name| {
        call(service, &format!("DeleteGroupPolicy&GroupName={GROUP}&PolicyName={name}"));
    },
    page: |service, size, marker| {
        page(service, &format!("ListGroupPolicies&GroupName={GROUP}"), "member", size, marker)
    },
};

pub(crate) const ATTACHED_POLICIES: List = List {
    prepare: |service| {
        call(service, &format!("CreateRole&RoleName={NAME}&AssumeRolePolicyDocument={TRUST}"));
    },
    create: |service, number| {
        let name = format!("{number:0128x}");
        let path = format!("/{}/", "p".repeat(510));
        let form = format!("CreatePolicy&PolicyName={name}&Path={path}&PolicyDocument={ALLOW}");
        let arn = texts(&call(service, &form), "Arn").remove(0);
        call(service, &format!("AttachRolePolicy&RoleName={NAME}&PolicyArn={arn}"));
        arn
    },
    delete: |service, arn| drop(call(service, &format!("DetachRolePolicy&RoleName={NAME}&PolicyArn={arn}"))),
    page: |service, size, marker| {
        page(service, &format!("ListAttachedRolePolicies&RoleName={NAME}"), "PolicyArn", size, marker)
    },
};

fn page(service: &Service, form: &str, element: &str, size: usize, marker: Option<&str>) -> Page {
    let marker = marker.map(|marker| format!("&Marker={marker}")).unwrap_or_default();
    let answer = call(service, &format!("{form}&MaxItems={size}{marker}"));
    let mut listed = texts(&answer, element);
    // Of a group, its own name is not one of the list.
    listed.retain(|text| text != GROUP);
    (listed, texts(&answer, "Marker").pop())
}

fn call(service: &Service, form: &str) -> String {
    let form = format!("Version=2010-05-08&Action={form}");
    let answer = service.emulator.blocking_respond(service.client.query("iam", form.clone()).unwrap());
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    assert_eq!(answer.status(), StatusCode::OK, "{form}: {body}");
    body
}

/// The texts of the elements of this name.
fn texts(body: &str, element: &str) -> Vec<String> {
    let (start, end) = (format!("<{element}>"), format!("</{element}>"));
    let after = body.split(start.as_str()).skip(1);
    after.filter_map(|rest| Some(rest.split_once(end.as_str())?.0.to_owned())).collect()
}
