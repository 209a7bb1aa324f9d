//! A local AWS whose API Gateway serves deployed APIs and writes their logs.

pub mod ids;
pub mod service;
pub mod store;
pub mod time;
pub mod wire;
