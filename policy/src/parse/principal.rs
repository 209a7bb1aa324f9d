//! The `Principal` element.

use super::{ParseError, Path, object, string, strings};
use crate::document::{Kind, Principals};
use crate::json::Json;

const INVALID: &str = "Invalid principal in policy";

pub(super) fn read(json: &Json, kind: Kind, path: Path<'_>) -> Result<Principals, ParseError> {
    let mut principals = Principals::default();
    let entries = match json {
        // `{"AWS": "*"}` is what a trust policy takes.
        Json::Text(_) if kind == Kind::Trust => {
            return Err(path.malformed("AssumeRolepolicy contained an invalid principal"));
        }
        Json::Text(_) if string(json, path)? == "*" => {
            principals.anyone = true;
            return Ok(principals);
        }
        Json::Object(_) => object(json, path)?,
        _ => return Err(path.malformed(INVALID)),
    };
    for (key, value) in entries {
        let here = Path::Key(&path, key);
        let values = strings(value, here)?;
        let owned = || values.iter().map(|value| (*value).to_owned());
        match key.as_str() {
            "AWS" => {
                for principal in values {
                    if principal == "*" && kind == Kind::Trust {
                        principals.any_aws = true;
                    } else if principal == "*" {
                        principals.anyone = true;
                    } else {
                        principals.aws.push(read_aws(principal, here)?);
                    }
                }
            }
            "Service" => principals.services.extend(owned()),
            "Federated" => principals.federated.extend(owned()),
            "CanonicalUser" => principals.canonical_users.extend(owned()),
            _ => return Err(here.malformed(INVALID)),
        }
    }
    Ok(principals)
}

/// An ARN without wildcards, or the account id that stands for its root.
fn read_aws(text: &str, path: Path<'_>) -> Result<String, ParseError> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_arn = text.starts_with("arn:") && text.split(':').count() >= 6 && !text.contains(['*', '?']);
    // A deleted principal's unique id is what AWS leaves in a document.
    let is_unique_id = text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_account || is_arn || is_unique_id {
        return Ok(text.to_owned());
    }
    Err(path.malformed(format!("{INVALID}: \"AWS\":\"{text}\"")))
}
