//! HTTP servers that do not behave.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a server does with each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// Reads it, and hangs up.
    HangsUp,
    /// Hangs up with most of it unread, of which the client is told by a reset.
    Resets,
    /// Answers a part of what it announces, and hangs up.
    Stops,
    /// Answers in chunks, with a trailer.
    Chunks,
    /// Answers in chunks, without an end.
    NeverEnds,
    /// Begins to answer in chunks, and then does nothing.
    Stalls,
}

/// A server that does not behave. It ends with the test's runtime.
#[derive(Clone, Debug)]
pub struct Rough {
    /// Where it listens.
    pub address: SocketAddr,
    sent: Arc<AtomicU64>,
}

impl Rough {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn start(manners: Manners) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let rough = Self { address: listener.local_addr()?, sent: Arc::default() };
        let sent = Arc::clone(&rough.sent);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sent = Arc::clone(&sent);
                // A client that has had enough is what such servers are for.
                tokio::spawn(async move { answer(stream, manners, &sent).await.ok() });
            }
        });
        Ok(rough)
    }

    /// How many bytes of bodies clients and the machine between have taken.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

async fn answer(mut stream: TcpStream, manners: Manners, sent: &AtomicU64) -> Result<()> {
    const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

    if manners == Manners::Resets {
        stream.read_u8().await?;
        return Ok(());
    }
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    match manners {
        Manners::HangsUp | Manners::Resets => {}
        Manners::Stops => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await?,
        Manners::Chunks => {
            stream.write_all(CHUNKED).await?;
            stream.write_all(b"6\r\n{\"a\": \r\n2\r\n1}\r\n0\r\nx-trailer: 1\r\n\r\n").await?;
            stream.shutdown().await?;
        }
        Manners::NeverEnds => {
            stream.write_all(CHUNKED).await?;
            let chunk = [b"10000\r\n".as_slice(), &[b'x'; 1 << 16], b"\r\n"].concat();
            loop {
                stream.write_all(&chunk).await?;
                sent.fetch_add(1 << 16, Ordering::SeqCst);
            }
        }
        Manners::Stalls => {
            stream.write_all(CHUNKED).await?;
            stream.write_all(b"1\r\nx\r\n").await?;
            // Until the client hangs up.
            while stream.read(&mut [0; 64]).await? > 0 {}
        }
    }
    Ok(())
}
