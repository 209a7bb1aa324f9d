//! Policies of AWS that a user adds to those that are known here.

use std::fmt;
use std::sync::OnceLock;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{AwsManagedPolicy, CATALOG};
use crate::iam::document::IdentityDocument;
use crate::iam::policy_versions::VersionId;
use crate::time::Timestamp;

/// Policies that AWS manages, from a user's file.
///
/// The file is a JSON array. Each item has `name`, `path` (`/`, if not said), `version`, `created`, `updated`,
/// `document` and maybe `id` and `description`; or it has both `Policy`, as `aws iam get-policy` prints it, and
/// `PolicyVersion`, as `aws iam get-policy-version` does.
#[derive(Debug, Default)]
pub struct ManagedPolicies(Vec<AwsManagedPolicy>);

/// What is wrong with a file of managed policies, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadManagedPolicy {
    /// The position in the array, from 0, if it is one of its items.
    item: Option<usize>,
    what: String,
}

impl fmt::Display for BadManagedPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item {
            Some(item) => write!(formatter, "policy {item}: {}", self.what),
            None => formatter.write_str(&self.what),
        }
    }
}

impl std::error::Error for BadManagedPolicy {}

impl ManagedPolicies {
    /// Reads the text of such a file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, BadManagedPolicy> {
        let items: Vec<Value> = serde_json::from_str(text)
            .map_err(|error| BadManagedPolicy { item: None, what: format!("no JSON array: {error}") })?;
        let policies = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| policy(item).map_err(|what| BadManagedPolicy { item: Some(index), what }));
        Ok(Self(policies.collect::<Result<_, _>>()?))
    }

    /// Makes them known, in place of those of the same ARNs.
    pub(crate) fn add(self) {
        if !self.0.is_empty() {
            CATALOG.write().add(self.0);
        }
    }
}

/// A policy in the form of this emulator's own facts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    name: String,
    #[serde(default = "root")]
    path: String,
    id: Option<String>,
    description: Option<String>,
    version: String,
    created: String,
    updated: String,
    document: Value,
}

fn root() -> String {
    "/".to_owned()
}

/// A policy as two calls of the AWS CLI print it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Printed {
    policy: PrintedPolicy,
    policy_version: PrintedVersion,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrintedPolicy {
    policy_name: String,
    #[serde(default = "root")]
    path: String,
    policy_id: Option<String>,
    description: Option<String>,
    create_date: String,
    update_date: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrintedVersion {
    document: Value,
    version_id: String,
    #[serde(default, rename = "IsDefaultVersion")]
    _is_default_version: IgnoredAny,
}

impl From<Printed> for Plain {
    fn from(Printed { policy, policy_version }: Printed) -> Self {
        Self {
            name: policy.policy_name,
            path: policy.path,
            id: policy.policy_id,
            description: policy.description,
            version: policy_version.version_id,
            created: policy.create_date,
            updated: policy.update_date,
            document: policy_version.document,
        }
    }
}

fn policy(item: Value) -> Result<AwsManagedPolicy, String> {
    let is_printed = item.get("Policy").is_some() || item.get("PolicyVersion").is_some();
    let read = if is_printed {
        serde_json::from_value::<Printed>(item).map(Plain::from)
    } else {
        serde_json::from_value(item)
    };
    let plain: Plain = read.map_err(|error| error.to_string())?;
    let name = plain.name;
    if !is_name(&name) {
        return Err(format!("name: {name:?} is no policy's name"));
    }
    if !is_path(&plain.path) {
        return Err(format!("{name}: path: {:?} does not begin and end with /", plain.path));
    }
    let moment = |field: &str, text: &str| {
        Timestamp::parse_iso8601(text).ok_or_else(|| format!("{name}: {field}: {text:?} is no ISO 8601 time"))
    };
    let text = match plain.document {
        // The CLI prints an object; the API answers text, percent-encoded.
        Value::String(text) if text.starts_with('%') => percent_decode_str(&text)
            .decode_utf8()
            .map_err(|_| format!("{name}: document: it is not UTF-8"))?
            .into_owned(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    let document = IdentityDocument::parse(text.clone())
        .map_err(|fault| format!("{name}: document: {}", fault.message))?;
    Ok(AwsManagedPolicy {
        version: VersionId::parse(&plain.version)
            .ok_or_else(|| format!("{name}: version: {:?} is not one like v1", plain.version))?,
        created: moment("created", &plain.created)?,
        updated: moment("updated", &plain.updated)?,
        path: plain.path.into(),
        id: plain.id.map(Into::into),
        description: plain.description.map(Into::into),
        text: text.into(),
        document: OnceLock::from(document),
        name: name.into(),
    })
}

/// As IAM has it: 1 to 128 letters, digits and `+=,.@_-`.
fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
}

fn is_path(path: &str) -> bool {
    path.len() <= 512
        && path.starts_with('/')
        && path.ends_with('/')
        && path.bytes().all(|byte| (b'!'..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::aws_managed::by_arn;

    const DOCUMENT: &str =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a4b:*","Resource":"*"}]}"#;

    fn refused(text: &str) -> String {
        ManagedPolicies::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn both_forms_are_taken() {
        let plain = format!(
            r#"[{{"name":"AddedPlain","path":"/job-function/","version":"v3","created":"2020-01-01T00:00:00Z","updated":"2021-01-01T00:00:00Z","document":{DOCUMENT}}}]"#
        );
        ManagedPolicies::parse(&plain).unwrap().add();
        let added = by_arn("arn:aws:iam::aws:policy/job-function/AddedPlain").unwrap();
        assert_eq!(
            (added.version.to_string().as_str(), added.document().parsed().statements.len()),
            ("v3", 1)
        );

        let printed = format!(
            r#"[{{"Policy":{{"PolicyName":"AddedPrinted","PolicyId":"ANPAEXAMPLE","Arn":"arn:aws:iam::aws:policy/AddedPrinted","Path":"/","DefaultVersionId":"v2","AttachmentCount":0,"IsAttachable":true,"CreateDate":"2020-01-01T00:00:00+00:00","UpdateDate":"2021-01-01T00:00:00+00:00","Tags":[]}},
                "PolicyVersion":{{"Document":{DOCUMENT},"VersionId":"v2","IsDefaultVersion":true,"CreateDate":"2021-01-01T00:00:00+00:00"}}}}]"#
        );
        ManagedPolicies::parse(&printed).unwrap().add();
        let added = by_arn("arn:aws:iam::aws:policy/AddedPrinted").unwrap();
        assert_eq!(added.id.as_deref(), Some("ANPAEXAMPLE"));
    }

    #[test]
    fn a_policy_that_is_added_stands_in_place_of_the_one_that_was_there() {
        let version = |version: &str| {
            format!(
                r#"[{{"name":"AddedTwice","version":"{version}","created":"2020-01-01T00:00:00Z","updated":"2021-01-01T00:00:00Z","document":{DOCUMENT}}}]"#
            )
        };
        ManagedPolicies::parse(&version("v1")).unwrap().add();
        ManagedPolicies::parse(&version("v2")).unwrap().add();
        assert_eq!(by_arn("arn:aws:iam::aws:policy/AddedTwice").unwrap().version.to_string(), "v2");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let item = |change: &str, to: &str| {
            let good = format!(
                r#"{{"name":"Wrong","version":"v1","created":"2020-01-01T00:00:00Z","updated":"2021-01-01T00:00:00Z","document":{DOCUMENT}}}"#
            );
            assert!(good.contains(change), "{change}");
            format!("[{},{}]", good, good.replacen(change, to, 1))
        };
        for (change, to, told) in [
            (r#""version":"v1""#, r#""version":"1""#, "policy 1: Wrong: version: \"1\" is not one like v1"),
            (r#""version":"v1","#, "", "policy 1: missing field `version`"),
            (r#""Wrong""#, r#""a b""#, "policy 1: name: \"a b\" is no policy's name"),
            (
                r#""version":"v1""#,
                r#""version":"v1","path":"x""#,
                "policy 1: Wrong: path: \"x\" does not begin and end with /",
            ),
            (
                "2020-01-01T00:00:00Z",
                "yesterday",
                "policy 1: Wrong: created: \"yesterday\" is no ISO 8601 time",
            ),
            (r#""Effect":"Allow","#, "", "policy 1: Wrong: document: "),
        ] {
            let text = refused(&item(change, to));
            assert!(text.starts_with(told), "{text}");
        }
        assert!(refused("{}").starts_with("no JSON array: "));
        assert!(refused("[").starts_with("no JSON array: "));
        assert!(refused(r#"[{"Policy":{}}]"#).starts_with("policy 0: missing field"));
    }
}
