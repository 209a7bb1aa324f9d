//! Puts the emulator together: the one place that knows every part.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;
use http::{Request, Response};
use stagecheck_models::{
    apigateway as v1, apigatewayv2 as v2, iam as iam_table, logs as logs_table,
    resourcegroupstaggingapi as tagging_table, sts as sts_table,
};
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::admin::{Admin, History};
use crate::apigateway::{self, DeployedApis, TaggedRows, TestRuns};
use crate::edge::{Callers, Edge, Services, response, serve};
use crate::gateway::{Delivery, Gateway, TestBench};
use crate::iam::{RoleAuthority, TaggedEntities};
use crate::ids::Ids;
use crate::logs::{GroupWriter, TaggedGroups};
use crate::service::authorization::Authorizer;
use crate::service::ports::{LogWriter, Permissions, Roles};
use crate::service::{IamMode, Quota, Quotas, ServiceControl, Throttle};
use crate::states::States;
use crate::store::{Account, Region, Scope, Scopes};
use crate::tagging::{Bearers, Tagging};
use crate::time::{Clock, SystemClock};
use crate::wire::Dispatch;
use crate::{apigatewayv2, iam, logs, sts, tagging};

/// How long requests that have begun may take after a stop, and idle connections may linger.
const LONGEST_FAREWELL: Duration = Duration::from_secs(2);

/// The quotas that can be set, service by service.
pub const QUOTAS: &[&[Quota]] = &[apigateway::QUOTAS, iam::QUOTAS];

/// An emulator with its own state. Clones share it.
#[derive(Clone)]
pub struct Emulator {
    edge: Arc<Edge>,
    scope: Scope,
}

/// An emulator that is yet to be made.
pub struct Builder {
    scope: Scope,
    clock: Arc<dyn Clock>,
    ids: Ids,
    quotas: Quotas,
    rate_limits: bool,
    iam: IamMode,
    service_control: ServiceControl,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            scope: Scope::default(),
            clock: Arc::new(SystemClock),
            ids: Ids::random(),
            quotas: Quotas::default(),
            rate_limits: false,
            iam: IamMode::Off,
            service_control: ServiceControl::default(),
        }
    }
}

impl Builder {
    /// The account of unknown access keys; 000000000000 if not said.
    #[must_use]
    pub fn account(mut self, account: Account) -> Self {
        self.scope.account = account;
        self
    }

    /// The region of calls that name none; us-east-1 if not said.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.scope.region = region;
        self
    }

    /// What tells the time; the machine's clock if not said.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Makes identifiers follow from a seed, so that the same calls get the same answers.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.ids = Ids::seeded(seed);
        self
    }

    /// How many of a thing there may be; AWS's defaults if not said.
    #[must_use]
    pub fn quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Whether operations may be called only as often as AWS lets them; as often as one likes if not said.
    #[must_use]
    pub fn rate_limits(mut self, on: bool) -> Self {
        self.rate_limits = on;
        self
    }

    /// What becomes of calls that policies do not allow; they are served if not said.
    #[must_use]
    pub fn iam(mut self, mode: IamMode) -> Self {
        self.iam = mode;
        self
    }

    /// The service control policies of accounts; none if not said.
    #[must_use]
    pub fn service_control(mut self, policies: ServiceControl) -> Self {
        self.service_control = policies;
        self
    }

    /// The emulator.
    #[must_use]
    pub fn build(self) -> Emulator {
        let Self { scope, clock, ids, quotas, rate_limits, iam, service_control } = self;
        let ids = Arc::new(ids);
        let states = Arc::new(States::new());
        let authority = Arc::new(RoleAuthority::new(Arc::clone(&states.iam)));
        let roles: Arc<dyn Roles> = Arc::clone(&authority) as _;
        let permissions: Arc<dyn Permissions> = authority;
        let authorizer = Arc::new(Authorizer::new(iam, permissions, service_control));
        let writer: Arc<dyn LogWriter> = Arc::new(GroupWriter::new(Arc::clone(&states.logs)));
        let delivery = Arc::new(Delivery::new(Arc::clone(&roles), Arc::clone(&writer)));
        let apis = DeployedApis::new(Arc::clone(&states.apigateway), Arc::clone(&states.apis));
        let bench = TestBench::new(Arc::clone(&clock), Arc::clone(&ids));
        let history = Arc::new(History::default());
        let throttle =
            rate_limits.then(|| Arc::new(Throttle::new(&apigateway::RATES, apigateway::too_many_requests)));
        let callers = Arc::new(Callers::new(scope.clone(), vec![Arc::clone(&states.session_keys) as _]));
        let gateway = Gateway::new(
            apis,
            Arc::clone(&delivery),
            Arc::clone(&authorizer),
            Arc::clone(&callers) as _,
            Arc::clone(&clock),
            Arc::clone(&ids),
        );
        let edge = Edge {
            services: Services::new(services(&states, &roles, &writer, Arc::new(bench), throttle.as_ref())),
            callers,
            gateway,
            admin: Admin::new(states, delivery, Arc::clone(&history)),
            history,
            clock,
            ids,
            quotas,
            authorizer,
        };
        Emulator { edge: Arc::new(edge), scope }
    }
}

fn services(
    states: &States,
    roles: &Arc<dyn Roles>,
    writer: &Arc<dyn LogWriter>,
    test_runs: Arc<dyn TestRuns>,
    throttle: Option<&Arc<Throttle>>,
) -> Vec<Dispatch> {
    let ports = apigateway::Ports { roles: Arc::clone(roles), logs: Arc::clone(writer), test_runs };
    let bearers = Bearers::new(vec![
        Arc::new(TaggedRows::new(Arc::clone(&states.apigateway))),
        Arc::new(TaggedEntities::new(Arc::clone(&states.iam))),
        Arc::new(TaggedGroups::new(Arc::clone(&states.logs))),
    ]);
    vec![
        Dispatch::new(&v1::SERVICE, apigateway::DIALECT)
            .throttled_by(throttle)
            .requiring(&states.apigateway, apigateway::authorization::ROWS)
            .serving(&states.apigateway, |registrar| apigateway::register(registrar, &ports)),
        Dispatch::new(&v2::SERVICE, apigatewayv2::DIALECT)
            .throttled_by(throttle)
            .tolerating(apigatewayv2::tolerates)
            .requiring(&states.apigateway, apigatewayv2::authorization::ROWS)
            .serving(&states.apigateway, |registrar| apigatewayv2::register(registrar, &ports)),
        Dispatch::new(&iam_table::SERVICE, iam::DIALECT)
            .requiring(&states.iam, iam::authorization::ROWS)
            .serving(&states.iam, |registrar| iam::register(registrar)),
        Dispatch::new(&sts_table::SERVICE, sts::DIALECT)
            .requiring(&states.sts, sts::authorization::ROWS)
            .serving(&states.sts, |registrar| sts::register(registrar, roles)),
        Dispatch::new(&logs_table::SERVICE, logs::DIALECT)
            .requiring(&states.logs, logs::authorization::ROWS)
            .serving(&states.logs, |registrar| logs::register(registrar)),
        Dispatch::new(&tagging_table::SERVICE, tagging::DIALECT)
            // Nothing is kept there.
            .requiring(&Arc::<Scopes<Tagging>>::default(), tagging::authorization::ROWS)
            .serving(&Arc::<Scopes<Tagging>>::default(), |registrar| tagging::register(registrar, &bearers)),
    ]
}

impl Emulator {
    /// An emulator with all defaults.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a default that holds a server's state would surprise")]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// An emulator to be told of its account, region, clock and seed.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The default account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.scope.account
    }

    /// The default region.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.scope.region
    }

    /// Answers one request, without a socket.
    #[must_use]
    pub fn respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        response(self.edge.respond(&head, &body, IpAddr::V4(Ipv4Addr::LOCALHOST)))
    }

    /// Serves on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn start(&self) -> io::Result<Running> {
        self.start_on((Ipv4Addr::LOCALHOST, 0)).await
    }

    /// Serves on this address; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn start_on(&self, address: impl ToSocketAddrs) -> io::Result<Running> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let edge = Arc::clone(&self.edge);
        let task = tokio::spawn(async move {
            let stopped = async {
                // Either way: told to stop, or nobody is left to tell.
                let _ = stopped.await;
            };
            serve(edge, listener, stopped).await
        });
        Ok(Running { emulator: self.clone(), address, stop, task })
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Emulator").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// An emulator that serves on a port. It stops when it is dropped.
#[derive(Debug)]
pub struct Running {
    emulator: Emulator,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to give clients as their endpoint: `http://127.0.0.1:4566`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The emulator.
    #[must_use]
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// Stops, after the requests that have begun.
    ///
    /// # Errors
    ///
    /// When the server had failed.
    pub async fn stop(self) -> io::Result<()> {
        let Self { stop, mut task, .. } = self;
        let _ = stop.send(());
        match tokio::time::timeout(LONGEST_FAREWELL, &mut task).await {
            Ok(ended) => ended.unwrap_or_else(|error| Err(io::Error::other(error))),
            Err(_) => {
                task.abort();
                Ok(())
            }
        }
    }
}
