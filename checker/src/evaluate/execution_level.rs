//! `execution-level`: does every deployed method log at ERROR or INFO?
//!
//! The rule of Security Hub's APIGateway.1. A method's own entry counts in place of the stage-wide one; an entry whose
//! method is not deployed does not count.

use serde_json::json;

use super::{Verdict, finding};
use crate::findings::Status;
use crate::inventory::{ALL_METHODS, Known, Level, Stage};

const CHECK: &str = "execution-level";

/// Which methods log.
#[derive(Clone, Debug)]
pub(crate) struct Coverage {
    pub(crate) default_level: Level,
    pub(crate) status: Status,
    /// `GET /pets`; `* /*` where no method logs.
    pub(crate) dark_methods: Vec<String>,
    /// The keys of own entries that are OFF and whose methods are deployed.
    pub(crate) dark_keys: Vec<String>,
}

impl Coverage {
    pub(crate) fn of(stage: &Stage) -> Self {
        let default_level =
            stage.settings.method_settings.get(ALL_METHODS).map_or(Level::Off, |setting| setting.level);
        let own = || stage.settings.method_settings.iter().filter(|(key, _)| *key != ALL_METHODS);
        let whole =
            |status, dark_methods| Self { default_level, status, dark_methods, dark_keys: Vec::new() };
        let methods = match &stage.methods {
            Known::Value(methods) => methods,
            Known::Absent if default_level.logs() => return whole(Status::Pass, Vec::new()),
            Known::Absent => return whole(Status::Fail, vec!["* /*".to_owned()]),
            Known::Unknown => return whole(Status::Unknown, Vec::new()),
        };
        let dark: Vec<_> =
            methods.iter().filter(|method| !level_of(stage, &method.setting_key()).logs()).collect();
        let no_method_logs = !default_level.logs() && own().all(|(_, setting)| !setting.level.logs());
        Self {
            default_level,
            status: if dark.is_empty() && !no_method_logs { Status::Pass } else { Status::Fail },
            dark_methods: if no_method_logs {
                vec!["* /*".to_owned()]
            } else {
                dark.iter().map(|method| format!("{} {}", method.verb, method.path)).collect()
            },
            dark_keys: dark
                .iter()
                .map(|method| method.setting_key())
                .filter(|key| stage.settings.method_settings.contains_key(key))
                .collect(),
        }
    }
}

/// The level at which the method of a key logs.
pub(crate) fn level_of(stage: &Stage, key: &str) -> Level {
    let setting =
        stage.settings.method_settings.get(key).or_else(|| stage.settings.method_settings.get(ALL_METHODS));
    setting.map_or(Level::Off, |setting| setting.level)
}

pub(super) fn check(stage: &Stage, coverage: &Coverage) -> Verdict {
    let Coverage { default_level, status, dark_methods, .. } = coverage;
    let evidence = json!({
        "default_level": default_level,
        "dark_methods": dark_methods,
        "method_settings": stage.settings.method_settings,
    });
    match status {
        Status::Fail if default_level.logs() || dark_methods != &["* /*"] => Verdict::of(finding(
            CHECK,
            Status::Fail,
            format!("these methods write no execution log: {}", dark_methods.join(", ")),
            evidence,
            "Set the level of these methods, or of the whole stage, to ERROR or INFO.",
        )),
        Status::Fail => Verdict::of(finding(
            CHECK,
            Status::Fail,
            "no method writes an execution log: the level is OFF".to_owned(),
            evidence,
            "Set the stage's execution log level (/*/*/logging/loglevel) to ERROR or INFO.",
        )),
        Status::Unknown => Verdict::of(finding(
            CHECK,
            Status::Unknown,
            "some settings log and some do not, and the deployed methods could not be read".to_owned(),
            evidence,
            "Allow apigateway:GET on the API's deployments, and check again.",
        )),
        Status::Pass | Status::Exempt | Status::Warn => Verdict::PASS,
    }
}
