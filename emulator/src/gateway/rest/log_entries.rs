//! What a request leaves for the logs, under the account's role.

use super::exchange::Exchange;
use super::execution_log;
use super::failure::Failure;
use crate::gateway::delivery::{AsWhom, Entry, Executed, LogKind, Target};
use crate::service::ports::MissingGroup;
use crate::time::Timestamp;

impl Exchange<'_> {
    /// Its execution lines, and its access line.
    pub(super) fn into_log_entries(self) -> impl Iterator<Item = Entry> {
        let live = self.live;
        let entry = |log, lines: Vec<(Timestamp, String)>, target| Entry {
            time: self.finished,
            scope: live.scope.clone(),
            api_id: live.api.id.to_string(),
            stage: live.stage.stage_name.to_string(),
            request_id: self.id.request.clone(),
            log,
            lines,
            target,
            writer: AsWhom::AccountRole(live.account_role.clone()),
            executed: None,
        };
        let leaves_lines = !self.failure.as_ref().is_some_and(Failure::leaves_no_line);
        let access = self.access_line().filter(|_| leaves_lines).map(|line| {
            let settings = live.stage.access_log_settings.as_ref();
            let arn = settings.and_then(|settings| settings.destination_arn.as_deref()).unwrap_or_default();
            entry(LogKind::Access, vec![line], Target::of_arn(arn, &live.scope))
        });
        let events = self.events();
        let execution = self.resource.as_ref().filter(|_| !events.is_empty()).map(|resource| {
            let name = execution_log::group(&live.api.id, &live.stage.stage_name);
            let executed = Executed {
                resource_path: resource.path.clone(),
                http_method: self.request.method.to_owned(),
            };
            // The group is made on demand (developer guide, "Set up CloudWatch API logging").
            let managed = Target::Group { name, missing: MissingGroup::Create };
            Entry { executed: Some(executed), ..entry(LogKind::Execution, events, managed) }
        });
        execution.into_iter().chain(access)
    }
}
