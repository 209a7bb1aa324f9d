//! Holds the stages to what is to become of their logs.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use stagecheck_conformance::account::group_arn;
use stagecheck_conformance::placeholders::{EXTENDED_ID, UUID, put_in};

use crate::stages::{Log, Stages, Type};
use crate::usual;
use crate::ways::{Fate, Fates};

/// Names of streams: of those that the role writes, and of those that log delivery writes (captured).
const STREAM: &str = r"([0-9a-f]{32}|\{api\}_(prod|\$default)-\d{4}(-\d{2}){4})";

const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/[0-9a-f-]{36}";

/// One log, what is to become of it, and the group where it belongs.
struct Column {
    log: Log,
    fate: Fate,
    group: String,
}

impl Stages {
    /// Sends one request to each stage, and holds answers, logs and records to what they are to be.
    pub(crate) async fn hold_to(&mut self, fates: Fates) -> Result<()> {
        for kind in [Type::Rest, Type::WebSocket, Type::Http] {
            let columns = self.columns(kind, &fates);
            self.hold_stage_to(kind, &columns).await.with_context(|| format!("{kind:?}"))?;
        }
        Ok(())
    }

    fn columns(&self, kind: Type, fates: &Fates) -> Vec<Column> {
        let logs: &[(Log, Fate)] = match kind {
            Type::Rest => &[(Log::Execution, fates.rest_execution), (Log::Access, fates.rest_access)],
            Type::WebSocket => {
                &[(Log::Execution, fates.web_socket_execution), (Log::Access, fates.web_socket_access)]
            }
            Type::Http => &[(Log::Access, fates.http_access)],
        };
        let column = |&(log, fate): &(Log, Fate)| {
            let elsewhere =
                fates.rest_execution_group.filter(|_| (kind, log) == (Type::Rest, Log::Execution));
            Column { log, fate, group: elsewhere.map_or_else(|| self.group(kind, log), str::to_owned) }
        };
        logs.iter().map(column).collect()
    }

    async fn hold_stage_to(&mut self, kind: Type, columns: &[Column]) -> Result<()> {
        // In the next minute, streams of log delivery are others; and lines have an order.
        self.account.wait(60);
        let groups = self.all_groups(columns);
        let before = self.contents(&groups).await?;
        let records_before = self.records().await?.len();
        let answer = self.send(kind).await?;
        ensure!(answer == usual::answer(kind), "the client notices: {answer}");
        let after = self.contents(&groups).await?;
        let records = self.records().await?.split_off(records_before);
        ensure!(records.len() == columns.len(), "{records:?}");
        for ((group, before), after) in groups.iter().zip(before).zip(after) {
            let new = after
                .strip_prefix(before.as_slice())
                .with_context(|| format!("{group} changed: {after:?}"))?;
            let here = columns.iter().filter(|column| column.group == *group);
            let arriving = here.filter(|column| matches!(column.fate, Fate::Arrives));
            let expected: Vec<&str> =
                arriving.flat_map(|column| usual::lines(kind, column.log)).copied().collect();
            let new: Vec<String> = new.iter().map(|line| self.named(kind, line)).collect();
            ensure!(new == expected, "in {group}: {new:#?}");
        }
        for column in columns {
            let name = if column.log == Log::Execution { "execution" } else { "access" };
            let record = records.iter().find(|record| record["log"] == name).context("no record")?;
            self.hold_record_to(kind, column, record).with_context(|| format!("{name}: {record}"))?;
        }
        Ok(())
    }

    fn hold_record_to(&self, kind: Type, column: &Column, record: &Value) -> Result<()> {
        ensure!(record["api_id"] == self.api(kind), "of another API");
        ensure!(record["lines"] == usual::lines(kind, column.log).len(), "another number of lines");
        let cause = record["cause"].as_str().map(|cause| self.named_cause(kind, &column.group, cause));
        let statement = record["statement"].as_str();
        let told = (record["outcome"].as_str(), cause.as_deref(), statement);
        let expected = match column.fate {
            Fate::Arrives => (Some("delivered"), None, None),
            Fate::Refused(cause) => (Some("refused"), Some(cause), None),
            Fate::RefusedBy(cause, statement) => (Some("refused"), Some(cause), Some(statement)),
        };
        ensure!(told == expected, "{told:?}");
        ensure!(!matches!(column.fate, Fate::Arrives) || record["destination"] == *column.group, "elsewhere");
        Ok(())
    }

    /// The groups of all stages, and those of these columns.
    fn all_groups(&self, columns: &[Column]) -> Vec<String> {
        let managed = [Type::Rest, Type::WebSocket, Type::Http]
            .into_iter()
            .flat_map(|kind| [self.group(kind, Log::Execution), self.group(kind, Log::Access)]);
        let mut groups: Vec<String> =
            managed.chain(columns.iter().map(|column| column.group.clone())).collect();
        groups.sort();
        groups.dedup();
        groups
    }

    async fn contents(&self, groups: &[String]) -> Result<Vec<Vec<String>>> {
        let mut contents = Vec::new();
        for group in groups {
            contents.push(self.account.messages(group).await?);
        }
        Ok(contents)
    }

    /// A line with names in the place of ids.
    fn named(&self, kind: Type, line: &str) -> String {
        put_in(line.replace(self.api(kind), "{api}"), &[(UUID, "{id}"), (EXTENDED_ID, "{extended id}")])
    }

    /// A cause with names in the place of what lines go to.
    fn named_cause(&self, kind: Type, group: &str, cause: &str) -> String {
        let streams = format!("{}:log-stream:", group_arn(group));
        let cause = cause.replace(&streams, "{group}").replace(self.api(kind), "{api}");
        put_in(cause, &[(&format!(r"\{{group\}}{STREAM}"), "{stream}"), (KEY, "{key}")])
    }
}
