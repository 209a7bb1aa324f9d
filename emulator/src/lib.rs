//! A local AWS whose API Gateway serves deployed APIs and writes their logs.

mod admin;
pub mod apigateway;
pub mod apigatewayv2;
#[cfg(feature = "cli")]
pub mod cli;
mod edge;
mod emulator;
pub mod gateway;
pub mod iam;
pub mod ids;
mod ledgers;
pub mod logs;
#[cfg(feature = "sdk")]
pub mod sdk;
pub mod service;
#[cfg(feature = "cli")]
mod settings;
mod states;
pub mod store;
pub mod sts;
pub mod tagging;
pub mod time;
pub mod wire;

pub use emulator::{Builder, Emulator, Running};
pub use ledgers::ledgers;
pub use states::SCHEMA;
pub use store::{Account, Region};
