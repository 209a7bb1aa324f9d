//! HTTP/1.1 over a plain socket, where a test has to say every byte itself.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// How long a server may be silent before a test gives up on it.
const LONGEST_SILENCE: Duration = Duration::from_secs(20);

/// An answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

impl Reply {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let (first, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let headers = headers.lines().filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        });
        Some(Self { status, headers: headers.collect(), body: body.to_owned() })
    }
}

/// The answer to a GET of this path on this host.
///
/// # Errors
///
/// When there is none.
pub fn get(server: SocketAddr, host: &str, path: &str) -> Result<Reply> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    exchange(server, &[request.as_bytes()])
}

/// The answer to these bytes, sent in these parts. They must ask for the connection to be closed, or break it.
///
/// # Errors
///
/// When there is none.
pub fn exchange(server: SocketAddr, parts: &[&[u8]]) -> Result<Reply> {
    let mut stream = connect(server)?;
    for part in parts {
        stream.write_all(part).context("the server does not take the request")?;
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).context("the server does not answer")?;
    let answer = String::from_utf8(answer).context("the answer is not text")?;
    Reply::parse(&answer).with_context(|| format!("not an answer: {answer:?}"))
}

/// Sends these bytes and goes away.
///
/// # Errors
///
/// When there is no connection.
pub fn hang_up_after(server: SocketAddr, bytes: &[u8]) -> Result<()> {
    let mut stream = connect(server)?;
    stream.write_all(bytes).context("the server does not take the request")?;
    stream.shutdown(Shutdown::Both).context("cannot hang up")
}

fn connect(server: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(server).with_context(|| format!("cannot reach {server}"))?;
    stream.set_read_timeout(Some(LONGEST_SILENCE))?;
    stream.set_write_timeout(Some(LONGEST_SILENCE))?;
    Ok(stream)
}
