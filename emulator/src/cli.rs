//! The command line of the server, which `stagecheck emulate` shares.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use http::Uri;

use crate::QUOTAS;
use crate::edge::{ROOT_ACCESS_KEY_ID, ROOT_SECRET};
use crate::service::{IamMode, Quotas, ServiceControl};
use crate::settings::{Settings, Switch, parse_duration, parse_endpoint};
use crate::{Account, Emulator, OidcKeys, Region, Running, Sigv4, settings};

/// Where to serve, and as whom.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 4566)]
    port: u16,
    /// Account of access keys that were not made here and are not an account id themselves
    #[arg(long, value_name = "ID", default_value = "000000000000", value_parser = account)]
    account_id: Account,
    /// Region of calls that name none
    #[arg(long, default_value = "us-east-1", value_parser = region)]
    region: Region,
    /// Settings file (YAML); docs/emulator.md tells what it may say
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Whether AWS's quotas hold: 10 stages an API, 600 regional APIs, …
    #[arg(long, value_enum, value_name = "on|off", hide_possible_values = true)]
    quotas: Option<Switch>,
    /// Another number for one quota, as in stages-per-api=20; can be given several times
    #[arg(long, value_name = "NAME=NUMBER", value_parser = quota)]
    quota: Vec<(String, u64)>,
    /// Refuse calls that come more often than AWS takes them
    #[arg(long)]
    rate_limits: bool,
    /// Whether callers need the permissions that they need on AWS; soft only records what would be denied
    #[arg(long, value_enum, value_name = "off|soft|enforce", hide_possible_values = true)]
    iam: Option<IamMode>,
    /// How much later changes to IAM take effect, as in 10s
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    iam_propagation: Option<Duration>,
    /// How much later settings of stages and of the account come to deployed APIs, as in 30s
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    settings_propagation: Option<Duration>,
    /// More policies that AWS manages (JSON); docs/emulator.md has the form
    #[arg(long, value_name = "FILE")]
    managed_policies: Option<PathBuf>,
    /// Keys of an OpenID Connect provider (JSON Web Key Set), to verify its tokens with; can be given several times
    #[arg(long, value_name = "ISSUER=FILE", value_parser = oidc_keys)]
    oidc_keys: Vec<(String, PathBuf)>,
    /// Where Lambda functions are invoked, as in http://127.0.0.1:9001; with Invoke's path for every function's
    #[arg(long, value_name = "URL", value_parser = parse_endpoint)]
    lambda_endpoint: Option<Uri>,
    /// A host beside this machine that integrations may call, * for all; can be given several times
    #[arg(long, value_name = "HOST")]
    allow_egress: Vec<String>,
    /// Folder for access logs that go to delivery streams of Firehose, a file each
    #[arg(long, value_name = "DIR")]
    firehose_sink: Option<PathBuf>,
    /// How long after their requests log lines are seen, as in 20s
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    log_delay: Option<Duration>,
    /// Encrypt connections, with a certificate that is made at the start
    #[arg(long)]
    tls: bool,
    /// Where to write that certificate (PEM), for clients to trust
    #[arg(long, value_name = "FILE", requires = "tls")]
    tls_certificate: Option<PathBuf>,
    /// Whether signatures are verified (AWS Signature Version 4)
    #[arg(long, value_enum, value_name = "off|verify", hide_possible_values = true)]
    sigv4: Option<Sigv4>,
}

fn account(id: &str) -> Result<Account, String> {
    Account::parse(id).ok_or_else(|| "an account id is twelve digits".to_owned())
}

fn region(name: &str) -> Result<Region, String> {
    Region::parse(name).ok_or_else(|| "a region looks like us-east-1".to_owned())
}

fn oidc_keys(text: &str) -> Result<(String, PathBuf), String> {
    let (issuer, file) = text.split_once('=').ok_or("keys are given as in https://idp.example=jwks.json")?;
    Ok((issuer.to_owned(), file.into()))
}

fn quota(text: &str) -> Result<(String, u64), String> {
    let (name, number) = text.split_once('=').ok_or("a quota is set as in stages-per-api=20")?;
    // Only to see that there is such a quota.
    Quotas::default().set(QUOTAS, name, 0).map_err(|error| error.to_string())?;
    let number = number.parse().map_err(|_| format!("{number:?} is no whole number from 0"))?;
    Ok((name.to_owned(), number))
}

impl Options {
    fn emulator(&self) -> io::Result<Emulator> {
        let invalid =
            |error: &dyn std::error::Error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string());
        let settings = match &self.config {
            Some(file) => Settings::read(file).map_err(|error| invalid(&error))?,
            None => Settings::default(),
        };
        let service_control = match &self.config {
            Some(file) => settings.service_control_policies.read(file).map_err(|error| invalid(&error))?,
            None => ServiceControl::default(),
        };
        let mut quotas = settings.quotas;
        match self.quotas {
            Some(Switch::Off) => quotas = Quotas::Off,
            Some(Switch::On) if quotas == Quotas::Off => quotas = Quotas::Default,
            Some(Switch::On) | None => {}
        }
        for (name, number) in &self.quota {
            quotas.set(QUOTAS, name, *number).map_err(|error| invalid(&error))?;
        }
        let mut oidc_keys = OidcKeys::default();
        for (issuer, file) in
            settings.oidc_keys.iter().chain(self.oidc_keys.iter().map(|(issuer, file)| (issuer, file)))
        {
            settings::add_oidc_keys(&mut oidc_keys, issuer, file).map_err(|error| invalid(&error))?;
        }
        let mut builder = Emulator::builder().account(self.account_id.clone()).region(self.region.clone());
        for file in settings.managed_policies.iter().chain(&self.managed_policies) {
            let policies = settings::managed_policies(file).map_err(|error| invalid(&error))?;
            builder = builder.managed_policies(policies);
        }
        if let Some(endpoint) = self.lambda_endpoint.clone().or(settings.lambda_endpoint) {
            builder = builder.lambda_endpoint(endpoint);
        }
        if let Some(folder) = self.firehose_sink.as_ref().or(settings.firehose_sink.as_ref()) {
            builder = builder.firehose_sink(folder);
        }
        for host in settings.allow_egress.iter().chain(&self.allow_egress) {
            builder = builder.allow_egress(host);
        }
        Ok(builder
            .tls(self.tls)
            .log_delay(self.log_delay.unwrap_or(settings.log_delay))
            .quotas(quotas)
            .rate_limits(self.rate_limits || settings.rate_limits)
            .iam(self.iam.unwrap_or(settings.iam))
            .service_control(service_control)
            .iam_propagation(self.iam_propagation.unwrap_or(settings.iam_propagation))
            .settings_propagation(self.settings_propagation.unwrap_or(settings.settings_propagation))
            .oidc_keys(oidc_keys)
            .sigv4(self.sigv4.unwrap_or(settings.sigv4))
            .host_name(&self.host)
            .build())
    }
}

/// Serves until SIGINT or SIGTERM. What to paste into a shell goes to `out` once the server listens.
///
/// # Errors
///
/// When the settings file is not taken, which is [`io::ErrorKind::InvalidInput`], the address cannot be listened on, or
/// signals cannot be waited for.
pub async fn run(options: Options, out: &mut impl Write) -> io::Result<()> {
    let emulator = options.emulator()?;
    let Options { host, port, region, tls_certificate, .. } = options;
    let running = emulator.start_on((host.as_str(), port)).await.map_err(|error| {
        let hint = if error.kind() == io::ErrorKind::AddrInUse {
            "; another port can be given with --port, and --port 0 takes a free one"
        } else {
            ""
        };
        io::Error::new(error.kind(), format!("cannot listen on {host}:{port}: {error}{hint}"))
    })?;
    let stopped = stop_signal()?;
    if let (Some(file), Some(certificate)) = (&tls_certificate, running.certificate()) {
        fs::write(file, certificate).map_err(|error| {
            io::Error::new(error.kind(), format!("cannot write {}: {error}", file.display()))
        })?;
    }
    announce(&running, &region, tls_certificate.as_deref(), out)?;
    stopped.await?;
    running.stop().await
}

fn announce(
    running: &Running,
    region: &Region,
    certificate: Option<&Path>,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "export AWS_ENDPOINT_URL={}", running.url())?;
    writeln!(
        out,
        "export AWS_ACCESS_KEY_ID={ROOT_ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY={ROOT_SECRET} \
         AWS_DEFAULT_REGION={region} AWS_REGION={region}"
    )?;
    if let Some(file) = certificate {
        writeln!(out, "export AWS_CA_BUNDLE={}", file.display())?;
    }
    out.flush()
}

/// Ready on the first signal to stop. Signals are caught from this call on, not only once it is waited for.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupted, mut terminated) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => Ok(()),
            _ = terminated.recv() => Ok(()),
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}
