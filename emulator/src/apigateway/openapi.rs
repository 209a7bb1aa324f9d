//! OpenAPI: APIs from documents, and documents from APIs.
//!
//! [`document`] makes a document of bytes, [`read`] a definition of a document, and an import makes an API of a
//! definition by calling the operations. An export takes the way back by [`write`].

pub(crate) mod calls;
mod definition;
pub(crate) mod document;
pub(crate) mod findings;
mod read;
pub(crate) mod references;
#[cfg(test)]
mod round_trip;
mod write;
