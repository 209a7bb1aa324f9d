//! moto, as another target.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use stagecheck_conformance::{python, socket};

/// A moto server, which ends with this.
pub(crate) struct Moto {
    child: Child,
    address: SocketAddr,
}

impl Moto {
    pub(crate) fn start() -> Result<Self> {
        let python = python::with_moto()?.context("there is no Python")?;
        let mut child = Command::new(python)
            .args(["-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run moto")?;
        let stderr = child.stderr.take().context("moto says where it listens")?;
        let mut lines = BufReader::new(stderr).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("Running on http://")?.1.trim().parse().ok())
            .context("moto did not start")?;
        // Whoever does not read a pipe stops its writer in the end.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address })
    }

    /// Where it serves.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Empties it: whatever the access key, it takes all callers for one account.
    pub(crate) fn reset(&self) -> Result<()> {
        let request = format!(
            "POST /moto-api/reset HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            self.address
        );
        let reply = socket::exchange(self.address, &[request.as_bytes()])?;
        ensure!(reply.status == 200, "moto does not reset: {reply:?}");
        Ok(())
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
