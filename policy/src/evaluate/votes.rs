//! What the statements of one type of policy say of a request.

use super::decision::{MatchedStatement, Outcome, PolicyType};
use super::principal::{Reach, reach};
use super::request::{Policy, Request};
use crate::context::Context;
use crate::document::{Effect, Scope, Statement};
use crate::evaluate::Principal;
use crate::pattern::Pattern;
use crate::verdict::Verdict;

/// A request, made ready to be held against many statements.
pub(super) struct Asked<'a> {
    principal: Principal<'a>,
    /// In lower case.
    action: Vec<char>,
    resource: Vec<char>,
    context: &'a Context,
}

impl<'a> Asked<'a> {
    pub(super) fn new(request: &Request<'a>) -> Self {
        Self {
            principal: request.principal,
            action: request.action.chars().map(|letter| letter.to_ascii_lowercase()).collect(),
            resource: request.resource.chars().collect(),
            context: request.context,
        }
    }
}

/// What is allowed, and to whom, and whether anything denies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Vote {
    pub(super) allow: Reach,
    pub(super) deny: bool,
}

/// A vote with how sure it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ballot {
    /// As AWS takes it.
    pub(super) now: Vote,
    /// By statements that asked for no key that is missing.
    pub(super) surely: Vote,
    /// If each statement held that asked for a missing key.
    pub(super) possibly: Vote,
}

/// The statements that speak of a request, by what they say.
pub(super) struct Votes {
    pub(super) by: PolicyType,
    pub(super) ballot: Ballot,
    pub(super) allow: Vec<MatchedStatement>,
    pub(super) deny: Vec<MatchedStatement>,
    /// Keys that allowing statements, matched or not, asked for in vain.
    missing_to_allow: Vec<String>,
    missing_to_deny: Vec<String>,
}

impl Votes {
    pub(super) fn count(by: PolicyType, policies: &[Policy<'_>], asked: &Asked<'_>) -> Self {
        let mut votes = Self {
            by,
            ballot: Ballot::default(),
            allow: Vec::new(),
            deny: Vec::new(),
            missing_to_allow: Vec::new(),
            missing_to_deny: Vec::new(),
        };
        for policy in policies {
            for (index, statement) in policy.document.statements.iter().enumerate() {
                votes.add(policy.name, index, statement, asked);
            }
        }
        votes
    }

    fn add(&mut self, policy: &str, index: usize, statement: &Statement, asked: &Asked<'_>) {
        let reach = covers(statement, asked);
        if reach == Reach::Nobody {
            return;
        }
        let mut holds = true;
        let mut missing = Vec::new();
        let resources = statement.resources.iter().map(|resources| of_resource(resources, asked));
        let conditions = statement.conditions.iter().map(|condition| condition.verdict(asked.context));
        for verdict in resources.chain(conditions) {
            if verdict.missing.is_empty() && !verdict.holds {
                return;
            }
            holds &= verdict.holds;
            missing.extend(verdict.missing.into_iter().map(str::to_owned));
        }
        let surely = missing.is_empty();
        let views = [
            (&mut self.ballot.now, holds),
            (&mut self.ballot.surely, surely),
            (&mut self.ballot.possibly, true),
        ];
        for (vote, counts) in views {
            match statement.effect {
                Effect::Allow if counts => vote.allow = vote.allow.max(reach),
                Effect::Deny if counts => vote.deny = true,
                Effect::Allow | Effect::Deny => {}
            }
        }
        let (matched, keys) = match statement.effect {
            Effect::Allow => (&mut self.allow, &mut self.missing_to_allow),
            Effect::Deny => (&mut self.deny, &mut self.missing_to_deny),
        };
        keys.extend(missing);
        if holds {
            matched.push(MatchedStatement {
                policy_type: self.by,
                policy: policy.to_owned(),
                index,
                sid: statement.sid.clone(),
                span: statement.span.clone(),
            });
        }
    }

    /// What these policies say by themselves.
    pub(super) fn outcome(&self) -> Outcome {
        if self.ballot.now.deny {
            Outcome::ExplicitDeny
        } else if self.ballot.now.allow == Reach::Nobody {
            Outcome::ImplicitDeny
        } else {
            Outcome::Allowed
        }
    }

    /// The missing keys that could turn what these policies say.
    pub(super) fn missing_keys(&self) -> impl Iterator<Item = &str> {
        let to_deny = if self.ballot.surely.deny { &[][..] } else { &self.missing_to_deny };
        let is_settled = self.ballot.surely.deny || self.ballot.surely.allow == self.ballot.possibly.allow;
        let to_allow = if is_settled { &[][..] } else { &self.missing_to_allow };
        to_deny.iter().chain(to_allow).map(String::as_str)
    }
}

/// To whom a statement speaks that is about this action.
fn covers(statement: &Statement, asked: &Asked<'_>) -> Reach {
    let of_action = statement
        .actions
        .covers(|patterns| patterns.iter().any(|pattern| pattern.matches_folded(&asked.action)));
    if !of_action {
        return Reach::Nobody;
    }
    statement.principals.as_ref().map_or(Reach::Itself, |principals| reach(principals, asked.principal))
}

fn of_resource<'a>(resources: &'a Scope<Vec<Pattern>>, asked: &Asked<'_>) -> Verdict<'a> {
    Verdict::of_patterns(resources.contents(), asked.context, |lacking| {
        let matches = |pattern: &Pattern| pattern.matches_letters(&asked.resource, asked.context, lacking);
        resources.covers(|patterns| patterns.iter().any(matches))
    })
}
