//! Where in API Gateway a call is about: its path as an ARN.

use percent_encoding::utf8_percent_encode;
use stagecheck_models::{Location, Segment, Shape};

use crate::apigateway::{ApiGateway, tags};
use crate::service::authorization::{Asked, Requirement, WITHIN_ARNS};

/// A call to either API.
pub(crate) type Call<'a> = Asked<'a, ApiGateway>;

/// The parts of API Gateway whose ARNs name the account.
const OWNED: [&str; 4] =
    ["/domainnameaccessassociations", "/portals", "/portalproducts", "/rejectdomainnameaccessassociations"];

/// The request's method, on its path.
pub(crate) fn at_path(call: &Call<'_>) -> Vec<Requirement> {
    vec![place(call)]
}

/// The request's method, on its path, with the tags that it brings and those that are there.
pub(crate) fn place(call: &Call<'_>) -> Requirement {
    on(call, format!("apigateway:{}", call.operation.method), &path(call))
}

/// An action with a name of its own, in the account.
pub(crate) fn named(call: &Call<'_>, path: &str) -> Requirement {
    let (partition, region) = (call.ctx.scope.region.partition().id, &call.ctx.scope.region);
    let account = &call.ctx.scope.account;
    let arn = format!("arn:{partition}:apigateway:{region}:{account}:{path}");
    with_tags(call, Requirement::new(call.action("apigateway"), arn), path)
}

/// An action on a path.
pub(super) fn on(call: &Call<'_>, action: String, path: &str) -> Requirement {
    with_tags(call, Requirement::new(action, arn(call, path)), path)
}

/// Sources that name no account are the rule.
pub(super) fn arn(call: &Call<'_>, path: &str) -> String {
    let (partition, region) = (call.ctx.scope.region.partition().id, &call.ctx.scope.region);
    // A private domain name has its id behind a plus sign.
    let is_private_name =
        path.strip_prefix("/domainnames/").is_some_and(|name| name.contains('+') && !name.contains('/'));
    let is_owned = is_private_name || OWNED.iter().any(|start| path.starts_with(start));
    let account = if is_owned { call.ctx.scope.account.as_str() } else { "" };
    format!("arn:{partition}:apigateway:{region}:{account}:{path}")
}

/// Tags of what a part belongs to count for the part, too.
///
/// Source: developer guide, "Use attribute-based access control with API Gateway".
fn with_tags(call: &Call<'_>, requirement: Requirement, path: &str) -> Requirement {
    let tagged = path.strip_prefix("/tags/").map_or(path, |_| tagged_path(call));
    let tags_member = if call.input.member("Tags").is_some() { "Tags" } else { "tags" };
    let keys_member = if call.input.member("TagKeys").is_some() { "TagKeys" } else { "tagKeys" };
    requirement
        .with_request_tags(&call.tags(tags_member))
        .with("aws:TagKeys", call.texts(keys_member))
        .with_resource_tags(&tags::along(call.state, tagged), &["aws"])
}

/// The path in the ARN of a resource whose tags the call is about.
fn tagged_path<'a>(call: &'a Call<'_>) -> &'a str {
    let arn = call.text("resourceArn").or_else(|| call.text("ResourceArn")).unwrap_or_default();
    arn.splitn(6, ':').nth(5).unwrap_or_default()
}

/// The request's path, without the version of the API, which ARNs do not have.
pub(crate) fn path(call: &Call<'_>) -> String {
    let mut path = String::new();
    for (position, segment) in call.operation.path.iter().enumerate() {
        match segment {
            Segment::Literal("v2") if position == 0 => {}
            Segment::Literal(text) => path = path + "/" + text,
            Segment::Label(label) | Segment::Greedy(label) => {
                path.push('/');
                path.push_str(&label_value(call, label));
            }
        }
    }
    path
}

/// What stands in the path for a label: the text of its member.
fn label_value(call: &Call<'_>, label: &str) -> String {
    let members = call.operation.input.map(Shape::members).unwrap_or_default();
    let member = members.iter().find(|member| member.location == Location::Uri && member.wire == label);
    let value = member.map(|member| call.required(member.name)).unwrap_or_default();
    if value.starts_with("arn:") {
        return utf8_percent_encode(value, WITHIN_ARNS).to_string();
    }
    match call.text("domainNameId").filter(|_| label == "domain_name") {
        Some(id) => format!("{value}+{id}"),
        None => value.to_owned(),
    }
}
