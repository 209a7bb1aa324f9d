//! A local AWS whose API Gateway serves deployed APIs and writes their logs.

mod admin;
pub mod apigateway;
mod apigatewayv2;
#[cfg(feature = "cli")]
pub mod cli;
mod edge;
mod emulator;
mod gateway;
mod iam;
pub mod ids;
mod kms;
mod ledgers;
mod logs;
#[cfg(feature = "sdk")]
pub mod sdk;
pub mod service;
#[cfg(feature = "cli")]
mod settings;
mod states;
mod store;
mod sts;
mod tagging;
pub mod time;
pub mod wire;

pub use edge::Sigv4;
pub use emulator::{Builder, Emulator, QUOTAS, Running};
pub use iam::{BadManagedPolicy, ManagedPolicies};
pub use ledgers::ledgers;
pub use service::{BadPolicy, IamMode, ServiceControl};
pub use states::SCHEMA;
pub use store::{Account, Region};
pub use sts::{BadKeys, OidcKeys};
