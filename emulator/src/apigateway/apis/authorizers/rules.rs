//! What an authorizer of each type must have.
//!
//! The text for URIs is reported by users. What is wanted is documented for the rest; the wordings are inferred.

use fancy_regex::Regex;

use super::{Authorizer, Type};
use crate::apigateway::apis::mapping;
use crate::apigateway::faults::bad_request;
use crate::service::Fault;

/// The longest that an answer may hold, in seconds.
const LONGEST_TTL: i64 = 3600;

/// Refuses an authorizer that API Gateway does not take.
pub(super) fn check(authorizer: &Authorizer) -> Result<(), Fault> {
    if authorizer.name.is_empty() {
        return Err(bad_request("Authorizer name cannot be empty"));
    }
    match authorizer.r#type {
        Type::Token | Type::Request => check_uri(authorizer.authorizer_uri.as_deref())?,
        Type::CognitoUserPools => check_providers(authorizer.provider_arns.as_deref())?,
    }
    if let Some(arn) = &authorizer.authorizer_credentials
        && !is_role(arn)
    {
        return Err(bad_request("Invalid ARN specified in the request"));
    }
    let ttl = authorizer.authorizer_result_ttl_in_seconds;
    if ttl.is_some_and(|ttl| !(0..=LONGEST_TTL).contains(&ttl)) {
        return Err(bad_request(format!(
            "Authorizer result TTL must be between 0 and {LONGEST_TTL} seconds"
        )));
    }
    check_identity_source(authorizer, ttl.unwrap_or_default())?;
    match &authorizer.identity_validation_expression {
        Some(expression) if Regex::new(expression).is_err() => {
            Err(bad_request(format!("Invalid identity validation expression specified: {expression}")))
        }
        _ => Ok(()),
    }
}

/// Refuses what calls no Lambda function. Users report the text for authorizers of either API.
pub(crate) fn check_uri(uri: Option<&str>) -> Result<(), Fault> {
    if uri.is_some_and(is_invocation) {
        return Ok(());
    }
    Err(bad_request(format!(
        "Invalid Authorizer URI: {}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function \
         invocation.",
        uri.unwrap_or("null")
    )))
}

/// `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function's ARN}/invocations`. The function may hold
/// stage variables.
fn is_invocation(uri: &str) -> bool {
    let mut fields = uri.splitn(6, ':');
    let mut next = || fields.next().unwrap_or_default();
    let (arn, partition, service, region, target, path) = (next(), next(), next(), next(), next(), next());
    let function = path
        .strip_prefix("path/2015-03-31/functions/")
        .and_then(|rest| rest.strip_suffix("/invocations"))
        .unwrap_or_default();
    arn == "arn"
        && is_partition(partition)
        && service == "apigateway"
        && is_region(region)
        && target == "lambda"
        && function.starts_with("arn:")
        && function.contains(":lambda:")
}

fn is_partition(partition: &str) -> bool {
    partition == "aws" || partition.starts_with("aws-")
}

/// Words and a number, with hyphens: AWS was seen to refuse the word `region`.
fn is_region(region: &str) -> bool {
    region.split('-').count() >= 3 && region.ends_with(|last: char| last.is_ascii_digit())
}

fn is_role(arn: &str) -> bool {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let [arn, partition, "iam", "", account, resource] = fields[..] else { return false };
    // `arn:aws:iam::*:user/*` hands on the caller's own credentials.
    let is_account =
        account == "*" || account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_resource = resource.starts_with("role/") || resource.starts_with("user/");
    arn == "arn" && is_partition(partition) && is_account && is_resource
}

fn check_providers(arns: Option<&[String]>) -> Result<(), Fault> {
    let Some(arns) = arns else {
        return Err(bad_request("COGNITO_USER_POOLS authorizers must have at least one provider ARN"));
    };
    match arns.iter().find(|arn| !is_user_pool(arn)) {
        Some(arn) => Err(bad_request(format!("Invalid Cognito User Pool ARN specified: {arn}"))),
        None => Ok(()),
    }
}

/// `arn:aws:cognito-idp:{region}:{account}:userpool/{id}`.
fn is_user_pool(arn: &str) -> bool {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let [arn, partition, "cognito-idp", region, account, resource] = fields[..] else { return false };
    arn == "arn"
        && is_partition(partition)
        && is_region(region)
        && !account.is_empty()
        && resource.strip_prefix("userpool/").is_some_and(|id| !id.is_empty())
}

/// A token has one header. Requests have sources of any kind, at least one if answers are kept by them.
fn check_identity_source(authorizer: &Authorizer, ttl: i64) -> Result<(), Fault> {
    let Some(source) = &authorizer.identity_source else {
        return match authorizer.r#type {
            Type::Token | Type::CognitoUserPools => Err(bad_request("Identity source must be specified")),
            Type::Request if ttl > 0 => {
                Err(bad_request("Identity source must be specified when authorizer caching is enabled"))
            }
            Type::Request => Ok(()),
        };
    };
    mapping::check_identity_sources(source, authorizer.r#type != Type::Request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_invocations_of_functions() {
        let function = "arn:aws:lambda:us-west-2:000000000000:function:f";
        for (region, is_good) in
            [("us-west-2", true), ("us-gov-west-1", true), ("region", false), ("", false)]
        {
            let uri = format!(
                "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"
            );
            assert_eq!(is_invocation(&uri), is_good, "{region}");
        }
        assert!(!is_invocation(function));
        assert!(!is_invocation("https://example.com"));
    }

    #[test]
    fn credentials_are_roles_or_the_caller() {
        assert!(is_role("arn:aws:iam::000000000000:role/path/name"));
        assert!(is_role("arn:aws:iam::*:user/*"));
        assert!(!is_role("role"));
        assert!(!is_role("arn:aws:iam::0000:role/name"));
    }
}
