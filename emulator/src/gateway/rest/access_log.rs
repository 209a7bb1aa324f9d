//! Access logs: one line a request, as the stage's format says.

use super::exchange::Exchange;
use crate::gateway::access_format::render;
use crate::time::Timestamp;

impl Exchange<'_> {
    /// The access log line; `None` where the stage has no destination or no format.
    ///
    /// A request that no method serves leaves one, too: AWS documents that access logs show it and execution logs do not.
    pub(super) fn access_line(&self) -> Option<(Timestamp, String)> {
        let settings = self.live.stage.access_log_settings.as_ref()?;
        settings.destination_arn.as_ref()?;
        let line = render(settings.format.as_ref()?, |name| self.variable(name));
        Some((self.started, line))
    }
}
