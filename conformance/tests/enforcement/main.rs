//! Callers who may not: what is denied, in which words, and that it changes nothing.

mod data_plane;
mod laws;
mod limits;
mod services;
mod sessions;
mod soft;
mod world;
