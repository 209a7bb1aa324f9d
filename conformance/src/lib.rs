//! Holds the emulator against AWS's own clients. The tests are the point; here is what they share.

pub mod client;
pub mod python;
pub mod socket;
