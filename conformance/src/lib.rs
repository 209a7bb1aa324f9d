//! Holds emulator and checker to account. The tests are the point; here is what they share.

pub mod access_lines;
pub mod account;
pub mod cli;
pub mod client;
pub mod doubles;
pub mod export;
pub mod fleet;
pub mod laws;
pub mod node;
pub mod placeholders;
pub mod python;
pub mod socket;
pub mod suite;
pub mod web_socket;
pub mod xml;
