//! Does AWS let this request through?
//!
//! Source of the rules: AWS IAM user guide, "Policy evaluation logic".

use crate::context::Context;
use crate::document::{Document, Effect, Principals, Scope, Statement};

/// Who asks, to do what, to which resource.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: Principal<'a>,
    /// `logs:PutLogEvents`
    pub action: &'a str,
    /// The resource's ARN, or `*` for actions that have none.
    pub resource: &'a str,
    /// What conditions may ask about.
    pub context: &'a Context,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal<'a> {
    /// A user, role, session or account root, by ARN.
    Aws(&'a str),
    /// An AWS service: `apigateway.amazonaws.com`.
    Service(&'a str),
}

/// A document under its name.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// A policy name or ARN, given back in [`MatchedStatement`].
    pub name: &'a str,
    /// What it says.
    pub document: &'a Document,
}

/// The policies that apply to a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policies<'a> {
    /// Attached to the one who asks.
    pub identity: &'a [Policy<'a>],
    /// The limit on what identity policies may give, if there is one.
    pub boundary: Option<Policy<'a>>,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Allowed or not.
    pub outcome: Outcome,
    /// Which kind of policy decided: that allowed, that denied, or whose missing Allow denied.
    pub decided_by: PolicyType,
    /// The statements that made the outcome; none of an implicit deny.
    pub matched: Vec<MatchedStatement>,
    /// Condition keys that statements asked for and the request did not have.
    pub missing_keys: Vec<String>,
}

/// Allowed or not, in IAM's own terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Some statement allows, none denies.
    Allowed,
    /// A statement denies.
    ExplicitDeny,
    /// No statement allows.
    ImplicitDeny,
}

/// The kinds of policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// Identity-based.
    Identity,
    /// Permissions boundary.
    Boundary,
    /// Role trust policy.
    Trust,
}

/// A statement that had its part in a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedStatement {
    /// The policy's name.
    pub policy: String,
    /// The statement's position, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
}

/// Decides a request by identity policies and a boundary: an explicit deny in any wins; else both must allow.
#[must_use]
pub fn evaluate(request: &Request<'_>, policies: &Policies<'_>) -> Decision {
    let mut missing_keys = Vec::new();
    let identity = Votes::count(policies.identity, request, &mut missing_keys);
    let boundary = policies
        .boundary
        .map(|policy| Votes::count(std::slice::from_ref(&policy), request, &mut missing_keys));
    let decide = |outcome, decided_by, matched| Decision { outcome, decided_by, matched, missing_keys };
    if !identity.deny.is_empty() {
        return decide(Outcome::ExplicitDeny, PolicyType::Identity, identity.deny);
    }
    match boundary {
        Some(boundary) if !boundary.deny.is_empty() => {
            decide(Outcome::ExplicitDeny, PolicyType::Boundary, boundary.deny)
        }
        Some(boundary) if boundary.allow.is_empty() => {
            decide(Outcome::ImplicitDeny, PolicyType::Boundary, Vec::new())
        }
        _ if identity.allow.is_empty() => decide(Outcome::ImplicitDeny, PolicyType::Identity, Vec::new()),
        _ => decide(Outcome::Allowed, PolicyType::Identity, identity.allow),
    }
}

/// Decides whether a role's trust policy lets the principal assume it. The resource is the role itself.
#[must_use]
pub fn evaluate_trust(request: &Request<'_>, trust: &Policy<'_>) -> Decision {
    let mut missing_keys = Vec::new();
    let votes = Votes::count(std::slice::from_ref(trust), request, &mut missing_keys);
    let (outcome, matched) = if !votes.deny.is_empty() {
        (Outcome::ExplicitDeny, votes.deny)
    } else if votes.allow.is_empty() {
        (Outcome::ImplicitDeny, Vec::new())
    } else {
        (Outcome::Allowed, votes.allow)
    };
    Decision { outcome, decided_by: PolicyType::Trust, matched, missing_keys }
}

/// The statements that speak of a request, by what they say.
#[derive(Default)]
struct Votes {
    allow: Vec<MatchedStatement>,
    deny: Vec<MatchedStatement>,
}

impl Votes {
    fn count(policies: &[Policy<'_>], request: &Request<'_>, missing_keys: &mut Vec<String>) -> Self {
        let mut votes = Self::default();
        for policy in policies {
            for (index, statement) in policy.document.statements.iter().enumerate() {
                if !matches(statement, request, missing_keys) {
                    continue;
                }
                let matched =
                    MatchedStatement { policy: policy.name.to_owned(), index, sid: statement.sid.clone() };
                match statement.effect {
                    Effect::Allow => votes.allow.push(matched),
                    Effect::Deny => votes.deny.push(matched),
                }
            }
        }
        votes
    }
}

fn matches(statement: &Statement, request: &Request<'_>, missing_keys: &mut Vec<String>) -> bool {
    statement
        .actions
        .covers(|patterns| patterns.iter().any(|pattern| pattern.matches_ignoring_case(request.action)))
        && statement.resources.as_ref().is_none_or(|resources| {
            resources.covers(|patterns| {
                patterns.iter().any(|pattern| pattern.matches(request.resource, request.context))
            })
        })
        && statement.principals.as_ref().is_none_or(|principals| names(principals, request.principal))
        && statement.conditions.iter().all(|condition| condition.holds(request.context, missing_keys))
}

/// Whether a principal element covers who asks.
///
/// Inferred: `*` does not let a service in. AWS documents it as "everyone, including anonymous" and says nothing of
/// services; taking it so can make a role that works look broken, never the other way round.
fn names(scope: &Scope<Principals>, principal: Principal<'_>) -> bool {
    scope.covers(|principals| match principal {
        Principal::Service(service) => principals.services.iter().any(|named| named == service),
        Principal::Aws(arn) => {
            principals.anyone || principals.aws.iter().any(|named| is_or_holds(named, arn))
        }
    })
}

/// Whether a named principal is the one who asks, the role whose session asks, or the account that holds it.
fn is_or_holds(named: &str, arn: &str) -> bool {
    if named == arn {
        return true;
    }
    let account = arn.split(':').nth(4).unwrap_or_default();
    if account.is_empty() {
        return false;
    }
    let is_account = named == account;
    let is_root = named.ends_with(":root") && named.split(':').nth(4) == Some(account);
    is_account || is_root || is_role_of(named, arn)
}

/// Whether `arn:aws:iam::ACCOUNT:role/PATH/NAME` is the role of `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`.
fn is_role_of(role: &str, session: &str) -> bool {
    let (role, session): (Vec<&str>, Vec<&str>) =
        (role.splitn(6, ':').collect(), session.splitn(6, ':').collect());
    let (["arn", _, "iam", "", owner, role], ["arn", _, "sts", "", account, session]) =
        (&role[..], &session[..])
    else {
        return false;
    };
    let role_name = role.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    let session_role = session.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
    owner == account && role_name.is_some() && role_name == session_role
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Kind;
    use crate::parse::Reason;

    fn identity(text: &str) -> Document {
        Document::parse(text, Kind::Identity).unwrap()
    }

    fn decide(documents: &[&str], action: &str, resource: &str) -> Decision {
        let documents: Vec<Document> = documents.iter().map(|text| identity(text)).collect();
        let identity: Vec<Policy<'_>> =
            documents.iter().map(|document| Policy { name: "p", document }).collect();
        let context = Context::default();
        let request = Request {
            principal: Principal::Aws("arn:aws:iam::1:role/r"),
            action,
            resource,
            context: &context,
        };
        evaluate(&request, &Policies { identity: &identity, boundary: None })
    }

    const ALLOW_ALL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    const DENY_PUT: &str =
        r#"{"Statement":[{"Sid":"No","Effect":"Deny","Action":"logs:PUTlogevents","Resource":"*"}]}"#;

    #[test]
    fn an_explicit_deny_wins_and_is_named() {
        let decision = decide(&[ALLOW_ALL, DENY_PUT], "logs:PutLogEvents", "*");
        assert_eq!(decision.outcome, Outcome::ExplicitDeny);
        assert_eq!(decision.matched[0].sid.as_deref(), Some("No"));
        assert_eq!(decide(&[ALLOW_ALL, DENY_PUT], "logs:CreateLogGroup", "*").outcome, Outcome::Allowed);
    }

    #[test]
    fn silence_denies() {
        assert_eq!(decide(&[], "logs:PutLogEvents", "*").outcome, Outcome::ImplicitDeny);
    }

    #[test]
    fn not_action_and_not_resource_cover_the_rest() {
        let all_but =
            r#"{"Statement":{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::x"}}"#;
        assert_eq!(decide(&[all_but], "logs:PutLogEvents", "arn:aws:logs:::y").outcome, Outcome::Allowed);
        assert_eq!(decide(&[all_but], "iam:GetRole", "arn:aws:logs:::y").outcome, Outcome::ImplicitDeny);
        assert_eq!(decide(&[all_but], "s3:GetObject", "arn:aws:s3:::x").outcome, Outcome::ImplicitDeny);
    }

    #[test]
    fn a_boundary_limits_what_identity_policies_give() {
        let everything = identity(ALLOW_ALL);
        let only_iam = identity(r#"{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#);
        let context = Context::default();
        let request = Request {
            principal: Principal::Aws("arn:aws:iam::1:role/r"),
            action: "logs:PutLogEvents",
            resource: "*",
            context: &context,
        };
        let policies = Policies {
            identity: &[Policy { name: "all", document: &everything }],
            boundary: Some(Policy { name: "iam", document: &only_iam }),
        };
        let decision = evaluate(&request, &policies);
        assert_eq!((decision.outcome, decision.decided_by), (Outcome::ImplicitDeny, PolicyType::Boundary));
    }

    fn trusts(trust: &str, principal: Principal<'_>, context: &Context) -> Outcome {
        let document = Document::parse(trust, Kind::Trust).unwrap();
        let request =
            Request { principal, action: "sts:AssumeRole", resource: "arn:aws:iam::1:role/r", context };
        evaluate_trust(&request, &Policy { name: "trust", document: &document }).outcome
    }

    #[test]
    fn trust_names_services_and_accounts() {
        let gateway = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
            "Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
        let context = Context::default();
        assert_eq!(
            trusts(gateway, Principal::Service("apigateway.amazonaws.com"), &context),
            Outcome::Allowed
        );
        assert_eq!(
            trusts(gateway, Principal::Service("lambda.amazonaws.com"), &context),
            Outcome::ImplicitDeny
        );
        let account = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},
            "Action":"sts:AssumeRole"}}"#;
        let user = Principal::Aws("arn:aws:iam::123456789012:user/ann");
        assert_eq!(trusts(account, user, &context), Outcome::Allowed);
        let session = Principal::Aws("arn:aws:sts::123456789012:assumed-role/ci/build-7");
        let role = account.replace(":root", ":role/path/ci");
        assert_eq!(trusts(&role, session, &context), Outcome::Allowed);
        assert_eq!(trusts(&role.replace("/ci", "/other"), session, &context), Outcome::ImplicitDeny);
        let stranger = Principal::Aws("arn:aws:iam::210987654321:user/ann");
        assert_eq!(trusts(account, stranger, &context), Outcome::ImplicitDeny);
    }

    #[test]
    fn conditions_on_missing_keys_fail_unless_negated_or_if_exists() {
        let with = |operator: &str| {
            format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":"sts:AssumeRole",
                "Condition":{{"{operator}":{{"sts:ExternalId":"x"}}}}}}}}"#
            )
        };
        let user = Principal::Aws("arn:aws:iam::123456789012:user/ann");
        let (none, right) = (Context::default(), Context::default().with("STS:externalid", ["x"]));
        for (operator, without, given) in [
            ("StringEquals", Outcome::ImplicitDeny, Outcome::Allowed),
            ("StringEqualsIfExists", Outcome::Allowed, Outcome::Allowed),
            ("StringNotEquals", Outcome::Allowed, Outcome::ImplicitDeny),
            ("ForAllValues:StringEquals", Outcome::Allowed, Outcome::Allowed),
            ("ForAnyValue:StringEquals", Outcome::ImplicitDeny, Outcome::Allowed),
            ("StringLike", Outcome::ImplicitDeny, Outcome::Allowed),
        ] {
            assert_eq!(trusts(&with(operator), user, &none), without, "{operator} without the key");
            assert_eq!(trusts(&with(operator), user, &right), given, "{operator} with the key");
        }
    }

    #[test]
    fn what_is_not_a_policy_is_refused_with_its_place() {
        for (text, kind, reason, path) in [
            ("{", Kind::Identity, Reason::Malformed, "$"),
            (r#"{"Statement":[]}"#, Kind::Identity, Reason::Malformed, "$"),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#,
                Kind::Identity,
                Reason::Malformed,
                "$.Statement",
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"x","Resource":"*"}]}"#,
                Kind::Identity,
                Reason::Malformed,
                "$.Statement[0].Action",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}}"#,
                Kind::Identity,
                Reason::Malformed,
                "$",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"},"Resource":"*"}}"#,
                Kind::Trust,
                Reason::Malformed,
                "$.Statement.Resource",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"logs:PutLogEvents","Principal":{"AWS":"*"}}}"#,
                Kind::Trust,
                Reason::Malformed,
                "$.Statement",
            ),
            (
                r#"{"Statement":[{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},
                    {"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"}]}"#,
                Kind::Identity,
                Reason::Malformed,
                "$",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
                    "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}"#,
                Kind::Identity,
                Reason::Unsupported,
                "$.Statement.Condition.IpAddress",
            ),
        ] {
            let error = Document::parse(text, kind).unwrap_err();
            assert_eq!((error.reason, error.path.split(',').next()), (reason, Some(path)), "{text}");
        }
    }
}
