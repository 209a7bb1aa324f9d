//! Deployed APIs that answer and log: whole log streams by scenario, each beside the fact that it rests on.
//!
//! The marks of facts: C captured on AWS, D documented, R reported by users, I inferred.

mod addresses;
mod admission;
mod backends;
mod bad_input;
mod compression;
mod content;
mod execution;
mod formats;
mod laws;
mod proxies;
mod sequences;
mod services;
mod serving;
mod templates;
mod timing;
mod user_pools;
mod variables;
mod world;
