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

/// What a call to an empty account needs: actions, and resources behind `arn:aws:apigateway:us-east-1:`.
fn needs(
    operation: &'static Operation,
    input: Vec<(&'static str, Document<'static>)>,
) -> Vec<(String, String)> {
    let scope = Scope::default();
    let principal = Principal::root(&scope);
    let ids = Ids::seeded(0);
    let now = Timestamp::from_millis(0);
    let ctx = Ctx { scope: &scope, principal: &principal, now, ids: &ids, quotas: &Quotas::default() };
    let (input, state) = (Document::Structure(input), ApiGateway::default());
    let asked = Asked { ctx: &ctx, operation, input: &input, state: &state };
    let pair = |Requirement { action, resource, .. }: Requirement| {
        (action.into_owned(), resource.replace("arn:aws:apigateway:us-east-1:", ""))
    };
    (ROWS[operation.index].needs)(&asked).into_iter().map(pair).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(action, arn)| ((*action).to_owned(), (*arn).to_owned())).collect()
}

#[test]
fn every_operation_has_its_row() {
    assert_complete(ROWS, &operations::SERVICE);
}

#[test]
fn the_resource_is_the_path() {
    for (operation, input, expected) in [
        (&operations::GET_ACCOUNT, vec![], ":/account"),
        (
            &operations::UPDATE_STAGE,
            vec![("restApiId", text("a")), ("stageName", text("prod"))],
            ":/restapis/a/stages/prod",
        ),
        (
            &operations::PUT_METHOD,
            vec![("restApiId", text("a")), ("resourceId", text("r")), ("httpMethod", text("GET"))],
            ":/restapis/a/resources/r/methods/GET",
        ),
        (&operations::GET_DOMAIN_NAME, vec![("domainName", text("x.org"))], ":/domainnames/x.org"),
        (
            &operations::GET_DOMAIN_NAME,
            vec![("domainName", text("x.org")), ("domainNameId", text("i"))],
            "000000000000:/domainnames/x.org+i",
        ),
        (
            &operations::GET_BASE_PATH_MAPPINGS,
            vec![("domainName", text("x.org")), ("domainNameId", text("i"))],
            ":/domainnames/x.org+i/basepathmappings",
        ),
        (
            &operations::GET_DOMAIN_NAME_ACCESS_ASSOCIATIONS,
            vec![],
            "000000000000:/domainnameaccessassociations",
        ),
        (
            &operations::GET_TAGS,
            vec![("resourceArn", text("arn:aws:apigateway:r::/restapis/a"))],
            ":/tags/arn%3Aaws%3Aapigateway%3Ar%3A%3A%2Frestapis%2Fa",
        ),
    ] {
        let action = format!("apigateway:{}", operation.method);
        assert_eq!(needs(operation, input), pairs(&[(&action, expected)]), "{}", operation.name);
    }
}

#[test]
fn roles_are_passed_and_policies_have_actions_of_their_own() {
    let role = "arn:aws:iam::000000000000:role/r";
    let input = vec![
        ("restApiId", text("a")),
        ("resourceId", text("r")),
        ("httpMethod", text("GET")),
        ("credentials", text(role)),
    ];
    assert_eq!(
        needs(&operations::PUT_INTEGRATION, input),
        pairs(&[
            ("apigateway:PUT", ":/restapis/a/resources/r/methods/GET/integration"),
            ("iam:PassRole", role),
        ])
    );
    let own = vec![("credentials", text("arn:aws:iam::*:user/*"))];
    assert_eq!(needs(&operations::PUT_INTEGRATION, own).len(), 1, "the caller's own need no role");
    let patch =
        Document::Structure(vec![("op", text("replace")), ("path", text("/policy")), ("value", text("{}"))]);
    let input = vec![("restApiId", text("a")), ("patchOperations", Document::List(vec![patch]))];
    assert_eq!(
        needs(&operations::UPDATE_REST_API, input),
        pairs(&[("apigateway:PATCH", ":/restapis/a"), ("apigateway:UpdateRestApiPolicy", ":/restapis/a")])
    );
}

/// With empty inputs, too: a table never panics, and asks for something.
#[test]
fn every_row_asks_for_something() {
    for row in ROWS {
        let needs = needs(row.operation, Vec::new());
        assert_eq!(needs[0].0, format!("apigateway:{}", row.operation.method), "{}", row.operation.name);
    }
}
