//! The IAM policy language: parse, validate, evaluate.
//!
//! Pure: no I/O, no clock, no global state. What the language does not have is refused when a document is parsed, so that
//! a decision never rests on an element that was skipped.
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
//!     resource_account: None,
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
mod glob;
mod json;
mod moment;
mod parse;
mod pattern;
mod size;
mod verdict;

pub use condition::{BadValue, Comparison, Condition, Operator, Order, Quantifier};
pub use context::Context;
pub use document::{ActionPattern, Document, Effect, Kind, Principals, Scope, Statement};
pub use evaluate::{
    Decision, MatchedStatement, Outcome, Policies, Policy, PolicyType, Principal, Request, ResourcePolicy,
    evaluate, evaluate_trust,
};
pub use parse::ParseError;
pub use pattern::Pattern;
pub use size::Limit;
