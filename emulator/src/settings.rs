//! The settings file of the server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;
use serde_saphyr::options::Options;

use crate::service::{Quotas, UnknownQuota};
use crate::{QUOTAS, Sigv4};

/// What a settings file may say.
///
/// ```yaml
/// quotas:
///   stages-per-api: 20
/// rate-limits: true
/// sigv4: verify
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Settings {
    quotas: Option<QuotaSettings>,
    rate_limits: Option<OnOff>,
    sigv4: Option<SignatureSetting>,
}

/// What a settings file comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) quotas: Quotas,
    pub(crate) rate_limits: bool,
    pub(crate) sigv4: Sigv4,
}

/// `on`, `off`, or a number for each quota that is not to be AWS's.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "quotas are on, off, or whole numbers from 0 by their names, as in stages-per-api: 20"
)]
enum QuotaSettings {
    Switch(OnOff),
    Numbers(BTreeMap<String, u64>),
}

/// On or off, as YAML has it: version 1.1 reads `on` and `off` as booleans.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "rate-limits are on or off")]
enum OnOff {
    Boolean(bool),
    Word(Switch),
}

impl OnOff {
    fn is_on(self) -> bool {
        matches!(self, Self::Boolean(true) | Self::Word(Switch::On))
    }
}

/// `off` or `verify`. Version 1.1 of YAML reads `off` as a boolean.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "sigv4 is off or verify")]
enum SignatureSetting {
    Boolean(No),
    Word(Sigv4),
}

/// The boolean that says off.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "bool")]
struct No;

impl TryFrom<bool> for No {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value { Err("sigv4 is off or verify") } else { Ok(Self) }
    }
}

impl SignatureSetting {
    fn mode(self) -> Sigv4 {
        match self {
            Self::Boolean(No) => Sigv4::Off,
            Self::Word(mode) => mode,
        }
    }
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Switch {
    On,
    Off,
}

/// Why a settings file is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadSettings {
    #[error("cannot read {}: {source}", .file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("{} is not taken: {source}", .file.display())]
    NotSettings { file: PathBuf, source: Box<serde_saphyr::Error> },
    #[error("{} is not taken: {source}", .file.display())]
    UnknownQuota { file: PathBuf, source: UnknownQuota },
}

impl Settings {
    /// The settings in a YAML file.
    pub(crate) fn read(file: &Path) -> Result<Set, BadSettings> {
        let path = || file.to_owned();
        let text =
            fs::read_to_string(file).map_err(|source| BadSettings::Unreadable { file: path(), source })?;
        let mut options = Options::default();
        // One line, which the file's name begins, like every other error.
        options.with_snippet = false;
        let settings: Self = serde_saphyr::from_str_with_options(&text, options)
            .map_err(|source| BadSettings::NotSettings { file: path(), source: Box::new(source) })?;
        let quotas =
            settings.quotas().map_err(|source| BadSettings::UnknownQuota { file: path(), source })?;
        Ok(Set {
            quotas,
            rate_limits: settings.rate_limits.is_some_and(OnOff::is_on),
            sigv4: settings.sigv4.map_or(Sigv4::Off, SignatureSetting::mode),
        })
    }

    fn quotas(&self) -> Result<Quotas, UnknownQuota> {
        let mut quotas = Quotas::default();
        match &self.quotas {
            Some(QuotaSettings::Switch(switch)) if !switch.is_on() => quotas = Quotas::Off,
            Some(QuotaSettings::Numbers(numbers)) => {
                for (name, most) in numbers {
                    quotas.set(QUOTAS, name, *most)?;
                }
            }
            Some(QuotaSettings::Switch(_)) | None => {}
        }
        Ok(quotas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotas(text: &str) -> Result<Quotas, String> {
        let settings: Settings = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        settings.quotas().map_err(|error| error.to_string())
    }

    #[test]
    fn quotas_are_numbers_or_a_switch() {
        assert_eq!(quotas("quotas: off"), Ok(Quotas::Off));
        assert_eq!(quotas("quotas: on"), Ok(Quotas::Default));
        assert_eq!(quotas("rate-limits: true"), Ok(Quotas::Default));
        let adjusted = Quotas::Adjusted([("stages-per-api", 20)].into());
        assert_eq!(quotas("quotas:\n  stages-per-api: 20"), Ok(adjusted));
        assert_eq!(
            quotas("quotas: {stage-per-api: 20}").unwrap_err(),
            "there is no quota \"stage-per-api\"; did you mean stages-per-api?"
        );
        for bad in
            ["quota: off", "quotas: {stages-per-api: -1}", "quotas: {stages-per-api: many}", "rate-limits: 3"]
        {
            assert!(quotas(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn rate_limits_are_on_or_off() {
        let is_on = |text: &str| {
            let settings: Settings = serde_saphyr::from_str(text).unwrap();
            settings.rate_limits.is_some_and(OnOff::is_on)
        };
        assert!(is_on("rate-limits: true") && is_on("rate-limits: on"));
        assert!(!is_on("rate-limits: off") && !is_on("quotas: off"));
    }

    #[test]
    fn signatures_are_verified_or_not() {
        let mode = |text: &str| {
            let settings: Settings = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
            Ok::<_, String>(settings.sigv4.map(SignatureSetting::mode))
        };
        assert_eq!(mode("sigv4: verify"), Ok(Some(Sigv4::Verify)));
        assert_eq!(mode("sigv4: off"), Ok(Some(Sigv4::Off)));
        assert_eq!(mode("sigv4: false"), Ok(Some(Sigv4::Off)));
        assert_eq!(mode("quotas: off"), Ok(None));
        for bad in ["sigv4: on", "sigv4: true", "sigv4: Verify", "sigv4: 4"] {
            assert!(mode(bad).is_err(), "{bad}");
        }
    }
}
