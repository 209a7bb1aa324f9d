//! With signatures verified, AWS's own signers are let in, and nobody else is.

mod clients;
mod invocations;
mod keys;
mod laws;
mod payload;
mod presigned;
mod refusals;
mod signer;
mod world;
