//! The wire codecs against botocore's own, over every operation of every service: what botocore writes, the emulator
//! reads; what the emulator writes, botocore reads. Values are generated from the models, the same ones in every run.

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

use stagecheck_models::{SERVICES, Service};

/// The services of the models, and the made-up ones that use what no model does.
fn services() -> impl Iterator<Item = &'static Service> {
    SERVICES.into_iter().chain(probe::SERVICES)
}
