//! What each operation of STS needs.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service", and the
//! permissions that the API reference tells of each operation.

use stagecheck_models::sts as operations;

use super::{Sts, session_tags};
use crate::service::Document;
use crate::service::authorization::{Asked, Requirement, Row, nothing};

/// Nobody can be denied to ask who he is. What identity providers vouch for is for the role's trust policy to judge, which
/// the operations ask themselves.
pub(crate) static ROWS: &[Row<Sts>] = &[
    Row::new(&operations::ASSUME_ROLE, assumed_role),
    Row::new(&operations::ASSUME_ROLE_WITH_SAML, nothing),
    Row::new(&operations::ASSUME_ROLE_WITH_WEB_IDENTITY, nothing),
    Row::new(&operations::ASSUME_ROOT, assumed_root),
    Row::new(&operations::DECODE_AUTHORIZATION_MESSAGE, everything),
    Row::new(&operations::GET_ACCESS_KEY_INFO, everything),
    Row::new(&operations::GET_CALLER_IDENTITY, nothing),
    Row::new(&operations::GET_DELEGATED_ACCESS_TOKEN, everything),
    Row::new(&operations::GET_FEDERATION_TOKEN, federated_user),
    Row::new(&operations::GET_SESSION_TOKEN, nothing),
    Row::new(&operations::GET_WEB_IDENTITY_TOKEN, web_identity_token),
];

type Call<'a> = Asked<'a, Sts>;

/// The role must trust the caller, and the caller must be allowed. Tags and a source identity are asked for by actions of
/// their own, also where they are the calling session's and go with it. Whether an MFA code is right, the handler sees.
fn assumed_role(call: &Call<'_>) -> Vec<Requirement> {
    let role = call.required("RoleArn");
    let session = call.ctx.principal.session.as_ref();
    let mut tags = call.tags("Tags");
    tags.extend(session.into_iter().flat_map(session_tags::inherited).cloned());
    let of_session = session.and_then(|session| session.source_identity.as_deref());
    let source_identity = call.text("SourceIdentity").or(of_session);
    let gives_mfa_code = call.text("SerialNumber").and(call.text("TokenCode")).is_some();
    let mut actions = vec!["sts:AssumeRole"];
    actions.extend((!tags.is_empty()).then_some("sts:TagSession"));
    actions.extend(source_identity.map(|_| "sts:SetSourceIdentity"));
    let requirement = |action| {
        Requirement::new(action, role)
            .with("sts:RoleSessionName", call.text("RoleSessionName"))
            .with("sts:ExternalId", call.text("ExternalId"))
            .with("sts:SourceIdentity", source_identity)
            .with("sts:TransitiveTagKeys", call.texts("TransitiveTagKeys"))
            .with("aws:MultiFactorAuthPresent", gives_mfa_code.then_some("true"))
            .with("aws:MultiFactorAuthAge", gives_mfa_code.then_some("0"))
            .with_request_tags(&tags)
            .of_trusted_role()
    };
    actions.into_iter().map(requirement).collect()
}

fn assumed_root(call: &Call<'_>) -> Vec<Requirement> {
    let target = call.required("TargetPrincipal");
    let scope = call.ctx.scope;
    let arn = if target.starts_with("arn:") {
        target.to_owned()
    } else {
        format!("arn:{}:iam::{target}:root", scope.region.partition().id)
    };
    let task = call.input.member("TaskPolicyArn").and_then(|policy| policy.member("arn"));
    vec![on(call, arn).with("sts:TaskPolicyArn", task.and_then(Document::as_text))]
}

fn federated_user(call: &Call<'_>) -> Vec<Requirement> {
    let name = call.required("Name");
    let arn = call.ctx.scope.global_arn("sts", format_args!("federated-user/{name}"));
    let tags = call.tags("Tags");
    let mut requirements = vec![on(call, arn.clone()).with_request_tags(&tags)];
    if !tags.is_empty() {
        requirements.push(Requirement::new("sts:TagSession", arn).with_request_tags(&tags));
    }
    requirements
}

fn web_identity_token(call: &Call<'_>) -> Vec<Requirement> {
    let tags = call.tags("Tags");
    let seconds = match call.input.member("DurationSeconds") {
        Some(Document::Integer(seconds)) => Some(seconds.to_string()),
        _ => None,
    };
    let token = on(call, "*")
        .with("sts:IdentityTokenAudience", call.texts("Audience"))
        .with("sts:SigningAlgorithm", call.text("SigningAlgorithm"))
        .with("sts:DurationSeconds", seconds)
        .with_request_tags(&tags);
    let mut requirements = vec![token];
    if !tags.is_empty() {
        requirements.push(Requirement::new("sts:TagGetWebIdentityToken", "*").with_request_tags(&tags));
    }
    requirements
}

fn everything(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, "*")]
}

fn on(call: &Call<'_>, resource: impl Into<String>) -> Requirement {
    Requirement::new(call.action("sts"), resource)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::authorization::assert_complete;

    #[test]
    fn every_operation_has_its_row() {
        assert_complete(ROWS, &operations::SERVICE);
    }
}
