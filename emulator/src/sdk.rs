//! Configurations with which clients of the AWS SDK talk to an emulator, over a socket or in memory.
//!
//! Over a socket, for any number of clients and for other programs:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use stagecheck_emulator::Emulator;
//!
//! let emulator = Emulator::new().start().await?;
//! let client = aws_sdk_sts::Client::new(&emulator.sdk_config());
//! let identity = client.get_caller_identity().send().await?;
//! assert_eq!(identity.account(), Some("000000000000"));
//! # Ok(()) }
//! ```
//!
//! In memory, without a socket:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use stagecheck_emulator::Emulator;
//!
//! let emulator = Emulator::new();
//! let client = aws_sdk_apigateway::Client::new(&emulator.sdk_config());
//! let api = client.create_rest_api().name("pets").send().await?;
//! assert_eq!(api.name(), Some("pets"));
//! # Ok(()) }
//! ```

use std::fmt;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;
use bytes::Bytes;
use http_body_util::BodyExt;

use crate::edge::ROOT_SECRET;
use crate::{Emulator, Running};

/// Where requests in memory say that they go. Nothing listens there.
const IN_MEMORY: &str = "http://stagecheck.localhost";

impl Running {
    /// A configuration for clients of the AWS SDK: this endpoint, the emulator's region, and keys of its account.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        let http_client = aws_smithy_http_client::Builder::new().build_http();
        config(self.emulator(), &self.url(), http_client)
    }
}

impl Emulator {
    /// A configuration for clients of the AWS SDK whose calls are answered in memory.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        config(self, IN_MEMORY, self.http_client())
    }

    /// An HTTP client that has this emulator answer every request, wherever it goes.
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(InMemory { emulator: self.clone() })
    }
}

fn config(emulator: &Emulator, endpoint: &str, http_client: SharedHttpClient) -> SdkConfig {
    // The account's own id as the key makes the caller that account, whatever other keys are known.
    let credentials = Credentials::from_keys(emulator.account().as_str(), ROOT_SECRET, None);
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(emulator.region().to_string()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .http_client(http_client)
        .build()
}

/// Has an emulator answer in memory.
#[derive(Clone)]
struct InMemory {
    emulator: Emulator,
}

impl fmt::Debug for InMemory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InMemory")
    }
}

impl HttpClient for InMemory {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InMemory {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let emulator = self.emulator.clone();
        HttpConnectorFuture::new(async move {
            let (head, body) = request.try_into_http1x().map_err(user_error)?.into_parts();
            let body: Bytes = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
            let response = emulator.respond(http::Request::from_parts(head, body)).await;
            HttpResponse::try_from(response.map(SdkBody::from)).map_err(user_error)
        })
    }
}

fn user_error(error: impl std::error::Error + Send + Sync + 'static) -> ConnectorError {
    ConnectorError::user(error.into())
}
