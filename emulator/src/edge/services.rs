//! Which service a request is for, and which of its operations.

use http::Method;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use stagecheck_models::{Operation, Protocol, Service};

use super::credential::Credential;
use crate::service::{Dialect, Fault};
use crate::wire::{Dispatch, Form, Request, Router};

/// The services, and the ways to them.
pub(crate) struct Services {
    dispatches: Vec<Dispatch>,
    /// The paths of the restJson services, which share a signing name.
    router: Router,
    /// Answers for paths that no restJson service has.
    rest: usize,
}

/// Where a request goes.
#[derive(Clone, Copy)]
pub(super) enum Destination<'s> {
    /// To the restJson services; the path tells which.
    Rest,
    /// To this service, in this of its protocols.
    Service(&'s Dispatch, Protocol),
}

impl Destination<'_> {
    /// How the request is written, and the answer is to be.
    pub(super) fn protocol(self) -> Protocol {
        match self {
            Self::Rest => Protocol::RestJson,
            Self::Service(_, protocol) => protocol,
        }
    }
}

/// An operation with the request as the wire layer reads it.
pub(super) struct Routed<'s, 'r> {
    pub(super) dispatch: &'s Dispatch,
    pub(super) operation: &'static Operation,
    pub(super) request: Request<'r>,
}

/// A request that reaches no operation of a service.
pub(super) struct Unrouted<'s> {
    pub(super) dispatch: &'s Dispatch,
    pub(super) fault: Fault,
}

impl Services {
    /// These services. The first of the restJson ones answers for paths that none has.
    pub(crate) fn new(dispatches: Vec<Dispatch>) -> Self {
        let rest: Vec<&'static Service> = dispatches
            .iter()
            .map(Dispatch::service)
            .filter(|service| service.protocol == Protocol::RestJson)
            .collect();
        let router = Router::new(&rest);
        let rest = dispatches
            .iter()
            .position(|dispatch| dispatch.service().protocol == Protocol::RestJson)
            .unwrap_or_default();
        Self { dispatches, router, rest }
    }

    /// The destination by, in this order: signing name, `X-Amz-Target`, path, host, `Action`. `Err` has the signing
    /// name of a service that is not here, or nothing where a request tells nothing.
    ///
    /// A service of more than one protocol is asked in the one that `Smithy-Protocol` names.
    pub(super) fn destination<'s>(
        &'s self,
        head: &Parts,
        credential: Option<&Credential<'_>>,
        query: &Form<'_>,
        body: &[u8],
    ) -> Result<Destination<'s>, Option<String>> {
        if let Some(name) = credential.and_then(Credential::service) {
            return self.by_name(name, head).ok_or_else(|| Some(name.to_owned()));
        }
        if let Some(prefix) = target(head).map(|target| target.split('.').next().unwrap_or(target)) {
            return self.by_target(prefix).ok_or_else(|| Some(prefix.to_owned()));
        }
        if matches!(self.router.route(head.method.as_str(), head.uri.path(), query), Ok(Some(_))) {
            return Ok(Destination::Rest);
        }
        if let Some((name, _)) = rpc_v2_path(head.uri.path()).filter(|_| asks_for_cbor(head)) {
            return self.by_rpc_name(name).ok_or_else(|| Some(name.to_owned()));
        }
        let by_host = host(head).split('.').next().and_then(|label| self.by_name(label, head));
        by_host.or_else(|| self.by_action(query, body)).ok_or(None)
    }

    /// The service of a signing name.
    pub(super) fn by_name(&self, name: &str, head: &Parts) -> Option<Destination<'_>> {
        let dispatch = self.dispatches.iter().find(|dispatch| dispatch.service().signing_name == name)?;
        let service = dispatch.service();
        let asked = if asks_for_cbor(head) { service.rpc_v2_cbor() } else { None };
        Some(match asked.unwrap_or(service.protocol) {
            Protocol::RestJson => Destination::Rest,
            protocol => Destination::Service(dispatch, protocol),
        })
    }

    fn by_rpc_name(&self, name: &str) -> Option<Destination<'_>> {
        self.dispatches.iter().find_map(|dispatch| {
            let protocol = dispatch.service().rpc_v2_cbor().filter(|protocol| is_named(*protocol, name))?;
            Some(Destination::Service(dispatch, protocol))
        })
    }

    fn by_target(&self, prefix: &str) -> Option<Destination<'_>> {
        let is_addressed = |dispatch: &&Dispatch| match dispatch.service().protocol {
            Protocol::AwsJson { target_prefix, .. } => target_prefix == prefix,
            Protocol::AwsQuery { .. } | Protocol::RestJson | Protocol::RpcV2Cbor { .. } => false,
        };
        self.dispatches.iter().find(is_addressed).map(in_own_protocol)
    }

    /// The awsQuery service that has the `Action` in the given `Version`, else any of that version.
    fn by_action(&self, query: &Form<'_>, body: &[u8]) -> Option<Destination<'_>> {
        let body = std::str::from_utf8(body).unwrap_or_default();
        let form = Form::parse(body).unwrap_or_default();
        let parameter = |name: &str| query.get(name).or_else(|| form.get(name)).cloned();
        let (action, version) = (parameter("Action")?, parameter("Version").unwrap_or_default());
        let is_query =
            |dispatch: &&Dispatch| matches!(dispatch.service().protocol, Protocol::AwsQuery { .. });
        let mut services = self.dispatches.iter().filter(is_query);
        let has_action = |dispatch: &&Dispatch| find_operation(dispatch.service(), &action).is_some();
        services
            .clone()
            .find(has_action)
            .or_else(|| services.find(|dispatch| dispatch.service().version == version))
            .map(in_own_protocol)
    }

    /// The service that answers where no operation is known.
    pub(super) fn dispatch<'s>(&'s self, destination: Destination<'s>) -> &'s Dispatch {
        match destination {
            Destination::Rest => &self.dispatches[self.rest],
            Destination::Service(dispatch, _) => dispatch,
        }
    }

    /// The operation that a request asks for.
    pub(super) fn route<'s, 'r>(
        &'s self,
        destination: Destination<'s>,
        head: &'r Parts,
        query: Form<'r>,
        body: &'r [u8],
    ) -> Result<Routed<'s, 'r>, Unrouted<'s>> {
        let (dispatch, protocol) = match destination {
            Destination::Rest => return self.route_rest(head, query, body),
            Destination::Service(dispatch, protocol) => (dispatch, protocol),
        };
        let refuse = |fault| Unrouted { dispatch, fault };
        let mut request = Request { protocol, labels: Vec::new(), form: query, headers: &head.headers, body };
        let operation = match protocol {
            Protocol::AwsQuery { .. } => {
                request.form = with_body(request.form, head, body, dispatch.dialect()).map_err(refuse)?;
                query_operation(dispatch, &request.form).map_err(refuse)?
            }
            Protocol::AwsJson { .. } | Protocol::RestJson => {
                check_content_type(head, body, "application/x-amz-json-1.", dispatch.dialect())
                    .map_err(refuse)?;
                target_operation(dispatch, target(head).unwrap_or_default()).map_err(refuse)?
            }
            Protocol::RpcV2Cbor { .. } => {
                check_content_type(head, body, "application/cbor", dispatch.dialect()).map_err(refuse)?;
                rpc_v2_operation(dispatch, protocol, head).map_err(refuse)?
            }
        };
        Ok(Routed { dispatch, operation, request })
    }

    fn route_rest<'s, 'r>(
        &'s self,
        head: &'r Parts,
        query: Form<'r>,
        body: &'r [u8],
    ) -> Result<Routed<'s, 'r>, Unrouted<'s>> {
        let any = self.dispatch(Destination::Rest);
        let refuse = |fault| Unrouted { dispatch: any, fault };
        let (method, path) = (head.method.as_str(), head.uri.path());
        let route = self
            .router
            .route(method, path, &query)
            .map_err(|error| refuse((any.dialect().malformed)(&error.to_string())))?
            .ok_or_else(|| refuse((any.dialect().unknown_operation)(&format!("{method} {path}"))))?;
        let named = |dispatch: &&Dispatch| dispatch.service().name == route.operation.service.name;
        let dispatch = self.dispatches.iter().find(named).unwrap_or(any);
        if !route.operation.takes_raw_body() {
            check_content_type(head, body, "application/json", dispatch.dialect()).map_err(refuse)?;
        }
        let protocol = Protocol::RestJson;
        let request = Request { protocol, labels: route.labels, form: query, headers: &head.headers, body };
        Ok(Routed { dispatch, operation: route.operation, request })
    }
}

fn in_own_protocol(dispatch: &Dispatch) -> Destination<'_> {
    Destination::Service(dispatch, dispatch.service().protocol)
}

/// The host that was called, as the client wrote it.
pub(super) fn host(head: &Parts) -> &str {
    let header = head.headers.get(http::header::HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| head.uri.authority().map(http::uri::Authority::as_str)).unwrap_or_default()
}

/// The protocol of a request to a service that is not here, as its form shows. Of restXml nothing shows: its services are
/// known by name.
pub(super) fn protocol_of(head: &Parts, service: &str) -> Protocol {
    const REST_XML: [&str; 3] = ["cloudfront", "route53", "s3"];
    let content_type =
        head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if asks_for_cbor(head) {
        Protocol::RpcV2Cbor { service_name: "", namespace: "" }
    } else if target(head).is_some() {
        let json_version = if content_type.contains("json-1.0") { "1.0" } else { "1.1" };
        Protocol::AwsJson { target_prefix: "", json_version }
    } else if content_type.starts_with("application/x-www-form-urlencoded") || REST_XML.contains(&service) {
        Protocol::AwsQuery { xml_namespace: "" }
    } else {
        Protocol::RestJson
    }
}

fn target(head: &Parts) -> Option<&str> {
    head.headers.get("x-amz-target").map(|value| value.to_str().unwrap_or_default())
}

fn asks_for_cbor(head: &Parts) -> bool {
    head.headers.get("smithy-protocol").is_some_and(|protocol| protocol == "rpc-v2-cbor")
}

/// The names of service and operation in `…/service/{service}/operation/{operation}`: what stands before does not count.
fn rpc_v2_path(path: &str) -> Option<(&str, &str)> {
    let mut segments = path.rsplit('/');
    let (operation, keyword) = (segments.next()?, segments.next()?);
    let (service, first) = (segments.next()?, segments.next()?);
    (keyword == "operation" && first == "service").then_some((service, operation))
}

/// Whether this is the service's name: as it is, or behind its namespace.
fn is_named(protocol: Protocol, name: &str) -> bool {
    let Protocol::RpcV2Cbor { service_name, namespace } = protocol else { return false };
    let relative = name.strip_prefix(namespace).and_then(|name| name.strip_prefix('.')).unwrap_or(name);
    relative == service_name
}

fn rpc_v2_operation(
    dispatch: &Dispatch,
    protocol: Protocol,
    head: &Parts,
) -> Result<&'static Operation, Fault> {
    let path = head.uri.path();
    let unknown = || (dispatch.dialect().unknown_operation)(path);
    // The specification has services refuse a request that also names its operation elsewhere.
    if target(head).is_some() || head.method != Method::POST {
        return Err(unknown());
    }
    let (_, operation) =
        rpc_v2_path(path).filter(|(service, _)| is_named(protocol, service)).ok_or_else(unknown)?;
    find_operation(dispatch.service(), operation).ok_or_else(unknown)
}

fn find_operation(service: &'static Service, name: &str) -> Option<&'static Operation> {
    let at = service.operations.binary_search_by(|operation| operation.name.cmp(name)).ok()?;
    Some(service.operations[at])
}

fn target_operation(dispatch: &Dispatch, target: &str) -> Result<&'static Operation, Fault> {
    let unknown = || (dispatch.dialect().unknown_operation)(target);
    let (prefix, name) = target.split_once('.').ok_or_else(unknown)?;
    match dispatch.service().protocol {
        Protocol::AwsJson { target_prefix, .. } if target_prefix == prefix => {
            find_operation(dispatch.service(), name).ok_or_else(unknown)
        }
        _ => Err(unknown()),
    }
}

fn query_operation(dispatch: &Dispatch, form: &Form<'_>) -> Result<&'static Operation, Fault> {
    let Some(action) = form.get("Action") else {
        // The code is among IAM's common errors.
        return Err(Fault::new(
            400,
            "MissingAction",
            "The request is missing an action or a required parameter.",
        ));
    };
    let service = dispatch.service();
    let version = form.get("Version").map_or("NO_VERSION_SPECIFIED", AsRef::as_ref);
    find_operation(service, action).filter(|_| version == service.version).ok_or_else(|| {
        let what = format!("Could not find operation {action} for version {version}");
        (dispatch.dialect().unknown_operation)(&what)
    })
}

/// The parameters of the query string with those of a form body.
fn with_body<'r>(
    query: Form<'r>,
    head: &Parts,
    body: &'r [u8],
    dialect: &Dialect,
) -> Result<Form<'r>, Fault> {
    if body.is_empty() {
        return Ok(query);
    }
    check_content_type(head, body, "application/x-www-form-urlencoded", dialect)?;
    let text = std::str::from_utf8(body).map_err(|_| (dialect.malformed)("the body is not UTF-8"))?;
    let form = Form::parse(text).map_err(|error| (dialect.malformed)(&error.to_string()))?;
    Ok(query.joined(form))
}

/// A body must be of the service's content type. One that names none is read as if it were: old clients name none.
fn check_content_type(head: &Parts, body: &[u8], expected: &str, dialect: &Dialect) -> Result<(), Fault> {
    let Some(given) = head.headers.get(CONTENT_TYPE).filter(|_| !body.is_empty()) else { return Ok(()) };
    let given = given.to_str().unwrap_or("not ASCII");
    if given.get(..expected.len()).is_some_and(|start| start.eq_ignore_ascii_case(expected)) {
        return Ok(());
    }
    Err((dialect.wrong_content_type)(given))
}
