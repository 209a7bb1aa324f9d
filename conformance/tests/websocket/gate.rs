//! A server that answers once it is told to.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use stagecheck_conformance::web_socket::PATIENCE;

pub(crate) struct Gate(TcpListener);

/// A request that waits for its answer.
pub(crate) struct Call(TcpStream);

impl Gate {
    pub(crate) async fn new() -> Result<Self> {
        Ok(Self(TcpListener::bind("127.0.0.1:0").await?))
    }

    pub(crate) fn address(&self) -> Result<SocketAddr> {
        Ok(self.0.local_addr()?)
    }

    /// The next request, once it is here.
    pub(crate) async fn called(&self) -> Result<Call> {
        let (mut stream, _) = timeout(PATIENCE, self.0.accept()).await.context("nobody calls")??;
        ensure!(stream.read(&mut [0; 4096]).await? > 0, "hung up");
        Ok(Call(stream))
    }
}

impl Call {
    pub(crate) async fn answer(mut self, status: u16) -> Result<()> {
        let answer = format!("HTTP/1.1 {status} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        Ok(self.0.write_all(answer.as_bytes()).await?)
    }
}
