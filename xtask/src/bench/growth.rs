//! What lists cost as an account grows: a page is to cost the same however many APIs there are.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::account::{Account, resources_page, stages_path};
use super::connection::Connection;
use super::load::{load, median, micros};
use super::request::Request;
use super::servers::Server;
use super::start::mebibytes;
use super::table::{Row, Target};

/// How many APIs or users there are, one after another.
const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// How many of them are made and deleted again at each size.
const PAIRS: usize = 100;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(400);

/// How many times the cost of an item with the fewest APIs an item may cost with the most.
const FLAT: f64 = 1.2;

/// Microseconds that a page of 500 may take.
const SLOWEST_PAGE: f64 = 1_500.0;

/// Memory, in MiB, of an emulator that holds the most APIs.
const MOST_MEMORY: f64 = 100.0;

/// Pages of GetRestApis, GetStages and GetResources, and calls that are about one thing of many.
pub(super) async fn measure() -> Result<Vec<Row>> {
    let emulator = Server::emulator()?;
    let mut account = Account::of(emulator.address).await?;
    let (mut pages, mut stages, mut keys, mut apis) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut tagged, mut placed, mut left) = (Vec::new(), Vec::new(), Vec::new());
    let plan = account.plan().await?;
    let mut present = 0;
    for size in SIZES {
        let mut last = String::new();
        while present < size {
            last = account.api(present).await?;
            account.tag(&last).await?;
            present += 1;
        }
        pages
            .push(cost(&emulator, &Request::rest("GET", "/restapis?limit=500", &Value::Null), "item").await?);
        stages.push(cost(&emulator, &Request::rest("GET", stages_path(&last), &Value::Null), "item").await?);
        tagged.push(cost(&emulator, &resources_page(), "ResourceTagMappingList").await?);
        keys.push(each(size / 10, async || account.key().await.map(drop)).await?);
        apis.push(each(PAIRS, async || account.passing_api().await).await?);
        placed.push(each(PAIRS, async || account.key_of(&plan).await).await?);
        left.push(each(PAIRS, async || account.passing_stage(&last).await).await?);
    }
    let filled = mebibytes(&emulator)?;
    let mut rows = report("apigateway:GetRestApis (limit 500)", "APIs", &pages);
    rows.extend(report("apigateway:GetStages", "APIs", &stages));
    rows.extend(report("apigateway:CreateApiKey, a key for ten APIs", "APIs", &keys));
    rows.extend(report("apigateway:CreateRestApi and DeleteRestApi", "APIs", &apis));
    rows.extend(report("apigateway:CreateApiKey and CreateUsagePlanKey", "APIs", &placed));
    rows.extend(report("apigateway:CreateDeployment, CreateStage and DeleteStage", "APIs", &left));
    rows.extend(report("tagging:GetResources (100 a page)", "APIs", &tagged));
    rows.push(Row {
        figure: format!("resident memory with {present} APIs and stages, MiB"),
        measured: format!("{filled:.1}"),
        yardstick: String::new(),
        compared: String::new(),
        target: Some(Target::at_most("", filled, MOST_MEMORY)),
    });
    rows.extend(users(&mut account).await?);
    Ok(rows)
}

/// Calls of IAM that are about one of many users, each with the policy that all have.
async fn users(account: &mut Account) -> Result<Vec<Row>> {
    let (mut passing, mut present) = (Vec::new(), 0);
    for size in SIZES {
        while present < size {
            account.user(&format!("user-{present}")).await?;
            present += 1;
        }
        passing.push(each(PAIRS, async || account.passing_user().await).await?);
    }
    Ok(report("iam:CreateUser, AttachUserPolicy, DetachUserPolicy and DeleteUser", "users", &passing))
}

/// What a call costs.
struct Cost {
    /// Microseconds, in the middle.
    p50: f64,
    items: usize,
}

impl Cost {
    /// Microseconds an item.
    fn each(&self) -> f64 {
        self.p50 / self.items as f64
    }
}

async fn cost(emulator: &Server, request: &Request, list: &str) -> Result<Cost> {
    let answer = Connection::open(emulator.address).await?.call(request).await?;
    let items = answer[list].as_array().map_or(1, Vec::len).max(1);
    let request: Arc<[u8]> = request.bytes()?.into();
    let mut p50 = Vec::new();
    for _ in 0..ROUNDS {
        p50.push(load(emulator, &request, 1, ROUND).await?.p50);
    }
    Ok(Cost { p50: median(p50), items })
}

/// What calls cost that change something, one after another.
async fn each(times: usize, mut call: impl AsyncFnMut() -> Result<()>) -> Result<Cost> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let start = Instant::now();
        call().await?;
        took.push(micros(start.elapsed()));
    }
    Ok(Cost { p50: median(took), items: 1 })
}

/// Each size beside the one with the fewest of the things of which a page is full.
fn report(call: &str, things: &str, costs: &[Cost]) -> Vec<Row> {
    let most = costs.iter().map(|cost| cost.items).max().unwrap_or_default();
    let Some(yardstick) = costs.iter().find(|cost| cost.items == most) else { return Vec::new() };
    let row = |(size, cost): (&usize, &Cost)| {
        let growth = cost.each() / yardstick.each();
        vec![
            Row {
                figure: format!("{call}, {size} {things}: p50, µs"),
                measured: format!("{:.0}", cost.p50),
                yardstick: String::new(),
                compared: String::new(),
                target: (cost.items == 500).then(|| Target::at_most("", cost.p50, SLOWEST_PAGE)),
            },
            Row {
                figure: format!("{call}, {size} {things}: µs an item"),
                measured: format!("{:.2}", cost.each()),
                yardstick: format!("{:.2}", yardstick.each()),
                compared: format!("x {growth:.2}"),
                target: (cost.items == most).then(|| Target::at_most("x ", growth, FLAT)),
            },
        ]
    };
    SIZES.iter().zip(costs).flat_map(row).collect()
}
