//! `access-fields`: does an access log line tell who did what, when, and how it ended?

use serde_json::json;

use super::finding;
use crate::findings::{Finding, Status};
use crate::inventory::Stage;

const CHECK: &str = "access-fields";

/// What a line must tell, and the variables of which any tells it.
const FIELDS: [(&str, &[&str]); 5] = [
    ("time", &["requestTime", "requestTimeEpoch"]),
    (
        "caller",
        &[
            "identity.sourceIp",
            "identity.caller",
            "identity.user",
            "identity.userArn",
            "identity.accountId",
            "identity.apiKeyId",
            "identity.cognitoIdentityId",
            "authorizer.principalId",
        ],
    ),
    ("method", &["httpMethod"]),
    ("path", &["resourcePath", "path"]),
    ("outcome", &["status"]),
];

pub(super) fn check(stage: &Stage) -> Option<Finding> {
    let format = stage.settings.access_log.format.as_deref()?;
    let missing = missing_fields(format);
    (!missing.is_empty()).then(|| {
        finding(
            CHECK,
            Status::Warn,
            format!("an access log line does not tell the {}", missing.join(", ")),
            json!({"format": format, "missing": missing}),
            "Add the variables to /accessLogSettings/format (plan --include access-format does).",
        )
    })
}

/// What a line of this format does not tell.
pub(crate) fn missing_fields(format: &str) -> Vec<&'static str> {
    let used: Vec<&str> = variables(format).collect();
    FIELDS
        .iter()
        .filter(|(_, any)| !any.iter().any(|variable| used.contains(variable)))
        .map(|(field, _)| *field)
        .collect()
}

/// The names behind `$context.`.
fn variables(format: &str) -> impl Iterator<Item = &str> {
    format.split("$context.").skip(1).map(|rest| {
        let end =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len());
        rest[..end].trim_end_matches('.')
    })
}

#[cfg(test)]
mod tests {
    use super::missing_fields;

    #[test]
    fn what_a_line_does_not_tell() {
        let whole = "$context.requestTime $context.identity.sourceIp $context.httpMethod $context.path $context.status";
        assert!(missing_fields(whole).is_empty());
        assert_eq!(missing_fields("$context.requestId"), ["time", "caller", "method", "path", "outcome"]);
        // A variable that only begins like another is another.
        assert_eq!(missing_fields(&whole.replace("status", "statusText")), ["outcome"]);
        // A full stop behind a variable is text.
        assert!(missing_fields(&format!("{whole}.")).is_empty());
    }
}
