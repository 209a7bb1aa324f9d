//! Doubles of what deployed APIs call: an HTTP server, and Lambda.

mod backend;
mod function;
mod rough;

pub use backend::Backend;
pub use function::start as start_functions;
pub use rough::{Manners, Rough};
