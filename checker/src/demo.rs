//! A sample account with the faults that people really have.

mod account;
mod api;

pub use account::build;

/// The demo's regions: an account has one role a region, so each shows another fault of it.
pub const REGIONS: [&str; 4] = ["ap-southeast-2", "eu-west-1", "us-east-1", "us-west-2"];
