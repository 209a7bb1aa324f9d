//! The account to look at, and clients for its regions.

use std::collections::BTreeMap;

use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::error::{Error, describe};

/// Attempts that a throttled or failing call gets.
const ATTEMPTS: u32 = 6;

/// Attempts that the very first call gets.
const FIRST_ATTEMPTS: u32 = 2;

/// Where to look, as the user says.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// Instead of AWS itself.
    pub endpoint_url: Option<String>,
    /// Regions; none for the one that the environment or profile names.
    pub regions: Vec<String>,
    /// A profile of the AWS configuration.
    pub profile: Option<String>,
}

/// An account, reached.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Account id.
    pub account: String,
    /// `aws`, `aws-cn`, …
    pub partition: String,
    /// The endpoint in place of AWS, if there is one.
    pub endpoint: Option<String>,
    /// The regions, each with its clients.
    pub regions: BTreeMap<String, Clients>,
}

/// Clients for one region.
#[derive(Clone, Debug)]
pub struct Clients {
    /// API Gateway.
    pub apigateway: aws_sdk_apigateway::Client,
    /// CloudWatch Logs.
    pub logs: aws_sdk_cloudwatchlogs::Client,
    /// IAM, which has no regions.
    pub iam: aws_sdk_iam::Client,
}

impl Connection {
    /// Finds out, by the ordinary AWS configuration and GetCallerIdentity, which account this is.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when no region is given anywhere; [`Error::Unexpected`] when the account cannot be told.
    pub async fn open(target: &Target) -> Result<Self, Error> {
        let config = configuration(target).await;
        let regions = regions(target, &config)?;
        one_partition(&regions)?;
        Self::with_config(&config, &regions).await.map_err(|error| match (&target.profile, error) {
            (Some(profile), Error::Unexpected(message)) => Error::Unexpected(format!(
                "{message} Is there a profile {profile} in the AWS configuration, with credentials?"
            )),
            (_, error) => error,
        })
    }

    /// The same with a configuration that is at hand.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn with_config(config: &SdkConfig, regions: &[String]) -> Result<Self, Error> {
        let in_region = |name: &String| config.to_builder().region(Region::new(name.clone())).build();
        let first = regions.first().ok_or_else(no_region)?;
        // Somebody waits to hear that the endpoint is wrong.
        let impatient = aws_sdk_sts::config::Builder::from(&in_region(first))
            .retry_config(RetryConfig::standard().with_max_attempts(FIRST_ATTEMPTS));
        let identity = aws_sdk_sts::Client::from_conf(impatient.build())
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| unreachable_account(config, error))?;
        let arn = identity.arn().unwrap_or_default();
        Ok(Self {
            account: identity.account().unwrap_or_default().to_owned(),
            partition: arn.split(':').nth(1).unwrap_or("aws").to_owned(),
            endpoint: config.endpoint_url().map(str::to_owned),
            regions: regions.iter().map(|name| (name.clone(), Clients::new(&in_region(name)))).collect(),
        })
    }

    /// The clients of a region.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when the region is not among those that were opened.
    pub fn clients(&self, region: &str) -> Result<&Clients, Error> {
        self.regions.get(region).ok_or_else(|| {
            Error::Usage(format!("the region {region} is not among those given with --region"))
        })
    }
}

impl Clients {
    fn new(config: &SdkConfig) -> Self {
        Self {
            apigateway: aws_sdk_apigateway::Client::new(config),
            logs: aws_sdk_cloudwatchlogs::Client::new(config),
            iam: aws_sdk_iam::Client::new(config),
        }
    }
}

/// The first call is the one to fail where endpoint or credentials are wrong.
fn unreachable_account(config: &SdkConfig, error: impl std::error::Error) -> Error {
    let credentials = "are there credentials (AWS_ACCESS_KEY_ID, --profile, SSO), and are they still valid?";
    let hint = match config.endpoint_url() {
        Some(endpoint) => format!("does an AWS endpoint listen at {endpoint}, and {credentials}"),
        None => credentials.to_owned(),
    };
    Error::Unexpected(format!(
        "cannot tell the account: sts:GetCallerIdentity failed: {}; {hint}",
        describe(error)
    ))
}

/// Speaks TLS by rustls; plain HTTP for endpoints that are.
pub(crate) fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https()
}

async fn configuration(target: &Target) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    if let Some(endpoint) = &target.endpoint_url {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some(profile) = &target.profile {
        // A profile that is named goes before credentials in the environment, as in the AWS CLI.
        loader =
            loader.profile_name(profile).credentials_provider(profile_credentials(target, profile).await);
    }
    loader.load().await
}

async fn profile_credentials(target: &Target, profile: &str) -> ProfileFileCredentialsProvider {
    // A profile that assumes a role needs a region to call STS in.
    let region = match target.regions.first() {
        Some(region) => Some(Region::new(region.clone())),
        None => DefaultRegionChain::builder().profile_name(profile).build().region().await,
    };
    let provider_config = ProviderConfig::default().with_http_client(http_client()).with_region(region);
    ProfileFileCredentialsProvider::builder().configure(&provider_config).profile_name(profile).build()
}

fn regions(target: &Target, config: &SdkConfig) -> Result<Vec<String>, Error> {
    if !target.regions.is_empty() {
        return Ok(target.regions.clone());
    }
    let region = config.region().ok_or_else(no_region)?;
    Ok(vec![region.to_string()])
}

fn no_region() -> Error {
    Error::Usage(
        "no region is given: name one with --region, or set AWS_REGION or a region in the profile".to_owned(),
    )
}

/// Credentials are of one partition, and so are ARNs.
fn one_partition(regions: &[String]) -> Result<(), Error> {
    let partition = |region: &String| PARTITIONED.into_iter().find(|prefix| region.starts_with(prefix));
    match regions.iter().find(|region| partition(region) != partition(&regions[0])) {
        None => Ok(()),
        Some(other) => Err(Error::Usage(format!(
            "the regions {} and {other} are of different partitions, which share no account; check them one by one",
            regions[0]
        ))),
    }
}

/// What regions outside the partition `aws` begin with.
const PARTITIONED: [&str; 7] = ["cn-", "us-gov-", "us-iso-", "us-isob-", "us-isof-", "eu-isoe-", "eusc-"];
