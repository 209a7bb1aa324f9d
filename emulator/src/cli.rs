//! The command line of the server, which `stagecheck emulate` shares.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::QUOTAS;
use crate::edge::{ROOT_ACCESS_KEY_ID, ROOT_SECRET};
use crate::service::Quotas;
use crate::settings::{Set, Settings, Switch};
use crate::{Account, Emulator, Region, Running, Sigv4};

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
    /// Settings file (YAML): quotas, rate-limits, sigv4
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
        let set = match &self.config {
            Some(file) => Settings::read(file).map_err(|error| invalid(&error))?,
            None => Set::default(),
        };
        let Set { mut quotas, mut rate_limits, sigv4 } = set;
        rate_limits |= self.rate_limits;
        match self.quotas {
            Some(Switch::Off) => quotas = Quotas::Off,
            Some(Switch::On) if quotas == Quotas::Off => quotas = Quotas::Default,
            Some(Switch::On) | None => {}
        }
        for (name, number) in &self.quota {
            quotas.set(QUOTAS, name, *number).map_err(|error| invalid(&error))?;
        }
        let builder = Emulator::builder().account(self.account_id.clone()).region(self.region.clone());
        let builder = builder.quotas(quotas).rate_limits(rate_limits);
        Ok(builder.sigv4(self.sigv4.unwrap_or(sigv4)).host_name(&self.host).build())
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
    let Options { host, port, region, .. } = options;
    let running = emulator.start_on((host.as_str(), port)).await.map_err(|error| {
        let hint = if error.kind() == io::ErrorKind::AddrInUse {
            "; another port can be given with --port, and --port 0 takes a free one"
        } else {
            ""
        };
        io::Error::new(error.kind(), format!("cannot listen on {host}:{port}: {error}{hint}"))
    })?;
    let stopped = stop_signal()?;
    announce(&running, &region, out)?;
    stopped.await?;
    running.stop().await
}

fn announce(running: &Running, region: &Region, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "export AWS_ENDPOINT_URL={}", running.url())?;
    writeln!(
        out,
        "export AWS_ACCESS_KEY_ID={ROOT_ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY={ROOT_SECRET} \
         AWS_DEFAULT_REGION={region} AWS_REGION={region}"
    )?;
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
