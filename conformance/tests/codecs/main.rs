//! The wire codecs against botocore's own, over every operation of every service, in each protocol that it speaks: what
//! botocore writes, the emulator reads; what the emulator writes, botocore reads. Values are generated from the models,
//! the same ones in every run.

mod answer;
mod botocore;
mod coverage;
mod faults;
mod interchange;
mod losses;
mod probe;
mod report;
mod requests;
mod responses;
mod text;
mod values;

use stagecheck_models::{Operation, Protocol, SERVICES, Service};

/// The services of the models, and the made-up ones that use what no model does.
fn services() -> impl Iterator<Item = &'static Service> {
    SERVICES.into_iter().chain(probe::SERVICES)
}

/// Every operation of these services, once in each protocol.
fn spoken() -> impl Iterator<Item = (&'static Operation, Protocol)> {
    services().flat_map(|service| {
        service
            .protocols()
            .flat_map(move |protocol| service.operations.iter().map(move |operation| (*operation, protocol)))
    })
}

/// A protocol as botocore calls it.
fn botocore_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::RestJson => "rest-json",
        Protocol::AwsJson { .. } => "json",
        Protocol::AwsQuery { .. } => "query",
        Protocol::RpcV2Cbor { .. } => "smithy-rpc-v2-cbor",
    }
}
