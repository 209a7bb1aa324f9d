//! Doubles of what deployed APIs call: an HTTP server, and Lambda.

mod backend;
mod function;

pub use backend::Backend;
pub use function::start as start_functions;
