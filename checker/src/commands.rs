//! The commands: each reads its arguments, does its work and says how it ended.

mod apply;
mod check;
#[cfg(feature = "embedded")]
mod demo;
#[cfg(feature = "embedded")]
mod emulate;
mod plan;
mod verify;

pub(crate) use apply::apply;
pub(crate) use check::check;
#[cfg(feature = "embedded")]
pub(crate) use demo::demo;
#[cfg(feature = "embedded")]
pub(crate) use emulate::emulate;
pub(crate) use plan::plan;
pub(crate) use verify::verify;
