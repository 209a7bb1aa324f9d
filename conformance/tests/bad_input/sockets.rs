//! What only a connection can do wrong: bodies that are too large, and HTTP that is none.

use anyhow::{Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use stagecheck_conformance::client::plain;
use stagecheck_conformance::socket::{self, Reply};
use stagecheck_emulator::Running;

use crate::refusal::Refusal;
use crate::world::World;

/// The largest body, in bytes.
const LARGEST: usize = 10 << 20;

/// The client has to be able to read the answer, though it is still sending when the emulator knows it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_too_large() -> Result<()> {
    let world = World::new()?;
    let running = world.emulator.start().await?;
    let pets = format!("/_aws/execute-api/{}/prod/pets", world.api);
    let too_large = Refusal::rest(413, "RequestEntityTooLargeException");
    let message = "Request body exceeds 10485760 bytes";
    for (request, refusal) in [
        (world.client.rest("POST", "/restapis", "")?, too_large.saying(message)),
        (
            world.client.logs("CreateLogGroup", "")?,
            Refusal::logs(413, "RequestEntityTooLargeException").saying(message),
        ),
        (world.client.query("iam", "")?, Refusal::iam(413, "RequestEntityTooLarge").saying(message)),
        (world.client.query("sts", "")?, Refusal::sts(413, "RequestEntityTooLarge").saying(message)),
        (
            plain("GET", &pets, "application/json", "")?,
            Refusal::rest(413, "RequestTooLargeException").saying("Request Too Long"),
        ),
    ] {
        let what = request.uri().to_string();
        for size in [LARGEST + 1, 3 * LARGEST] {
            world.unchanged_by(&what, || {
                refusal.assert_is(&sent(&running, &request, &Body::Sized(size))?)?;
                refusal.assert_is(&sent(&running, &request, &Body::Chunked(size))?)
            })?;
        }
    }
    let largest = sent(&running, &world.client.rest("POST", "/restapis", "")?, &Body::Sized(LARGEST))?;
    Refusal::rest(400, "SerializationException").assert_is(&largest)?;
    let largest = sent(&running, &plain("GET", &pets, "application/json", "")?, &Body::Sized(LARGEST))?;
    ensure!(largest.status() == 200, "{largest:?}");
    Ok(running.stop().await?)
}

/// Nobody knows yet which service is meant, so no service's form of error can be had.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_that_is_none() -> Result<()> {
    let world = World::new()?;
    let running = world.emulator.start().await?;
    let server = running.address();
    let long_header =
        format!("GET /restapis HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(1 << 20));
    for (bytes, status) in [
        (&b"nonsense\r\n\r\n"[..], 400),
        (b"GET /rest apis HTTP/1.1\r\nhost: localhost\r\n\r\n", 400),
        (b"GET /\xff\xfe HTTP/1.1\r\nhost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nhost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST /restapis HTTP/1.1\r\nhost: localhost\r\ncontent-length: many\r\n\r\n", 400),
        (b"POST /restapis HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
    ] {
        let what = String::from_utf8_lossy(bytes).into_owned();
        world.unchanged_by(&what, || {
            let reply = socket::exchange(server, &[bytes])?;
            ensure!(reply.status == status, "{what}: {reply:?}");
            Ok(())
        })?;
    }
    world.unchanged_by("a long header", || {
        // The server may be gone before all of it is sent; then there is no answer to read.
        if let Ok(reply) = socket::exchange(server, &[long_header.as_bytes()]) {
            ensure!(reply.status == 431, "{reply:?}");
        }
        Ok(())
    })?;
    world.unchanged_by("half a body", || {
        let half = b"POST /restapis HTTP/1.1\r\nhost: localhost\r\ncontent-length: 12\r\n\r\n{\"name\":\"a\"";
        socket::hang_up_after(server, half)
    })?;
    let health = socket::get(server, "localhost", "/_stagecheck/health")?;
    ensure!(health.status == 200, "{health:?}");
    Ok(running.stop().await?)
}

/// A body of spaces, which is no JSON, and as a form one odd parameter.
enum Body {
    Sized(usize),
    Chunked(usize),
}

/// The answer to a request with this body.
fn sent(running: &Running, request: &Request<Bytes>, body: &Body) -> Result<Response<Bytes>> {
    let mut head = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str()?);
    }
    head += "connection: close\r\n";
    let reply = match *body {
        Body::Sized(size) => {
            head += &format!("content-length: {size}\r\n\r\n");
            socket::exchange(running.address(), &[head.as_bytes(), &vec![b' '; size]])?
        }
        Body::Chunked(size) => {
            head += &format!("transfer-encoding: chunked\r\n\r\n{size:x}\r\n");
            let body = vec![b' '; size];
            socket::exchange(running.address(), &[head.as_bytes(), &body, b"\r\n0\r\n\r\n"])?
        }
    };
    response(reply)
}

fn response(reply: Reply) -> Result<Response<Bytes>> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    Ok(response.body(Bytes::from(reply.body))?)
}
