//! AWS integrations with AWS's own services: operations that are called as a role.
//!
//! Source: API reference, "PutIntegration", `uri`: `arn:aws:apigateway:{region}:{subdomain.}{service}:{path|action}/{what}`.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use stagecheck_models::{Protocol, SERVICES};
use stagecheck_policy::{Context, Principal as Assumer};

use super::request::{self, Mapped, add_own_headers};
use super::response::{self, Answered, respond};
use super::uri;
use crate::apigateway::{Integration, Method, SERVICE_PRINCIPAL};
use crate::gateway::backends::{AwsCall, NotInvoked};
use crate::gateway::integrated::Integrated;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::execution_log::Line;
use crate::gateway::rest::failure::Failure;
use crate::gateway::signed_headers::SignedFor;
use crate::gateway::uri::filled;
use crate::gateway::{Backends, Reply};
use crate::service::ports::RoleSession;
use crate::service::{Identity, Principal, Session};
use crate::store::{Account, Region, Scope};
use crate::time::Timestamp;

/// The name of API Gateway's sessions (seen by many users in CloudTrail).
const SESSION_NAME: &str = "BackplaneAssumeRoleSession";

/// How long a session of an integration lasts, in seconds. Nothing outlives its request.
const SESSION_SECONDS: i64 = 3600;

/// What an integration's URI names.
struct Target<'a> {
    region: &'a str,
    service: &'a str,
    /// `action/GetCallerIdentity`, or a path.
    what: What<'a>,
}

enum What<'a> {
    Action(&'a str),
    Path(&'a str),
}

impl<'a> Target<'a> {
    fn parse(uri: &'a str) -> Option<Self> {
        let fields: Vec<&str> = uri.splitn(6, ':').collect();
        let ["arn", _, "apigateway", region, service, what] = fields.as_slice() else { return None };
        let what = match what.split_once('/')? {
            ("action", action) => What::Action(action),
            ("path", path) => What::Path(path),
            _ => return None,
        };
        // A subdomain stands before the service's name.
        let service = service.rsplit('.').next().unwrap_or(service);
        Some(Self { region, service, what })
    }
}

/// Calls an operation with what the integration maps, and maps what it answers.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    method: &Method,
    integration: &Integration,
) -> Result<Reply, Failure> {
    let uri = uri(exchange, integration);
    let target = Target::parse(&uri).ok_or_else(|| Failure::configuration("Invalid endpoint address"))?;
    let mapped_body = request::body(exchange, integration)?;
    let mut mapped = request::parameters(exchange, integration).overridden(&mapped_body.overrides);
    if let Ok(content_type) = HeaderValue::from_str(&mapped_body.content_type) {
        mapped.headers.entry(header::CONTENT_TYPE).or_insert(content_type);
    }
    add_own_headers(exchange, &mut mapped.headers);
    let principal = principal(backends, exchange, integration)?;
    let region =
        Region::parse(target.region).ok_or_else(|| Failure::configuration("Invalid endpoint address"))?;
    let (service, head) = (target.service, head(&target, integration, mapped)?);
    let host = format!("{service}.{region}.amazonaws.com");
    let address = format!("https://{host}{}", head.uri);
    exchange.log.add(Line::EndpointUri(&address));
    if exchange.log.keeps_data() {
        let signed = SignedFor { service, region: region.as_str(), host: &host, at: exchange.log.now() };
        exchange.log.add(Line::EndpointHeaders(&signed.logged(&head.headers, &mapped_body.body)));
    }
    exchange.log.add(Line::EndpointBody(&mapped_body.body));
    exchange.log.add(Line::Sending(&address));
    let sent = exchange.log.now();
    let call = AwsCall {
        service,
        scope: Scope { account: principal.account.clone(), region },
        principal,
        head: &head,
        body: &mapped_body.body,
        source_ip: exchange.request.source_ip,
    };
    let aws = backends.aws().ok_or_else(|| Failure::unserved("integrations with AWS services"))?;
    let answer = aws.call(call).await;
    let latency = sent.millis_until(exchange.log.now());
    let headers: HeaderMap = answer.headers.into_iter().collect();
    let request_id = headers.get("x-amzn-requestid").and_then(|id| id.to_str().ok()).map(str::to_owned);
    exchange.log.add(Line::Received { status: answer.status, latency });
    exchange.log.add(Line::EndpointResponseHeaders(&headers));
    exchange.log.add(Line::EndpointResponseBody(&answer.body));
    exchange.integration = Some(Integrated {
        endpoint_status: Some(answer.status),
        status: Some(answer.status),
        request_id,
        latency,
        ..Integrated::default()
    });
    let selected = response::of_status(integration, &answer.status.to_string())?;
    respond(exchange, method, selected, &Answered { headers, body: answer.body })
}

/// The head of the request that the service gets, in the form of its protocol.
fn head(target: &Target<'_>, integration: &Integration, mapped: Mapped) -> Result<Parts, Failure> {
    const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

    let Mapped { path, mut query, mut headers } = mapped;
    let place = match target.what {
        What::Path(path) => format!("/{path}"),
        What::Action(action) => {
            let model = SERVICES.iter().find(|model| model.signing_name == target.service);
            match model.map(|model| (model.protocol, model.version)) {
                Some((Protocol::AwsJson { target_prefix, .. }, _)) => {
                    let name = HeaderValue::from_str(&format!("{target_prefix}.{action}"));
                    headers.extend(name.map(|name| (TARGET, name)));
                    headers
                        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
                }
                Some((Protocol::AwsQuery { .. }, version)) => {
                    query.push(("Action".to_owned(), action.to_owned()));
                    query.push(("Version".to_owned(), version.to_owned()));
                }
                Some((Protocol::RestJson | Protocol::RpcV2Cbor { .. }, _)) | None => {
                    query.push(("Action".to_owned(), action.to_owned()));
                }
            }
            "/".to_owned()
        }
    };
    let verb = integration.http_method.as_deref().unwrap_or("POST");
    let request = Request::builder().method(verb).uri(filled(&place, &path, &query)).body(());
    let (mut head, ()) =
        request.map_err(|_| Failure::configuration("Invalid endpoint address"))?.into_parts();
    head.headers = headers;
    Ok(head)
}

/// As whom the integration calls: a session of its role, or the caller.
fn principal(
    backends: &Backends,
    exchange: &Exchange<'_>,
    integration: &Integration,
) -> Result<Arc<Principal>, Failure> {
    let role = integration.credentials.as_deref().filter(|role| !role.is_empty());
    // Inferred: only functions have policies that let API Gateway in without a role.
    let role = role.ok_or_else(|| Failure::configuration("Role ARN must be specified"))?;
    if role.ends_with(":user/*") {
        let signer = exchange.signer.as_ref().map(|signer| Arc::clone(&signer.principal));
        return signer.ok_or_else(|| Failure::configuration("Caller credentials must be specified"));
    }
    let assumed = backends.roles.assume(role, Assumer::Service(SERVICE_PRINCIPAL), &Context::default());
    let not_assumed = || NotInvoked::NotAssumed(role.to_owned());
    let session = assumed.map_err(|_| not_assumed())?;
    let account = role.split(':').nth(4).and_then(Account::parse).ok_or_else(not_assumed)?;
    Ok(Arc::new(of_session(&session, account, exchange)))
}

fn of_session(role: &RoleSession, account: Account, exchange: &Exchange<'_>) -> Principal {
    let partition = exchange.live.scope.region.partition().id;
    let now: Timestamp = exchange.started;
    Principal {
        arn: format!("arn:{partition}:sts::{account}:assumed-role/{}/{SESSION_NAME}", role.role_name),
        account,
        user_id: format!("{}:{SESSION_NAME}", role.role_id),
        identity: Identity::Role { arn: Arc::clone(&role.role_arn), name: (&*role.role_name).into() },
        session: Some(Session {
            issued: now,
            expires: now.plus_seconds(SESSION_SECONDS),
            policies: None,
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            source_identity: None,
            mfa_authenticated: None,
            federated_provider: None,
        }),
    }
}
