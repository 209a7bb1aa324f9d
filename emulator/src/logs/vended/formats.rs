//! Kinds of destination, and the forms of what is written to them.

use serde::{Deserialize, Serialize};

use crate::service::Arn;
use crate::service::ports::DeliveryTarget;

/// What a destination is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(in crate::logs) enum DestinationType {
    Cwl,
    Fh,
    S3,
    XRay,
}

/// The form of what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OutputFormat {
    Json,
    Plain,
    W3c,
    Raw,
    Parquet,
}

impl DestinationType {
    /// The type of a resource that logs are written to.
    pub(super) fn of(resource: &Arn<'_>) -> Option<Self> {
        match resource.service {
            "logs" => Some(Self::Cwl),
            "firehose" => Some(Self::Fh),
            "s3" => Some(Self::S3),
            _ => None,
        }
    }

    /// The forms that there are for it, whatever the source.
    ///
    /// Source: CloudFront developer guide, "Configure standard logging (v2)". X-Ray has its own.
    pub(super) const fn formats(self) -> &'static [OutputFormat] {
        use OutputFormat::{Json, Parquet, Plain, Raw, W3c};
        match self {
            Self::Cwl => &[Json, Plain],
            Self::Fh => &[Json, Plain, Raw],
            Self::S3 => &[Json, Plain, W3c, Raw, Parquet],
            Self::XRay => &[],
        }
    }

    pub(super) const fn target(self) -> DeliveryTarget {
        match self {
            Self::Cwl => DeliveryTarget::CloudWatchLogs,
            Self::Fh => DeliveryTarget::Firehose,
            Self::S3 => DeliveryTarget::S3,
            Self::XRay => DeliveryTarget::XRay,
        }
    }
}

impl OutputFormat {
    /// As it stands in requests.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Plain => "plain",
            Self::W3c => "w3c",
            Self::Raw => "raw",
            Self::Parquet => "parquet",
        }
    }
}
