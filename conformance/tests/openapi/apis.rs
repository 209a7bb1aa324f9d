//! APIs in an emulator of their own, by the AWS SDK.

use std::cell::Cell;

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_apigateway::primitives::Blob;
use bytes::Bytes;
use http::Request;
use serde_json::Value;
use stagecheck_emulator::Emulator;
use tokio::runtime::Runtime;

/// An emulator, and a client of it.
pub(crate) struct Apis {
    runtime: Runtime,
    emulator: Emulator,
    client: Client,
    /// The name of the next version of documentation, of any API.
    versions: Cell<u32>,
}

/// What an export is written in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    specification: &'static str,
    content_type: &'static str,
}

impl Form {
    const fn new(specification: &'static str, content_type: &'static str) -> Self {
        Self { specification, content_type }
    }

    /// Both specifications, in both syntaxes.
    pub(crate) const ALL: [Self; 4] = [
        Self::new("oas30", "application/json"),
        Self::new("oas30", "application/yaml"),
        Self::new("swagger", "application/json"),
        Self::new("swagger", "application/yaml"),
    ];
}

impl Apis {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let emulator = Emulator::builder().seed(7).build();
        let client = Client::new(&emulator.sdk_config());
        Self { runtime, emulator, client, versions: Cell::new(1000) }
    }

    /// Imports a document and gives the API's id.
    pub(crate) fn import(&self, document: &[u8]) -> Result<String, String> {
        let call = self.client.import_rest_api().body(Blob::new(document)).send();
        let api = self.runtime.block_on(call).map_err(|error| message(&error))?;
        Ok(api.id.unwrap())
    }

    pub(crate) fn put(&self, api: &str, mode: &str, document: &[u8]) -> Result<(), String> {
        let call =
            self.client.put_rest_api().rest_api_id(api).mode(mode.into()).body(Blob::new(document)).send();
        self.runtime.block_on(call).map(|_| ()).map_err(|error| message(&error))
    }

    /// Deploys an API with its documentation and exports it.
    pub(crate) fn export_text(&self, api: &str, form: Form) -> Result<String, String> {
        let deploy = self.client.create_deployment().rest_api_id(api).stage_name("live").send();
        self.runtime.block_on(deploy).map_err(|error| message(&error))?;
        let name = format!("{}", self.versions.replace(self.versions.get() + 1));
        let version = self
            .client
            .create_documentation_version()
            .rest_api_id(api)
            .documentation_version(name)
            .stage_name("live")
            .send();
        self.runtime.block_on(version).map_err(|error| message(&error))?;
        let call = self
            .client
            .get_export()
            .rest_api_id(api)
            .stage_name("live")
            .export_type(form.specification)
            .parameters("extensions", "apigateway,documentation")
            .customize()
            // The SDK for Rust asks for JSON, whatever `accepts` says.
            .mutate_request(move |request| {
                request.headers_mut().insert("accept", form.content_type);
            })
            .send();
        let export = self.runtime.block_on(call).map_err(|error| message(&error))?;
        assert_eq!(export.content_type(), Some(form.content_type));
        Ok(String::from_utf8(export.body.unwrap().into_inner()).unwrap())
    }

    /// As [`Self::export_text`], with the API's id, and those of these others, and the version of the documentation
    /// blotted out.
    pub(crate) fn export(&self, api: &str, others: &[&str], form: Form) -> Result<Value, String> {
        let mut text = self.export_text(api, form)?;
        for id in [api].iter().chain(others) {
            text = text.replace(id, "THEAPI");
        }
        let mut document: Value = serde_json::from_str(&text).unwrap();
        if let Some(documentation) = document.get_mut("x-amazon-apigateway-documentation") {
            documentation["version"] = Value::Null;
            documentation["createdDate"] = Value::Null;
        }
        Ok(document)
    }

    /// All that the emulator keeps.
    pub(crate) fn state(&self) -> Bytes {
        let request = Request::get("http://localhost/_stagecheck/state").body(Bytes::new()).unwrap();
        let response = self.emulator.blocking_respond(request);
        assert!(response.status().is_success());
        response.into_body()
    }
}

fn message<E: ProvideErrorMetadata + std::error::Error + 'static>(error: &SdkError<E>) -> String {
    match error.message() {
        Some(message) => message.to_owned(),
        None => DisplayErrorContext(error).to_string(),
    }
}
