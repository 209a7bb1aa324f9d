//! The program, as people and scripts run it.

#![expect(clippy::unwrap_used, reason = "a test may fail by it")]

mod exit_codes;
mod reports;
mod world;
