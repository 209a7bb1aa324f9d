//! The listener.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::handler::Handler;
use axum::serve::ListenerExt as _;
use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::tls::{Certificate, TlsListener};
use super::{Edge, largest_body, takes_long};
use crate::wire::Answer;

/// How much more than it takes of a body the server reads, in bytes, so that the client gets to read the answer.
const DRAINED: usize = 256 << 20;

/// Serves until `stopped` is ready, and then for as long as requests that have begun take.
pub(crate) async fn serve(
    edge: Arc<Edge>,
    listener: TcpListener,
    certificate: Option<Certificate>,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let gateway = Arc::clone(&edge);
    let stopped = async move {
        stopped.await;
        // They are no requests, for which the server would wait.
        gateway.gateway.end_connections();
    };
    let connections = Arc::clone(&edge);
    // Not a router: there is one handler, which finds its own way by more than the path.
    let app = respond.with_state(edge).into_make_service_with_connect_info::<SocketAddr>();
    match certificate {
        Some(certificate) => {
            // The tap is what has axum tell the other end's address.
            let listener = TlsListener::new(listener, &certificate).tap_io(|_| ());
            axum::serve(listener, app).with_graceful_shutdown(stopped).await?;
        }
        None => {
            // A listener without it waits for acknowledgements before it sends the rest of an answer.
            let listener = listener.tap_io(|stream| {
                let _ = stream.set_nodelay(true);
            });
            axum::serve(listener, app).with_graceful_shutdown(stopped).await?;
        }
    }
    connections.gateway.connections_have_ended().await;
    Ok(())
}

async fn respond(
    State(edge): State<Arc<Edge>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request<Body>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    match read(&head, body).await {
        Ok(body) => {
            let takes_long = takes_long(&head);
            let answer = async move { response(edge.respond(&head, &body, peer.ip()).await).map(Body::from) };
            if !takes_long {
                return ToItsEnd(Some(Box::pin(answer))).await;
            }
            // A thread that may be held up: what takes long there does not wait, but works.
            let runtime = Handle::current();
            spawn_blocking(move || runtime.block_on(answer))
                .await
                .unwrap_or_else(|_| bare(StatusCode::INTERNAL_SERVER_ERROR))
        }
        // The connection broke; there is nobody to tell.
        Err(_) => bare(StatusCode::BAD_REQUEST),
    }
}

/// What goes on where nobody waits for it any more: the server drops what answers a client that hangs up, and a request that
/// was begun is executed, and logged, whether or not somebody is there for its answer.
struct ToItsEnd<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

impl<T: Send + 'static> Future for ToItsEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Some(future) = &mut self.0 else { return Poll::Pending };
        let output = ready!(future.as_mut().poll(context));
        self.0 = None;
        Poll::Ready(output)
    }
}

impl<T: Send + 'static> Drop for ToItsEnd<T> {
    fn drop(&mut self) {
        if let Some(future) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(future);
        }
    }
}

fn bare(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The body, or where it is too large its beginning, one byte longer than it may be.
async fn read(head: &Parts, mut body: Body) -> Result<Bytes, axum::Error> {
    let most = largest_body(head) + 1;
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        length += data.len();
        if length > most + DRAINED {
            break;
        }
        // Nearly every body is one frame, which needs no copy.
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.extend_from_slice(&first);
        }
        let room = most.saturating_sub(all.len()).min(data.len());
        all.extend_from_slice(&data[..room]);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// An answer as the HTTP library has it.
pub(crate) fn response(answer: Answer) -> Response<Bytes> {
    let mut response = Response::new(answer.body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().extend(answer.headers);
    response
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_comes_to_its_end() {
        let (go_on, waits) = oneshot::channel::<()>();
        let (ends, ended) = oneshot::channel();
        let mut answer = ToItsEnd(Some(Box::pin(async move {
            waits.await.unwrap();
            ends.send("ended").unwrap();
        })));
        poll_fn(|context| Poll::Ready(Pin::new(&mut answer).poll(context).is_pending())).await;
        drop(answer);
        go_on.send(()).unwrap();
        assert_eq!(ended.await, Ok("ended"));
    }
}
