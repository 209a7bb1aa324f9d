//! A local AWS whose API Gateway serves deployed APIs and writes their logs.

pub mod apigateway;
pub mod gateway;
pub mod iam;
pub mod ids;
mod ledgers;
pub mod logs;
pub mod service;
pub mod store;
pub mod sts;
pub mod time;
pub mod wire;

pub use ledgers::ledgers;
