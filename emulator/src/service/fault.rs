//! Errors as AWS answers them.

/// An error answer. The state is as if the call had not been made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status} {code}: {message}")]
pub struct Fault {
    /// HTTP status.
    pub status: u16,
    /// The code on the wire: `NotFoundException`, `NoSuchEntity`.
    pub code: &'static str,
    /// What the service says.
    pub message: String,
}

impl Fault {
    /// An error answer.
    #[must_use]
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The answer to what is not built. AWS has no such code, so nobody takes it for AWS's opinion.
    #[must_use]
    pub fn not_implemented(what: impl Into<String>) -> Self {
        Self::new(501, "NotImplemented", what)
    }
}
