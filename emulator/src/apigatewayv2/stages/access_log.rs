//! Access log settings of HTTP and WebSocket APIs, which differ.
//!
//! For WebSocket APIs the texts and their order were captured. For HTTP APIs they are those of an emulator that was
//! written from captures.

use serde::{Deserialize, Serialize};

use super::{OneStage, Stage, find};
use crate::apigateway::{ApiGateway, check_log_destination, log_format};
use crate::apigatewayv2::apis::Protocol;
use crate::apigatewayv2::faults::{bad_request, not_found};
use crate::apigatewayv2::inputs::optional;
use crate::service::ports::{DeliveryAccess, LogPolicies};
use crate::service::{Arn, Ctx, Fault};

/// Where access logs go, and what a line says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct AccessLogSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
}

impl AccessLogSettings {
    /// The destination and the format, where both are set.
    pub(super) fn both(&self) -> Option<(&str, &str)> {
        given(&self.destination_arn).zip(given(&self.format))
    }

    /// These with what is given in their place.
    pub(super) fn merged(mut self, given: Self) -> Self {
        optional(&mut self.destination_arn, given.destination_arn);
        optional(&mut self.format, given.format);
        self
    }

    /// Refuses a destination that is none, and then a format that says too little or too much.
    pub(super) fn check(&self, protocol: Protocol) -> Result<(), Fault> {
        let (Some(arn), Some(format)) = (given(&self.destination_arn), given(&self.format)) else {
            return Err(bad_request("Access Log value missing. Expected destinationArn and format."));
        };
        check_log_destination(match protocol {
            Protocol::Http => arn.strip_suffix(":*").unwrap_or(arn),
            Protocol::WebSocket => arn,
        })?;
        check_format(format)?;
        if protocol == Protocol::Http { check_variables(format) } else { Ok(()) }
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn check_format(format: &str) -> Result<(), Fault> {
    log_format::check_request_id(format).map_err(bad_format)?;
    if !log_format::is_single_line(format) {
        return Err(bad_format(format!("Access Log format must be single line: '{format}'")));
    }
    log_format::check_size(format).map_err(bad_format)
}

fn bad_format(error: String) -> Fault {
    bad_request(format!("The following errors are found in Access Log Format: {error}"))
}

/// The variables that HTTP APIs log. Those that end in a dot go on by any name.
///
/// Source: the page "Customize HTTP API access logs" of the developer guide; `resourcePath` was captured.
const HTTP_VARIABLES: [&str; 50] = [
    "accountId",
    "apiId",
    "authorizer.",
    "awsEndpointRequestId",
    "awsEndpointRequestId2",
    "customDomain.basePathMatched",
    "dataProcessed",
    "domainName",
    "domainPrefix",
    "error.message",
    "error.messageString",
    "error.responseType",
    "extendedRequestId",
    "httpMethod",
    "identity.accountId",
    "identity.caller",
    "identity.clientCert.clientCertPem",
    "identity.clientCert.issuerDN",
    "identity.clientCert.serialNumber",
    "identity.clientCert.subjectDN",
    "identity.clientCert.validity.notAfter",
    "identity.clientCert.validity.notBefore",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.principalOrgId",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "integration.error",
    "integration.integrationStatus",
    "integration.latency",
    "integration.requestId",
    "integration.status",
    "integrationErrorMessage",
    "integrationLatency",
    "integrationStatus",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourcePath",
    "responseLatency",
    "responseLength",
    "routeKey",
    "stage",
    "status",
];

/// Refuses variables that HTTP APIs do not log. Other kinds of API log a dash for them.
fn check_variables(format: &str) -> Result<(), Fault> {
    let unknown: Vec<String> = variables(format)
        .filter(|name| !HTTP_VARIABLES.iter().any(|known| is_variable(known, name)))
        .map(|name| format!("$context.{name}"))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(bad_request(format!("The following context variables are not supported: [{}]", unknown.join(", "))))
}

fn is_variable(known: &str, name: &str) -> bool {
    if known.ends_with('.') { name.len() > known.len() && name.starts_with(known) } else { name == known }
}

/// The names behind `$context.` and `${context.`. A bar is taken for a part of the name.
fn variables(format: &str) -> impl Iterator<Item = &str> {
    let in_name = |character: char| character.is_ascii_alphanumeric() || "_.-|".contains(character);
    format.split('$').skip(1).filter_map(move |rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest).strip_prefix("context.")?;
        Some(&rest[..rest.find(|character| !in_name(character)).unwrap_or(rest.len())])
    })
}

/// The log group that settings name, and what log delivery can do there.
pub(super) struct LogGroup {
    name: String,
    access: DeliveryAccess,
}

impl LogGroup {
    /// The group of a destination that is one.
    pub(super) fn of(
        ctx: &Ctx<'_>,
        policies: &dyn LogPolicies,
        settings: Option<&AccessLogSettings>,
    ) -> Option<Self> {
        let name = group_name(settings?.destination_arn.as_deref()?)?;
        Some(Self { access: policies.delivery_access(ctx, name), name: name.to_owned() })
    }

    /// Refuses a group that log delivery, which writes the logs of HTTP APIs, would not find or could not write to.
    pub(super) fn check(&self, ctx: &Ctx<'_>) -> Result<(), Fault> {
        match self.access {
            DeliveryAccess::NoGroup => Err(no_group(ctx, &self.name)),
            DeliveryAccess::NoRoom => Err(insufficient_permissions()),
            DeliveryAccess::Possible => Ok(()),
        }
    }

    /// Lets log delivery in, once the settings are kept. Nothing takes it away again, as on AWS (captured).
    ///
    /// Where policies have been filled since they were looked at, it is as if they had been changed right afterwards: lines
    /// are refused, and a record of each says so.
    pub(super) fn let_delivery_in(&self, ctx: &Ctx<'_>, policies: &dyn LogPolicies) {
        let _ = policies.let_delivery_in(ctx, &self.name);
    }
}

/// The name of the log group that a destination is.
fn group_name(arn: &str) -> Option<&str> {
    let group = Arn::parse(arn).filter(|arn| arn.service == "logs")?.resource.strip_prefix("log-group:")?;
    Some(group.strip_suffix(":*").unwrap_or(group))
}

/// Whether a destination is a log group.
pub(in crate::apigatewayv2) fn is_log_group(arn: &str) -> bool {
    group_name(arn).is_some()
}

/// HTTP APIs have their logs delivered by CloudWatch Logs, which looks for the group at once.
fn no_group(ctx: &Ctx<'_>, group: &str) -> Fault {
    not_found(format!(
        "Cannot enable logging. LogDestination: {group} does not exist (Service: AWSIngestionHub; Status Code: 400; Error \
         Code: LogDestinationNotFoundException; Request ID: {}; Proxy: null)",
        ctx.ids.uuid()
    ))
}

/// The caller may not set up log delivery, or there is no room for it in resource policies (anomalyco/sst#125).
pub(in crate::apigatewayv2) fn insufficient_permissions() -> Fault {
    bad_request("Insufficient permissions to enable logging")
}

/// DeleteAccessLogSettings: also where there are none.
pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneStage) -> Result<(), Fault> {
    let key = (input.api_id, input.stage_name);
    let mut stage = Stage::clone(find(ctx, state, &key)?);
    stage.access_log_settings = None;
    stage.last_updated_date = ctx.now.whole_seconds();
    state.v2.stages.put(key, stage);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_in_both_spellings() {
        let format =
            "$context.requestId ${context.error.message} $$context.status|$context.path, $other $context";
        let found: Vec<&str> = variables(format).collect();
        assert_eq!(found, ["requestId", "error.message", "status|", "path"]);
    }

    #[test]
    fn http_apis_log_what_they_know() {
        let check = |format: &str| check_variables(format).map_err(|fault| fault.message);
        assert_eq!(
            check("$context.requestId $context.authorizer.claims.sub $context.identity.sourceIp"),
            Ok(())
        );
        assert_eq!(
            check("$context.requestId $context.connectionId $context.authorizer. $context.waf.status"),
            Err("The following context variables are not supported: [$context.connectionId, $context.authorizer., \
                 $context.waf.status]"
                .to_owned())
        );
    }
}
