//! Canary releases: a second deployment that takes a part of a stage's traffic.

use serde::{Deserialize, Serialize};

use super::variables;
use crate::apigateway::DeploymentId;
use crate::apigateway::faults::bad_request;
use crate::service::Fault;
use crate::store::SmallMap;

/// The canary of a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CanarySettings {
    /// Of the requests, how many in a hundred the canary takes.
    pub(crate) percent_traffic: f64,
    pub(crate) deployment_id: DeploymentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stage_variable_overrides: Option<SmallMap<String, String>>,
    pub(crate) use_stage_cache: bool,
}

/// A canary as requests ask for it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::apigateway) struct NewCanary {
    pub(super) percent_traffic: Option<f64>,
    pub(super) stage_variable_overrides: Option<SmallMap<String, String>>,
    pub(super) use_stage_cache: Option<bool>,
}

impl CanarySettings {
    /// The canary of a stage that has none yet: recorded when only one of its values is patched.
    pub(super) fn new(deployment_id: DeploymentId) -> Self {
        Self { percent_traffic: 0.0, deployment_id, stage_variable_overrides: None, use_stage_cache: false }
    }

    /// Sets the share that the canary takes. The bounds are documented, the wording inferred.
    pub(super) fn set_percent(&mut self, percent: f64) -> Result<(), Fault> {
        if !(0.0..=100.0).contains(&percent) {
            return Err(bad_request(format!(
                "Invalid percentTraffic specified: {percent}. It must be between 0.0 and 100.0"
            )));
        }
        self.percent_traffic = percent;
        Ok(())
    }
}

impl NewCanary {
    /// The canary, for a deployment.
    pub(in crate::apigateway) fn of(self, deployment_id: DeploymentId) -> Result<CanarySettings, Fault> {
        let mut canary = CanarySettings::new(deployment_id);
        canary.set_percent(self.percent_traffic.unwrap_or_default())?;
        for (name, value) in self.stage_variable_overrides.iter().flatten() {
            variables::check(name, value)?;
        }
        canary.stage_variable_overrides = self.stage_variable_overrides;
        canary.use_stage_cache = self.use_stage_cache.unwrap_or_default();
        Ok(canary)
    }
}
