//! Amazon API Gateway, HTTP and WebSocket APIs: the control plane.
//!
//! API version 2018-11-29. Every operation is routed and answers 501: none is built yet.

pub use crate::apigateway::DIALECT;
