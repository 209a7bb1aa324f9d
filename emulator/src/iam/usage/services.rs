//! The services that policies can speak of, and which of them they let someone use.

use std::collections::BTreeSet;

use stagecheck_policy::{ActionPattern, Document, Effect, Pattern, Scope, Statement};

/// Namespaces with the names that reports give them, in their order.
///
/// Source: service authorization reference.
const SERVICES: [(&str, &str); 40] = [
    ("acm", "AWS Certificate Manager"),
    ("apigateway", "Amazon API Gateway Management"),
    ("athena", "Amazon Athena"),
    ("autoscaling", "Amazon EC2 Auto Scaling"),
    ("cloudformation", "AWS CloudFormation"),
    ("cloudfront", "Amazon CloudFront"),
    ("cloudtrail", "AWS CloudTrail"),
    ("cloudwatch", "Amazon CloudWatch"),
    ("codebuild", "AWS CodeBuild"),
    ("cognito-idp", "Amazon Cognito User Pools"),
    ("config", "AWS Config"),
    ("dynamodb", "Amazon DynamoDB"),
    ("ec2", "Amazon EC2"),
    ("ecr", "Amazon Elastic Container Registry"),
    ("ecs", "Amazon Elastic Container Service"),
    ("eks", "Amazon Elastic Kubernetes Service"),
    ("elasticloadbalancing", "Elastic Load Balancing"),
    ("events", "Amazon EventBridge"),
    ("execute-api", "Amazon API Gateway"),
    ("firehose", "Amazon Kinesis Firehose"),
    ("glue", "AWS Glue"),
    ("guardduty", "Amazon GuardDuty"),
    ("iam", "AWS Identity and Access Management"),
    ("kinesis", "Amazon Kinesis Data Streams"),
    ("kms", "AWS Key Management Service"),
    ("lambda", "AWS Lambda"),
    ("logs", "Amazon CloudWatch Logs"),
    ("organizations", "AWS Organizations"),
    ("rds", "Amazon RDS"),
    ("route53", "Amazon Route 53"),
    ("s3", "Amazon S3"),
    ("secretsmanager", "AWS Secrets Manager"),
    ("sns", "Amazon SNS"),
    ("sqs", "Amazon SQS"),
    ("ssm", "AWS Systems Manager"),
    ("states", "AWS Step Functions"),
    ("sts", "AWS Security Token Service"),
    ("tag", "Amazon Resource Group Tagging API"),
    ("waf", "AWS WAF"),
    ("xray", "AWS X-Ray"),
];

/// The services that are here, and so can be used.
const EMULATED: [&str; 6] = ["apigateway", "execute-api", "iam", "logs", "sts", "tag"];

/// What a namespace is called; its own name where no other is known.
pub(super) fn name_of(namespace: &str) -> &str {
    SERVICES.iter().find(|(known, _)| *known == namespace).map_or(namespace, |(_, name)| name)
}

/// The namespace of a service's actions, by its signing name.
pub(super) fn namespace_of(signing_name: &str) -> &str {
    match signing_name {
        "tagging" => "tag",
        other => other,
    }
}

/// The namespaces that the policies together let someone use, in their order: of those that are here, and of those that
/// the policies name.
pub(super) fn granted_by(documents: &[&Document]) -> BTreeSet<String> {
    let statements = || documents.iter().flat_map(|document| &document.statements);
    let named = statements().flat_map(|statement| match &statement.actions {
        Scope::Only(patterns) | Scope::AllBut(patterns) => patterns,
    });
    let named = named.map(|pattern| vendor(pattern).to_ascii_lowercase()).filter(|vendor| vendor != "*");
    let candidates: BTreeSet<String> = EMULATED.map(str::to_owned).into_iter().chain(named).collect();
    candidates.into_iter().filter(|namespace| is_granted(statements(), namespace)).collect()
}

/// Whether a policy by itself lets someone use a service.
pub(super) fn grants(document: &Document, namespace: &str) -> bool {
    is_granted(document.statements.iter(), namespace)
}

/// Conditions and resources are not looked at, but that a Deny without any, of everything that the service has, leaves
/// nothing: what a condition or another resource spares can still be used.
fn is_granted<'a>(statements: impl Iterator<Item = &'a Statement> + Clone, namespace: &str) -> bool {
    let denied = |statement: &Statement| {
        statement.effect == Effect::Deny
            && statement.conditions.is_empty()
            && is_everything(statement.resources.as_ref())
            && covers_all(&statement.actions, namespace)
    };
    let allowed = |statement: &Statement| {
        statement.effect == Effect::Allow && covers_some(&statement.actions, namespace)
    };
    statements.clone().any(allowed) && !statements.clone().any(denied)
}

fn is_everything(resources: Option<&Scope<Vec<Pattern>>>) -> bool {
    match resources {
        Some(Scope::Only(patterns)) => patterns.iter().any(|pattern| pattern.as_str() == "*"),
        Some(Scope::AllBut(_)) | None => false,
    }
}

fn covers_some(actions: &Scope<Vec<ActionPattern>>, namespace: &str) -> bool {
    match actions {
        Scope::Only(patterns) => patterns.iter().any(|pattern| speaks_of(pattern, namespace)),
        Scope::AllBut(patterns) => !patterns.iter().any(|pattern| is_all_of(pattern, namespace)),
    }
}

fn covers_all(actions: &Scope<Vec<ActionPattern>>, namespace: &str) -> bool {
    match actions {
        Scope::Only(patterns) => patterns.iter().any(|pattern| is_all_of(pattern, namespace)),
        Scope::AllBut(patterns) => !patterns.iter().any(|pattern| speaks_of(pattern, namespace)),
    }
}

/// What stands before the colon; `*` where there is none.
fn vendor(pattern: &ActionPattern) -> &str {
    pattern.as_str().split(':').next().unwrap_or_default()
}

fn speaks_of(pattern: &ActionPattern, namespace: &str) -> bool {
    let vendor = vendor(pattern);
    vendor == "*" || vendor.eq_ignore_ascii_case(namespace)
}

fn is_all_of(pattern: &ActionPattern, namespace: &str) -> bool {
    let action = pattern.as_str().split_once(':').map_or("*", |(_, action)| action);
    speaks_of(pattern, namespace) && !action.is_empty() && action.bytes().all(|letter| letter == b'*')
}

#[cfg(test)]
mod tests {
    use stagecheck_policy::Kind;

    use super::*;

    fn document(statements: &str) -> Document {
        Document::parse(&format!(r#"{{"Statement":[{statements}]}}"#), Kind::Identity).unwrap()
    }

    #[test]
    fn a_service_is_granted_by_some_action_and_denied_by_all() {
        let allow = |action: &str| format!(r#"{{"Effect":"Allow",{action},"Resource":"*"}}"#);
        let deny = |action: &str, rest: &str| format!(r#"{{"Effect":"Deny",{action},{rest}}}"#);
        for (statements, is_granted) in [
            (allow(r#""Action":"logs:PutLogEvents""#), true),
            (allow(r#""Action":"LOGS:*""#), true),
            (allow(r#""Action":"*""#), true),
            (allow(r#""Action":"iam:*""#), false),
            (allow(r#""NotAction":"iam:*""#), true),
            (allow(r#""NotAction":"logs:*""#), false),
            (allow(r#""NotAction":"logs:Put*""#), true),
            (allow(r#""Action":"*""#) + "," + &deny(r#""Action":"logs:*""#, r#""Resource":"*""#), false),
            (allow(r#""Action":"*""#) + "," + &deny(r#""NotAction":"iam:*""#, r#""Resource":"*""#), false),
            (allow(r#""Action":"*""#) + "," + &deny(r#""Action":"logs:Put*""#, r#""Resource":"*""#), true),
            (
                allow(r#""Action":"*""#)
                    + ","
                    + &deny(r#""Action":"logs:*""#, r#""Resource":"arn:aws:logs:::x""#),
                true,
            ),
            (
                allow(r#""Action":"*""#)
                    + ","
                    + &deny(
                        r#""Action":"logs:*""#,
                        r#""Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#,
                    ),
                true,
            ),
        ] {
            assert_eq!(grants(&document(&statements), "logs"), is_granted, "{statements}");
        }
    }

    #[test]
    fn services_that_are_here_or_named_are_told() {
        let everything = document(r#"{"Effect":"Allow","Action":["*","A4B:Get*"],"Resource":"*"}"#);
        let told: Vec<String> = granted_by(&[&everything]).into_iter().collect();
        assert_eq!(told, ["a4b", "apigateway", "execute-api", "iam", "logs", "sts", "tag"]);
        let denied = document(r#"{"Effect":"Deny","Action":"a4b:*","Resource":"*"}"#);
        assert!(!granted_by(&[&everything, &denied]).contains("a4b"));
        assert!(granted_by(&[]).is_empty());
    }

    #[test]
    fn names_are_in_the_order_of_their_namespaces() {
        assert!(SERVICES.is_sorted());
        assert_eq!((name_of("iam"), name_of("a4b")), ("AWS Identity and Access Management", "a4b"));
        assert!(EMULATED.iter().all(|namespace| name_of(namespace) != *namespace));
    }
}
