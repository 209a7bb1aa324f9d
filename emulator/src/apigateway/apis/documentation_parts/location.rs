//! What of an API a documentation part is on.
//!
//! Source: the page `DocumentationPartLocation` of the API reference, for which fields each type has, which of them must
//! be given, and what the others are where they are not given. The wordings are inferred.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::apigateway::apis::gateway_responses::is_status;
use crate::apigateway::apis::methods::VERBS;
use crate::apigateway::faults::bad_request;
use crate::service::Fault;

/// A location.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    pub(super) r#type: Type,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

/// What is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Type {
    Api,
    Authorizer,
    Model,
    Resource,
    Method,
    PathParameter,
    QueryParameter,
    RequestHeader,
    RequestBody,
    Response,
    ResponseHeader,
    ResponseBody,
}

/// What becomes of a field of a location.
enum Field {
    /// The type has none.
    Invalid,
    /// There is one for each.
    Required,
    Optional,
    /// What it is where it is not given.
    Default(&'static str),
}

impl Type {
    const fn path(self) -> Field {
        match self {
            Self::Api | Self::Authorizer | Self::Model => Field::Invalid,
            _ => Field::Default("/"),
        }
    }

    const fn method(self) -> Field {
        match self {
            Self::Api | Self::Authorizer | Self::Model | Self::Resource => Field::Invalid,
            _ => Field::Default("*"),
        }
    }

    const fn status_code(self) -> Field {
        match self {
            Self::Response | Self::ResponseHeader | Self::ResponseBody => Field::Default("*"),
            _ => Field::Invalid,
        }
    }

    const fn name(self) -> Field {
        match self {
            Self::Authorizer
            | Self::Model
            | Self::PathParameter
            | Self::QueryParameter
            | Self::RequestHeader
            | Self::ResponseHeader => Field::Required,
            // The reference wants a name; the developer guide gives none.
            Self::RequestBody => Field::Optional,
            _ => Field::Invalid,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Authorizer => "AUTHORIZER",
            Self::Model => "MODEL",
            Self::Resource => "RESOURCE",
            Self::Method => "METHOD",
            Self::PathParameter => "PATH_PARAMETER",
            Self::QueryParameter => "QUERY_PARAMETER",
            Self::RequestHeader => "REQUEST_HEADER",
            Self::RequestBody => "REQUEST_BODY",
            Self::Response => "RESPONSE",
            Self::ResponseHeader => "RESPONSE_HEADER",
            Self::ResponseBody => "RESPONSE_BODY",
        }
    }
}

impl Location {
    /// The location of a thing of this type that has no place.
    pub(super) const fn of(r#type: Type) -> Self {
        Self { r#type, path: None, method: None, status_code: None, name: None }
    }

    /// The location with its defaults, if it has what its type has.
    pub(super) fn check(self) -> Result<Self, Fault> {
        let kind = self.r#type;
        let settle = |field: &str, rule: Field, value: Option<String>| {
            let value = value.filter(|value| !value.is_empty());
            match (rule, value) {
                (Field::Invalid, Some(_)) => Err(bad_request(format!(
                    "Invalid location: {field} is not valid for type '{}'",
                    kind.as_str()
                ))),
                (Field::Required, None) => Err(bad_request(format!(
                    "Invalid location: {field} is required for type '{}'",
                    kind.as_str()
                ))),
                (Field::Default(default), None) => Ok(Some(default.to_owned())),
                (_, value) => Ok(value),
            }
        };
        let location = Self {
            r#type: kind,
            path: settle("path", kind.path(), self.path)?,
            method: settle("method", kind.method(), self.method)?,
            status_code: settle("statusCode", kind.status_code(), self.status_code)?,
            name: settle("name", kind.name(), self.name)?,
        };
        location.check_values()?;
        Ok(location)
    }

    fn check_values(&self) -> Result<(), Fault> {
        let is_verb = |method: &str| method == "*" || VERBS.contains(&method);
        let is_status = |status: &str| status == "*" || is_status(status);
        let wrong = |field: &str, value: &str| bad_request(format!("Invalid location: {field} '{value}'"));
        match (&self.path, &self.method, &self.status_code) {
            (Some(path), _, _) if !path.starts_with('/') => Err(wrong("path", path)),
            (_, Some(method), _) if !is_verb(method) => Err(wrong("method", method)),
            (_, _, Some(status)) if !is_status(status) => Err(wrong("statusCode", status)),
            _ => Ok(()),
        }
    }
}

/// As in messages: `type 'METHOD', path '/pets', method 'GET'`. AWS's words are known for the type alone.
impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "type '{}'", self.r#type.as_str())?;
        let fields = [
            ("path", &self.path),
            ("method", &self.method),
            ("statusCode", &self.status_code),
            ("name", &self.name),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                write!(formatter, ", {field} '{value}'")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(location: &str) -> Result<String, String> {
        let location: Location = serde_json::from_str(location).unwrap();
        location.check().map(|location| location.to_string()).map_err(|fault| fault.message)
    }

    #[test]
    fn fields_are_those_of_the_type() {
        assert_eq!(checked(r#"{"type": "API"}"#).unwrap(), "type 'API'");
        assert_eq!(checked(r#"{"type": "METHOD"}"#).unwrap(), "type 'METHOD', path '/', method '*'");
        assert_eq!(
            checked(r#"{"type": "RESPONSE_HEADER", "path": "/a", "name": "X", "method": "ANY"}"#).unwrap(),
            "type 'RESPONSE_HEADER', path '/a', method 'ANY', statusCode '*', name 'X'"
        );
        assert_eq!(
            checked(r#"{"type": "API", "path": "/"}"#).unwrap_err(),
            "Invalid location: path is not valid for type 'API'"
        );
        assert_eq!(
            checked(r#"{"type": "MODEL"}"#).unwrap_err(),
            "Invalid location: name is required for type 'MODEL'"
        );
        for (field, value) in [("path", "pets"), ("method", "get"), ("statusCode", "2xx")] {
            let location = format!(r#"{{"type": "RESPONSE", "{field}": "{value}"}}"#);
            assert_eq!(checked(&location).unwrap_err(), format!("Invalid location: {field} '{value}'"));
        }
    }
}
