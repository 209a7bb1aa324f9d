//! The signer of the AWS SDK for Rust.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use bytes::Bytes;
use http::Request;
use http::header::HOST;
use stagecheck_emulator::time::Timestamp;

/// The host that requests are signed for.
pub(crate) const AUTHORITY: &str = "localhost:4566";

/// Someone who signs.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
    pub(crate) session_token: Option<String>,
    pub(crate) region: String,
    pub(crate) at: Timestamp,
}

impl Signer {
    /// The default root.
    pub(crate) fn root(at: Timestamp) -> Self {
        Self {
            access_key_id: "test".to_owned(),
            secret: "test".to_owned(),
            session_token: None,
            region: "us-east-1".to_owned(),
            at,
        }
    }

    /// The request with a signature in its header.
    pub(crate) fn sign(&self, request: Request<Bytes>, service: &str) -> Result<Request<Bytes>> {
        self.signed(request, service, SigningSettings::default())
    }

    /// The same, with a header that tells the hash of the body.
    pub(crate) fn sign_with_hash(&self, request: Request<Bytes>, service: &str) -> Result<Request<Bytes>> {
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        self.signed(request, service, settings)
    }

    /// The request with a signature in its query, good for some seconds.
    pub(crate) fn presign(
        &self,
        request: Request<Bytes>,
        service: &str,
        seconds: u64,
    ) -> Result<Request<Bytes>> {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(seconds));
        self.signed(request, service, settings)
    }

    fn signed(
        &self,
        mut request: Request<Bytes>,
        service: &str,
        settings: SigningSettings,
    ) -> Result<Request<Bytes>> {
        let target = request.uri().path_and_query().context("requests have paths")?;
        *request.uri_mut() = format!("http://{AUTHORITY}{target}").parse()?;
        request.headers_mut().insert(HOST, AUTHORITY.parse()?);
        let credentials =
            Credentials::from_keys(&self.access_key_id, &self.secret, self.session_token.clone());
        let identity = credentials.into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(system_time(self.at))
            .settings(settings)
            .build()?
            .into();
        let headers: Vec<(&str, &str)> = request
            .headers()
            .iter()
            .map(|(name, value)| Ok((name.as_str(), value.to_str()?)))
            .collect::<Result<_>>()?;
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(
            request.method().as_str(),
            request.uri().to_string(),
            headers.into_iter(),
            body,
        )?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

fn system_time(moment: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(moment.millis()).unwrap_or_default())
}
