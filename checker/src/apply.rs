//! Carries out a plan, action by action. Before each it reads again what the action was decided on.

mod call;
mod current;

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use crate::connection::Connection;
use crate::error::{Error, describe};
use crate::plan::{Action, Change, Plan, Safety};
use crate::progress::Progress;

use self::current::Current;

/// What somebody agreed to.
#[derive(Clone, Debug, Default)]
pub struct Approval {
    /// All actions that are safe.
    pub safe: bool,
    /// All that need approval.
    pub all: bool,
    /// These, by their ids.
    pub ids: BTreeSet<String>,
}

impl Approval {
    fn covers(&self, action: &Action) -> bool {
        self.ids.contains(&action.id)
            || match action.safety {
                Safety::Safe => self.safe,
                Safety::NeedsApproval => self.all,
                // Agreeing does not do it.
                Safety::Manual => false,
            }
    }
}

/// What became of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// It was so already.
    AlreadyDone,
    /// Nobody agreed to it.
    Left,
    /// Only people can do it.
    ByHand,
    /// Another that it needs is not done.
    Waiting {
        /// The ids of those.
        on: Vec<String>,
    },
    /// Things are no longer as they were when it was planned.
    Outdated,
    /// The call failed.
    Failed {
        /// Why.
        error: String,
    },
}

impl Outcome {
    /// Whether the world is now as the action wants it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::AlreadyDone)
    }
}

/// What became of a plan: its actions with their outcomes, in order.
#[derive(Clone, Debug, Serialize)]
pub struct Applied {
    /// Ids and outcomes.
    pub actions: Vec<AppliedAction>,
}

/// One action and its outcome.
#[derive(Clone, Debug, Serialize)]
pub struct AppliedAction {
    /// The action's id.
    pub id: String,
    /// What it does.
    pub summary: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Applied {
    /// Whether nothing was left undone.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.actions.iter().all(|action| action.outcome.is_done())
    }
}

/// Carries out what was agreed to.
///
/// # Errors
///
/// [`Error::Usage`] when the plan is for another account or names what it does not have. A call that fails is no error
/// of this function: the others go on.
pub async fn apply(
    connection: &Connection,
    plan: &Plan,
    approval: &Approval,
    progress: &Progress,
) -> Result<Applied, Error> {
    plan.check_target(connection)?;
    check_approved_ids(plan, approval)?;
    progress.begin("apply", plan.actions.len());
    let mut done: HashSet<&str> = HashSet::new();
    let mut actions = Vec::with_capacity(plan.actions.len());
    for action in &plan.actions {
        let waits: Vec<String> =
            action.needs.iter().filter(|id| !done.contains(id.as_str())).cloned().collect();
        let outcome = if action.safety == Safety::Manual {
            Outcome::ByHand
        } else if !approval.covers(action) {
            Outcome::Left
        } else if !waits.is_empty() {
            Outcome::Waiting { on: waits }
        } else {
            carry_out(connection, action).await
        };
        if outcome.is_done() {
            done.insert(&action.id);
        }
        actions.push(AppliedAction { id: action.id.clone(), summary: action.summary.clone(), outcome });
        progress.step();
    }
    progress.end();
    Ok(Applied { actions })
}

fn check_approved_ids(plan: &Plan, approval: &Approval) -> Result<(), Error> {
    for id in &approval.ids {
        let Some(action) = plan.actions.iter().find(|action| action.id == *id) else {
            return Err(Error::Usage(format!("--approve names {id}, which is no action of this plan")));
        };
        if action.safety == Safety::Manual {
            return Err(Error::Usage(format!(
                "--approve names {id}, which only people can do: {}",
                action.summary
            )));
        }
    }
    Ok(())
}

async fn carry_out(connection: &Connection, action: &Action) -> Outcome {
    let Some(change) = &action.change else { return Outcome::ByHand };
    let Some(clients) = connection.regions.get(&action.region) else {
        return Outcome::Failed { error: format!("the region {} is not the plan's", action.region) };
    };
    let current = match Current::read(clients, change).await {
        Ok(current) => current,
        Err(error) => return Outcome::Failed { error: describe(error) },
    };
    if current.has(change) {
        return Outcome::AlreadyDone;
    }
    if action.precondition.is_some() && action.precondition != current.digest(change) {
        return Outcome::Outdated;
    }
    // What IAM was told in this run or the one before, API Gateway may not have heard of yet.
    let is_for_a_new_role = matches!(change, Change::UpdateAccount { .. })
        && action.needs.iter().any(|id| id.starts_with("role/"));
    let patience = if is_for_a_new_role { call::Patience::UntilIamIsHeardOf } else { call::Patience::None };
    match call::make(clients, change, patience).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Failed { error },
    }
}
