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
    DataPlane,
}

/// What is asked of a call at the most connections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Targets {
    /// The least share of the yardstick's requests a second.
    pub(super) share: f64,
    /// The most microseconds of processor time beyond the yardstick's.
    pub(super) cpu: f64,
}

impl Scenario {
    pub(super) const ALL: [Self; 8] = [
        Self::GetCallerIdentity,
        Self::GetRole,
        Self::GetStage,
        Self::UpdateStage,
        Self::PutLogEvents,
        Self::FilterLogEvents,
        Self::GetRestApis,
        Self::DataPlane,
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
            Self::DataPlane => "GET of a stage that writes both logs",
        }
    }

    /// `None` for the data plane, whose yardstick writes no logs.
    pub(super) const fn targets(self) -> Option<Targets> {
        match self {
            Self::GetCallerIdentity | Self::GetRole | Self::GetStage | Self::UpdateStage => {
                Some(Targets { share: 0.75, cpu: 5.0 })
            }
            Self::PutLogEvents => Some(Targets { share: 0.75, cpu: 12.0 }),
            Self::FilterLogEvents | Self::GetRestApis => Some(Targets { share: 0.7, cpu: 5.0 }),
            Self::DataPlane => None,
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
            Self::DataPlane => Request::plain(account::stage_address(&account.logged_api().await?)),
        })
    }
}

/// The call that needs nothing.
pub(super) fn caller_identity() -> Request {
    Request::form("sts", "Action=GetCallerIdentity&Version=2011-06-15")
}
