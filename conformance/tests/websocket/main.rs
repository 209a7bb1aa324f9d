//! Deployed WebSocket APIs, to which a client is connected over a socket: what it gets, what backends get, and what is logged.
//!
//! The marks of facts: C captured on AWS, D documented, R reported by users, I inferred.

mod addresses;
mod admission;
mod events;
mod failures;
mod gate;
mod integrations;
mod laws;
mod limits;
mod lines;
mod management;
mod messages;
mod secrets;
mod sessions;
mod signatures;
mod timing;
mod usage_plans;
mod world;
