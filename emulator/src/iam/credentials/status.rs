//! Whether a credential may be used.

use serde::{Deserialize, Serialize};

use crate::service::Fault;

/// Whether a credential may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::iam) enum Status {
    /// It may.
    Active,
    /// It may not, until it is made active again.
    Inactive,
    /// Its time is over.
    Expired,
}

impl Status {
    /// The status that a caller may set. That none can be set to be expired is inferred: only time makes it so.
    pub(super) fn to_set(self) -> Result<Self, Fault> {
        match self {
            Self::Active | Self::Inactive => Ok(self),
            Self::Expired => Err(Fault::new(
                400,
                "InvalidInput",
                "The status Expired cannot be set. It must be Active or Inactive.",
            )),
        }
    }
}
