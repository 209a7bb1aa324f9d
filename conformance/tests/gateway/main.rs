//! Deployed APIs that answer and log: whole log streams by scenario, each beside the fact that it rests on.
//!
//! The marks of facts: C captured on AWS, D documented, R reported by users, I inferred.

mod addresses;
mod admission;
mod bad_input;
mod execution;
mod laws;
mod proxies;
mod services;
mod templates;
mod timing;
mod world;
