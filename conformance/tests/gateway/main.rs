//! Deployed APIs that answer and log: whole log streams by scenario, each beside the fact that it rests on.
//!
//! The marks of facts: C captured on AWS, D documented, R reported by users, I inferred.

mod admission;
mod execution;
mod proxies;
mod world;
