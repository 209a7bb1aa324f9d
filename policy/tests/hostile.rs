//! Documents and requests that are meant to cost much: of what grows with the square of a text, no test would see the end.

use stagecheck_policy::{
    Context, Document, Kind, Outcome, Pattern, Policies, Policy, Principal, Request, evaluate,
};

#[test]
fn megabytes_are_read() {
    let keys: Vec<String> = (0..200_000).map(|number| format!(r#""k:{number}":"{number}""#)).collect();
    let statements: Vec<String> = (0..50_000)
        .map(|number| {
            format!(
                r#"{{"Sid":"s{number}","Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::{number}"}}"#
            )
        })
        .collect();
    let resource = "*a".repeat(2_500_000);
    let statement = |rest: &str| {
        format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*",{rest}}}}}"#)
    };
    for text in [
        statement(&format!(r#""Resource":"*","Condition":{{"StringLike":{{{}}}}}"#, keys.join(","))),
        format!(r#"{{"Statement":[{}]}}"#, statements.join(",")),
        statement(&format!(r#""Resource":"arn:aws:s3:::{resource}""#)),
        statement(&format!(r#""Resource":"arn:aws:s3:::{}""#, "${".repeat(2_500_000))),
    ] {
        let document = Document::parse(&text, Kind::Identity).unwrap();
        let policy = [Policy { name: "p", document: &document }];
        let request = Request {
            principal: Principal::Aws("arn:aws:iam::123456789012:user/ann"),
            action: "a:b",
            resource: "arn:aws:s3:::none",
            resource_account: None,
            context: &Context::default(),
        };
        let decision = evaluate(&request, &Policies { identity: &policy, ..Policies::default() });
        assert_eq!(decision.outcome, Outcome::ImplicitDeny);
    }
}

#[test]
fn deep_nesting_is_refused() {
    for text in ["[".repeat(1_000_000), r#"{"Statement":"#.repeat(1_000_000)] {
        assert!(Document::parse(&text, Kind::Identity).is_err());
    }
}

/// The value of a variable is text, however long, and of it nothing is a wildcard.
#[test]
fn a_variable_of_many_letters_is_matched() {
    let letters = "a".repeat(10_000);
    let context = Context::default().with("k:v", [letters.clone()]);
    let pattern = Pattern::new(&"*${k:v}".repeat(50), true);
    assert!(pattern.matches(&letters.repeat(50), &context));
    assert!(!pattern.matches(&letters.repeat(49), &context));
}

/// Names that only look alike are not the same.
#[test]
fn letters_of_another_script_do_not_match() {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",
        "Condition":{"StringEquals":{"aws:username":"admin"}}}}"#;
    let document = Document::parse(text, Kind::Identity).unwrap();
    let policy = [Policy { name: "p", document: &document }];
    for (action, key, name, outcome) in [
        ("s3:Get", "aws:username", "admin", Outcome::Allowed),
        ("s3:Get", "aws:username", "\u{430}dmin", Outcome::ImplicitDeny),
        ("s3:Get", "aws:username", "admin\u{200b}", Outcome::ImplicitDeny),
        ("\u{17f}3:Get", "aws:username", "admin", Outcome::ImplicitDeny),
        ("s3:Get", "aw\u{17f}:username", "admin", Outcome::ImplicitDeny),
    ] {
        let context = Context::default().with(key, [name]);
        let request = Request {
            principal: Principal::Aws("arn:aws:iam::123456789012:user/ann"),
            action,
            resource: "*",
            resource_account: None,
            context: &context,
        };
        let decision = evaluate(&request, &Policies { identity: &policy, ..Policies::default() });
        assert_eq!(decision.outcome, outcome, "{action} {key} {name}");
    }
}
