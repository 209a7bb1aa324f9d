//! The calls that are measured, each with what it is held against.

use anyhow::Result;
use serde_json::Value;

use super::account::{self, Account};
use super::request::Request;

/// A call, made over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    GetCallerIdentity,
    GetRole,
    GetStage,
    UpdateStage,
    PutLogEvents,
    FilterLogEvents,
    GetRestApis,
    DataPlane(Logs),
}

/// What a stage logs of its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logs {
    None,
    Access,
    Both,
}

/// What is asked of a call at the most connections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Targets {
    /// The least share of the yardstick's requests a second.
    pub(super) share: f64,
    /// The most microseconds of processor time beyond the yardstick's, where that is asked.
    pub(super) cpu: Option<f64>,
}

impl Scenario {
    pub(super) const ALL: [Self; 10] = [
        Self::GetCallerIdentity,
        Self::GetRole,
        Self::GetStage,
        Self::UpdateStage,
        Self::PutLogEvents,
        Self::FilterLogEvents,
        Self::GetRestApis,
        Self::DataPlane(Logs::None),
        Self::DataPlane(Logs::Access),
        Self::DataPlane(Logs::Both),
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "sts:GetCallerIdentity",
            Self::GetRole => "iam:GetRole",
            Self::GetStage => "apigateway:GetStage",
            Self::UpdateStage => "apigateway:UpdateStage (log level)",
            Self::PutLogEvents => "logs:PutLogEvents (10 events)",
            Self::FilterLogEvents => "logs:FilterLogEvents (100 events)",
            Self::GetRestApis => "apigateway:GetRestApis (100 APIs)",
            Self::DataPlane(Logs::None) => "GET of a stage that writes no logs",
            Self::DataPlane(Logs::Access) => "GET of a stage that writes access logs",
            Self::DataPlane(Logs::Both) => "GET of a stage that writes both logs",
        }
    }

    pub(super) const fn targets(self) -> Targets {
        match self {
            Self::GetCallerIdentity | Self::GetRole | Self::GetStage | Self::UpdateStage => {
                Targets { share: 0.75, cpu: Some(5.0) }
            }
            Self::PutLogEvents => Targets { share: 0.75, cpu: Some(12.0) },
            Self::FilterLogEvents | Self::GetRestApis => Targets { share: 0.7, cpu: Some(5.0) },
            // The yardstick writes no logs.
            Self::DataPlane(Logs::None) => Targets { share: 0.6, cpu: None },
            Self::DataPlane(Logs::Access) => Targets { share: 0.45, cpu: None },
            Self::DataPlane(Logs::Both) => Targets { share: 0.25, cpu: None },
        }
    }

    /// Whether the yardstick has to serialize its answer each time.
    pub(super) const fn answers_rows(self) -> bool {
        matches!(self, Self::FilterLogEvents | Self::GetRestApis)
    }

    /// Makes what the call is about, and gives the call.
    pub(super) async fn prepare(self, account: &mut Account) -> Result<Request> {
        Ok(match self {
            Self::GetCallerIdentity => caller_identity(),
            Self::GetRole => {
                account.role().await?;
                let parameters = format!("Action=GetRole&Version=2010-05-08&RoleName={}", account::ROLE);
                Request::form("iam", parameters)
            }
            Self::GetStage => {
                let api = account.logged_api().await?;
                Request::rest("GET", account::stage_path(&api), &Value::Null)
            }
            Self::UpdateStage => {
                let api = account.logged_api().await?;
                account::patch(&account::stage_path(&api), &[("/*/*/logging/loglevel", "ERROR")])
            }
            Self::PutLogEvents => {
                account.stream().await?;
                account::put_ten_events()?
            }
            Self::FilterLogEvents => {
                account.stream().await?;
                account.events(100).await?;
                account::filter_events()
            }
            Self::GetRestApis => {
                account.apis(100).await?;
                Request::rest("GET", "/restapis?limit=500", &Value::Null)
            }
            Self::DataPlane(Logs::None) => Request::plain(account::stage_address(&account.api(0).await?)),
            Self::DataPlane(Logs::Access) => {
                Request::plain(account::stage_address(&account.access_logged_api().await?))
            }
            Self::DataPlane(Logs::Both) => {
                Request::plain(account::stage_address(&account.logged_api().await?))
            }
        })
    }
}

/// The call that needs nothing.
pub(super) fn caller_identity() -> Request {
    Request::form("sts", "Action=GetCallerIdentity&Version=2011-06-15")
}
