//! Rules of the evaluation, one by one. `tests/cases` has many more, each with its source.

use super::*;
use crate::context::Context;
use crate::document::{Document, Kind};

const ALLOW_ALL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
const DENY_PUT: &str =
    r#"{"Statement":[{"Sid":"No","Effect":"Deny","Action":"logs:PUTlogevents","Resource":"*"}]}"#;
const ALLOW_IAM: &str = r#"{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
const ROLE: Principal<'_> = Principal::Aws("arn:aws:iam::123456789012:role/r");

fn policy(text: &str, kind: Kind) -> Document {
    Document::parse(text, kind).unwrap()
}

fn named(document: &Document) -> Policy<'_> {
    Policy { name: "p", document }
}

fn asks<'a>(
    principal: Principal<'a>,
    action: &'a str,
    resource: &'a str,
    context: &'a Context,
) -> Request<'a> {
    Request { principal, action, resource, resource_account: None, context }
}

fn decide(documents: &[&str], action: &str, resource: &str) -> Decision {
    let documents: Vec<Document> = documents.iter().map(|text| policy(text, Kind::Identity)).collect();
    let identity: Vec<Policy<'_>> = documents.iter().map(named).collect();
    let context = Context::default();
    evaluate(
        &asks(ROLE, action, resource, &context),
        &Policies { identity: &identity, ..Policies::default() },
    )
}

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
    let decision = decide(&[], "logs:PutLogEvents", "*");
    assert_eq!((decision.outcome, decision.decided_by), (Outcome::ImplicitDeny, PolicyType::Identity));
}

#[test]
fn not_action_and_not_resource_cover_the_rest() {
    let all_but = r#"{"Statement":{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::x"}}"#;
    assert_eq!(decide(&[all_but], "logs:PutLogEvents", "arn:aws:logs:::y").outcome, Outcome::Allowed);
    assert_eq!(decide(&[all_but], "iam:GetRole", "arn:aws:logs:::y").outcome, Outcome::ImplicitDeny);
    assert_eq!(decide(&[all_but], "s3:GetObject", "arn:aws:s3:::x").outcome, Outcome::ImplicitDeny);
}

/// Each limit on a role that may do everything, allowing something else.
#[test]
fn every_limit_must_allow() {
    let (everything, only_iam) = (policy(ALLOW_ALL, Kind::Identity), policy(ALLOW_IAM, Kind::Identity));
    let (identity, limit) = ([named(&everything)], [named(&only_iam)]);
    let levels = [&identity[..], &limit[..]];
    let open = Policies { identity: &identity, ..Policies::default() };
    let context = Context::default();
    for (policies, by) in [
        (Policies { boundary: Some(limit[0]), ..open }, PolicyType::Boundary),
        (Policies { session: Some(&limit), ..open }, PolicyType::Session),
        (Policies { session: Some(&[]), ..open }, PolicyType::Session),
        (Policies { service_control: &levels, ..open }, PolicyType::ServiceControl),
        (Policies { resource_control: &levels, ..open }, PolicyType::ResourceControl),
        (Policies { identity: &limit, ..open }, PolicyType::Identity),
    ] {
        let decision = evaluate(&asks(ROLE, "logs:PutLogEvents", "*", &context), &policies);
        assert_eq!((decision.outcome, decision.decided_by), (Outcome::ImplicitDeny, by));
    }
    assert_eq!(evaluate(&asks(ROLE, "logs:PutLogEvents", "*", &context), &open).outcome, Outcome::Allowed);
}

#[test]
fn what_a_resource_policy_gives_depends_on_whom_it_names() {
    const USER: Principal<'_> = Principal::Aws("arn:aws:iam::123456789012:user/ann");
    const SESSION: Principal<'_> = Principal::Session {
        arn: "arn:aws:sts::123456789012:assumed-role/ci/7",
        issuer: "arn:aws:iam::123456789012:role/x/ci",
    };
    let nothing = policy(ALLOW_IAM, Kind::Identity);
    let limit = [named(&nothing)];
    let context = Context::default();
    for (principal, given_to, limited, outcome) in [
        (USER, "arn:aws:iam::123456789012:user/ann", true, Outcome::Allowed),
        (USER, "arn:aws:iam::123456789012:root", false, Outcome::ImplicitDeny),
        (USER, "*", false, Outcome::Allowed),
        (USER, "*", true, Outcome::Allowed),
        (SESSION, "arn:aws:iam::123456789012:role/x/ci", false, Outcome::Allowed),
        (SESSION, "arn:aws:iam::123456789012:role/x/ci", true, Outcome::ImplicitDeny),
        (SESSION, "arn:aws:sts::123456789012:assumed-role/ci/7", true, Outcome::Allowed),
        (SESSION, "arn:aws:iam::123456789012:role/ci", false, Outcome::ImplicitDeny),
        (Principal::Anonymous, "*", false, Outcome::Allowed),
        (Principal::Service("s3.amazonaws.com"), "*", false, Outcome::Allowed),
    ] {
        let text = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{given_to}"}},"Action":"*","Resource":"*"}}}}"#
        );
        let resource = policy(&text, Kind::Resource);
        let policies = Policies {
            boundary: limited.then(|| named(&nothing)),
            session: limited.then_some(&limit[..]),
            resource: ResourcePolicy::Sufficient(named(&resource)),
            ..Policies::default()
        };
        let decision = evaluate(&asks(principal, "logs:PutLogEvents", "*", &context), &policies);
        assert_eq!(decision.outcome, outcome, "{given_to} for {principal:?}, limited: {limited}");
    }
}

#[test]
fn another_accounts_resource_takes_both_sides() {
    let context = Context::default();
    let request =
        Request { resource_account: Some("210987654321"), ..asks(ROLE, "logs:PutLogEvents", "*", &context) };
    let identity = policy(ALLOW_ALL, Kind::Identity);
    let text =
        r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"*","Resource":"*"}}"#;
    let resource = policy(text, Kind::Resource);
    let (identity, resource) = ([named(&identity)], ResourcePolicy::Sufficient(named(&resource)));
    for (policies, outcome, by) in [
        (
            Policies { identity: &identity, ..Policies::default() },
            Outcome::ImplicitDeny,
            PolicyType::Resource,
        ),
        (Policies { resource, ..Policies::default() }, Outcome::ImplicitDeny, PolicyType::Identity),
        (
            Policies { identity: &identity, resource, ..Policies::default() },
            Outcome::Allowed,
            PolicyType::Identity,
        ),
    ] {
        let decision = evaluate(&request, &policies);
        assert_eq!((decision.outcome, decision.decided_by, decision.crosses_accounts), (outcome, by, true));
    }
}

#[test]
fn root_obeys_control_policies_only() {
    let context = Context::default();
    let root = asks(Principal::Root("arn:aws:iam::123456789012:root"), "logs:PutLogEvents", "*", &context);
    let deny = policy(DENY_PUT, Kind::ServiceControl);
    let all = policy(ALLOW_ALL, Kind::ServiceControl);
    assert_eq!(evaluate(&root, &Policies::default()).outcome, Outcome::Allowed);
    let level = [named(&all), named(&deny)];
    let policies = Policies { service_control: &[&level], ..Policies::default() };
    let decision = evaluate(&root, &policies);
    assert_eq!((decision.outcome, decision.decided_by), (Outcome::ExplicitDeny, PolicyType::ServiceControl));
    let linked = Principal::Aws("arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/r");
    let identity = [named(&all)];
    let decision = evaluate(
        &asks(linked, "logs:PutLogEvents", "*", &context),
        &Policies { identity: &identity, service_control: &[&level], ..Policies::default() },
    );
    assert_eq!(decision.outcome, Outcome::Allowed);
}

fn trusts(trust: &str, principal: Principal<'_>, context: &Context) -> Outcome {
    let document = policy(trust, Kind::Trust);
    let request = asks(principal, "sts:AssumeRole", "arn:aws:iam::123456789012:role/r", context);
    evaluate_trust(&request, &named(&document)).outcome
}

#[test]
fn trust_names_services_and_accounts() {
    let gateway = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
        "Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    let context = Context::default();
    assert_eq!(trusts(gateway, Principal::Service("apigateway.amazonaws.com"), &context), Outcome::Allowed);
    assert_eq!(trusts(gateway, Principal::Service("lambda.amazonaws.com"), &context), Outcome::ImplicitDeny);
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

/// Within the account, a trust policy that names the account leaves it to the user's own policies.
#[test]
fn trust_of_the_account_leaves_the_choice_to_identity_policies() {
    let trust = policy(
        r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}"#,
        Kind::Trust,
    );
    let everything = policy(ALLOW_ALL, Kind::Identity);
    let context = Context::default();
    let request = asks(ROLE, "sts:AssumeRole", "arn:aws:iam::123456789012:role/other", &context);
    let resource = ResourcePolicy::Trust(named(&trust));
    let without = evaluate(&request, &Policies { resource, ..Policies::default() });
    assert_eq!((without.outcome, without.decided_by), (Outcome::ImplicitDeny, PolicyType::Identity));
    let identity = [named(&everything)];
    let with = evaluate(&request, &Policies { identity: &identity, resource, ..Policies::default() });
    assert_eq!(with.outcome, Outcome::Allowed);
}

#[test]
fn not_principal_spares_only_who_is_listed_by_every_name() {
    let deny = |names: &str| {
        policy(
            &format!(
                r#"{{"Statement":[{{"Effect":"Deny","NotPrincipal":{{"AWS":[{names}]}},"Action":"*","Resource":"*"}}]}}"#
            ),
            Kind::Resource,
        )
    };
    let context = Context::default();
    let user = asks(Principal::Aws("arn:aws:iam::123456789012:user/ann"), "a:b", "*", &context);
    for (names, outcome) in [
        (r#""arn:aws:iam::123456789012:user/ann""#, Outcome::ExplicitDeny),
        (r#""123456789012""#, Outcome::ExplicitDeny),
        (r#""arn:aws:iam::123456789012:user/ann", "123456789012""#, Outcome::ImplicitDeny),
    ] {
        let document = deny(names);
        let resource = ResourcePolicy::Sufficient(named(&document));
        assert_eq!(
            evaluate(&user, &Policies { resource, ..Policies::default() }).outcome,
            outcome,
            "{names}"
        );
    }
}

/// Every operator, with a value that compares, one that does not, one of another type, and none.
#[test]
fn operators() {
    use Outcome::{Allowed as Yes, ImplicitDeny as No};
    for (operator, wanted, [same, other, foreign, missing], [if_same, if_other, if_foreign, if_missing]) in [
        ("StringEquals", "a", [Some("a"), Some("A"), Some(""), None], [Yes, No, No, No]),
        ("StringNotEquals", "a", [Some("a"), Some("A"), Some(""), None], [No, Yes, Yes, Yes]),
        ("StringEqualsIgnoreCase", "É", [Some("é"), Some("e"), Some(""), None], [Yes, No, No, No]),
        ("StringNotEqualsIgnoreCase", "A", [Some("a"), Some("b"), Some(""), None], [No, Yes, Yes, Yes]),
        ("StringLike", "a*c?", [Some("abbcd"), Some("abc"), Some("*"), None], [Yes, No, No, No]),
        ("StringNotLike", "a*", [Some("ab"), Some("xa"), Some(""), None], [No, Yes, Yes, Yes]),
        ("StringEqualsIfExists", "a", [Some("a"), Some("b"), Some(""), None], [Yes, No, No, Yes]),
        ("ForAllValues:StringEquals", "a", [Some("a"), Some("b"), Some(""), None], [Yes, No, Yes, Yes]),
        ("ForAnyValue:StringEquals", "a", [Some("a"), Some("b"), Some(""), None], [Yes, No, No, No]),
        ("ForAnyValue:StringNotEquals", "a", [Some("a"), Some("b"), Some(""), None], [No, Yes, No, No]),
        (
            "ArnLike",
            "arn:aws:*:::a*",
            [Some("arn:aws:s3:::ab"), Some("arn:aws:s3:::b"), Some("x"), None],
            [Yes, No, No, No],
        ),
        (
            "ArnNotEquals",
            "arn:aws:s3:::a",
            [Some("arn:aws:s3:::a"), Some("arn:aws:s3:::b"), Some("x"), None],
            [No, Yes, Yes, Yes],
        ),
        ("NumericEquals", "10", [Some("10.0"), Some("11"), Some("ten"), None], [Yes, No, No, No]),
        ("NumericNotEquals", "10", [Some("10"), Some("11"), Some("ten"), None], [No, Yes, Yes, Yes]),
        ("NumericLessThan", "10", [Some("9"), Some("10"), Some("ten"), None], [Yes, No, No, No]),
        ("NumericLessThanEquals", "10", [Some("10"), Some("10.5"), Some("NaN"), None], [Yes, No, No, No]),
        ("NumericGreaterThan", "10", [Some("11"), Some("10"), Some("inf"), None], [Yes, No, No, No]),
        ("NumericGreaterThanEquals", "-1", [Some("-1"), Some("-2"), Some(""), None], [Yes, No, No, No]),
        (
            "DateEquals",
            "2026-01-01",
            [Some("2026-01-01T00:00:00Z"), Some("2026"), Some("now"), None],
            [Yes, Yes, No, No],
        ),
        (
            "DateLessThan",
            "2026-01-01T00:00:00Z",
            [Some("1"), Some("2026-01-01"), Some("now"), None],
            [Yes, No, No, No],
        ),
        (
            "DateGreaterThanEquals",
            "2026-01-01",
            [Some("2027-01-01T00:00:00Z"), Some("1"), Some("now"), None],
            [Yes, No, No, No],
        ),
        ("Bool", "true", [Some("TRUE"), Some("false"), Some("1"), None], [Yes, No, No, No]),
        ("BoolIfExists", "false", [Some("false"), Some("true"), Some("1"), None], [Yes, No, No, Yes]),
        ("BinaryEquals", "QmluYXJ5", [Some("QmluYXJ5"), Some("QQ=="), Some("#"), None], [Yes, No, No, No]),
        (
            "IpAddress",
            "203.0.113.0/24",
            [Some("203.0.113.7"), Some("203.0.114.7"), Some("2001:db8::1"), None],
            [Yes, No, No, No],
        ),
        (
            "IpAddress",
            "2001:db8::/32",
            [Some("2001:db8::1"), Some("2001:db9::1"), Some("x"), None],
            [Yes, No, No, No],
        ),
        (
            "NotIpAddress",
            "203.0.113.9",
            [Some("203.0.113.9"), Some("203.0.113.8"), Some("x"), None],
            [No, Yes, Yes, Yes],
        ),
        ("Null", "true", [Some("a"), Some("b"), Some(""), None], [No, No, No, Yes]),
        ("Null", "false", [Some("a"), Some("b"), Some(""), None], [Yes, Yes, Yes, No]),
    ] {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":"*",
                "Condition":{{"{operator}":{{"k:Key":"{wanted}"}}}}}}}}"#
        );
        let document = policy(&text, Kind::Identity);
        let identity = [named(&document)];
        let policies = Policies { identity: &identity, ..Policies::default() };
        let cases = [(same, if_same), (other, if_other), (foreign, if_foreign), (missing, if_missing)];
        for (value, outcome) in cases {
            let context = match value {
                Some(value) => Context::default().with("K:key", [value]),
                None => Context::default(),
            };
            let decision = evaluate(&asks(ROLE, "a:b", "*", &context), &policies);
            assert_eq!(decision.outcome, outcome, "{operator} {wanted} of {value:?}");
        }
    }
}

#[test]
fn keys_with_several_values() {
    for (operator, values, holds) in [
        ("ForAllValues:StringEquals", &["a", "b"][..], true),
        ("ForAllValues:StringEquals", &["a", "c"], false),
        ("ForAnyValue:StringEquals", &["a", "c"], true),
        ("ForAnyValue:StringEquals", &["c", "d"], false),
        ("ForAllValues:StringNotEquals", &["c", "d"], true),
        ("ForAllValues:StringNotEquals", &["a", "d"], false),
        ("ForAnyValue:StringNotEquals", &["a", "d"], true),
        ("ForAnyValue:StringNotEquals", &["a", "b"], false),
        ("ForAllValues:StringEquals", &[], true),
        ("ForAnyValue:StringEquals", &[], false),
    ] {
        let text = format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*",
                "Condition":{{"{operator}":{{"aws:TagKeys":["a","b"]}}}}}}}}"#
        );
        let document = policy(&text, Kind::Identity);
        let identity = [named(&document)];
        let context = Context::default().with("aws:TagKeys", values.iter().copied());
        let policies = Policies { identity: &identity, ..Policies::default() };
        let decision = evaluate(&asks(ROLE, "a:b", "*", &context), &policies);
        assert_eq!(decision.outcome == Outcome::Allowed, holds, "{operator} of {values:?}");
    }
}

#[test]
fn keys_are_listed_once_each() {
    let document = policy(
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}",
            "Condition":{"StringLike":{"s3:prefix":["${aws:PrincipalTag/team}/*","${AWS:UserName}"]},
                "Bool":{"aws:MultiFactorAuthPresent":"true"}}}}"#,
        Kind::Identity,
    );
    assert_eq!(
        document.context_keys(),
        ["aws:MultiFactorAuthPresent", "aws:PrincipalTag/team", "aws:username", "s3:prefix"]
    );
}
