//! Service control policies in a settings file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::BadSettings;
use crate::Account;
use crate::service::ServiceControl;

/// By account, or `*` for all that have none of their own: levels of policies.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Levels(BTreeMap<String, Vec<Vec<PolicySetting>>>);

/// A file's name, or a document.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a service control policy is a file's name or a document")]
enum PolicySetting {
    File(PathBuf),
    Document(serde_json::Map<String, serde_json::Value>),
}

impl Levels {
    /// The policies. Files of them stand beside the settings file.
    pub(crate) fn read(&self, settings: &Path) -> Result<ServiceControl, BadSettings> {
        let folder = settings.parent().unwrap_or(Path::new(""));
        let mut control = ServiceControl::default();
        for (account, levels) in &self.0 {
            let no_account = || BadSettings::NoAccount { file: settings.to_owned(), text: account.clone() };
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
                    .map_err(|source| BadSettings::BadPolicy { file: settings.to_owned(), source })?;
            }
        }
        Ok(control)
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
    use crate::settings::Settings;

    #[test]
    fn policies_are_documents_or_files_beside_the_settings() {
        let folder = std::env::temp_dir().join(format!("stagecheck-settings-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("settings.yaml");
        let all = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
        fs::write(folder.join("all.json"), all).unwrap();
        let read = |levels: &str| {
            fs::write(&file, format!("service-control-policies:\n{levels}")).unwrap();
            let settings = Settings::read(&file).map_err(|error| error.to_string())?;
            settings.service_control_policies.read(&file).map_err(|error| error.to_string())
        };
        let levels = "  \"*\":\n    - [all.json]\n    - - Version: 2012-10-17\n        Statement: {Effect: Deny, \
                      Action: \"logs:*\", Resource: \"*\"}\n";
        let control = read(levels).unwrap();
        assert!(format!("{control:?}").contains("number 1 of its level"), "{control:?}");
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
}
