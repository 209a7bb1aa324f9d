//! Method settings: what a stage does for all methods, and for single ones.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::apigateway::access::Rate;
use crate::apigateway::apis::VERBS;
use crate::apigateway::faults::bad_request;
use crate::apigateway::patch::{Change, unescape};
use crate::service::Fault;
use crate::store::SmallMap;

/// The key of the settings for all methods.
const ALL_METHODS: &str = "*/*";

/// The settings of a stage by their keys: `*/*`, or a resource path (as the patch spelt it) and a verb.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct MethodSettings(SmallMap<CompactString, MethodSetting>);

/// How much of a method's execution is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum LoggingLevel {
    /// Nothing.
    Off,
    /// Requests that fail.
    Error,
    /// Every request.
    Info,
}

impl LoggingLevel {
    /// Whether a request of this outcome is logged.
    pub(crate) fn logs(self, failed: bool) -> bool {
        match self {
            Self::Off => false,
            Self::Error => failed,
            Self::Info => true,
        }
    }
}

/// The settings of a method.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MethodSetting {
    metrics_enabled: bool,
    pub(crate) logging_level: LoggingLevel,
    pub(crate) data_trace_enabled: bool,
    throttling_burst_limit: i32,
    throttling_rate_limit: f64,
    caching_enabled: bool,
    cache_ttl_in_seconds: i32,
    cache_data_encrypted: bool,
    require_authorization_for_cache_control: bool,
    unauthorized_cache_control_header_strategy: CompactString,
}

impl Default for MethodSetting {
    /// What a new entry holds. Captured in September 2026; a recording of 2024 leaves `loggingLevel` out until a
    /// level is set.
    fn default() -> Self {
        Self {
            metrics_enabled: false,
            logging_level: LoggingLevel::Off,
            data_trace_enabled: false,
            throttling_burst_limit: 5000,
            throttling_rate_limit: 10_000.0,
            caching_enabled: false,
            cache_ttl_in_seconds: 300,
            cache_data_encrypted: false,
            require_authorization_for_cache_control: true,
            unauthorized_cache_control_header_strategy: CompactString::const_new(
                "SUCCEED_WITH_RESPONSE_HEADER",
            ),
        }
    }
}

/// The limit of what is not throttled. Terraform sets it wherever no limit is asked for.
const UNTHROTTLED: i32 = -1;

impl MethodSetting {
    /// How often its methods may be called; `None` where that is not limited.
    pub(crate) fn rate(&self) -> Option<Rate> {
        let is_limited = self.throttling_burst_limit != UNTHROTTLED
            && self.throttling_rate_limit != f64::from(UNTHROTTLED);
        is_limited.then_some(Rate { rate: self.throttling_rate_limit, burst: self.throttling_burst_limit })
    }
}

/// Sets one value of a setting.
type Setter = fn(&mut MethodSetting, &Change<'_>) -> Result<(), Fault>;

/// What follows the key in a patch path, and what it sets.
const SETTERS: [(&str, Setter); 10] = [
    ("metrics/enabled", |setting, change| {
        setting.metrics_enabled = change.boolean();
        Ok(())
    }),
    ("logging/loglevel", |setting, change| {
        setting.logging_level = match change.value() {
            "OFF" => LoggingLevel::Off,
            "ERROR" => LoggingLevel::Error,
            "INFO" => LoggingLevel::Info,
            level => return Err(bad_request(format!("Invalid logging level specified: {level}"))),
        };
        Ok(())
    }),
    ("logging/dataTrace", |setting, change| {
        setting.data_trace_enabled = change.boolean();
        Ok(())
    }),
    // The texts for bad throttling limits are inferred.
    ("throttling/burstLimit", |setting, change| {
        let limit = change.number().ok().filter(|limit| *limit >= 0 || *limit == UNTHROTTLED);
        setting.throttling_burst_limit = limit.ok_or_else(|| {
            bad_request(format!("Invalid throttling burst limit specified: {}", change.value()))
        })?;
        Ok(())
    }),
    ("throttling/rateLimit", |setting, change| {
        let is_limit = |limit: &f64| limit.is_finite() && *limit >= 0.0 || *limit == f64::from(UNTHROTTLED);
        let limit = change.number().ok().filter(is_limit);
        setting.throttling_rate_limit = limit.ok_or_else(|| {
            bad_request(format!("Invalid throttling rate limit specified: {}", change.value()))
        })?;
        Ok(())
    }),
    ("caching/enabled", |setting, change| {
        setting.caching_enabled = change.boolean();
        Ok(())
    }),
    ("caching/ttlInSeconds", |setting, change| {
        let seconds = change.number().ok().filter(|seconds| (0..=3600).contains(seconds));
        setting.cache_ttl_in_seconds = seconds.ok_or_else(|| {
            bad_request("Invalid time-to-live setting, must be an integer no greater than 3600")
        })?;
        Ok(())
    }),
    ("caching/dataEncrypted", |setting, change| {
        setting.cache_data_encrypted = change.boolean();
        Ok(())
    }),
    ("caching/requireAuthorizationForCacheControl", |setting, change| {
        setting.require_authorization_for_cache_control = change.boolean();
        Ok(())
    }),
    ("caching/unauthorizedCacheControlHeaderStrategy", |setting, change| {
        const STRATEGIES: [&str; 3] =
            ["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"];
        setting.unauthorized_cache_control_header_strategy = change.one_of(&STRATEGIES)?.into();
        Ok(())
    }),
];

/// A patch path into the method settings: `/{resource}/{verb}/{what}`.
pub(super) struct SettingPath<'a> {
    /// The key, as it will be stored: with `~1` where the path has it.
    key: &'a str,
    setter: Setter,
}

impl<'a> SettingPath<'a> {
    /// The path, if it is one.
    pub(super) fn parse(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        SETTERS.iter().find_map(|(suffix, setter)| {
            let key = path.strip_suffix(suffix)?.strip_suffix('/')?;
            is_key(key).then_some(Self { key, setter: *setter })
        })
    }
}

/// Whether a text is a resource path and a verb, or `*/*`.
fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        Some(("*", verb)) => verb == "*",
        Some((resource, verb)) => !resource.is_empty() && VERBS.contains(&verb),
        None => false,
    }
}

impl MethodSettings {
    /// Sets one value. A new entry for a single method begins as a copy of the one for all methods.
    pub(super) fn set(&mut self, path: &SettingPath<'_>, change: &Change<'_>) -> Result<(), Fault> {
        let mut setting = match self.0.get(path.key).or_else(|| self.0.get(ALL_METHODS)) {
            Some(setting) => setting.clone(),
            None => MethodSetting::default(),
        };
        (path.setter)(&mut setting, change)?;
        self.0.insert(path.key.into(), setting);
        Ok(())
    }

    /// Removes an entry. `false` where there is none.
    pub(super) fn remove(&mut self, key: &str) -> bool {
        self.0.remove(key).is_some()
    }

    /// Whether any entry turns execution logs on.
    pub(super) fn log_executions(&self) -> bool {
        self.0.values().any(|setting| setting.logging_level != LoggingLevel::Off)
    }

    /// The setting of a method: its own entry whole, else that for all methods.
    ///
    /// That an entry replaces the other whole, not field by field, follows from new entries being whole copies.
    pub(super) fn effective(&self, resource_path: &str, verb: &str) -> Option<&MethodSetting> {
        let own = self.0.iter().find(|(key, _)| {
            key.rsplit_once('/')
                .is_some_and(|(resource, of)| of == verb && names_resource(resource, resource_path))
        });
        own.map(|(_, setting)| setting).or_else(|| self.0.get(ALL_METHODS))
    }
}

/// Whether the resource part of a key (`~1pets~1{id}`, also without the first `~1`) names a path (`/pets/{id}`).
fn names_resource(key: &str, path: &str) -> bool {
    unescape(key).trim_start_matches('/') == path.trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(settings: &mut MethodSettings, path: &str, value: &str) {
        settings.set(&SettingPath::parse(path).unwrap(), &Change::to(path, value)).unwrap();
    }

    /// Recorded on AWS: see the table of method settings in docs/stages.md.
    #[test]
    fn a_new_entry_copies_the_one_for_all_methods_and_then_stands_alone() {
        let mut settings = MethodSettings::default();
        set(&mut settings, "/*/*/throttling/burstLimit", "123");
        set(&mut settings, "/*/*/caching/enabled", "true");
        set(&mut settings, "/test/GET/throttling/burstLimit", "124");
        set(&mut settings, "/*/*/throttling/burstLimit", "100");
        let (all, one) = (settings.0.get("*/*").unwrap(), settings.0.get("test/GET").unwrap());
        assert_eq!((all.throttling_burst_limit, one.throttling_burst_limit), (100, 124));
        assert!(all.caching_enabled && one.caching_enabled);
    }

    #[test]
    fn methods_are_found_by_either_spelling() {
        let mut settings = MethodSettings::default();
        set(&mut settings, "/~1pets~1{id}/GET/logging/loglevel", "INFO");
        set(&mut settings, "/~1/POST/logging/loglevel", "ERROR");
        set(&mut settings, "/test/GET/logging/loglevel", "INFO");
        let level =
            |path: &str, verb: &str| settings.effective(path, verb).map(|setting| setting.logging_level);
        assert_eq!(level("/pets/{id}", "GET"), Some(LoggingLevel::Info));
        assert_eq!(level("/", "POST"), Some(LoggingLevel::Error));
        assert_eq!(level("/test", "GET"), Some(LoggingLevel::Info));
        assert_eq!(level("/test", "PUT"), None);
    }

    #[test]
    fn only_paths_of_settings_are_taken() {
        for path in [
            "/*/GET/logging/loglevel",
            "/*/*/logging/level",
            "/pets/FETCH/metrics/enabled",
            "//GET/metrics/enabled",
        ] {
            assert!(SettingPath::parse(path).is_none(), "{path}");
        }
    }
}
