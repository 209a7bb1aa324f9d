//! The settings file of the server.

mod service_control;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use http::Uri;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_saphyr::options::Options;

use crate::service::{BadPolicy, IamMode, Quotas};
use crate::{BadKeys, BadManagedPolicy, ManagedPolicies, OidcKeys, QUOTAS, Sigv4};

/// What a settings file may say.
///
/// ```yaml
/// quotas:
///   stages-per-api: 20
/// rate-limits: true
/// iam-propagation: 10s
/// settings-propagation: 30s
/// managed-policies: policies.json
/// oidc-keys:
///   https://idp.example: jwks.json
/// lambda-endpoint: http://127.0.0.1:9001
/// allow-egress: [api.example.com]
/// firehose-sink: firehose
/// log-delay: 20s
/// sigv4: verify
/// iam: enforce
/// service-control-policies:
///   "*":
///     - [full-access.json]
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Settings {
    #[serde(deserialize_with = "quotas")]
    pub(crate) quotas: Quotas,
    #[serde(deserialize_with = "is_on")]
    pub(crate) rate_limits: bool,
    #[serde(deserialize_with = "duration")]
    pub(crate) iam_propagation: Duration,
    #[serde(deserialize_with = "duration")]
    pub(crate) settings_propagation: Duration,
    pub(crate) managed_policies: Option<PathBuf>,
    /// Files of keys by their issuers.
    pub(crate) oidc_keys: BTreeMap<String, PathBuf>,
    #[serde(deserialize_with = "endpoint")]
    pub(crate) lambda_endpoint: Option<Uri>,
    /// Hosts beside this machine that integrations may call.
    pub(crate) allow_egress: Vec<String>,
    pub(crate) firehose_sink: Option<PathBuf>,
    #[serde(deserialize_with = "duration")]
    pub(crate) log_delay: Duration,
    #[serde(deserialize_with = "signatures")]
    pub(crate) sigv4: Sigv4,
    #[serde(deserialize_with = "iam_mode")]
    pub(crate) iam: IamMode,
    pub(crate) service_control_policies: service_control::Levels,
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
        if value { Err("it is a mode, or off") } else { Ok(Self) }
    }
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
#[serde(untagged, expecting = "it is on or off")]
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
    Off(No),
    Word(Sigv4),
}

impl SignatureSetting {
    fn mode(self) -> Sigv4 {
        match self {
            Self::Off(No) => Sigv4::Off,
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
    BadPolicy { file: PathBuf, source: BadPolicy },
    #[error("{} is not taken: {text:?} is no account, nor \"*\"", .file.display())]
    NoAccount { file: PathBuf, text: String },
    #[error("{} is not taken: {source}", .file.display())]
    BadKeys { file: PathBuf, source: BadKeys },
    #[error("{} is not taken: {source}", .file.display())]
    BadManagedPolicies { file: PathBuf, source: BadManagedPolicy },
}

/// Reads a file of policies that AWS manages.
pub(crate) fn managed_policies(file: &Path) -> Result<ManagedPolicies, BadSettings> {
    let path = || file.to_owned();
    let text = fs::read_to_string(file).map_err(|source| BadSettings::Unreadable { file: path(), source })?;
    ManagedPolicies::parse(&text).map_err(|source| BadSettings::BadManagedPolicies { file: path(), source })
}

/// Adds the keys of an issuer from a file, which is a JSON Web Key Set.
pub(crate) fn add_oidc_keys(keys: &mut OidcKeys, issuer: &str, file: &Path) -> Result<(), BadSettings> {
    let path = || file.to_owned();
    let text = fs::read_to_string(file).map_err(|source| BadSettings::Unreadable { file: path(), source })?;
    keys.add(issuer, &text).map_err(|source| BadSettings::BadKeys { file: path(), source })
}

impl Settings {
    /// The settings in a YAML file. Files that it names stand beside it.
    pub(crate) fn read(file: &Path) -> Result<Self, BadSettings> {
        let path = || file.to_owned();
        let text =
            fs::read_to_string(file).map_err(|source| BadSettings::Unreadable { file: path(), source })?;
        let mut options = Options::default();
        // One line, which the file's name begins, like every other error.
        options.with_snippet = false;
        let mut settings: Self = serde_saphyr::from_str_with_options(&text, options)
            .map_err(|source| BadSettings::NotSettings { file: path(), source: Box::new(source) })?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let files = settings.managed_policies.iter_mut().chain(settings.oidc_keys.values_mut());
        for named in files.chain(&mut settings.firehose_sink) {
            *named = folder.join(&*named);
        }
        Ok(settings)
    }
}

fn quotas<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Quotas, D::Error> {
    let mut quotas = Quotas::default();
    match QuotaSettings::deserialize(deserializer)? {
        QuotaSettings::Switch(switch) if !switch.is_on() => quotas = Quotas::Off,
        QuotaSettings::Switch(_) => {}
        QuotaSettings::Numbers(numbers) => {
            for (name, most) in numbers {
                quotas.set(QUOTAS, &name, most).map_err(D::Error::custom)?;
            }
        }
    }
    Ok(quotas)
}

fn is_on<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    OnOff::deserialize(deserializer).map(OnOff::is_on)
}

fn signatures<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sigv4, D::Error> {
    SignatureSetting::deserialize(deserializer).map(SignatureSetting::mode)
}

fn iam_mode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<IamMode, D::Error> {
    IamSetting::deserialize(deserializer).map(|setting| match setting {
        IamSetting::Mode(mode) => mode,
        IamSetting::Off(No) => IamMode::Off,
    })
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_duration(&text).map_err(D::Error::custom)
}

fn endpoint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Uri>, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_endpoint(&text).map(Some).map_err(D::Error::custom)
}

/// The address of an HTTP server.
pub(crate) fn parse_endpoint(text: &str) -> Result<Uri, String> {
    let uri: Option<Uri> = text.parse().ok();
    uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some())
        .ok_or_else(|| format!("{text:?} is no endpoint as in http://127.0.0.1:9001"))
}

/// `10s`, `500ms`, `1m 30s`, `0`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|error| format!("{text:?} is no duration as in 10s or 500ms: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<Settings, String> {
        serde_saphyr::from_str(text).map_err(|error| error.to_string())
    }

    fn quotas(text: &str) -> Result<Quotas, String> {
        settings(text).map(|settings| settings.quotas)
    }

    #[test]
    fn quotas_are_numbers_or_a_switch() {
        assert_eq!(quotas("quotas: off"), Ok(Quotas::Off));
        assert_eq!(quotas("quotas: on"), Ok(Quotas::Default));
        assert_eq!(quotas("rate-limits: true"), Ok(Quotas::Default));
        let adjusted = Quotas::Adjusted([("stages-per-api", 20)].into());
        assert_eq!(quotas("quotas:\n  stages-per-api: 20"), Ok(adjusted));
        let refused = quotas("quotas: {stage-per-api: 20}").unwrap_err();
        assert!(
            refused.contains("there is no quota \"stage-per-api\"; did you mean stages-per-api?"),
            "{refused}"
        );
        for bad in
            ["quota: off", "quotas: {stages-per-api: -1}", "quotas: {stages-per-api: many}", "rate-limits: 3"]
        {
            assert!(quotas(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_of_policies_is_named() {
        let settings: Settings = serde_saphyr::from_str("managed-policies: more.json").unwrap();
        assert_eq!(settings.managed_policies.as_deref(), Some(Path::new("more.json")));
        let missing = managed_policies(Path::new("no-such-folder/more.json")).unwrap_err().to_string();
        assert!(missing.starts_with("cannot read no-such-folder/more.json: "), "{missing}");
    }

    #[test]
    fn iam_has_three_modes() {
        let mode = |text: &str| settings(text).map(|settings| settings.iam);
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
    fn rate_limits_are_on_or_off() {
        let is_on = |text: &str| settings(text).unwrap().rate_limits;
        assert!(is_on("rate-limits: true") && is_on("rate-limits: on"));
        assert!(!is_on("rate-limits: off") && !is_on("quotas: off"));
    }

    #[test]
    fn changes_to_iam_propagate_at_once_or_after_a_while() {
        let delay = |text: &str| settings(text).map(|settings| settings.iam_propagation);
        assert_eq!(delay("quotas: on"), Ok(Duration::ZERO));
        assert_eq!(delay("iam-propagation: 10s"), Ok(Duration::from_secs(10)));
        assert_eq!(delay("iam-propagation: '0'"), Ok(Duration::ZERO));
        let refused = delay("iam-propagation: soon").unwrap_err();
        assert!(refused.contains("\"soon\" is no duration as in 10s or 500ms"), "{refused}");
    }

    #[test]
    fn an_endpoint_is_the_address_of_a_server() {
        let endpoint = |text: &str| settings(text).map(|settings| settings.lambda_endpoint);
        let uri = Uri::from_static("http://127.0.0.1:9001/");
        assert_eq!(endpoint("lambda-endpoint: http://127.0.0.1:9001"), Ok(Some(uri)));
        assert_eq!(endpoint("quotas: on"), Ok(None));
        for bad in ["127.0.0.1:9001", "/functions", "ftp://here", "''"] {
            let refused = endpoint(&format!("lambda-endpoint: {bad}")).unwrap_err();
            assert!(refused.contains("is no endpoint as in http://127.0.0.1:9001"), "{refused}");
        }
        let hosts = settings("allow-egress: [a.example, b.example]").unwrap().allow_egress;
        assert_eq!(hosts, ["a.example", "b.example"]);
    }

    #[test]
    fn signatures_are_verified_or_not() {
        let mode = |text: &str| settings(text).map(|settings| settings.sigv4);
        assert_eq!(mode("sigv4: verify"), Ok(Sigv4::Verify));
        assert_eq!(mode("sigv4: off"), Ok(Sigv4::Off));
        assert_eq!(mode("sigv4: false"), Ok(Sigv4::Off));
        assert_eq!(mode("quotas: off"), Ok(Sigv4::Off));
        for bad in ["sigv4: on", "sigv4: true", "sigv4: Verify", "sigv4: 4"] {
            assert!(mode(bad).is_err(), "{bad}");
        }
    }
}
