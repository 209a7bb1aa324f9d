//! The table of evaluations: `tests/cases/*.yaml`, each case with its source.
//!
//! A file is a list of settings, each with the policies that apply and the requests that are made. A policy is a whole
//! document, or a list of statements, which then are of version 2012-10-17.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stagecheck_policy::{
    Context, Decision, Document, Kind, Limit, Outcome, Policies, Policy, PolicyType, Principal, Request,
    ResourcePolicy, evaluate,
};

/// A test of each file.
macro_rules! files {
    ($run:ident: $($name:ident),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                $run(stringify!($name));
            }
        )+
    };
}

files! {
    decides:
    boundaries, conditions_arn, conditions_bool_null_binary, conditions_ip, conditions_numeric_date, conditions_string,
    control_policies, cross_account, examples, identity, missing_keys, multivalued, not_elements, resource_policies,
    sessions, trust, variables, wildcards,
}

files! { parses: parsing }

files! { measures: sizes }

#[test]
fn there_are_enough() {
    let mut count = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        count += match name.as_str() {
            "parsing" => read::<Text>(&name).len(),
            "sizes" => read::<Size>(&name).len(),
            _ => read::<Setting>(&name).iter().map(|setting| setting.requests.len()).sum(),
        };
    }
    assert!(count >= 500, "{count} cases");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    about: String,
    source: String,
    #[serde(default)]
    identity: Vec<Value>,
    /// The condition of an identity policy that allows everything.
    allow_if: Option<Value>,
    boundary: Option<Value>,
    session: Option<Vec<Value>>,
    resource: Option<OfResource>,
    #[serde(default)]
    service_control: Vec<Vec<Value>>,
    #[serde(default)]
    resource_control: Vec<Vec<Value>>,
    /// What requests have that do not say otherwise.
    principal: Option<Who>,
    action: Option<String>,
    on: Option<String>,
    owner: Option<String>,
    requests: Vec<Asked>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum OfResource {
    Sufficient(Value),
    Required(Value),
    Trust(Value),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    principal: Option<Who>,
    action: Option<String>,
    on: Option<String>,
    owner: Option<String>,
    #[serde(default)]
    context: BTreeMap<String, Value>,
    is: Expected,
    by: Decider,
    /// The statements that made the outcome, by `Sid`.
    matched: Option<Vec<String>>,
    missing: Option<Vec<String>>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "lowercase")]
enum Who {
    Root(String),
    Aws(String),
    Session { arn: String, issuer: String },
    Service(String),
    Federated(String),
    Anonymous,
}

impl Who {
    fn principal(&self) -> Principal<'_> {
        match self {
            Self::Root(arn) => Principal::Root(arn),
            Self::Aws(arn) => Principal::Aws(arn),
            Self::Session { arn, issuer } => Principal::Session { arn, issuer },
            Self::Service(name) => Principal::Service(name),
            Self::Federated(provider) => Principal::Federated(provider),
            Self::Anonymous => Principal::Anonymous,
        }
    }
}

/// [`Outcome`], by IAM's names.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum Expected {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

/// [`PolicyType`].
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum Decider {
    ResourceControl,
    ServiceControl,
    Resource,
    Trust,
    Boundary,
    Session,
    Identity,
}

fn decides(file: &str) {
    let mut wrong = String::new();
    for setting in read::<Setting>(file) {
        assert!(!setting.source.is_empty(), "{file}: {} has no source", setting.about);
        let documents = Documents::of(&setting);
        for (index, asked) in setting.requests.iter().enumerate() {
            let decision = documents.decide(&setting, asked);
            for difference in differences(asked, &decision) {
                writeln!(wrong, "{file}: {}, request {index}: {difference}", setting.about).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The policies of a setting, parsed.
struct Documents {
    identity: Vec<Document>,
    boundary: Option<Document>,
    session: Option<Vec<Document>>,
    resource: Option<Document>,
    service_control: Vec<Vec<Document>>,
    resource_control: Vec<Vec<Document>>,
}

impl Documents {
    fn of(setting: &Setting) -> Self {
        let all = |documents: &[Value], kind| documents.iter().map(|value| document(value, kind)).collect();
        let levels = |levels: &[Vec<Value>], kind| levels.iter().map(|level| all(level, kind)).collect();
        let mut identity: Vec<Document> = all(&setting.identity, Kind::Identity);
        if let Some(condition) = &setting.allow_if {
            let allow = json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}]);
            identity.push(document(&allow, Kind::Identity));
        }
        Self {
            identity,
            boundary: setting.boundary.as_ref().map(|boundary| document(boundary, Kind::Identity)),
            session: setting.session.as_ref().map(|session| all(session, Kind::Identity)),
            resource: setting.resource.as_ref().map(|resource| match resource {
                OfResource::Sufficient(policy) | OfResource::Required(policy) => {
                    document(policy, Kind::Resource)
                }
                OfResource::Trust(policy) => document(policy, Kind::Trust),
            }),
            service_control: levels(&setting.service_control, Kind::ServiceControl),
            resource_control: levels(&setting.resource_control, Kind::ResourceControl),
        }
    }

    fn decide(&self, setting: &Setting, asked: &Asked) -> Decision {
        const ANN: &str = "arn:aws:iam::123456789012:user/ann";
        let who = asked.principal.as_ref().or(setting.principal.as_ref());
        let mut context = Context::default();
        for (key, value) in &asked.context {
            context = context.with(key, texts(value));
        }
        let request = Request {
            principal: who.map_or(Principal::Aws(ANN), Who::principal),
            action: asked.action.as_ref().or(setting.action.as_ref()).map_or("s3:GetObject", String::as_str),
            resource: asked.on.as_ref().or(setting.on.as_ref()).map_or("*", String::as_str),
            resource_account: asked.owner.as_deref().or(setting.owner.as_deref()),
            context: &context,
        };
        let (service_control, resource_control) =
            (levels(&self.service_control), levels(&self.resource_control));
        let session = self.session.as_deref().map(named);
        let policies = Policies {
            identity: &named(&self.identity),
            boundary: self.boundary.as_ref().map(|document| Policy { name: "", document }),
            session: session.as_deref(),
            resource: self.resource.as_ref().map_or(ResourcePolicy::None, |document| {
                let policy = Policy { name: "", document };
                match setting.resource {
                    Some(OfResource::Required(_)) => ResourcePolicy::Required(policy),
                    Some(OfResource::Trust(_)) => ResourcePolicy::Trust(policy),
                    Some(OfResource::Sufficient(_)) | None => ResourcePolicy::Sufficient(policy),
                }
            }),
            service_control: &service_control.iter().map(Vec::as_slice).collect::<Vec<_>>(),
            resource_control: &resource_control.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        };
        evaluate(&request, &policies)
    }
}

fn named(documents: &[Document]) -> Vec<Policy<'_>> {
    documents.iter().map(|document| Policy { name: "", document }).collect()
}

fn levels(levels: &[Vec<Document>]) -> Vec<Vec<Policy<'_>>> {
    levels.iter().map(|level| named(level)).collect()
}

fn document(value: &Value, kind: Kind) -> Document {
    let text = match value {
        Value::Array(statements) => json!({"Version": "2012-10-17", "Statement": statements}).to_string(),
        Value::String(text) => text.clone(),
        document => document.to_string(),
    };
    Document::parse(&text, kind).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The values of a context key: one or a list of them.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

fn differences(asked: &Asked, decision: &Decision) -> Vec<String> {
    let outcome = match asked.is {
        Expected::Allowed => Outcome::Allowed,
        Expected::ExplicitDeny => Outcome::ExplicitDeny,
        Expected::ImplicitDeny => Outcome::ImplicitDeny,
    };
    let by = match asked.by {
        Decider::ResourceControl => PolicyType::ResourceControl,
        Decider::ServiceControl => PolicyType::ServiceControl,
        Decider::Resource => PolicyType::Resource,
        Decider::Trust => PolicyType::Trust,
        Decider::Boundary => PolicyType::Boundary,
        Decider::Session => PolicyType::Session,
        Decider::Identity => PolicyType::Identity,
    };
    let mut differences = Vec::new();
    if (decision.outcome, decision.decided_by) != (outcome, by) {
        differences.push(format!(
            "{:?} by {:?} where {outcome:?} by {by:?} is documented",
            decision.outcome, decision.decided_by
        ));
    }
    let matched = || decision.matched.iter().map(|statement| statement.sid.clone().unwrap_or_default());
    if asked.matched.as_ref().is_some_and(|sids| !matched().eq(sids.iter().cloned())) {
        differences.push(format!("matched {:?}", matched().collect::<Vec<_>>()));
    }
    if asked.missing.as_ref().is_some_and(|keys| *keys != decision.missing_keys) {
        differences.push(format!("missing {:?}", decision.missing_keys));
    }
    differences
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    about: String,
    source: String,
    kind: Of,
    /// As text where the text matters.
    policy: Value,
    refused: Option<Refusal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    at: String,
    /// How the message begins.
    with: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum Of {
    Identity,
    Trust,
    Resource,
    ServiceControl,
    ResourceControl,
}

fn parses(file: &str) {
    let mut wrong = String::new();
    for Text { about, source, kind, policy, refused } in read(file) {
        assert!(!source.is_empty(), "{file}: {about} has no source");
        let kind = match kind {
            Of::Identity => Kind::Identity,
            Of::Trust => Kind::Trust,
            Of::Resource => Kind::Resource,
            Of::ServiceControl => Kind::ServiceControl,
            Of::ResourceControl => Kind::ResourceControl,
        };
        let text = match policy {
            Value::String(text) => text,
            Value::Array(statements) => json!({"Version": "2012-10-17", "Statement": statements}).to_string(),
            document => document.to_string(),
        };
        let came_out = Document::parse(&text, kind).err();
        let is_right = match (&refused, &came_out) {
            (None, None) => true,
            (Some(refusal), Some(error)) => {
                // Behind a comma stands where in the text JSON ends.
                error.path.split(',').next() == Some(refusal.at.as_str())
                    && error.message.starts_with(&refusal.with)
            }
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !is_right {
            writeln!(wrong, "{file}: {about}: {came_out:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Size {
    about: String,
    source: String,
    limit: Quota,
    /// How many letters each text has.
    letters: Vec<usize>,
    /// How many spaces stand behind each.
    #[serde(default)]
    spaces: usize,
    holds: bool,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum Quota {
    InlineOfUser,
    InlineOfGroup,
    InlineOfRole,
    Managed,
    Trust,
    Session,
    Control,
    RestApi,
}

fn measures(file: &str) {
    for Size { about, source, limit, letters, spaces, holds } in read(file) {
        assert!(!source.is_empty(), "{file}: {about} has no source");
        let limit = match limit {
            Quota::InlineOfUser => Limit::InlineOfUser,
            Quota::InlineOfGroup => Limit::InlineOfGroup,
            Quota::InlineOfRole => Limit::InlineOfRole,
            Quota::Managed => Limit::Managed,
            Quota::Trust => Limit::Trust,
            Quota::Session => Limit::Session,
            Quota::Control => Limit::Control,
            Quota::RestApi => Limit::RestApi,
        };
        let texts: Vec<String> =
            letters.iter().map(|letters| "x".repeat(*letters) + &" ".repeat(spaces)).collect();
        assert_eq!(limit.holds(texts.iter().map(String::as_str)), holds, "{file}: {about}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn read<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let text = std::fs::read_to_string(folder().join(file).with_extension("yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}
