//! The command line of the server, which `stagecheck emulate` shares.

use std::io::{self, Write};

use clap::Args;

use crate::{Account, Emulator, Region, Running};

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
}

fn account(id: &str) -> Result<Account, String> {
    Account::parse(id).ok_or_else(|| "an account id is twelve digits".to_owned())
}

fn region(name: &str) -> Result<Region, String> {
    Region::parse(name).ok_or_else(|| "a region looks like us-east-1".to_owned())
}

/// Serves until SIGINT or SIGTERM. What to paste into a shell goes to `out` once the server listens.
///
/// # Errors
///
/// When the address cannot be listened on, or signals cannot be waited for.
pub async fn run(options: Options, out: &mut impl Write) -> io::Result<()> {
    let Options { host, port, account_id, region } = options;
    let emulator = Emulator::builder().account(account_id).region(region.clone()).build();
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
        "export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION={region} AWS_REGION={region}"
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
