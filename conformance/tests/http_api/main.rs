//! Deployed HTTP APIs that answer and log: what clients and backends get, and each access line beside the fact that it rests
//! on.
//!
//! The marks of facts: C captured on AWS, D documented, R reported by users, I inferred.

mod authorizers;
mod bad_input;
mod events;
mod failures;
mod laws;
mod lines;
mod mappings;
mod routes;
mod world;
