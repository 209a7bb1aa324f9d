//! What deliveries of a type of log can have: the configuration templates.
//!
//! Only those of API Gateway's execution logs are known here.

use std::ops::Bound;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::configuration::{Configuration, S3DeliveryConfiguration};
use super::formats::OutputFormat;
use super::log_types::{API_GATEWAY, EXECUTION_LOGS};
use super::{DEFAULT_LIMIT, DeliverySource, DestinationType, log_types};
use crate::logs::{Logs, faults};
use crate::service::{Ctx, Fault};
use crate::store::{decode_token, encode_token};

/// What a service's deliveries of a type of log to a kind of destination can have.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Template {
    service: &'static str,
    log_type: &'static str,
    resource_type: &'static str,
    delivery_destination_type: DestinationType,
    default_delivery_config_values: Defaults,
    allowed_fields: &'static [Field],
    allowed_output_formats: &'static [OutputFormat],
    allowed_field_delimiters: &'static [&'static str],
    allowed_suffix_path_fields: &'static [&'static str],
}

/// What a delivery has where nothing is said.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Defaults {
    record_fields: &'static [&'static str],
    field_delimiter: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    s3_delivery_configuration: Option<DefaultPath>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DefaultPath {
    suffix_path: &'static str,
    enable_hive_compatible_path: bool,
}

/// A field that records can have.
#[derive(Debug, Serialize)]
struct Field {
    name: &'static str,
    mandatory: bool,
}

impl Field {
    /// None is mandatory: the guide's own example has the payload alone.
    const fn optional(name: &'static str) -> Self {
        Self { name, mandatory: false }
    }
}

/// Source of the fields, and of the forms below: API Gateway developer guide, "Create a log delivery for REST API execution
/// logs".
const FIELDS: &[Field] = &[
    Field::optional("resource_arn"),
    Field::optional("event_timestamp"),
    Field::optional("api_id"),
    Field::optional("stage"),
    Field::optional("resource_path"),
    Field::optional("http_method"),
    Field::optional("payload"),
];

/// All of them, in the order of the guide: inferred.
const DEFAULT_FIELDS: &[&str] =
    &["resource_arn", "event_timestamp", "api_id", "stage", "resource_path", "http_method", "payload"];

/// That the empty one is among them is documented, the others and the default are inferred.
const DELIMITERS: &[&str] = &["", " ", "\t", ",", ";", "|"];
const DEFAULT_DELIMITER: &str = "\t";

/// What the paths of objects begin with, after CloudFront's: inferred.
pub(super) const PATH_PREFIX: &str = "AWSLogs/{account-id}/APIGateway/";

/// Inferred. The guide tells that the API's id is in the path.
const PATH_FIELDS: &[&str] = &["account-id", "region", "api_id", "stage", "yyyy", "MM", "dd", "HH"];
const DEFAULT_PATH: DefaultPath = DefaultPath {
    suffix_path: "AWSLogs/{account-id}/APIGateway/{api_id}/{stage}/{yyyy}/{MM}/{dd}/{HH}",
    enable_hive_compatible_path: false,
};

const fn of_execution_logs(
    delivery_destination_type: DestinationType,
    allowed_output_formats: &'static [OutputFormat],
    s3: Option<(&'static [&'static str], DefaultPath)>,
) -> Template {
    let (allowed_suffix_path_fields, s3_delivery_configuration) = match s3 {
        Some((fields, path)) => (fields, Some(path)),
        None => (&[] as &[&str], None),
    };
    Template {
        service: API_GATEWAY,
        log_type: EXECUTION_LOGS,
        // Inferred.
        resource_type: "stage",
        delivery_destination_type,
        default_delivery_config_values: Defaults {
            record_fields: DEFAULT_FIELDS,
            field_delimiter: DEFAULT_DELIMITER,
            s3_delivery_configuration,
        },
        allowed_fields: FIELDS,
        allowed_output_formats,
        allowed_field_delimiters: DELIMITERS,
        allowed_suffix_path_fields,
    }
}

static TEMPLATES: [Template; 3] = {
    use OutputFormat::{Json, Parquet, Plain, W3c};
    [
        of_execution_logs(DestinationType::Cwl, &[Json, Plain], None),
        of_execution_logs(DestinationType::Fh, &[Json, Plain], None),
        of_execution_logs(
            DestinationType::S3,
            &[Json, Plain, W3c, Parquet],
            Some((PATH_FIELDS, DEFAULT_PATH)),
        ),
    ]
};

impl Template {
    /// The forms that there are.
    pub(super) fn formats(&self) -> &'static [OutputFormat] {
        self.allowed_output_formats
    }

    /// What a delivery has where nothing is said.
    pub(super) fn defaults(&self) -> Configuration {
        let defaults = &self.default_delivery_config_values;
        let path = defaults.s3_delivery_configuration.as_ref();
        Configuration {
            record_fields: defaults.record_fields.iter().map(|&field| field.to_owned()).collect(),
            field_delimiter: Some(defaults.field_delimiter.to_owned()),
            s3_delivery_configuration: path.map(|path| S3DeliveryConfiguration {
                suffix_path: Some(path.suffix_path.to_owned()),
                enable_hive_compatible_path: Some(path.enable_hive_compatible_path),
            }),
        }
    }

    pub(super) fn takes_delimiter(&self, delimiter: &str) -> bool {
        self.allowed_field_delimiters.contains(&delimiter)
    }

    pub(super) fn has_field(&self, name: &str) -> bool {
        self.allowed_fields.iter().any(|field| field.name == name)
    }

    /// The fields that no delivery can do without.
    pub(super) fn mandatory_fields(&self) -> impl Iterator<Item = &'static str> {
        self.allowed_fields.iter().filter(|field| field.mandatory).map(|field| field.name)
    }

    pub(super) fn has_path_field(&self, name: &str) -> bool {
        self.allowed_suffix_path_fields.contains(&name)
    }
}

/// The template for a source's deliveries to a kind of destination, where it is known.
pub(super) fn of(source: &DeliverySource, kind: DestinationType) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| {
        (template.service, template.log_type, template.delivery_destination_type)
            == (source.service.as_str(), source.log_type.as_str(), kind)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribeConfigurationTemplates {
    service: Option<CompactString>,
    log_types: Option<Vec<CompactString>>,
    resource_types: Option<Vec<CompactString>>,
    delivery_destination_types: Option<Vec<DestinationType>>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribedTemplates {
    configuration_templates: Vec<&'static Template>,
    next_token: Option<String>,
}

impl DescribeConfigurationTemplates {
    fn wants(&self, template: &Template) -> bool {
        fn is_listed<T: PartialEq<U>, U: ?Sized>(list: Option<&Vec<T>>, value: &U) -> bool {
            list.is_none_or(|list| list.iter().any(|item| item == value))
        }
        self.service.as_ref().is_none_or(|service| service == template.service)
            && is_listed(self.log_types.as_ref(), template.log_type)
            && is_listed(self.resource_types.as_ref(), template.resource_type)
            && is_listed(self.delivery_destination_types.as_ref(), &template.delivery_destination_type)
    }
}

/// That a service without templates is not found is inferred: the model lists the error, and nothing else is named.
pub(super) fn describe(
    _: &Ctx<'_>,
    _: &Logs,
    input: DescribeConfigurationTemplates,
) -> Result<DescribedTemplates, Fault> {
    if let Some(service) = input.service.as_deref().filter(|service| *service != API_GATEWAY) {
        return Err(match log_types::of_service(service) {
            Some(_) => Fault::not_implemented(format!(
                "the configuration templates of {service} are not known to this emulator"
            )),
            None => {
                faults::not_found(format!("There are no configuration templates for the service {service}."))
            }
        });
    }
    let last: Option<DestinationType> =
        input.next_token.as_deref().map(decode_token).transpose().map_err(faults::bad_delivery_token)?;
    let after = last.map_or(Bound::Unbounded, Bound::Excluded);
    let is_behind = |template: &Template| match after {
        Bound::Excluded(last) => template.delivery_destination_type > last,
        Bound::Included(_) | Bound::Unbounded => true,
    };
    let wanted = TEMPLATES.iter().filter(|template| input.wants(template) && is_behind(template));
    let mut configuration_templates: Vec<&'static Template> = wanted.collect();
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
    let more = configuration_templates.len() > limit;
    configuration_templates.truncate(limit);
    let last = configuration_templates.last().filter(|_| more);
    let next_token = last.map(|last| encode_token(&last.delivery_destination_type));
    Ok(DescribedTemplates { configuration_templates, next_token })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_in_order_and_their_defaults_are_allowed() {
        assert!(TEMPLATES.is_sorted_by_key(|template| template.delivery_destination_type));
        for template in &TEMPLATES {
            let defaults = template.defaults();
            assert!(defaults.record_fields.iter().all(|field| template.has_field(field)));
            assert!(defaults.field_delimiter.is_some_and(|delimiter| template.takes_delimiter(&delimiter)));
            let formats = template.delivery_destination_type.formats();
            assert!(template.formats().iter().all(|format| formats.contains(format)));
        }
        assert!(DEFAULT_PATH.suffix_path.starts_with(PATH_PREFIX));
    }
}
