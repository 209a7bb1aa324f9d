//! The quotas of KMS: how many of a thing there may be.
//!
//! Source: KMS developer guide, "Resource quotas".

use crate::service::{MORE, Quota, quotas};

quotas! {
    /// Every quota that can be set.
    pub(crate) QUOTAS: Quota
    KEYS = "kms-keys" 100_000 MORE
        "KMS keys";
    ALIASES_PER_KEY = "aliases-per-kms-key" 50 MORE
        "Aliases of a KMS key";
}
