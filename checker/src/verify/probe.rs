//! Sends one request to a stage, and looks for the lines that it must leave.

use std::time::Duration;

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde::Serialize;

use super::lines;
use crate::clock;
use crate::connection::Connection;
use crate::error::describe;
use crate::evaluate::{StageView, level_of};
use crate::findings::{Require, StageEntry, Status};
use crate::inventory::{Level, Method};

/// A content type that no API has a mapping for, so that a request that has it fails.
const FOREIGN_CONTENT_TYPE: &str = "application/vnd.stagecheck.probe";

/// How long to wait for a connection, and for an answer: API Gateway itself gives up on an integration after 29 s.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);
const LONGEST_ANSWER: Duration = Duration::from_secs(35);

/// What became of the request to one stage.
#[derive(Clone, Debug, Serialize)]
pub struct Probe {
    /// The stage's ARN.
    pub arn: String,
    /// `GET /pets`; nothing where no method could be called.
    pub method: Option<String>,
    /// The request's id, by which its lines were looked for.
    pub request_id: Option<String>,
    /// HTTP status of the answer.
    pub http_status: Option<u16>,
    /// Whether every line that was looked for is there.
    pub status: Status,
    /// How many execution log lines there are.
    pub execution_lines: usize,
    /// How many access log lines there are.
    pub access_lines: usize,
    /// What is missing, or why nothing was sent.
    pub message: Option<String>,
}

/// What a stage answered.
struct Answer {
    status: u16,
    /// The request's id, and its extended id: a line has one of them.
    ids: Vec<String>,
}

/// Sends requests to deployed APIs.
pub(super) struct Sender<'a> {
    connection: &'a Connection,
    connector: SharedHttpConnector,
}

impl<'a> Sender<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        let timeouts = HttpConnectorSettings::builder()
            .connect_timeout(LONGEST_CONNECT)
            .read_timeout(LONGEST_ANSWER)
            .build();
        let connector = Connector::builder()
            .connector_settings(timeouts)
            .sleep_impl(TokioSleep::new())
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build();
        Self { connection, connector: SharedHttpConnector::new(connector) }
    }

    pub(super) async fn probe(
        &self,
        view: StageView<'_>,
        entry: &StageEntry,
        require: Require,
        patience: Duration,
    ) -> Probe {
        let mut probe = Probe {
            arn: view.stage.arn.clone(),
            method: None,
            request_id: None,
            http_status: None,
            status: Status::Unknown,
            execution_lines: 0,
            access_lines: 0,
            message: None,
        };
        let Some(method) = callable(view) else {
            probe.message = Some(
                if view.stage.reachable {
                    "no deployed method can be called by GET without credentials"
                } else {
                    "the API cannot be called from here: it is private, or its default endpoint is off"
                }
                .to_owned(),
            );
            return probe;
        };
        probe.method = Some(format!("{} {}", method.verb, method.path));
        let level = level_of(view.stage, &method.setting_key());
        let since = clock::now_millis();
        let answer = match self.send(view, method, level).await {
            Ok(answer) => answer,
            Err(error) => {
                probe.message = Some(format!("the request failed: {error}"));
                return probe;
            }
        };
        probe.http_status = Some(answer.status);
        let looks_for = lines::Wanted {
            execution: require != Require::Access && entry.execution.configured == Status::Pass,
            access: require != Require::Execution && entry.access.configured == Status::Pass,
            one_is_enough: require == Require::Either,
        };
        let found = lines::look(self.connection, view, &answer.ids, since, looks_for, patience).await;
        probe.execution_lines = found.execution;
        probe.access_lines = found.access;
        probe.request_id = answer.ids.into_iter().next();
        (probe.status, probe.message) = found.verdict(looks_for, require);
        probe
    }

    async fn send(&self, view: StageView<'_>, method: &Method, level: Level) -> Result<Answer, String> {
        let mut request = HttpRequest::empty();
        request.set_uri(self.url(view, method)).map_err(describe)?;
        if level == Level::Error {
            request.headers_mut().insert("content-type", FOREIGN_CONTENT_TYPE);
        }
        let answer = self.connector.call(request).await.map_err(describe)?;
        let ids =
            ["x-amzn-requestid", "x-amz-apigw-id"].into_iter().filter_map(|name| answer.headers().get(name));
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        if ids.is_empty() {
            return Err("the answer has no x-amzn-RequestId, by which its lines could be found".to_owned());
        }
        Ok(Answer { status: answer.status().as_u16(), ids })
    }

    /// AWS's own host name, or with an endpoint in its place the path that local emulators share.
    fn url(&self, view: StageView<'_>, method: &Method) -> String {
        let (api, stage, path) = (&view.stage.api_id, &view.stage.name, sample_path(&method.path));
        match &self.connection.endpoint {
            Some(endpoint) => {
                format!("{}/restapis/{api}/{stage}/_user_request_{path}", endpoint.trim_end_matches('/'))
            }
            None => {
                let suffix =
                    if view.inventory.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
                format!("https://{api}.execute-api.{}.{suffix}/{stage}{path}", view.region_name)
            }
        }
    }
}

/// A deployed method that a probe may call: by GET, without credentials; one that logs at INFO if there is one.
fn callable<'a>(view: StageView<'a>) -> Option<&'a Method> {
    let methods = view.stage.methods.value().filter(|_| view.stage.reachable)?;
    methods
        .iter()
        .filter(|method| method.open && method.verb == "GET")
        .max_by_key(|method| (level_of(view.stage, &method.setting_key()), !method.path.contains('{')))
}

/// The path with something in place of each parameter.
fn sample_path(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "stagecheck" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::sample_path;

    #[test]
    fn parameters_get_a_value() {
        assert_eq!(sample_path("/"), "/");
        assert_eq!(sample_path("/pets/{id}/{rest+}"), "/pets/stagecheck/stagecheck");
    }
}
