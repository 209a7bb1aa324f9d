//! The emulator's own endpoints, and whose state a request is for.

mod callers;
mod endpoints;
mod history;
mod laws;
mod server;
mod trust;
mod usage;
