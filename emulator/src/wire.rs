//! Bytes to typed inputs, typed outputs and faults to bytes, steered by the models.
//!
//! Nothing here knows a service: [`decode`] and [`encode`] walk the shapes of an operation.

mod decode;
mod dispatch;
mod encode;
mod fault;
mod form;
pub mod ledger;
mod router;

pub use decode::{Malformed, Request, decode};
pub use dispatch::{Call, Dispatch, Outcome};
pub use encode::{EncodeError, encode};
pub use fault::encode_fault;
pub use form::Form;
pub use router::{Route, Router};

pub use crate::service::Document;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

/// An HTTP answer, but for the headers that every answer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Body.
    pub body: Bytes,
}
