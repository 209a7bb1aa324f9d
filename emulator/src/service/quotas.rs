//! How many of a thing an account, a region or an API may have.

use std::collections::BTreeMap;
use std::fmt;

/// A quota of a service, with the value that AWS gives to a new account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What settings call it: `stages-per-api`.
    pub name: &'static str,
    /// What it bounds, in words for users.
    pub about: &'static str,
    /// How many there may be where nothing is set.
    pub default: u64,
    /// Whether AWS gives more to who asks.
    pub adjustable: bool,
}

/// AWS gives more to who asks.
pub(crate) const MORE: bool = true;

/// AWS gives more to nobody.
pub(crate) const NO_MORE: bool = false;

/// Quotas or limits as constants, and a list of them.
macro_rules! quotas {
    ($(#[$doc:meta])* $visibility:vis $list:ident: $kind:ident
     $($constant:ident = $name:literal $most:literal $($raised:ident)? $about:literal;)+) => {
        $(
            #[doc = $about]
            pub(crate) const $constant: $kind = $kind::new($name, $about, $most $(, $raised)?);
        )+

        $(#[$doc])*
        $visibility const $list: &[$kind] = &[$($constant),+];
    };
}

pub(crate) use quotas;

impl Quota {
    pub(crate) const fn new(name: &'static str, about: &'static str, default: u64, adjustable: bool) -> Self {
        Self { name, about, default, adjustable }
    }
}

/// What AWS raises for nobody, and no setting changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What tests call it: `stage-variables`.
    pub name: &'static str,
    /// What it bounds, in words for users.
    pub about: &'static str,
    /// How many there may be.
    pub most: usize,
}

impl Limit {
    pub(crate) const fn new(name: &'static str, about: &'static str, most: usize) -> Self {
        Self { name, about, most }
    }

    /// Refuses more, in words about how many there may be.
    pub(crate) fn check<E>(self, given: usize, refusal: impl FnOnce(usize) -> E) -> Result<(), E> {
        if given > self.most { Err(refusal(self.most)) } else { Ok(()) }
    }
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
        write!(formatter, "there is no quota {:?}; ", self.name)?;
        let meant: Vec<&str> =
            self.known.iter().copied().filter(|known| resembles(&self.name, known)).collect();
        if meant.is_empty() {
            return write!(formatter, "there are {}", self.known.join(", "));
        }
        write!(formatter, "did you mean {}?", meant.join(" or "))
    }
}

/// Whether a name may be meant for another: the words of one all begin words of the other.
fn resembles(name: &str, known: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let name = name.to_ascii_lowercase();
        let words = name.split(|c: char| !c.is_ascii_alphanumeric());
        // Singular and plural are one word.
        words.filter(|word| !word.is_empty()).map(|word| word.trim_end_matches('s').to_owned()).collect()
    };
    let known = words(known);
    let mut given = words(name).into_iter().peekable();
    given.peek().is_some() && given.all(|word| known.iter().any(|each| each.starts_with(&word)))
}

impl Quotas {
    /// Sets the quota of this name, which must be one of `known`, the lists of services. Quotas that were off hold from now on.
    ///
    /// # Errors
    ///
    /// [`UnknownQuota`] with the names that there are.
    pub fn set(&mut self, known: &[&[Quota]], name: &str, most: u64) -> Result<(), UnknownQuota> {
        let mut quotas = known.iter().copied().flatten();
        let Some(quota) = quotas.find(|quota| quota.name == name) else {
            let known = known.iter().copied().flatten().map(|quota| quota.name).collect();
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

    /// The number that holds; `None` where nothing is counted.
    #[must_use]
    pub fn most(&self, quota: Quota) -> Option<u64> {
        match self {
            Self::Off => None,
            Self::Default => Some(quota.default),
            Self::Adjusted(adjusted) => Some(adjusted.get(quota.name).copied().unwrap_or(quota.default)),
        }
    }

    /// Whether one more may be made where there are `present`, which is counted only if the quota holds.
    #[must_use]
    pub fn has_room(&self, quota: Quota, present: impl FnOnce() -> usize) -> bool {
        self.most(quota).is_none_or(|most| u64::try_from(present()).is_ok_and(|present| present < most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: Quota =
        Quota { name: "stages-per-api", about: "Stages of an API", default: 10, adjustable: true };

    #[test]
    fn a_quota_holds_unless_it_is_off_or_set() {
        let mut quotas = Quotas::default();
        assert!(quotas.has_room(STAGES, || 9) && !quotas.has_room(STAGES, || 10));
        quotas.set(&[&[STAGES]], "stages-per-api", 11).unwrap();
        assert!(quotas.has_room(STAGES, || 10) && !quotas.has_room(STAGES, || 11));
        assert!(Quotas::Off.has_room(STAGES, || panic!("nothing is counted")));
    }

    #[test]
    fn who_misspells_a_name_is_told_what_it_may_be() {
        let told = |name: &str| Quotas::default().set(&[&[STAGES]], name, 1).unwrap_err().to_string();
        for name in ["stages", "stage-per-api", "stages_per_api", "Stages-Per-APIs"] {
            assert_eq!(told(name), format!("there is no quota {name:?}; did you mean stages-per-api?"));
        }
        for name in ["", "-", "stages-per-plan"] {
            assert_eq!(told(name), format!("there is no quota {name:?}; there are stages-per-api"));
        }
    }
}
