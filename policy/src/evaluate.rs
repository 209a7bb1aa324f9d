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
    /// Condition keys that the request does not have and on which the outcome hangs: with them it might be another.
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
    let identity = Votes::count(policies.identity, request);
    let boundary = policies.boundary.map(|policy| Votes::count(std::slice::from_ref(&policy), request));
    match boundary.map(|votes| votes.decide(PolicyType::Boundary)) {
        None => identity.decide(PolicyType::Identity),
        Some(boundary) => both(identity.decide(PolicyType::Identity), boundary),
    }
}

/// Decides whether a role's trust policy lets the principal assume it. The resource is the role itself.
#[must_use]
pub fn evaluate_trust(request: &Request<'_>, trust: &Policy<'_>) -> Decision {
    Votes::count(std::slice::from_ref(trust), request).decide(PolicyType::Trust)
}

/// What must be allowed by both: the one that refuses decides, an explicit deny before silence.
fn both(identity: Decision, boundary: Decision) -> Decision {
    let refuses = |decision: &Decision| match decision.outcome {
        Outcome::ExplicitDeny => 2,
        Outcome::ImplicitDeny => 1,
        Outcome::Allowed => 0,
    };
    let boundary_decides = refuses(&boundary) > refuses(&identity)
        || (refuses(&boundary) == 1 && boundary.missing_keys.is_empty());
    let (mut decisive, other) = if boundary_decides { (boundary, identity) } else { (identity, boundary) };
    if decisive.outcome == Outcome::Allowed {
        decisive.missing_keys.extend(other.missing_keys);
    }
    decisive
}

/// The statements that speak of a request, by what they say.
#[derive(Default)]
struct Votes {
    allow: Vec<MatchedStatement>,
    deny: Vec<MatchedStatement>,
    /// Whether a statement allows that asked for no key that is missing.
    allows_surely: bool,
    denies_surely: bool,
    /// Keys that allowing statements, matched or not, asked for in vain.
    missing_to_allow: Vec<String>,
    missing_to_deny: Vec<String>,
}

impl Votes {
    fn count(policies: &[Policy<'_>], request: &Request<'_>) -> Self {
        let mut votes = Self::default();
        for policy in policies {
            for (index, statement) in policy.document.statements.iter().enumerate() {
                let mut missing = Vec::new();
                let matches = matches(statement, request, &mut missing);
                let (matched, surely, keys) = match statement.effect {
                    Effect::Allow => {
                        (&mut votes.allow, &mut votes.allows_surely, &mut votes.missing_to_allow)
                    }
                    Effect::Deny => (&mut votes.deny, &mut votes.denies_surely, &mut votes.missing_to_deny),
                };
                *surely |= matches && missing.is_empty();
                keys.extend(missing);
                if matches {
                    let sid = statement.sid.clone();
                    matched.push(MatchedStatement { policy: policy.name.to_owned(), index, sid });
                }
            }
        }
        votes
    }

    fn decide(self, decided_by: PolicyType) -> Decision {
        let (outcome, matched) = if !self.deny.is_empty() {
            (Outcome::ExplicitDeny, self.deny)
        } else if self.allow.is_empty() {
            (Outcome::ImplicitDeny, Vec::new())
        } else {
            (Outcome::Allowed, self.allow)
        };
        // With the missing keys there, other statements might match: those that could turn this outcome count.
        let mut missing_keys = Vec::new();
        if !self.denies_surely {
            let could_be_allowed = outcome != Outcome::ImplicitDeny || !self.missing_to_allow.is_empty();
            if could_be_allowed {
                missing_keys.extend(self.missing_to_deny);
            }
            if !self.allows_surely {
                missing_keys.extend(self.missing_to_allow);
            }
        }
        missing_keys.sort();
        missing_keys.dedup();
        Decision { outcome, decided_by, matched, missing_keys }
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
    fn only_keys_on_which_the_outcome_hangs_are_told() {
        const ALLOW_IF: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}}"#;
        const DENY_IF: &str = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
            "Condition":{"StringEquals":{"aws:SourceVpc":"v"}}}}"#;
        for (documents, outcome, keys) in [
            (&[ALLOW_IF][..], Outcome::ImplicitDeny, &["aws:SourceAccount"][..]),
            (&[ALLOW_IF, ALLOW_ALL], Outcome::Allowed, &[]),
            (&[ALLOW_ALL, DENY_IF], Outcome::Allowed, &["aws:SourceVpc"]),
            (&[ALLOW_IF, DENY_IF], Outcome::ImplicitDeny, &["aws:SourceAccount", "aws:SourceVpc"]),
            (&[DENY_IF], Outcome::ImplicitDeny, &[]),
            (&[ALLOW_IF, DENY_PUT], Outcome::ExplicitDeny, &[]),
        ] {
            let decision = decide(documents, "logs:PutLogEvents", "*");
            assert_eq!(
                (decision.outcome, &decision.missing_keys[..]),
                (outcome, &keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>()[..]),
                "{documents:?}"
            );
        }
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
