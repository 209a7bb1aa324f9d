//! Which service a request is for, and which of its operations.

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
    /// To this service.
    Service(&'s Dispatch),
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
    pub(super) fn destination<'s>(
        &'s self,
        head: &Parts,
        credential: Option<&Credential<'_>>,
        query: &Form<'_>,
        body: &[u8],
    ) -> Result<Destination<'s>, Option<String>> {
        if let Some(name) = credential.and_then(Credential::service) {
            return self.by_name(name).ok_or_else(|| Some(name.to_owned()));
        }
        if let Some(prefix) = target(head).map(|target| target.split('.').next().unwrap_or(target)) {
            return self.by_target(prefix).ok_or_else(|| Some(prefix.to_owned()));
        }
        if matches!(self.router.route(head.method.as_str(), head.uri.path(), query), Ok(Some(_))) {
            return Ok(Destination::Rest);
        }
        let by_host = host(head).split('.').next().and_then(|label| self.by_name(label));
        by_host.or_else(|| self.by_action(query, body)).ok_or(None)
    }

    fn by_name(&self, name: &str) -> Option<Destination<'_>> {
        let dispatch = self.dispatches.iter().find(|dispatch| dispatch.service().signing_name == name)?;
        Some(match dispatch.service().protocol {
            Protocol::RestJson => Destination::Rest,
            Protocol::AwsJson { .. } | Protocol::AwsQuery { .. } => Destination::Service(dispatch),
        })
    }

    fn by_target(&self, prefix: &str) -> Option<Destination<'_>> {
        let is_addressed = |dispatch: &&Dispatch| match dispatch.service().protocol {
            Protocol::AwsJson { target_prefix, .. } => target_prefix == prefix,
            Protocol::AwsQuery { .. } | Protocol::RestJson => false,
        };
        self.dispatches.iter().find(is_addressed).map(Destination::Service)
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
            .map(Destination::Service)
    }

    /// The service that answers where no operation is known.
    pub(super) fn dispatch<'s>(&'s self, destination: Destination<'s>) -> &'s Dispatch {
        match destination {
            Destination::Rest => &self.dispatches[self.rest],
            Destination::Service(dispatch) => dispatch,
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
        let dispatch = match destination {
            Destination::Rest => return self.route_rest(head, query, body),
            Destination::Service(dispatch) => dispatch,
        };
        let refuse = |fault| Unrouted { dispatch, fault };
        let mut request = Request { labels: Vec::new(), form: query, headers: &head.headers, body };
        let operation = match dispatch.service().protocol {
            Protocol::AwsQuery { .. } => {
                request.form = with_body(request.form, head, body, dispatch.dialect()).map_err(refuse)?;
                query_operation(dispatch, &request.form).map_err(refuse)?
            }
            Protocol::AwsJson { .. } | Protocol::RestJson => {
                check_content_type(head, body, "application/x-amz-json-1.", dispatch.dialect())
                    .map_err(refuse)?;
                target_operation(dispatch, target(head).unwrap_or_default()).map_err(refuse)?
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
        let request = Request { labels: route.labels, form: query, headers: &head.headers, body };
        Ok(Routed { dispatch, operation: route.operation, request })
    }
}

/// The host that was called, as the client wrote it.
pub(super) fn host(head: &Parts) -> &str {
    let header = head.headers.get(http::header::HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| head.uri.authority().map(http::uri::Authority::as_str)).unwrap_or_default()
}

fn target(head: &Parts) -> Option<&str> {
    head.headers.get("x-amz-target").map(|value| value.to_str().unwrap_or_default())
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
