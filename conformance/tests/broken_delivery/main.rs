//! Ways to break delivery × types of APIs × their logs: which lines arrive, and what the developer is told of the others.
//!
//! Whoever calls an API never notices. Where nothing arrives, a log group is as it was; where lines arrive, they are the usual
//! ones, and no more.

mod calls;
mod hold;
mod stages;
mod usual;
mod ways;

use anyhow::{Context as _, Result};

use crate::stages::Stages;
use crate::ways::Way;

#[tokio::test(flavor = "multi_thread")]
async fn the_account_s_role_stands_behind_rest_and_websocket_apis() -> Result<()> {
    hold(ways::role::all()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn resource_policies_stand_behind_http_apis() -> Result<()> {
    hold(ways::resource_policies::all()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn destinations_can_go() -> Result<()> {
    hold(ways::destinations::all()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_stand_behind_encrypted_groups() -> Result<()> {
    hold(ways::keys::all()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_take_the_execution_logs_of_rest_apis() -> Result<()> {
    hold(ways::deliveries::all()).await
}

/// Every way in an account of its own: as it was, broken, and mended again where the way says how.
async fn hold(ways: Vec<Way>) -> Result<()> {
    for way in ways {
        let mut stages = Stages::new().await?;
        stages.hold_to(Way::ALL_ARRIVE).await.with_context(|| format!("{}: before", way.name))?;
        stages.make(&way.breaks).await.with_context(|| way.name)?;
        stages.hold_to(way.fates).await.with_context(|| way.name)?;
        if !way.repairs.is_empty() {
            stages.make(&way.repairs).await.with_context(|| format!("{}: repairs", way.name))?;
            stages.hold_to(Way::ALL_ARRIVE).await.with_context(|| format!("{}: repaired", way.name))?;
        }
    }
    Ok(())
}
