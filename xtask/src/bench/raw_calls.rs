//! The yardstick of `stagecheck check`: the calls that it cannot do without, and nothing made of them.

use anyhow::{Context, Result};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use stagecheck::connection::{Clients, Connection, Target};

const REGION: &str = "us-east-1";

/// Asks for all APIs, and for the stages of each, so many at a time.
pub(crate) async fn make(url: &str, concurrency: usize) -> Result<()> {
    let target =
        Target { endpoint_url: Some(url.to_owned()), regions: vec![REGION.to_owned()], profile: None };
    let connection = Connection::open(&target).await?;
    let Clients { apigateway, .. } = connection.clients(REGION)?;
    let mut ids = Vec::new();
    let mut position = None;
    loop {
        let page = apigateway.get_rest_apis().limit(500).set_position(position).send().await?;
        ids.extend(page.items().iter().filter_map(|api| api.id()).map(str::to_owned));
        position = page.position().map(str::to_owned);
        if position.is_none() {
            break;
        }
    }
    stream::iter(ids)
        .map(|id| async move {
            let stages = apigateway.get_stages().rest_api_id(id).send().await?;
            stages.item().first().map(|_| ()).context("an API without a stage")
        })
        .buffer_unordered(concurrency)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(())
}
