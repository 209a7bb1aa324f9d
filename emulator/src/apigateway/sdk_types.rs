//! The types of SDK that API Gateway generates.
//!
//! Sources: the page `GetSdk` of the API reference for the types; Amazon's developer portal, which shows what AWS answers,
//! for names, descriptions and properties.

use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use super::ApiGateway;
use super::faults::not_found;
use crate::service::{Ctx, Fault, Registrar, Unread};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    const ONE_PAGE: &str = "there are six, and all are answered";

    registrar.read(&operations::GET_SDK_TYPE, get, &[]);
    registrar.read(
        &operations::GET_SDK_TYPES,
        list,
        &[Unread::Ignored("position", ONE_PAGE), Unread::Ignored("limit", ONE_PAGE)],
    );
}

/// A type of SDK.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SdkType {
    id: &'static str,
    friendly_name: &'static str,
    description: &'static str,
    configuration_properties: &'static [Property],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Property {
    name: &'static str,
    friendly_name: &'static str,
    description: &'static str,
    required: bool,
}

const fn required(name: &'static str, friendly_name: &'static str, description: &'static str) -> Property {
    Property { name, friendly_name, description, required: true }
}

const fn optional(name: &'static str, friendly_name: &'static str, description: &'static str) -> Property {
    Property { name, friendly_name, description, required: false }
}

const CLASS_PREFIX: &[Property] = &[required("classPrefix", "Prefix", "")];

const TYPES: [SdkType; 6] = [
    SdkType {
        id: "android",
        friendly_name: "Android",
        description: "",
        configuration_properties: &[
            required("groupId", "Group ID", ""),
            required("invokerPackage", "Invoker package", ""),
            required("artifactId", "Artifact ID", ""),
            required("artifactVersion", "Artifact version", ""),
        ],
    },
    SdkType { id: "javascript", friendly_name: "JavaScript", description: "", configuration_properties: &[] },
    SdkType {
        id: "objectivec",
        friendly_name: "iOS (Objective-C)",
        description: "",
        configuration_properties: CLASS_PREFIX,
    },
    SdkType {
        id: "swift",
        friendly_name: "iOS (Swift)",
        description: "",
        configuration_properties: CLASS_PREFIX,
    },
    SdkType {
        id: "java",
        friendly_name: "Java",
        description: "Java SDK generator for API Gateway APIs",
        configuration_properties: &[
            required(
                "service.name",
                "Service Name",
                "Name of the service which is used to derive the Java interface name for your client",
            ),
            required(
                "java.package-name",
                "Java Package Name",
                "Name of the Java package your code will be generated under",
            ),
            optional(
                "java.build-system",
                "Java Build System",
                "Build system to setup for project; Currently supported: maven, gradle",
            ),
            optional(
                "java.group-id",
                "Java Group Id",
                "Group id for your Maven or Gradle project. Defaults to package name",
            ),
            optional(
                "java.artifact-id",
                "Java Artifact Id",
                "Artifact Id for your Maven project or project name for your Gradle project. Defaults to service name",
            ),
            optional(
                "java.artifact-version",
                "Java Artifact Version",
                "Version of your Maven or Gradle project. Defaults to 1.0-SNAPSHOT",
            ),
            optional(
                "java.license-text",
                "Source Code License Text",
                "Customer provided license to inject into source file headers",
            ),
        ],
    },
    SdkType {
        id: "ruby",
        friendly_name: "Ruby",
        description: "Ruby SDK generator for API Gateway APIs",
        configuration_properties: &[
            required(
                "service.name",
                "Service Name",
                "Name of the service which is used to derive the name for your client",
            ),
            optional(
                "ruby.gem-name",
                "Ruby Gem Name",
                "Name of the Ruby gem your code will be generated under",
            ),
            optional(
                "ruby.gem-version",
                "Ruby Gem Version",
                "Version number for your service gem. Defaults to 1.0.0",
            ),
        ],
    },
];

impl SdkType {
    /// The names of the properties that GetSdk must be given.
    pub(super) fn required(&self) -> impl Iterator<Item = &'static str> {
        self.configuration_properties
            .iter()
            .filter(|property| property.required)
            .map(|property| property.name)
    }
}

/// The type of this id.
pub(super) fn find(id: &str) -> Option<SdkType> {
    TYPES.into_iter().find(|each| each.id == id)
}

#[derive(Deserialize)]
struct GetSdkType {
    id: String,
}

fn get(_: &Ctx<'_>, _: &ApiGateway, input: GetSdkType) -> Result<SdkType, Fault> {
    // Inferred wording.
    find(&input.id).ok_or_else(|| not_found("Invalid SDK type identifier specified"))
}

#[derive(Deserialize)]
struct GetSdkTypes {}

#[derive(Serialize)]
struct SdkTypes {
    items: [SdkType; TYPES.len()],
}

fn list(_: &Ctx<'_>, _: &ApiGateway, _: GetSdkTypes) -> Result<SdkTypes, Fault> {
    Ok(SdkTypes { items: TYPES })
}
