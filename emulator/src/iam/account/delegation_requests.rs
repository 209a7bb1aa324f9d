//! Requests of product providers for temporary access to an account.
//!
//! On AWS only partners may make them. Here every account is taken for a partner, and a policy template for a name: what it
//! asks for is known to AWS and the partner alone.

use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::Registry;
use crate::iam::paging::Asked;
use crate::iam::{Iam, faults};
use crate::service::{Arn, Ctx, Fault, Registrar, Unread};
use crate::store::{Account, Scope, Scopes};
use crate::time::Timestamp;

pub(super) type RequestId = String;

const DAY: i64 = 24 * 60 * 60;

/// A request, kept by the account that made it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DelegationRequest {
    delegation_request_id: RequestId,
    owner_account_id: Option<String>,
    description: String,
    request_message: Option<String>,
    permissions: Permissions,
    owner_id: Option<String>,
    approver_id: Option<String>,
    state: RequestState,
    expiration_time: Timestamp,
    requestor_id: String,
    create_date: Timestamp,
    session_duration: i64,
    redirect_url: Option<String>,
    notes: Option<String>,
    rejection_reason: Option<String>,
    only_send_by_owner: bool,
    updated_time: Timestamp,
    /// Of the partner, and not answered.
    requestor_workflow_id: String,
    notification_channel: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Permissions {
    policy_template_arn: Option<String>,
    #[serde(default)]
    parameters: Vec<PolicyParameter>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyParameter {
    name: Option<String>,
    #[serde(default)]
    values: Vec<String>,
    #[serde(rename = "Type")]
    kind: Option<CompactString>,
}

/// Source: AWS IAM user guide, "Understanding the Request Lifecycle".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum RequestState {
    Unassigned,
    Assigned,
    PendingApproval,
    Accepted,
    Finalized,
    Rejected,
    Expired,
}

impl RequestState {
    /// How long a request stays in it before it expires.
    const fn seconds(self) -> i64 {
        match self {
            Self::Unassigned => DAY,
            _ => 7 * DAY,
        }
    }
}

/// As messages name it.
impl fmt::Display for RequestState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unassigned => "UNASSIGNED",
            Self::Assigned => "ASSIGNED",
            Self::PendingApproval => "PENDING_APPROVAL",
            Self::Accepted => "ACCEPTED",
            Self::Finalized => "FINALIZED",
            Self::Rejected => "REJECTED",
            Self::Expired => "EXPIRED",
        })
    }
}

impl DelegationRequest {
    /// The account whose request it is, once somebody of it took it.
    pub(super) fn owner_account(&self) -> Option<Account> {
        self.owner_id.as_ref()?;
        Account::parse(self.owner_account_id.as_deref()?)
    }

    /// Whether a caller may see it: anybody while it is for no account, and then this account's identities.
    fn is_for(&self, ctx: &Ctx<'_>) -> bool {
        self.owner_account_id.as_deref().is_none_or(|account| account == ctx.principal.account.as_str())
    }

    /// As it is at this moment.
    fn now(&self, now: Timestamp) -> Self {
        let state = if self.expiration_time <= now { RequestState::Expired } else { self.state };
        Self { state, ..self.clone() }
    }

    fn enter(&mut self, state: RequestState, now: Timestamp) {
        self.state = state;
        self.expiration_time = now.plus_seconds(state.seconds());
        self.updated_time = now;
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>, registry: &Arc<Registry>) {
    const NO_TEMPLATES: &str = "what a partner's policy template asks for is not known here";

    registrar.write(&operations::CREATE_DELEGATION_REQUEST, create, &[]);
    let known = Arc::clone(registry);
    registrar.free(
        &operations::GET_DELEGATION_REQUEST,
        move |ctx, states, input| get(ctx, states, input, &known),
        &[Unread::Refused("DelegationPermissionCheck", NO_TEMPLATES)],
    );
    let known = Arc::clone(registry);
    registrar.free(
        &operations::LIST_DELEGATION_REQUESTS,
        move |ctx, states, input| list(ctx, states, input, &known),
        &[],
    );
    let known = Arc::clone(registry);
    registrar.free(
        &operations::ASSOCIATE_DELEGATION_REQUEST,
        move |ctx, states, input: OneRequest| change(ctx, states, &known, &input.id, associate),
        &[],
    );
    let known = Arc::clone(registry);
    registrar.free(
        &operations::UPDATE_DELEGATION_REQUEST,
        move |ctx, states, input: WithNotes| {
            change(ctx, states, &known, &input.id, |ctx, request| forward(ctx, request, input.notes))
        },
        &[],
    );
    let known = Arc::clone(registry);
    registrar.free(
        &operations::ACCEPT_DELEGATION_REQUEST,
        move |ctx, states, input: OneRequest| change(ctx, states, &known, &input.id, accept),
        &[],
    );
    let known = Arc::clone(registry);
    registrar.free(
        &operations::REJECT_DELEGATION_REQUEST,
        move |ctx, states, input: WithNotes| {
            change(ctx, states, &known, &input.id, |ctx, request| reject(ctx, request, input.notes))
        },
        &[],
    );
    let known = Arc::clone(registry);
    registrar.free(
        &operations::SEND_DELEGATION_TOKEN,
        move |ctx, states, input: OneRequest| change(ctx, states, &known, &input.id, send_token),
        &[],
    );
    let known = Arc::clone(registry);
    registrar.free(
        &operations::GET_HUMAN_READABLE_SUMMARY,
        move |ctx, states, input| summarize(ctx, states, input, &known),
        &[],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateDelegationRequest {
    owner_account_id: Option<String>,
    description: String,
    permissions: Permissions,
    request_message: Option<String>,
    requestor_workflow_id: String,
    redirect_url: Option<String>,
    notification_channel: String,
    session_duration: i64,
    #[serde(default)]
    only_send_by_owner: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    console_deep_link: String,
    delegation_request_id: RequestId,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateDelegationRequest) -> Result<Created, Fault> {
    // The wordings of these faults are inferred.
    if Arn::parse(&input.notification_channel).is_none_or(|arn| arn.service != "sns") {
        return Err(faults::invalid_input("The notification channel must be the ARN of an SNS topic."));
    }
    if input.permissions.policy_template_arn.as_deref().is_none_or(|arn| Arn::parse(arn).is_none()) {
        return Err(faults::invalid_input("The policy template ARN is not valid."));
    }
    let workflow = &input.requestor_workflow_id;
    let requests = &state.account.delegation_requests;
    if requests.iter().any(|(_, request)| request.requestor_workflow_id == *workflow) {
        return Err(faults::exists(format!(
            "A delegation request with workflow id {workflow} already exists."
        )));
    }
    let id = ctx.ids.uuid().to_string();
    let mut request = DelegationRequest {
        delegation_request_id: id.clone(),
        owner_account_id: input.owner_account_id,
        description: input.description,
        request_message: input.request_message,
        permissions: input.permissions,
        owner_id: None,
        approver_id: None,
        state: RequestState::Unassigned,
        expiration_time: ctx.now,
        requestor_id: ctx.principal.account.to_string(),
        create_date: ctx.now,
        session_duration: input.session_duration,
        redirect_url: input.redirect_url,
        notes: None,
        rejection_reason: None,
        only_send_by_owner: input.only_send_by_owner,
        updated_time: ctx.now,
        requestor_workflow_id: input.requestor_workflow_id,
        notification_channel: input.notification_channel,
    };
    request.enter(RequestState::Unassigned, ctx.now);
    state.account.delegation_requests.put(id.clone(), request);
    Ok(Created {
        // The address is inferred: there is no console here.
        console_deep_link: format!("https://console.aws.amazon.com/iam/home#/delegation-requests/{id}"),
        delegation_request_id: id,
    })
}

#[derive(Deserialize)]
struct OneRequest {
    #[serde(rename = "DelegationRequestId")]
    id: RequestId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RequestOutput {
    delegation_request: DelegationRequest,
}

fn get(
    ctx: &Ctx<'_>,
    states: &Scopes<Iam>,
    input: OneRequest,
    registry: &Registry,
) -> Result<RequestOutput, Fault> {
    let maker = maker(ctx, registry, &input.id)?;
    let delegation_request = states.read(&maker, |state| find(ctx, state, &input.id))?;
    Ok(RequestOutput { delegation_request })
}

/// The account that made a request.
fn maker(ctx: &Ctx<'_>, registry: &Registry, id: &RequestId) -> Result<Scope, Fault> {
    let partition = ctx.scope.region.partition();
    let maker = registry.maker_of(id).filter(|maker| maker.region.partition() == partition);
    maker.ok_or_else(|| no_request(id))
}

/// A request that the caller may see, as it is at this moment.
fn find(ctx: &Ctx<'_>, state: &Iam, id: &RequestId) -> Result<DelegationRequest, Fault> {
    let request = state.account.delegation_requests.get(id).filter(|request| request.is_for(ctx));
    request.map(|request| request.now(ctx.now)).ok_or_else(|| no_request(id))
}

/// The wording is inferred.
fn no_request(id: &str) -> Fault {
    faults::missing(format!("The delegation request with id {id} cannot be found."))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListRequests {
    owner_id: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Requests {
    delegation_requests: Vec<DelegationRequest>,
    #[serde(rename = "isTruncated")]
    is_truncated: bool,
    marker: Option<String>,
}

/// Those that somebody of the account owns: one that nobody took is in no list, as documented.
fn list(
    ctx: &Ctx<'_>,
    states: &Scopes<Iam>,
    input: ListRequests,
    registry: &Registry,
) -> Result<Requests, Fault> {
    if let Some(owner) = input.owner_id.as_deref().filter(|owner| Arn::parse(owner).is_none()) {
        return Err(faults::not_an_arn(owner));
    }
    let mut owned: Vec<DelegationRequest> = Vec::new();
    for (id, maker) in registry.owned_by(ctx.scope) {
        let request = states.read(&maker, |state| find(ctx, state, &id));
        owned.extend(request.into_iter().filter(|request| {
            input.owner_id.as_ref().is_none_or(|owner| request.owner_id.as_ref() == Some(owner))
        }));
    }
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let (delegation_requests, marker) =
        asked.of_few(owned, |request| request.delegation_request_id.clone())?;
    Ok(Requests { delegation_requests, is_truncated: marker.is_some(), marker })
}

/// Changes a request that the caller may see.
fn change(
    ctx: &Ctx<'_>,
    states: &Scopes<Iam>,
    registry: &Registry,
    id: &RequestId,
    change: impl FnOnce(&Ctx<'_>, &mut DelegationRequest) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let maker = maker(ctx, registry, id)?;
    states.write(&maker, |state| {
        let mut request = find(ctx, state, id)?;
        change(ctx, &mut request)?;
        state.account.delegation_requests.put(id.clone(), request);
        Ok(())
    })
}

fn associate(ctx: &Ctx<'_>, request: &mut DelegationRequest) -> Result<(), Fault> {
    must_be(request, &[RequestState::Unassigned])?;
    request.owner_account_id = Some(ctx.principal.account.to_string());
    request.owner_id = Some(ctx.principal.arn.clone());
    request.enter(RequestState::Assigned, ctx.now);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WithNotes {
    #[serde(rename = "DelegationRequestId")]
    id: RequestId,
    notes: Option<String>,
}

/// To an administrator, for approval.
fn forward(ctx: &Ctx<'_>, request: &mut DelegationRequest, notes: Option<String>) -> Result<(), Fault> {
    must_be(request, &[RequestState::Assigned, RequestState::PendingApproval])?;
    request.notes = notes.or(request.notes.take());
    request.enter(RequestState::PendingApproval, ctx.now);
    Ok(())
}

/// AcceptDelegationRequest lists no code for a request in another state; that it is as good as none is inferred.
fn accept(ctx: &Ctx<'_>, request: &mut DelegationRequest) -> Result<(), Fault> {
    if must_be(request, &[RequestState::Assigned, RequestState::PendingApproval]).is_err() {
        return Err(no_request(&request.delegation_request_id));
    }
    request.approver_id = Some(ctx.principal.arn.clone());
    request.enter(RequestState::Accepted, ctx.now);
    Ok(())
}

fn reject(ctx: &Ctx<'_>, request: &mut DelegationRequest, notes: Option<String>) -> Result<(), Fault> {
    must_be(request, &[RequestState::Assigned, RequestState::PendingApproval, RequestState::Accepted])?;
    request.rejection_reason = notes;
    request.enter(RequestState::Rejected, ctx.now);
    Ok(())
}

/// There is no SNS here that could carry the token, so nobody gets it.
fn send_token(ctx: &Ctx<'_>, request: &mut DelegationRequest) -> Result<(), Fault> {
    must_be(request, &[RequestState::Accepted])?;
    if request.only_send_by_owner && request.owner_id.as_ref() != Some(&ctx.principal.arn) {
        return Err(faults::invalid_input("Only the owner of the delegation request can send its token."));
    }
    request.enter(RequestState::Finalized, ctx.now);
    Ok(())
}

/// The code is documented, the wording inferred.
fn must_be(request: &DelegationRequest, states: &[RequestState]) -> Result<(), Fault> {
    if states.contains(&request.state) {
        return Ok(());
    }
    Err(faults::invalid_input(format!(
        "The delegation request {} cannot be changed in this way in state {}.",
        request.delegation_request_id, request.state
    )))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSummary {
    entity_arn: String,
    locale: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    locale: String,
    summary_state: &'static str,
}

/// Summaries are written by a language model, and there is none here: they never become available.
fn summarize(
    ctx: &Ctx<'_>,
    states: &Scopes<Iam>,
    input: GetSummary,
    registry: &Registry,
) -> Result<Summary, Fault> {
    let arn = &input.entity_arn;
    let parsed = Arn::parse(arn).filter(|arn| arn.service == "iam" && arn.region.is_empty());
    let id = parsed.and_then(|arn| arn.resource.strip_prefix("delegation-request/"));
    let id = id.ok_or_else(|| faults::not_an_arn(arn))?.to_owned();
    let maker = maker(ctx, registry, &id)?;
    states.read(&maker, |state| find(ctx, state, &id))?;
    Ok(Summary { locale: input.locale.unwrap_or_else(|| "en".to_owned()), summary_state: "NOT_AVAILABLE" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;
    use crate::service::{Principal, Quotas};
    use crate::store::Region;

    struct Accounts {
        registry: Arc<Registry>,
        states: Scopes<Iam>,
        ids: Ids,
    }

    impl Accounts {
        fn new() -> Self {
            let registry = Arc::new(Registry::default());
            let follow = Arc::clone(&registry);
            let states = Scopes::with_commit_hook(move |scope, state| follow.follow(scope, state));
            Self { registry, states, ids: Ids::seeded(1) }
        }

        /// Calls as the root of an account, some days after the beginning.
        fn call<T>(&self, account: &str, days: i64, call: impl FnOnce(&Self, &Ctx<'_>) -> T) -> T {
            let scope = Scope { account: Account::parse(account).unwrap(), region: Region::default() };
            let (principal, quotas) = (Principal::root(&scope), Quotas::default());
            let now = Timestamp::from_seconds(0.0).plus_seconds(days * DAY);
            call(self, &Ctx { scope: &scope, principal: &principal, now, ids: &self.ids, quotas: &quotas })
        }

        fn make(&self, for_account: Option<&str>) -> RequestId {
            let input = CreateDelegationRequest {
                owner_account_id: for_account.map(str::to_owned),
                description: String::new(),
                permissions: Permissions {
                    policy_template_arn: Some("arn:aws:iam:::delegation-template/setup".to_owned()),
                    parameters: Vec::new(),
                },
                request_message: None,
                requestor_workflow_id: self.ids.lower(8),
                redirect_url: None,
                notification_channel: "arn:aws:sns:us-east-1:111111111111:updates".to_owned(),
                session_duration: 300,
                only_send_by_owner: false,
            };
            let create =
                |all: &Self, ctx: &Ctx<'_>| all.states.write(ctx.scope, |state| create(ctx, state, input));
            self.call(PARTNER, 0, create).unwrap().delegation_request_id
        }

        fn state(&self, account: &str, days: i64, id: &str) -> Result<RequestState, &'static str> {
            let input = OneRequest { id: id.to_owned() };
            let got = self.call(account, days, |all, ctx| get(ctx, &all.states, input, &all.registry));
            got.map(|output| output.delegation_request.state).map_err(|fault| fault.code)
        }

        fn take(&self, account: &str, days: i64, id: &RequestId) -> Result<(), &'static str> {
            let take = |all: &Self, ctx: &Ctx<'_>| change(ctx, &all.states, &all.registry, id, associate);
            self.call(account, days, take).map_err(|fault| fault.code)
        }

        fn listed(&self, account: &str) -> usize {
            let input = ListRequests { owner_id: None, marker: None, max_items: None };
            let all = self.call(account, 0, |all, ctx| list(ctx, &all.states, input, &all.registry));
            all.unwrap().delegation_requests.len()
        }
    }

    const PARTNER: &str = "111111111111";
    const CUSTOMER: &str = "222222222222";
    const STRANGER: &str = "333333333333";

    #[test]
    fn a_request_is_seen_by_whom_it_is_for() {
        let accounts = Accounts::new();
        let anybodys = accounts.make(None);
        for account in [PARTNER, CUSTOMER, STRANGER] {
            assert_eq!(accounts.state(account, 0, &anybodys), Ok(RequestState::Unassigned));
        }
        accounts.take(CUSTOMER, 0, &anybodys).unwrap();
        let customers = accounts.make(Some(CUSTOMER));
        assert_eq!(accounts.take(STRANGER, 0, &customers), Err("NoSuchEntity"));
        for id in [&anybodys, &customers] {
            assert!(accounts.state(CUSTOMER, 0, id).is_ok());
            assert_eq!(accounts.state(STRANGER, 0, id), Err("NoSuchEntity"));
        }
        assert_eq!(
            (accounts.listed(CUSTOMER), accounts.listed(STRANGER), accounts.listed(PARTNER)),
            (1, 0, 0)
        );
    }

    #[test]
    fn a_request_expires_in_the_state_that_nobody_changes() {
        let accounts = Accounts::new();
        let id = accounts.make(None);
        assert_eq!(accounts.state(CUSTOMER, 1, &id), Ok(RequestState::Expired));
        assert_eq!(accounts.take(CUSTOMER, 1, &id), Err("InvalidInput"));
        let id = accounts.make(None);
        accounts.take(CUSTOMER, 0, &id).unwrap();
        assert_eq!(accounts.state(CUSTOMER, 6, &id), Ok(RequestState::Assigned));
        assert_eq!(accounts.state(CUSTOMER, 7, &id), Ok(RequestState::Expired));
    }
}
