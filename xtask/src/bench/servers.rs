//! The programs that are measured, as processes of their own.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::bare::Ready;

/// Ticks of processor time in a second, as `/proc` counts them on Linux.
const TICKS: u64 = 100;

/// A server that runs. It is ended when it is dropped.
pub(super) struct Server {
    process: Child,
    /// What it says after the first line is not read, but has to go somewhere.
    _output: BufReader<ChildStdout>,
    pub(super) address: SocketAddr,
}

impl Server {
    /// The emulator, once it listens.
    pub(super) fn emulator() -> Result<Self> {
        let mut command = Command::new(sibling("stagecheck-emulator")?);
        // Larger accounts than AWS lets one have are a part of what is measured.
        command.args(["--port", "0", "--quotas", "off"]).stdin(Stdio::null());
        Self::listening(command.stdout(Stdio::piped()).spawn().context("cannot run the emulator")?)
    }

    /// The yardstick with this answer, once it listens.
    pub(super) fn bare(ready: &Ready) -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("bare-server").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().context("cannot run the bare server")?;
        if let Some(mut input) = process.stdin.take() {
            input.write_all(&serde_json::to_vec(ready)?)?;
        }
        Self::listening(process)
    }

    /// Both say first where they listen, and end the line with it.
    fn listening(mut process: Child) -> Result<Self> {
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().context("the server's output is not piped")?);
        let read = output.read_line(&mut line);
        let address = line.trim_end().rsplit("http://").next().map(str::parse);
        // From here on a failure ends the process, too.
        let mut server = Self { process, _output: output, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        read.context("the server does not say where it listens")?;
        server.address = address.context("the server does not say where it listens")??;
        Ok(server)
    }

    /// The processor time that it took so far, its own and the kernel's.
    pub(super) fn cpu_time(&self) -> Result<Duration> {
        cpu_time(&self.process.id().to_string())
    }

    /// Resident memory, in bytes.
    pub(super) fn memory(&self) -> Result<u64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes << 10)
    }

    fn proc(&self, file: &str) -> Result<String> {
        proc(&self.process.id().to_string(), file)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The processor time of a process, by its id or `self`.
pub(super) fn cpu_time(process: &str) -> Result<Duration> {
    let stat = proc(process, "stat")?;
    // The program's name comes second, in brackets, and may hold anything.
    let (_, fields) = stat.rsplit_once(") ").context("no fields in stat")?;
    let mut fields = fields.split(' ').skip(11);
    let mut ticks = || -> Result<u64> { Ok(fields.next().context("no times in stat")?.parse()?) };
    let (user, system) = (ticks()?, ticks()?);
    Ok(Duration::from_millis((user + system) * 1000 / TICKS))
}

fn proc(process: &str, file: &str) -> Result<String> {
    let path = format!("/proc/{process}/{file}");
    fs::read_to_string(&path).with_context(|| format!("cannot read {path}, and there is no other way yet"))
}

/// A program of ours, built where this one was.
pub(super) fn sibling(name: &str) -> Result<PathBuf> {
    Ok(env::current_exe()?.with_file_name(name))
}
