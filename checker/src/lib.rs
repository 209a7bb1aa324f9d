//! Finds API Gateway stages whose logs are off, partial, or on but not arriving; says why; plans, applies and verifies
//! the fix.
//!
//! [`collect`](collect()) reads an account into an [`inventory`], [`evaluate`](evaluate()) judges it,
//! [`plan`](plan::plan()) decides what to change, [`apply`](apply()) changes it, and [`verify`](verify::verify()) looks
//! again. Nothing but `collect`, `apply` and `verify` makes calls.

pub mod apply;
pub mod cli;
mod clock;
pub mod collect;
mod commands;
pub mod connection;
#[cfg(feature = "embedded")]
pub mod demo;
pub mod error;
pub mod evaluate;
pub mod exit;
pub mod findings;
pub mod inventory;
pub mod plan;
pub mod progress;
mod report;
pub mod verify;

pub use apply::apply;
pub use collect::collect;
pub use evaluate::evaluate;
