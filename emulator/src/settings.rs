//! The settings file of the server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;
use serde_saphyr::options::Options;

use crate::Account;
use crate::QUOTAS;
use crate::service::{BadPolicy, IamMode, Quotas, ServiceControl, UnknownQuota};

/// What a settings file may say.
///
/// ```yaml
/// quotas:
///   stages-per-api: 20
/// rate-limits: true
/// iam: enforce
/// service-control-policies:
///   "*":
///     - [full-access.json]
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Settings {
    quotas: Option<QuotaSettings>,
    rate_limits: Option<OnOff>,
    iam: Option<IamSetting>,
    /// By account, or `*` for all that have none of their own: levels of policies.
    service_control_policies: BTreeMap<String, Vec<Vec<PolicySetting>>>,
}

/// What a settings file comes to.
#[derive(Debug, Default)]
pub(crate) struct Set {
    pub(crate) quotas: Quotas,
    pub(crate) rate_limits: bool,
    pub(crate) iam: IamMode,
    pub(crate) service_control: ServiceControl,
}

/// `off`, `soft` or `enforce`: version 1.1 of YAML reads `off` as a boolean.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "iam is off, soft or enforce")]
enum IamSetting {
    Off(No),
    Mode(IamMode),
}

/// `false`, and nothing else.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "bool")]
struct No;

impl TryFrom<bool> for No {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value { Err("iam is off, soft or enforce") } else { Ok(Self) }
    }
}

/// A file's name, or a document.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a service control policy is a file's name or a document")]
enum PolicySetting {
    File(PathBuf),
    Document(serde_json::Map<String, serde_json::Value>),
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
    #[error("{} is not taken: {text:?} is no account, nor \"*\"", .file.display())]
    NoAccount { file: PathBuf, text: String },
    #[error("{} is not taken: {source}", .file.display())]
    BadPolicy { file: PathBuf, source: BadPolicy },
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
            iam: settings.mode(),
            service_control: settings.service_control(file)?,
        })
    }

    fn mode(&self) -> IamMode {
        match self.iam {
            Some(IamSetting::Mode(mode)) => mode,
            Some(IamSetting::Off(No)) | None => IamMode::Off,
        }
    }

    /// Policies are read from beside the settings file.
    fn service_control(&self, file: &Path) -> Result<ServiceControl, BadSettings> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut control = ServiceControl::default();
        for (account, levels) in &self.service_control_policies {
            let no_account = || BadSettings::NoAccount { file: file.to_owned(), text: account.clone() };
            let account = match account.as_str() {
                "*" => None,
                id => Some(Account::parse(id).ok_or_else(no_account)?),
            };
            for level in levels {
                let mut policies = Vec::with_capacity(level.len());
                for (position, policy) in level.iter().enumerate() {
                    policies.push(policy.read(folder, position)?);
                }
                let policies = policies.iter().map(|(name, text)| (name.as_str(), text.as_str()));
                control = control
                    .with_level(account.clone(), policies)
                    .map_err(|source| BadSettings::BadPolicy { file: file.to_owned(), source })?;
            }
        }
        Ok(control)
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

impl PolicySetting {
    /// The policy's name and text.
    fn read(&self, folder: &Path, position: usize) -> Result<(String, String), BadSettings> {
        match self {
            Self::File(name) => {
                let path = folder.join(name);
                match fs::read_to_string(&path) {
                    Ok(text) => Ok((name.display().to_string(), text)),
                    Err(source) => Err(BadSettings::Unreadable { file: path, source }),
                }
            }
            Self::Document(document) => {
                let name = format!("number {} of its level", position + 1);
                Ok((name, serde_json::Value::Object(document.clone()).to_string()))
            }
        }
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
    fn iam_has_three_modes() {
        let mode = |text: &str| {
            let settings: Settings = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
            Ok::<_, String>(settings.mode())
        };
        for (text, expected) in [
            ("iam: off", IamMode::Off),
            ("iam: false", IamMode::Off),
            ("iam: \"off\"", IamMode::Off),
            ("iam: soft", IamMode::Soft),
            ("iam: enforce", IamMode::Enforce),
            ("quotas: on", IamMode::Off),
        ] {
            assert_eq!(mode(text), Ok(expected), "{text}");
        }
        for bad in ["iam: on", "iam: true", "iam: hard", "iam: 3"] {
            assert!(mode(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn service_control_policies_are_documents_or_files_beside_the_settings() {
        let folder = std::env::temp_dir().join(format!("stagecheck-settings-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("settings.yaml");
        fs::write(
            folder.join("all.json"),
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
        )
        .unwrap();
        let read = |levels: &str| {
            fs::write(&file, format!("iam: soft\nservice-control-policies:\n{levels}")).unwrap();
            Settings::read(&file).map_err(|error| error.to_string())
        };
        let levels = "  \"*\":\n    - [all.json]\n    - - Version: 2012-10-17\n        Statement: {Effect: Deny, \
                      Action: \"logs:*\", Resource: \"*\"}\n";
        let set = read(levels).unwrap();
        assert_eq!(set.iam, IamMode::Soft);
        assert!(format!("{:?}", set.service_control).contains("number 1 of its level"), "{set:?}");
        for (levels, error) in [
            ("  \"12\": [[all.json]]", "\"12\" is no account, nor \"*\""),
            ("  \"*\": [[none.json]]", "cannot read "),
            ("  \"*\": [[{Statement: []}]]", "the service control policy number 1 of its level is not taken"),
        ] {
            let told = read(levels).unwrap_err();
            assert!(told.contains(error), "{told}");
        }
        fs::remove_dir_all(&folder).unwrap();
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
}
