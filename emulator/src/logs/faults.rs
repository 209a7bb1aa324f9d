//! CloudWatch Logs' errors, in its words. Nearly all are status 400.

use crate::service::{Dialect, Fault};
use crate::store::BadToken;

/// How CloudWatch Logs answers what no operation sees.
pub(crate) const DIALECT: Dialect = Dialect::AWS_JSON;

pub(super) fn invalid(message: impl Into<String>) -> Fault {
    Fault::new(400, "InvalidParameterException", message)
}

pub(super) fn no_group() -> Fault {
    Fault::new(400, "ResourceNotFoundException", "The specified log group does not exist.")
}

pub(super) fn no_stream() -> Fault {
    Fault::new(400, "ResourceNotFoundException", "The specified log stream does not exist.")
}

pub(super) fn group_exists() -> Fault {
    Fault::new(400, "ResourceAlreadyExistsException", "The specified log group already exists")
}

pub(super) fn stream_exists() -> Fault {
    Fault::new(400, "ResourceAlreadyExistsException", "The specified log stream already exists")
}

/// The code follows the model of PutLogGroupDeletionProtection; the wording is inferred.
pub(super) fn protected() -> Fault {
    Fault::new(400, "ValidationException", "The log group cannot be deleted: deletion protection is enabled.")
}

/// Seen by users (boto/boto3#4104); the model lists no such error for tagging.
pub(super) fn bad_resource_arn() -> Fault {
    Fault::new(400, "ValidationException", "Invalid resourceArn")
}

/// The code and the number are documented, the wording inferred.
pub(super) fn too_many_tags() -> Fault {
    Fault::new(400, "TooManyTagsException", "A resource can have no more than 50 tags.")
}

/// The rule is documented, the wording inferred.
pub(super) fn reserved_tag(key: &str) -> Fault {
    invalid(format!("Invalid tag key: {key}. Tag keys that start with aws: are reserved for system use."))
}

pub(super) fn bad_token(_: BadToken) -> Fault {
    invalid("The specified nextToken is invalid.")
}
