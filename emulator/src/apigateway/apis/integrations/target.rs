//! What an integration calls, by which verb, and as whom.
//!
//! The texts are reported by users.

use super::Integration;
use crate::apigateway::apis::methods::check_verb;
use crate::apigateway::faults::{bad_request, cross_account_role};
use crate::service::{Ctx, Fault};

/// Refuses an integration whose type cannot call what it names.
pub(super) fn check(ctx: &Ctx<'_>, integration: &Integration) -> Result<(), Fault> {
    let uri = integration.uri.as_deref().unwrap_or_default();
    let credentials = integration.credentials.as_deref().filter(|credentials| !credentials.is_empty());
    let kind = integration.r#type.as_str();
    if kind == "MOCK" {
        return credentials.map_or(Ok(()), |arn| check_credentials(ctx, arn));
    }
    match integration.http_method.as_deref() {
        None | Some("") => return Err(bad_request("Enumeration value for HttpMethod must be non-empty")),
        Some(verb) => check_verb(verb)?,
    }
    if kind.starts_with("HTTP") {
        check_endpoint(uri)?;
    } else {
        let action = action(uri)?;
        if kind == "AWS_PROXY" && !action.is_proxied() {
            return Err(bad_request(
                "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream \
                 invocations.",
            ));
        }
        if action.service != "lambda" && credentials.is_none() {
            return Err(bad_request("Role ARN must be specified for AWS integrations"));
        }
    }
    credentials.map_or(Ok(()), |arn| check_credentials(ctx, arn))
}

/// An action of a service: `arn:aws:apigateway:{region}:{service}:path|action/…`.
struct Action<'a> {
    /// Without a subdomain: `{subdomain}.{service}`.
    service: &'a str,
    call: &'a str,
}

fn action(uri: &str) -> Result<Action<'_>, Fault> {
    let fields: Vec<&str> = uri.splitn(6, ':').collect();
    let &["arn", partition, _, _, service, call] = fields.as_slice() else {
        return Err(bad_request("Invalid ARN specified in the request"));
    };
    if partition.is_empty() {
        return Err(bad_request("Invalid ARN specified in the request"));
    }
    let is_call = ["path/", "action/"].iter().any(|form| call.starts_with(form));
    if fields[2] != "apigateway" || service.is_empty() || !is_call {
        return Err(bad_request("AWS ARN for integration must contain path or action"));
    }
    let service = service.rsplit('.').next().unwrap_or(service);
    Ok(Action { service, call })
}

impl Action<'_> {
    /// Whether requests and answers can be passed as they are.
    fn is_proxied(&self) -> bool {
        match self.service {
            "lambda" => self.call.starts_with("path/"),
            "firehose" => self.call.starts_with("action/PutRecord"),
            _ => false,
        }
    }
}

/// A URL whose parts may be stage variables and path parameters.
fn check_endpoint(uri: &str) -> Result<(), Fault> {
    let is_variable = uri.starts_with("${stageVariables.");
    let host = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://"));
    let has_host = host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', ':']));
    if (is_variable || has_host) && !uri.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(bad_request("Invalid HTTP endpoint specified for URI"))
}

/// A role of the account, or `arn:aws:iam::*:user/*` for whoever calls.
fn check_credentials(ctx: &Ctx<'_>, arn: &str) -> Result<(), Fault> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let &["arn", partition, "iam", "", account, resource] = fields.as_slice() else {
        return Err(bad_request("Invalid ARN specified in the request"));
    };
    if (account, resource) == ("*", "user/*") {
        return Ok(());
    }
    if !resource.starts_with("role/") {
        return Err(bad_request("Invalid ARN specified in the request"));
    }
    let own = (ctx.scope.region.partition().id, ctx.scope.account.as_str());
    if (partition, account) != own {
        return Err(cross_account_role());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_of_services() {
        let lambda = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:f/invocations";
        assert!(action(lambda).is_ok_and(|action| action.service == "lambda" && action.is_proxied()));
        let queue = action("arn:aws-cn:apigateway:cn-north-1:sqs:path/1/q").unwrap();
        assert!(queue.service == "sqs" && !queue.is_proxied());
        let object = action("arn:aws:apigateway:us-east-1:bucket.s3:action/GetObject").unwrap();
        assert_eq!(object.service, "s3");
        for (uri, message) in [
            ("", "Invalid ARN specified in the request"),
            ("hello", "Invalid ARN specified in the request"),
            ("arn::apigateway:us-east-1:sqs:path/1/q", "Invalid ARN specified in the request"),
            ("arn:aws:apigateway:us-east-1:sqs:foo", "AWS ARN for integration must contain path or action"),
            (
                "arn:aws:apigateway:us-east-1::lambda:path/2015-03-31/functions/f",
                "AWS ARN for integration must contain path or action",
            ),
            ("arn:aws:lambda:us-east-1:1:function:f", "AWS ARN for integration must contain path or action"),
        ] {
            assert_eq!(action(uri).map(|action| action.call.len()).unwrap_err().message, message, "{uri}");
        }
    }

    #[test]
    fn endpoints() {
        for uri in [
            "http://a",
            "https://example.com/{proxy}",
            "http://${stageVariables.host}/pets",
            "${stageVariables.url}",
        ] {
            assert!(check_endpoint(uri).is_ok(), "{uri}");
        }
        for uri in ["", "example.com", "ftp://a", "http://", "https:///a", "http://a b", "not a url"] {
            assert!(check_endpoint(uri).is_err(), "{uri}");
        }
    }
}
