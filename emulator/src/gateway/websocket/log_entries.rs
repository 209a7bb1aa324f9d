//! What an event leaves for the logs, under the account's role.

use super::exchange::{Event, Exchange};
use crate::gateway::access_format::render;
use crate::gateway::delivery::{AsWhom, Entry, LogKind, Target};
use crate::gateway::failure::Failure;
use crate::service::ports::MissingGroup;
use crate::time::Timestamp;

/// The log group of a stage (captured).
fn group(api: &str, stage: &str) -> String {
    format!("/aws/apigateway/{api}/{stage}")
}

impl Exchange<'_> {
    /// Its execution lines, and its access line.
    pub(super) fn into_log_entries(self) -> impl Iterator<Item = Entry> {
        let live = self.live;
        let entry = |log, lines: Vec<(Timestamp, String)>, target| Entry {
            time: self.finished,
            scope: live.scope.clone(),
            api_id: live.api_id().to_owned(),
            stage: live.stage.name().to_owned(),
            request_id: self.request_id().to_owned(),
            log,
            lines,
            target,
            writer: AsWhom::AccountRole(live.account_role.clone()),
            // Deliveries take the logs of REST APIs alone, as documented.
            executed: None,
        };
        let leaves_lines = !self.failure.as_ref().is_some_and(Failure::leaves_no_line);
        let access = live.stage.access_log().filter(|_| leaves_lines).map(|(destination, format)| {
            let line = render(format, |name| self.variable(name));
            entry(LogKind::Access, vec![(self.started, line)], Target::of_arn(destination, &live.scope))
        });
        let events = self.events();
        let execution = (!events.is_empty()).then(|| {
            let name = group(live.api_id(), live.stage.name());
            // That the group is made on demand, as that of a REST API, is inferred.
            entry(LogKind::Execution, events, Target::Group { name, missing: MissingGroup::Create })
        });
        execution.into_iter().chain(access)
    }

    /// The event's lines; none where the client was turned away at the door, as captured of REST APIs.
    fn events(&self) -> Vec<(Timestamp, String)> {
        let is_connect = matches!(self.event, Event::Connect { .. });
        if is_connect && self.failure.as_ref().is_some_and(Failure::is_at_the_door) {
            return Vec::new();
        }
        self.log.events(&self.id)
    }
}
