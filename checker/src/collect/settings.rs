//! The settings of a stage, as GetStages and GetStage answer them.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigateway::types::{AccessLogSettings, MethodSetting as SdkMethodSetting};

use crate::inventory::{ALL_METHODS, AccessLog, Level, MethodSetting, StageSettings};

/// Reads the settings that logs turn on.
pub(crate) fn stage_settings(
    deployment_id: Option<&str>,
    method_settings: Option<&HashMap<String, SdkMethodSetting>>,
    access_log: Option<&AccessLogSettings>,
) -> StageSettings {
    StageSettings {
        deployment_id: deployment_id.unwrap_or_default().to_owned(),
        method_settings: by_key(method_settings),
        access_log: AccessLog {
            destination_arn: access_log.and_then(|log| log.destination_arn()).map(str::to_owned),
            format: access_log.and_then(|log| log.format()).map(str::to_owned),
        },
    }
}

fn by_key(settings: Option<&HashMap<String, SdkMethodSetting>>) -> BTreeMap<String, MethodSetting> {
    let settings = settings.into_iter().flatten();
    settings
        .map(|(key, setting)| {
            let level = match setting.logging_level() {
                Some("INFO") => Level::Info,
                Some("ERROR") => Level::Error,
                _ => Level::Off,
            };
            (canonical(key), MethodSetting { level, data_trace: setting.data_trace_enabled() })
        })
        .collect()
}

/// The key as API Gateway spells it now: earlier answers had `pets/GET` for `~1pets/GET`.
fn canonical(key: &str) -> String {
    match key.rsplit_once('/') {
        Some((path, verb)) if key != ALL_METHODS => {
            let path = path.replace('/', "~1");
            let slash = if path.starts_with("~1") { "" } else { "~1" };
            format!("{slash}{path}/{verb}")
        }
        _ => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn keys_are_made_one() {
        for (key, one) in [
            ("*/*", "*/*"),
            ("~1pets/GET", "~1pets/GET"),
            ("pets/GET", "~1pets/GET"),
            ("~1/GET", "~1/GET"),
            ("/GET", "~1/GET"),
            ("~1a~1{id}/ANY", "~1a~1{id}/ANY"),
        ] {
            assert_eq!(canonical(key), one, "{key}");
        }
    }
}
