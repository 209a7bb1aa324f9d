//! SAML 2.0 responses: what an identity provider says of a user, and whether it did say so.

mod canonical;
mod response;
mod signature;
#[cfg(test)]
pub(super) mod signer;

pub(super) use response::{Assertion, BadResponse, parse};
