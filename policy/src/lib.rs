//! The IAM policy language: parse, validate, evaluate.
//!
//! Pure: no I/O, no clock, no global state. What this version does not know (a condition operator, a principal type)
//! it refuses when it parses, so that a decision never rests on an element that was skipped.
//!
//! ```
//! use stagecheck_policy::{Context, Document, Kind, Outcome, Policies, Policy, Principal, Request, evaluate};
//!
//! let document = Document::parse(
//!     r#"{"Version": "2012-10-17",
//!         "Statement": {"Effect": "Allow", "Action": "logs:Put*", "Resource": "*"}}"#,
//!     Kind::Identity,
//! )?;
//! let request = Request {
//!     principal: Principal::Aws("arn:aws:iam::123456789012:role/logger"),
//!     action: "logs:PutLogEvents",
//!     resource: "arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:s",
//!     context: &Context::default(),
//! };
//! let identity = [Policy { name: "write-logs", document: &document }];
//! let decision = evaluate(&request, &Policies { identity: &identity, ..Policies::default() });
//! assert_eq!(decision.outcome, Outcome::Allowed);
//! # Ok::<(), stagecheck_policy::ParseError>(())
//! ```

mod condition;
mod context;
mod document;
mod evaluate;
mod json;
mod parse;
mod pattern;

pub use condition::{Condition, Operator, Quantifier};
pub use context::Context;
pub use document::{Document, Effect, Kind, Principals, Scope, Statement};
pub use evaluate::{
    Decision, MatchedStatement, Outcome, Policies, Policy, PolicyType, Principal, Request, evaluate,
    evaluate_trust,
};
pub use parse::{ParseError, Reason};
pub use pattern::Pattern;
