use std::borrow::Cow;

use stagecheck_models::Operation;

use super::*;
use crate::ids::Ids;
use crate::service::authorization::{Asked, Requirement, assert_complete};
use crate::service::{Ctx, Document, Principal, Quotas};
use crate::store::Scope;
use crate::time::Timestamp;

fn text(text: &'static str) -> Document<'static> {
    Document::Text(Cow::Borrowed(text))
}

/// What a call of an empty account's root needs.
fn needs(operation: &'static Operation, input: Vec<(&'static str, Document<'static>)>) -> Vec<Requirement> {
    let scope = Scope::default();
    let principal = Principal::root(&scope);
    let ids = Ids::seeded(0);
    let ctx = Ctx {
        scope: &scope,
        principal: &principal,
        now: Timestamp::from_millis(0),
        ids: &ids,
        quotas: &Quotas::default(),
    };
    let (input, state) = (Document::Structure(input), Iam::default());
    (ROWS[operation.index].needs)(&Asked { ctx: &ctx, operation, input: &input, state: &state })
}

fn pairs(requirements: &[Requirement]) -> Vec<(String, String)> {
    requirements.iter().map(|each| (each.action.to_string(), each.resource.clone())).collect()
}

fn pair(action: &str, resource: &str) -> (String, String) {
    (action.to_owned(), resource.replace("iam::", "iam::000000000000:"))
}

#[test]
fn every_operation_has_its_row() {
    assert_complete(ROWS, &operations::SERVICE);
}

#[test]
fn new_things_stand_at_their_paths_and_their_tags_are_asked_for() {
    let tag = Document::Structure(vec![("Key", text("team")), ("Value", text("blue"))]);
    let input = vec![("Path", text("/a/")), ("RoleName", text("r")), ("Tags", Document::List(vec![tag]))];
    let requirements = needs(&operations::CREATE_ROLE, input);
    assert_eq!(
        pairs(&requirements),
        [pair("iam:CreateRole", "arn:aws:iam::role/a/r"), pair("iam:TagRole", "arn:aws:iam::role/a/r"),]
    );
    let url = vec![("Url", text("https://id.example.com/a"))];
    assert_eq!(
        pairs(&needs(&operations::CREATE_OPEN_ID_CONNECT_PROVIDER, url)),
        [pair("iam:CreateOpenIDConnectProvider", "arn:aws:iam::oidc-provider/id.example.com/a")]
    );
}

#[test]
fn an_instance_profile_passes_its_role_to_ec2() {
    let input = vec![("InstanceProfileName", text("p")), ("RoleName", text("r"))];
    let requirements = needs(&operations::ADD_ROLE_TO_INSTANCE_PROFILE, input);
    assert_eq!(
        pairs(&requirements),
        [
            pair("iam:AddRoleToInstanceProfile", "arn:aws:iam::instance-profile/p"),
            pair("iam:PassRole", "arn:aws:iam::role/r"),
        ]
    );
}

#[test]
fn a_rename_is_asked_for_at_both_ends() {
    let input = vec![("GroupName", text("g")), ("NewPath", text("/b/")), ("NewGroupName", text("h"))];
    assert_eq!(
        pairs(&needs(&operations::UPDATE_GROUP, input)),
        [pair("iam:UpdateGroup", "arn:aws:iam::group/g"), pair("iam:UpdateGroup", "arn:aws:iam::group/b/h")]
    );
    let input = vec![("GroupName", text("g")), ("NewGroupName", text("h"))];
    assert_eq!(pairs(&needs(&operations::UPDATE_GROUP, input))[1].1, "arn:aws:iam::000000000000:group/h");
    assert_eq!(needs(&operations::UPDATE_GROUP, vec![("GroupName", text("g"))]).len(), 1);
}

#[test]
fn lists_are_asked_for_by_path() {
    for (operation, resource) in [
        (&operations::LIST_USERS, "arn:aws:iam::user/"),
        (&operations::LIST_POLICIES, "arn:aws:iam::policy/"),
    ] {
        let (action, resource) = pair(&format!("iam:{}", operation.name), resource);
        assert_eq!(pairs(&needs(operation, Vec::new())), [(action, resource)]);
    }
    let requirements = needs(&operations::LIST_ROLES, vec![("PathPrefix", text("/a/"))]);
    assert_eq!(requirements[0].resource, "arn:aws:iam::000000000000:role/a/");
}

/// With empty inputs, too: a table never panics, and asks for something.
#[test]
fn every_row_asks_for_something() {
    for row in ROWS {
        let requirements = needs(row.operation, Vec::new());
        assert!(!requirements.is_empty(), "{}", row.operation.name);
        assert_eq!(requirements[0].action, format!("iam:{}", row.operation.name));
    }
}
