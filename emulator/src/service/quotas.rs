//! How many of a thing an account, a region or an API may have.

use std::collections::BTreeMap;
use std::fmt;

/// A quota of a service, with the value that AWS gives to a new account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What settings call it: `stages-per-api`.
    pub name: &'static str,
    /// How many there may be where nothing is set.
    pub default: u64,
}

/// The quotas that hold: AWS's defaults, others for some, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Quotas {
    /// AWS's defaults hold.
    #[default]
    Default,
    /// These hold by name, and AWS's defaults for the rest.
    Adjusted(BTreeMap<&'static str, u64>),
    /// Nothing is counted.
    Off,
}

/// A quota that has no such name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownQuota {
    name: String,
    known: Vec<&'static str>,
}

impl fmt::Display for UnknownQuota {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no quota {:?}; there are {}", self.name, self.known.join(", "))
    }
}

impl Quotas {
    /// Sets the quota of this name, which must be one of `known`. Quotas that were off hold from now on.
    ///
    /// # Errors
    ///
    /// [`UnknownQuota`] with the names that there are.
    pub fn set(&mut self, known: &[Quota], name: &str, most: u64) -> Result<(), UnknownQuota> {
        let Some(quota) = known.iter().find(|quota| quota.name == name) else {
            let known = known.iter().map(|quota| quota.name).collect();
            return Err(UnknownQuota { name: name.to_owned(), known });
        };
        let mut adjusted = match std::mem::take(self) {
            Self::Adjusted(adjusted) => adjusted,
            Self::Default | Self::Off => BTreeMap::new(),
        };
        adjusted.insert(quota.name, most);
        *self = Self::Adjusted(adjusted);
        Ok(())
    }

    /// Whether one more may be made where there are `present`, which is counted only if the quota holds.
    #[must_use]
    pub fn has_room(&self, quota: Quota, present: impl FnOnce() -> usize) -> bool {
        let most = match self {
            Self::Off => return true,
            Self::Default => quota.default,
            Self::Adjusted(adjusted) => adjusted.get(quota.name).copied().unwrap_or(quota.default),
        };
        u64::try_from(present()).is_ok_and(|present| present < most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: Quota = Quota { name: "stages-per-api", default: 10 };

    #[test]
    fn a_quota_holds_unless_it_is_off_or_set() {
        let mut quotas = Quotas::default();
        assert!(quotas.has_room(STAGES, || 9) && !quotas.has_room(STAGES, || 10));
        quotas.set(&[STAGES], "stages-per-api", 11).unwrap();
        assert!(quotas.has_room(STAGES, || 10) && !quotas.has_room(STAGES, || 11));
        assert!(Quotas::Off.has_room(STAGES, || panic!("nothing is counted")));
        let unknown = quotas.set(&[STAGES], "stages", 1).unwrap_err();
        assert_eq!(unknown.to_string(), "there is no quota \"stages\"; there are stages-per-api");
    }
}
