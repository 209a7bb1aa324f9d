//! What to change, as data: made from an inventory, carried out by [`apply`](crate::apply()) and by nothing else.

mod change;
mod groups;
mod role;
mod stage;

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

pub use change::{Change, PatchOperation};

pub(crate) use groups::{group_digest, retention_digest};
pub(crate) use role::{account_digest, role_digest};
pub(crate) use stage::stage_digest;

use crate::connection::Connection;
use crate::error::Error;
use crate::evaluate::views;
use crate::findings::Require;
use crate::inventory::{Inventory, Level};

/// The version of the plan's form.
pub const SCHEMA: &str = "stagecheck-plan/1";

/// A plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// Which account it is for.
    pub target: PlanTarget,
    /// What to do, in this order; empty when there is nothing to do.
    pub actions: Vec<Action>,
}

/// Which account a plan is for, and where that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanTarget {
    /// Account id.
    pub account: String,
    /// Region names.
    pub regions: Vec<String>,
    /// The endpoint in place of AWS, if there is one.
    pub endpoint: Option<String>,
}

/// One change with all that it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The same for the same change of the same thing: `us-east-1/stage/abc123/prod`.
    pub id: String,
    /// Where it is made. IAM's are made through the first region that needs them.
    pub region: String,
    /// What it does, for people.
    pub summary: String,
    /// Whether somebody has to agree first.
    pub safety: Safety,
    /// Why, where it is not safe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
    /// The actions that must be done before.
    pub needs: Vec<String>,
    /// The change; `None` of what only people can do.
    pub change: Option<Change>,
    /// A digest of what the change was decided on. Apply reads again, and leaves alone what is no longer so.
    pub precondition: Option<String>,
    /// What would undo it.
    pub inverse: Option<Change>,
    /// The IAM actions that it takes.
    pub permissions: Vec<String>,
}

/// Whether somebody has to agree to an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Safety {
    /// Adds logging and takes nothing away.
    Safe,
    /// Gives permissions, deletes old logs, begins to log bodies, or replaces a format or destination that was set.
    NeedsApproval,
    /// Only people can decide what to do.
    Manual,
}

/// What people choose of a plan.
#[derive(Clone, Debug)]
pub struct Choices {
    /// The kinds of log that stages must have.
    pub require: Require,
    /// The level for methods that do not log.
    pub level: Level,
    /// Retention for log groups that have none, in days.
    pub retention_days: i32,
    /// What else to mend.
    pub include: BTreeSet<Extra>,
}

/// What is mended only if asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Extra {
    /// Replace access log formats that do not tell who did what.
    AccessFormat,
    /// Turn data trace off.
    DataTrace,
}

/// Collects actions, each once.
struct Draft<'a> {
    inventory: &'a Inventory,
    choices: &'a Choices,
    actions: Vec<Action>,
    ids: HashSet<String>,
}

impl Draft<'_> {
    /// Adds an action, unless the same was added before, and gives its id.
    fn add(&mut self, action: Action) -> String {
        let id = action.id.clone();
        if self.ids.insert(id.clone()) {
            self.actions.push(action);
        }
        id
    }
}

/// The plan that mends what an inventory lacks.
#[must_use]
pub fn plan(inventory: &Inventory, choices: &Choices, endpoint: Option<String>) -> Plan {
    let mut draft = Draft { inventory, choices, actions: Vec::new(), ids: HashSet::new() };
    for view in views(inventory) {
        stage::mend(&mut draft, view);
    }
    Plan {
        schema: SCHEMA.to_owned(),
        target: PlanTarget {
            account: inventory.account.clone(),
            regions: inventory.regions.keys().cloned().collect(),
            endpoint,
        },
        actions: draft.actions,
    }
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when the text is no plan of this version.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let plan: Self = serde_json::from_str(text).map_err(|error| {
            Error::Usage(format!("this is not a plan: {error}; `stagecheck plan --output FILE` writes one"))
        })?;
        if plan.schema != SCHEMA {
            return Err(Error::Usage(format!(
                "the plan has schema {:?}, this version reads {SCHEMA:?}; plan again",
                plan.schema
            )));
        }
        plan.check_actions()?;
        Ok(plan)
    }

    /// A plan may have been edited: each action must be of a region of the plan, and need only actions before it.
    fn check_actions(&self) -> Result<(), Error> {
        let wrong =
            |id: &str, what: String| Error::Usage(format!("the plan's action {id} {what}; plan again"));
        let mut before = HashSet::new();
        for Action { id, region, needs, .. } in &self.actions {
            if !self.target.regions.contains(region) {
                return Err(wrong(id, format!("is of the region {region}, which is not the plan's")));
            }
            if let Some(unknown) = needs.iter().find(|need| !before.contains(need.as_str())) {
                return Err(wrong(id, format!("needs {unknown}, which is no action before it")));
            }
            if !before.insert(id.as_str()) {
                return Err(wrong(id, "is in it twice".to_owned()));
            }
        }
        Ok(())
    }

    /// Refuses an account or endpoint that the plan was not made for.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] telling both.
    pub fn check_target(&self, connection: &Connection) -> Result<(), Error> {
        let target = &self.target;
        if target.account != connection.account {
            return Err(Error::Usage(format!(
                "the plan is for account {}, and these credentials are of account {}; plan again",
                target.account, connection.account
            )));
        }
        if target.endpoint != connection.endpoint {
            let name = |endpoint: &Option<String>| endpoint.clone().unwrap_or_else(|| "AWS".to_owned());
            return Err(Error::Usage(format!(
                "the plan is for {}, and this would change {}; plan again, or give the plan's --endpoint-url",
                name(&target.endpoint),
                name(&connection.endpoint)
            )));
        }
        Ok(())
    }
}
