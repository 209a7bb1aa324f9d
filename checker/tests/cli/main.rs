//! The program, as people and scripts run it.

mod exit_codes;
mod reports;
mod world;
