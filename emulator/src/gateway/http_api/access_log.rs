//! Access logs: one line a request, as the stage's format says, delivered by CloudWatch Logs.

use super::exchange::Exchange;
use crate::gateway::access_format::render;
use crate::gateway::delivery::{AsWhom, Entry, LogKind, Target};

impl Exchange<'_> {
    /// The line; `None` where the stage has no destination or no format, and of requests that leave none: those that no route
    /// serves, that come too often or are too large (inferred).
    pub(super) fn into_log_entry(self) -> Option<Entry> {
        if self.failure.as_ref().is_some_and(|failure| failure.is_early) {
            return None;
        }
        let live = self.live;
        let (destination, format) = live.stage.access_log()?;
        let line = render(format, |name| self.variable(name));
        Some(Entry {
            time: self.finished,
            scope: live.scope.clone(),
            api_id: live.api_id().to_owned(),
            stage: live.stage.name().to_owned(),
            lines: vec![(self.started, line)],
            log: LogKind::Access,
            target: Target::of_arn(destination, &live.scope),
            // A policy of AWS's own asks only whether it is of this account and region (captured); what else it is, where
            // nobody made a delivery source, is inferred.
            writer: AsWhom::LogDelivery { source_arn: live.scope.arn("logs", format_args!("*")) },
            executed: None,
            request_id: self.id,
        })
    }
}
