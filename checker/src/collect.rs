//! Reads an account. A call that fails becomes a [`Gap`]; what it would have told stays unknown.

mod apis;
mod log_groups;
mod roles;
mod settings;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::error::ProvideErrorMetadata;
use futures_util::stream::{self, StreamExt};

pub(crate) use settings::stage_settings;

use crate::connection::{Clients, Connection};
use crate::error::describe;
use crate::inventory::{ALL_METHODS, Gap, Inventory, Known, Region, Role, Stage, new_role_arn};
use crate::progress::Progress;

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// API ids or names; none for all.
    pub apis: Vec<String>,
    /// Stage names; none for all.
    pub stages: Vec<String>,
}

impl Filter {
    fn wants_api(&self, id: &str, name: &str) -> bool {
        self.apis.is_empty() || self.apis.iter().any(|wanted| wanted == id || wanted == name)
    }

    fn wants_stage(&self, name: &str) -> bool {
        self.stages.is_empty() || self.stages.iter().any(|wanted| wanted == name)
    }

    /// Whether anything is left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.apis.is_empty() && self.stages.is_empty()
    }
}

/// How calls are made.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Calls at a time.
    pub concurrency: usize,
}

/// Of which stages the deployed methods are read. It takes a call a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Methods {
    /// Where the verdict turns on them: some settings log, and some do not.
    ForVerdict,
    /// Where what to change turns on them: also where all own settings of methods are OFF.
    ForPlan,
    /// Of all, to send requests to.
    ForProbe,
}

impl Methods {
    fn wanted(self, stage: &Stage) -> bool {
        let settings = &stage.settings.method_settings;
        let default_logs = settings.get(ALL_METHODS).is_some_and(|setting| setting.level.logs());
        let mut own =
            settings.iter().filter(|(key, _)| *key != ALL_METHODS).map(|(_, setting)| setting.level.logs());
        match self {
            Self::ForVerdict => own.any(|logs| logs != default_logs),
            Self::ForPlan => own.any(|logs| !(logs && default_logs)),
            Self::ForProbe => true,
        }
    }
}

/// Reads all regions of a connection.
pub async fn collect(
    connection: &Connection,
    filter: &Filter,
    pace: Pace,
    methods: Methods,
    progress: &Progress,
) -> Inventory {
    let mut gaps = Gaps::default();
    let mut regions = BTreeMap::new();
    for (name, clients) in &connection.regions {
        let mut place = Place { connection, region: name, clients, pace, gaps: &mut gaps };
        let role_arn = apis::account_role(&mut place).await;
        let apis = apis::list(&mut place, progress).await;
        let mut stages = apis::stages(&mut place, apis, filter, progress).await;
        apis::deployed_methods(&mut place, &mut stages, methods).await;
        let log_groups = log_groups::of_stages(&mut place, &stages).await;
        regions.insert(name.clone(), Region { role_arn, stages, log_groups });
    }
    let roles = account_roles(connection, &regions, methods, &mut gaps).await;
    let mut gaps = gaps.0;
    gaps.sort();
    Inventory {
        account: connection.account.clone(),
        partition: connection.partition.clone(),
        regions,
        roles,
        gaps,
    }
}

/// Each role once, however many regions log with it.
async fn account_roles(
    connection: &Connection,
    regions: &BTreeMap<String, Region>,
    methods: Methods,
    gaps: &mut Gaps,
) -> BTreeMap<String, Known<Role>> {
    let arns: BTreeSet<&String> = regions.values().filter_map(|region| region.role_arn.value()).collect();
    let Some(clients) = connection.regions.values().next() else { return BTreeMap::new() };
    let mut roles = BTreeMap::new();
    for arn in arns {
        roles.insert(arn.clone(), roles::read(&clients.iam, arn, &connection.account, gaps).await);
    }
    let has_none = |region: &Region| match &region.role_arn {
        Known::Value(arn) => matches!(roles.get(arn), Some(Known::Absent)),
        Known::Absent => true,
        Known::Unknown => false,
    };
    // A plan for a region that has none turns on whether the one that it would make is there.
    if methods == Methods::ForPlan && regions.values().any(has_none) {
        let arn = new_role_arn(&connection.partition, &connection.account);
        let role = roles::read(&clients.iam, &arn, &connection.account, gaps).await;
        roles.insert(arn, role);
    }
    roles
}

/// One region while it is read.
struct Place<'a> {
    connection: &'a Connection,
    region: &'a str,
    clients: &'a Clients,
    pace: Pace,
    gaps: &'a mut Gaps,
}

impl Place<'_> {
    /// The answer of a call, or a gap.
    fn known<T, E: std::error::Error + ProvideErrorMetadata>(
        &mut self,
        call: &str,
        of: &str,
        answer: Result<T, E>,
    ) -> Known<T> {
        let scope = format!("{} {of}", self.region);
        self.gaps.known(call, scope.trim_end(), answer)
    }

    /// Asks for many things at once, and keeps the order.
    async fn each<T, A, F: Future<Output = A>>(&self, items: Vec<T>, ask: impl Fn(T) -> F) -> Vec<A> {
        stream::iter(items).map(ask).buffered(self.pace.concurrency.max(1)).collect().await
    }
}

/// What could not be read so far.
#[derive(Debug, Default)]
struct Gaps(Vec<Gap>);

impl Gaps {
    fn known<T, E: std::error::Error + ProvideErrorMetadata>(
        &mut self,
        call: &str,
        scope: &str,
        answer: Result<T, E>,
    ) -> Known<T> {
        match answer {
            Ok(value) => Known::Value(value),
            Err(error) => {
                let missing_permission = is_denial(&error).then(|| action_of(call));
                self.push(call, scope, describe(error), missing_permission);
                Known::Unknown
            }
        }
    }

    fn add(&mut self, call: &str, scope: &str, error: String) {
        self.push(call, scope, error, None);
    }

    fn push(&mut self, call: &str, scope: &str, error: String, missing_permission: Option<String>) {
        self.0.push(Gap { call: call.to_owned(), scope: scope.to_owned(), error, missing_permission });
    }
}

/// Whether the caller lacks a permission: services differ in how they call it.
fn is_denial(error: &impl ProvideErrorMetadata) -> bool {
    matches!(error.code(), Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedException"))
}

/// The IAM action that a reading call takes: its own name, but for API Gateway, whose actions are HTTP methods.
fn action_of(call: &str) -> String {
    if call.starts_with("apigateway:") { "apigateway:GET".to_owned() } else { call.to_owned() }
}
