//! Deployed WebSocket APIs, to which a client is connected over a socket: what it gets, what backends get, and what is logged.
//!
//! The marks of facts: C captured on AWS, D documented, R reported by users, I inferred.

mod admission;
mod events;
mod laws;
mod limits;
mod lines;
mod management;
mod messages;
mod world;
