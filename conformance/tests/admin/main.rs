//! The emulator's own endpoints, and whose state a request is for.

mod browsers;
mod callers;
mod endpoints;
mod history;
mod laws;
mod server;
mod trust;
mod usage;
