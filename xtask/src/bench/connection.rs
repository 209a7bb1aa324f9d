//! The client: HTTP/1.1 over one kept connection, as far as our two servers speak it.
//!
//! It takes next to nothing beside what the kernel takes, so that what is measured is the servers.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::request::Request;

/// A connection that is kept.
pub(super) struct Connection {
    stream: TcpStream,
    /// The latest answer, from its status line on.
    buffer: Vec<u8>,
}

/// An answer's parts, as they stand in the buffer.
#[derive(Clone, Copy, Debug)]
struct Head {
    status: u16,
    length: usize,
    body_length: usize,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10) })
    }

    /// Sends a request, awaits the whole answer, and tells its status.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        Ok(self.transfer(request).await?.status)
    }

    /// The same with the answer.
    pub(super) async fn receive(&mut self, request: &Request) -> Result<Received> {
        let head = self.transfer(&request.bytes()?).await?;
        let text = std::str::from_utf8(&self.buffer[..head.length])?;
        let headers = text.lines().skip(1).filter_map(|line| line.split_once(": "));
        Ok(Received {
            status: head.status,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: self.buffer[head.length..].to_vec(),
        })
    }

    /// The answer's JSON; null where it is none.
    pub(super) async fn call(&mut self, request: &Request) -> Result<Value> {
        let Received { status, body, .. } = self.receive(request).await?;
        ensure!(status < 300, "{request:?} is answered with {status}: {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn transfer(&mut self, request: &[u8]) -> Result<Head> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut head = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if head.is_none() {
                head = parse(&self.buffer)?;
            }
            if let Some(head) = head
                && self.buffer.len() >= head.length + head.body_length
            {
                return Ok(head);
            }
        }
    }
}

/// The head of an answer; `None` while it is not all there.
fn parse(buffer: &[u8]) -> Result<Option<Head>> {
    let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&buffer[..end])?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?;
    let length = lines.find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    Ok(Some(Head { status: status.parse()?, length: end + 4, body_length: length.parse()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let answer = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\ndate: now\r\n\r\n{}";
        assert!(parse(&answer[..40]).unwrap().is_none());
        let head = parse(answer).unwrap().unwrap();
        assert_eq!((head.status, head.length + head.body_length), (201, answer.len()));
    }
}
