//! Holds emulator and checker to account. The tests are the point; here is what they share.

pub mod cli;
pub mod client;
pub mod doubles;
pub mod export;
pub mod fleet;
pub mod node;
pub mod python;
pub mod socket;
pub mod suite;
pub mod xml;
