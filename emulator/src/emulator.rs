//! Puts the emulator together: the one place that knows every part.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;
use http::{Request, Response, Uri};
use stagecheck_models::{
    apigateway as v1, apigatewayv2 as v2, iam as iam_table, kms as kms_table, logs as logs_table,
    resourcegroupstaggingapi as tagging_table, sts as sts_table,
};
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::admin::{Admin, History, Visitors};
use crate::apigateway::{self, DeployedApis, LinkedResources, LoggedStages, TaggedRows};
use crate::edge::{
    Authentication, Callers, Certificate, Edge, Invokers, ServiceCalls, Services, Sigv4, names, response,
    serve,
};
use crate::gateway::{
    Backends, Connections, Delivery, DeliveryPorts, DeliveryStreams, Egress, Functions, Gateway, HttpApis,
    RestApis, Signers, TestBench, Throttles, Verdicts, WebSocketApis,
};
use crate::iam::{
    ManagedPolicies, ProviderDirectory, RoleAuthority, TaggedEntities, UsageLog, UserMfaDevices,
};
use crate::ids::Ids;
use crate::kms::KeyRing;
use crate::logs::{DeliveryDirectory, GroupPolicies, GroupWriter, TaggedGroups};
use crate::service::authorization::Authorizer;
use crate::service::ports::{
    AccessKeys, EncryptionKeys, LogPolicies, LogWriter, Permissions, Roles, UsageRecorder,
};
use crate::service::{IamMode, Quota, Quotas, ServiceControl, Throttle};
use crate::states::{Propagations, States};
use crate::store::{Account, Region, Scope, Scopes};
use crate::sts::{AuthorizationMessages, OidcKeys, SigningKeys};
use crate::tagging::{Bearers, Tagging};
use crate::time::{Clock, SystemClock};
use crate::wire::Dispatch;
use crate::{apigatewayv2, iam, kms, logs, sts, tagging};

/// How long requests that have begun may take after a stop, and idle connections may linger.
const LONGEST_FAREWELL: Duration = Duration::from_secs(2);

/// The quotas that can be set, service by service.
pub const QUOTAS: &[&[Quota]] = &[apigateway::QUOTAS, iam::QUOTAS, kms::QUOTAS, logs::QUOTAS];

/// An emulator with its own state. Clones share it.
#[derive(Clone)]
pub struct Emulator {
    edge: Arc<Edge>,
    scope: Scope,
    tls: Option<Tls>,
}

/// How connections are encrypted.
#[derive(Clone)]
struct Tls {
    host_name: Option<String>,
}

/// An emulator that is yet to be made.
pub struct Builder {
    scope: Scope,
    clock: Arc<dyn Clock>,
    ids: Ids,
    quotas: Quotas,
    rate_limits: bool,
    iam_propagation: Duration,
    settings_propagation: Duration,
    managed_policies: Vec<ManagedPolicies>,
    oidc_keys: OidcKeys,
    sigv4: Sigv4,
    host_name: Option<String>,
    iam: IamMode,
    service_control: ServiceControl,
    log_delay: Duration,
    lambda_endpoint: Option<Uri>,
    allowed_hosts: Vec<String>,
    tls: bool,
    firehose_sink: Option<PathBuf>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            scope: Scope::default(),
            clock: Arc::new(SystemClock),
            ids: Ids::random(),
            quotas: Quotas::default(),
            rate_limits: false,
            iam_propagation: Duration::ZERO,
            settings_propagation: Duration::ZERO,
            managed_policies: Vec::new(),
            oidc_keys: OidcKeys::default(),
            sigv4: Sigv4::default(),
            host_name: None,
            iam: IamMode::Off,
            service_control: ServiceControl::default(),
            log_delay: Duration::ZERO,
            lambda_endpoint: None,
            allowed_hosts: Vec::new(),
            tls: false,
            firehose_sink: None,
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

    /// How much later changes to IAM take effect; at once if not said.
    #[must_use]
    pub fn iam_propagation(mut self, delay: Duration) -> Self {
        self.iam_propagation = delay;
        self
    }

    /// How much later the settings of stages and of the account come to deployed APIs; at once if not said.
    #[must_use]
    pub fn settings_propagation(mut self, delay: Duration) -> Self {
        self.settings_propagation = delay;
        self
    }

    /// More policies that AWS manages, over those that are known. They are facts: every emulator of the process knows
    /// them then.
    #[must_use]
    pub fn managed_policies(mut self, policies: ManagedPolicies) -> Self {
        self.managed_policies.push(policies);
        self
    }

    /// The keys of OpenID Connect providers. Tokens of an issuer that has none here are taken for what they claim.
    #[must_use]
    pub fn oidc_keys(mut self, keys: OidcKeys) -> Self {
        self.oidc_keys = keys;
        self
    }

    /// Whether signatures are verified; they are not if not said.
    #[must_use]
    pub fn sigv4(mut self, sigv4: Sigv4) -> Self {
        self.sigv4 = sigv4;
        self
    }

    /// A name, beside `localhost` and addresses, that the emulator's own endpoints may be called by.
    #[must_use]
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.host_name = Some(name.into());
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

    /// How long after their requests log lines are seen; at once if not said.
    #[must_use]
    pub fn log_delay(mut self, delay: Duration) -> Self {
        self.log_delay = delay;
        self
    }

    /// Where Lambda functions are invoked: an endpoint that speaks Lambda's Invoke, such as another emulator's. One whose
    /// path is Invoke's, as the Runtime Interface Emulator's is, gets the invocations of all functions. Without one,
    /// integrations with functions answer 501.
    #[must_use]
    pub fn lambda_endpoint(mut self, endpoint: Uri) -> Self {
        self.lambda_endpoint = Some(endpoint);
        self
    }

    /// A folder for access logs whose destination is a delivery stream of Firehose: each has a file of its name there.
    /// Without one, they go nowhere.
    #[must_use]
    pub fn firehose_sink(mut self, folder: impl Into<PathBuf>) -> Self {
        self.firehose_sink = Some(folder.into());
        self
    }

    /// Whether connections are encrypted, with a certificate that is made when the server starts; they are not if not said.
    #[must_use]
    pub fn tls(mut self, on: bool) -> Self {
        self.tls = on;
        self
    }

    /// A host beside this machine that integrations may call; `*` stands for all.
    #[must_use]
    pub fn allow_egress(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// The emulator.
    #[must_use]
    pub fn build(self) -> Emulator {
        let Self {
            scope,
            clock,
            ids,
            quotas,
            rate_limits,
            iam_propagation,
            settings_propagation,
            managed_policies,
            oidc_keys,
            sigv4,
            host_name,
            iam,
            service_control,
            log_delay,
            lambda_endpoint,
            allowed_hosts,
            tls,
            firehose_sink,
        } = self;
        managed_policies.into_iter().for_each(ManagedPolicies::add);
        let tls = tls.then(|| Tls { host_name: host_name.clone() });
        let ids = Arc::new(ids);
        let propagations = Propagations::new(iam_propagation, settings_propagation, &clock);
        let states = Arc::new(States::new(propagations));
        let authority = Arc::new(RoleAuthority::new(states.iam_in_effect()));
        let roles: Arc<dyn Roles> = Arc::clone(&authority) as _;
        let keys: Vec<Arc<dyn AccessKeys>> =
            vec![Arc::clone(&states.session_keys) as _, Arc::clone(&states.user_keys) as _];
        let permissions: Arc<dyn Permissions> = Arc::clone(&authority) as _;
        let signing_keys = Arc::new(SigningKeys::default());
        let messages = Arc::new(AuthorizationMessages::new());
        let oidc_keys = Arc::new(oidc_keys);
        let sts_ports = sts::Ports {
            roles: Arc::clone(&roles),
            permissions: Arc::clone(&permissions),
            policies: authority,
            mfa_devices: Arc::new(UserMfaDevices::new(Arc::clone(&states.iam))),
            keys: keys.clone(),
            providers: Arc::new(ProviderDirectory::new(Arc::clone(&states.iam))),
            oidc_keys: Arc::clone(&oidc_keys),
            messages: Arc::clone(&messages),
            signing_keys: Arc::clone(&signing_keys),
        };
        let authorizer = Arc::new(Authorizer::new(iam, permissions, service_control));
        let key_ring: Arc<dyn EncryptionKeys> = Arc::new(KeyRing::new(Arc::clone(&states.kms)));
        let writer: Arc<dyn LogWriter> =
            Arc::new(GroupWriter::new(Arc::clone(&states.logs), Arc::clone(&key_ring)));
        let usage: Arc<dyn UsageRecorder> = Arc::new(UsageLog::new(Arc::clone(&states.iam)));
        let log_policies: Arc<dyn LogPolicies> = Arc::new(GroupPolicies::new(Arc::clone(&states.logs)));
        let delivery_ports = DeliveryPorts {
            roles: Arc::clone(&roles),
            logs: Arc::clone(&writer),
            usage: Arc::clone(&usage),
            policies: Arc::clone(&log_policies),
            deliveries: Arc::new(DeliveryDirectory::new(Arc::clone(&states.logs))),
        };
        let streams = DeliveryStreams::in_folder(firehose_sink);
        let delivery = Arc::new(Delivery::new(delivery_ports, streams, Arc::clone(&clock), log_delay));
        let apis = Arc::new(DeployedApis::new(
            Arc::clone(&states.apigateway),
            Arc::clone(&states.apis),
            states.settings(),
            Arc::clone(&ids),
        ));
        let backends = Arc::new(Backends::new(
            Egress::to(allowed_hosts),
            Functions::behind(lambda_endpoint),
            Arc::clone(&roles),
            Arc::clone(&oidc_keys) as _,
        ));
        let bench = TestBench::new(Arc::clone(&backends), Arc::clone(&clock), Arc::clone(&ids));
        let history = Arc::new(History::default());
        let throttle =
            rate_limits.then(|| Arc::new(Throttle::new(&apigateway::RATES, apigateway::too_many_requests)));
        let throttles = Arc::new(Throttles::default());
        let verdicts = Arc::new(Verdicts::default());
        let callers = Arc::new(Callers::new(scope.clone(), keys.clone()));
        let authentication = Arc::new(Authentication::new(sigv4, iam == IamMode::Enforce));
        let invokers = Invokers::new(Arc::clone(&callers), Arc::clone(&authentication));
        let signers: Arc<dyn Signers> = Arc::new(invokers);
        let rest = RestApis {
            apis: Arc::clone(&apis),
            delivery: Arc::clone(&delivery),
            authorizer: Arc::clone(&authorizer),
            signers: Arc::clone(&signers),
            backends: Arc::clone(&backends),
            throttles: Arc::clone(&throttles),
            verdicts: Arc::clone(&verdicts),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let http = HttpApis {
            delivery: Arc::clone(&delivery),
            authorizer: Arc::clone(&authorizer),
            signers: Arc::clone(&signers),
            backends: Arc::clone(&backends),
            throttles: Arc::clone(&throttles),
            verdicts: Arc::clone(&verdicts),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let connections = Arc::new(Connections::default());
        let websocket = WebSocketApis {
            apis: Arc::clone(&apis),
            connections: Arc::clone(&connections),
            delivery: Arc::clone(&delivery),
            authorizer: Arc::clone(&authorizer),
            signers,
            backends: Arc::clone(&backends),
            throttles: Arc::clone(&throttles),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let gateway = Gateway::new(apis, rest, http, websocket);
        let ports = apigateway::Ports { roles, logs: writer, log_policies, test_runs: Arc::new(bench) };
        let calls = Arc::new(ServiceCalls {
            services: Services::new(services(
                &states,
                &ports,
                &keys,
                &sts_ports,
                key_ring,
                throttle.as_ref(),
            )),
            callers,
            authentication,
            history: Arc::clone(&history),
            clock,
            ids,
            quotas,
            usage,
            authorizer,
        });
        let weak: Weak<ServiceCalls> = Arc::downgrade(&calls);
        backends.connect(weak);
        let edge = Edge {
            calls,
            gateway,
            delivery: Arc::clone(&delivery),
            admin: Admin {
                states,
                delivery,
                throttles,
                verdicts,
                connections,
                history,
                signing_keys,
                messages,
                visitors: Visitors::new(host_name),
            },
        };
        Emulator { edge: Arc::new(edge), scope, tls }
    }
}

fn services(
    states: &States,
    ports: &apigateway::Ports,
    keys: &[Arc<dyn AccessKeys>],
    sts_ports: &sts::Ports,
    key_ring: Arc<dyn EncryptionKeys>,
    throttle: Option<&Arc<Throttle>>,
) -> Vec<Dispatch> {
    let stages = Arc::new(LoggedStages::new(Arc::clone(&states.apigateway)));
    let logs_ports = logs::Ports { stages, keys: key_ring };
    let iam_ports = iam::Ports {
        linked_services: vec![Arc::new(LinkedResources::new(Arc::clone(&states.apigateway)))],
        registry: Arc::clone(&states.registry),
        keys: keys.to_vec(),
    };
    let bearers = Bearers::new(vec![
        Arc::new(TaggedRows::new(Arc::clone(&states.apigateway))),
        Arc::new(TaggedEntities::new(Arc::clone(&states.iam))),
        Arc::new(TaggedGroups::new(Arc::clone(&states.logs))),
    ]);
    vec![
        Dispatch::new(&v1::SERVICE, apigateway::DIALECT)
            .throttled_by(throttle)
            .requiring(&states.apigateway, apigateway::authorization::ROWS)
            .serving(&states.apigateway, |registrar| apigateway::register(registrar, ports)),
        Dispatch::new(&v2::SERVICE, apigatewayv2::DIALECT)
            .throttled_by(throttle)
            .tolerating(apigatewayv2::tolerates)
            .requiring(&states.apigateway, apigatewayv2::authorization::ROWS)
            .serving(&states.apigateway, |registrar| apigatewayv2::register(registrar, ports)),
        Dispatch::new(&iam_table::SERVICE, iam::DIALECT)
            .requiring(&states.iam, iam::authorization::ROWS)
            .serving(&states.iam, |registrar| iam::register(registrar, &iam_ports)),
        Dispatch::new(&sts_table::SERVICE, sts::DIALECT)
            .requiring(&states.sts, sts::authorization::ROWS)
            .serving(&states.sts, |registrar| sts::register(registrar, sts_ports)),
        Dispatch::new(&kms_table::SERVICE, kms::DIALECT)
            .requiring(&states.kms, kms::authorization::ROWS)
            .serving(&states.kms, |registrar| kms::register(registrar)),
        Dispatch::new(&logs_table::SERVICE, logs::DIALECT)
            .requiring(&states.logs, logs::authorization::ROWS)
            .serving(&states.logs, |registrar| logs::register(registrar, &logs_ports)),
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
    pub async fn respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        response(self.edge.respond(&head, &body, IpAddr::V4(Ipv4Addr::LOCALHOST)).await)
    }

    /// As [`respond`](Self::respond), on this thread, which waits for the answer. What an integration calls is reached
    /// from within a Tokio runtime alone, and there only if another thread drives it.
    #[must_use]
    pub fn blocking_respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        futures_executor::block_on(self.respond(request))
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
        let certificate = self.certificate(address.ip())?;
        let pem = certificate.as_ref().map(|certificate| certificate.pem().into());
        let (stop, stopped) = oneshot::channel::<()>();
        let edge = Arc::clone(&self.edge);
        let task = tokio::spawn(async move {
            let stopped = async {
                // Either way: told to stop, or nobody is left to tell.
                let _ = stopped.await;
            };
            serve(edge, listener, certificate, stopped).await
        });
        Ok(Running { emulator: self.clone(), address, certificate: pem, stop, task })
    }

    /// A new certificate, where connections are to be encrypted.
    fn certificate(&self, address: IpAddr) -> io::Result<Option<Certificate>> {
        self.tls
            .as_ref()
            .map(|tls| Certificate::of(names(address, self.scope.region.as_str(), tls.host_name.as_deref())))
            .transpose()
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
    certificate: Option<Arc<str>>,
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
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The certificate that clients are to trust, in PEM; `None` where connections are not encrypted.
    #[must_use]
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
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
