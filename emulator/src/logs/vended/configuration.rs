//! What a delivery writes: its fields, what stands between them, where in a bucket.

use serde::{Deserialize, Serialize};

use super::destinations::DeliveryDestination;
use super::sources::DeliverySource;
use super::templates::{self, Template};
use super::{DestinationType, log_types};
use crate::logs::faults;
use crate::service::Fault;

/// The configuration of a delivery.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    pub(super) record_fields: Vec<String>,
    pub(super) field_delimiter: Option<String>,
    pub(super) s3_delivery_configuration: Option<S3DeliveryConfiguration>,
}

/// Where in a bucket objects go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct S3DeliveryConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suffix_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enable_hive_compatible_path: Option<bool>,
}

/// What a call gives of it.
#[derive(Debug)]
pub(super) struct GivenConfiguration {
    pub(super) record_fields: Option<Vec<String>>,
    pub(super) field_delimiter: Option<String>,
    pub(super) s3_delivery_configuration: Option<S3DeliveryConfiguration>,
}

/// What paths of a service's logs in buckets begin with when a delivery is made, whatever suffix is given. A change of the
/// suffix later takes it away.
///
/// Reported by users for CloudFront (aws-cloudformation/cloudformation-coverage-roadmap#2274); for API Gateway it is
/// inferred.
fn path_prefix(service: &str) -> Option<&'static str> {
    match service {
        "cloudfront" => Some("AWSLogs/{account-id}/CloudFront/"),
        log_types::API_GATEWAY => Some(templates::PATH_PREFIX),
        _ => None,
    }
}

/// The configuration of a new delivery.
pub(super) fn of_new(
    source: &DeliverySource,
    destination: &DeliveryDestination,
    given: GivenConfiguration,
) -> Result<Configuration, Fault> {
    let kind = destination.delivery_destination_type;
    let template = templates::of(source, kind);
    check_destination(source, destination, template)?;
    let defaults = template.map(Template::defaults).unwrap_or_default();
    let mut configuration = changed(defaults, source, kind, given)?;
    let suffix = configuration.s3_delivery_configuration.as_mut().and_then(|s3| s3.suffix_path.as_mut());
    if let (Some(suffix), Some(prefix)) = (suffix, path_prefix(&source.service))
        && !suffix.starts_with(prefix)
    {
        suffix.insert_str(0, prefix);
    }
    Ok(configuration)
}

/// The text is inferred.
fn check_destination(
    source: &DeliverySource,
    destination: &DeliveryDestination,
    template: Option<&Template>,
) -> Result<(), Fault> {
    let kind = destination.delivery_destination_type;
    let formats = template.map_or(kind.formats(), Template::formats);
    let has_format = destination.output_format.is_none_or(|format| formats.contains(&format));
    if log_types::goes_to(&source.log_type, kind) && has_format {
        return Ok(());
    }
    Err(faults::validation(format!(
        "Delivery Destination {} does not support logs of the type {} in its output format.",
        destination.name, source.log_type
    )))
}

/// A configuration with what is given in its place.
pub(super) fn changed(
    mut configuration: Configuration,
    source: &DeliverySource,
    kind: DestinationType,
    given: GivenConfiguration,
) -> Result<Configuration, Fault> {
    let template = templates::of(source, kind);
    // That none are as good as not given is inferred.
    if let Some(fields) = given.record_fields.filter(|fields| !fields.is_empty()) {
        check_fields(template, &fields)?;
        configuration.record_fields = fields;
    }
    if let Some(delimiter) = given.field_delimiter {
        if template.is_some_and(|template| !template.takes_delimiter(&delimiter)) {
            return Err(faults::validation("Provided fieldDelimiter is invalid."));
        }
        configuration.field_delimiter = Some(delimiter);
    }
    if let Some(given) = given.s3_delivery_configuration {
        if kind != DestinationType::S3 {
            // Reported by users of Terraform's provider.
            return Err(faults::validation(
                "Provided delivery configuration is invalid for the destination type.",
            ));
        }
        let s3 = configuration.s3_delivery_configuration.get_or_insert_default();
        s3.suffix_path = given.suffix_path.or_else(|| s3.suffix_path.take());
        s3.enable_hive_compatible_path = given.enable_hive_compatible_path.or(s3.enable_hive_compatible_path);
        check_path(template, s3)?;
    }
    Ok(configuration)
}

/// Fields must be the source's, each once, and all that it cannot do without, as documented. Those of services without a
/// template here are taken as they are. The texts are inferred.
fn check_fields(template: Option<&Template>, fields: &[String]) -> Result<(), Fault> {
    let Some(template) = template else { return Ok(()) };
    if let Some(unknown) = fields.iter().find(|field| !template.has_field(field)) {
        return Err(faults::validation(format!(
            "Provided recordFields are invalid: {unknown} is not a field."
        )));
    }
    let twice = fields
        .iter()
        .enumerate()
        .find(|(index, field)| fields.iter().take(*index).any(|other| other == *field));
    if let Some((_, field)) = twice {
        return Err(faults::validation(format!(
            "Provided recordFields are invalid: {field} is there twice."
        )));
    }
    match template.mandatory_fields().find(|name| !fields.iter().any(|field| field == name)) {
        Some(missing) => {
            Err(faults::validation(format!("Provided recordFields are invalid: {missing} is mandatory.")))
        }
        None => Ok(()),
    }
}

/// Variables must be the source's. With names of its own for the parts of the path, none can be written into it. The text is
/// reported by users for the latter.
fn check_path(template: Option<&Template>, s3: &S3DeliveryConfiguration) -> Result<(), Fault> {
    let Some(path) = &s3.suffix_path else { return Ok(()) };
    let names_parts = s3.enable_hive_compatible_path == Some(true) && path.contains('=');
    let is_known = |variable: &str| template.is_none_or(|template| template.has_path_field(variable));
    if !names_parts && variables(path).is_some_and(|variables| variables.into_iter().all(is_known)) {
        return Ok(());
    }
    Err(faults::validation("Provided suffixPath is invalid"))
}

/// The names in braces; `None` where braces do not match.
fn variables(path: &str) -> Option<Vec<&str>> {
    let mut pieces = path.split('{');
    let before = pieces.next().unwrap_or_default();
    let mut names = Vec::new();
    for piece in pieces {
        let (name, rest) = piece.split_once('}')?;
        if rest.contains('}') {
            return None;
        }
        names.push(name);
    }
    (!before.contains('}')).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_stand_in_braces() {
        assert_eq!(variables("a/{yyyy}/{MM}b"), Some(vec!["yyyy", "MM"]));
        assert_eq!(variables("a"), Some(Vec::new()));
        for broken in ["{a", "a}", "{a}}", "{a{b}}", "}{a}"] {
            assert_eq!(variables(broken), None, "{broken}");
        }
    }
}
