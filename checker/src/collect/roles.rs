//! Roles with all that decides what they may do.

use std::sync::Arc;

use aws_sdk_iam::Client;
use aws_sdk_iam::error::SdkError;
use aws_sdk_iam::operation::get_role::GetRoleError;
use percent_encoding::percent_decode_str;
use stagecheck_policy::{Document, Kind};

use super::Gaps;
use crate::inventory::{Known, Role};

/// Reads the role of an ARN.
pub(super) async fn read(client: &Client, arn: &str, account: &str, gaps: &mut Gaps) -> Known<Role> {
    if arn.split(':').nth(4) != Some(account) {
        gaps.add("iam:GetRole", arn, format!("the role belongs to another account than {account}"));
        return Known::Unknown;
    }
    let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
    let answer = client.get_role().role_name(&name).send().await;
    if let Err(SdkError::ServiceError(error)) = &answer
        && matches!(error.err(), GetRoleError::NoSuchEntityException(_))
    {
        return Known::Absent;
    }
    let Known::Value(answer) = gaps.known("iam:GetRole", arn, answer) else { return Known::Unknown };
    // A role of the same name under another path has another ARN.
    let Some(role) = answer.role().filter(|role| role.arn() == arn) else { return Known::Absent };
    let reader = Reader { client, role: &name };
    let trust_text = decoded(role.assume_role_policy_document().unwrap_or_default());
    let boundary = match role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn())
    {
        None => Known::Absent,
        Some(boundary) => match reader.managed(boundary, gaps).await {
            Some(document) => Known::Value((boundary.to_owned(), document)),
            None => Known::Unknown,
        },
    };
    Known::Value(Role {
        trust: parse(&trust_text, Kind::Trust, "iam:GetRole", arn, gaps).map_or(Known::Unknown, Known::Value),
        trust_text,
        policies: reader.policies(gaps).await.map_or(Known::Unknown, Known::Value),
        boundary,
        name,
    })
}

struct Reader<'a> {
    client: &'a Client,
    role: &'a str,
}

type Policy = (String, Arc<Document>);

impl Reader<'_> {
    /// Inline and attached policies; `None` where one is not known.
    async fn policies(&self, gaps: &mut Gaps) -> Option<Vec<Policy>> {
        let mut policies = Vec::new();
        for name in self.inline_names(gaps).await? {
            let answer = self.client.get_role_policy().role_name(self.role).policy_name(&name).send().await;
            let answer = gaps.known("iam:GetRolePolicy", self.role, answer);
            let text = decoded(answer.value()?.policy_document());
            let document = parse(&text, Kind::Identity, "iam:GetRolePolicy", &name, gaps)?;
            policies.push((name, document));
        }
        for arn in self.attached_arns(gaps).await? {
            let document = self.managed(&arn, gaps).await?;
            policies.push((arn, document));
        }
        Some(policies)
    }

    async fn inline_names(&self, gaps: &mut Gaps) -> Option<Vec<String>> {
        let mut names = Vec::new();
        let mut marker = None;
        loop {
            let answer =
                self.client.list_role_policies().role_name(self.role).set_marker(marker).send().await;
            let answer = gaps.known("iam:ListRolePolicies", self.role, answer);
            let page = answer.value()?;
            names.extend_from_slice(page.policy_names());
            marker = page.marker().map(str::to_owned);
            if marker.is_none() {
                return Some(names);
            }
        }
    }

    async fn attached_arns(&self, gaps: &mut Gaps) -> Option<Vec<String>> {
        let mut arns = Vec::new();
        let mut marker = None;
        loop {
            let answer = self
                .client
                .list_attached_role_policies()
                .role_name(self.role)
                .set_marker(marker)
                .send()
                .await;
            let answer = gaps.known("iam:ListAttachedRolePolicies", self.role, answer);
            let page = answer.value()?;
            arns.extend(
                page.attached_policies().iter().filter_map(|policy| policy.policy_arn()).map(str::to_owned),
            );
            marker = page.marker().map(str::to_owned);
            if marker.is_none() {
                return Some(arns);
            }
        }
    }

    /// The document that a managed policy has now.
    async fn managed(&self, arn: &str, gaps: &mut Gaps) -> Option<Arc<Document>> {
        let answer = self.client.get_policy().policy_arn(arn).send().await;
        let answer = gaps.known("iam:GetPolicy", arn, answer);
        let version = answer.value()?.policy()?.default_version_id()?.to_owned();
        let answer = self.client.get_policy_version().policy_arn(arn).version_id(version).send().await;
        let answer = gaps.known("iam:GetPolicyVersion", arn, answer);
        let text = decoded(answer.value()?.policy_version()?.document()?);
        parse(&text, Kind::Identity, "iam:GetPolicyVersion", arn, gaps)
    }
}

/// IAM answers documents percent-encoded.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn parse(text: &str, kind: Kind, call: &str, of: &str, gaps: &mut Gaps) -> Option<Arc<Document>> {
    Document::parse(text, kind)
        .map_err(|error| gaps.add(call, of, format!("the policy is not understood: {error}")))
        .ok()
        .map(Arc::new)
}
