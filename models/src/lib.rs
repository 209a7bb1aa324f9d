//! The contracts of the AWS services that stagecheck speaks, as constant tables.
//!
//! `cargo xtask models` writes one module per service from the service models that AWS publishes in botocore.
//! A table holds what the wire needs (HTTP bindings, wire names, shapes, constraints, errors) and no prose.
//! There are no generated structs: codecs walk the shapes.
//!
//! ```
//! use stagecheck_models::{apigateway, Kind};
//!
//! let update_stage = &apigateway::UPDATE_STAGE;
//! assert_eq!(update_stage.method, "PATCH");
//! let input = update_stage.input.expect("UpdateStage takes input");
//! let Kind::Structure(members) = input.kind else { panic!("an input is a structure") };
//! assert!(members.iter().any(|member| member.name == "patchOperations"));
//! ```

mod model;

pub use model::{
    Constraints, ErrorShape, Kind, ListForm, Location, MapForm, Member, Operation, Protocol, Segment,
    Service, Shape, TimestampFormat,
};

#[rustfmt::skip]
pub mod apigateway;
#[rustfmt::skip]
pub mod apigatewayv2;
#[rustfmt::skip]
pub mod iam;
#[rustfmt::skip]
pub mod kms;
#[rustfmt::skip]
pub mod logs;
#[rustfmt::skip]
pub mod resourcegroupstaggingapi;
#[rustfmt::skip]
pub mod sts;

/// Every service there is a table for, in alphabetical order.
pub static SERVICES: [&Service; 7] = [
    &apigateway::SERVICE,
    &apigatewayv2::SERVICE,
    &iam::SERVICE,
    &kms::SERVICE,
    &logs::SERVICE,
    &resourcegroupstaggingapi::SERVICE,
    &sts::SERVICE,
];
