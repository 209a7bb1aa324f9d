//! Nothing that is built goes without a scenario: no operation, and no error that its model lists.

use std::collections::BTreeSet;

use stagecheck_conformance::suite::{self, Scenario, Step};
use stagecheck_models::Operation;

use crate::unprovoked::UNPROVOKED;

/// The services whose operations and errors are all to be met.
const COVERED: [&str; 6] = ["apigateway", "apigatewayv2", "iam", "kms", "resourcegroupstaggingapi", "sts"];

/// What is covered of CloudWatch Logs so far: operations that have one of these in their names.
const COVERED_OF_LOGS: [&str; 4] = ["ConfigurationTemplates", "Deliver", "KmsKey", "ResourcePolic"];

/// What nobody can be told in a scenario that these need: an organization, and tokens and messages that come elsewhere than in
/// answers. Errors of theirs are met.
const UNHEARD: [&str; 3] = ["AssumeRoot", "DecodeAuthorizationMessage", "GetDelegatedAccessToken"];

/// An operation by its service and name.
type Name<'a> = (&'a str, &'a str);

#[test]
fn every_operation_that_is_built_succeeds_in_some_scenario() {
    let scenarios = suite::load().unwrap();
    let succeeding: BTreeSet<Name<'_>> =
        steps(&scenarios).filter(|(_, step)| step.fault.is_none()).map(name).collect();
    // Only accounts of an organization may call these, which is an error that scenarios meet.
    let refused = [
        "DescribeReportCreation",
        "DisableOrganizationsRootCredentialsManagement",
        "DisableOrganizationsRootSessions",
        "EnableOrganizationsRootCredentialsManagement",
        "EnableOrganizationsRootSessions",
        "GenerateOrganizationsAccessReport",
        "GetComplianceSummary",
        "GetOrganizationsAccessReport",
        "ListOrganizationsFeatures",
        "StartReportCreation",
    ];
    let missing: Vec<String> = built()
        .map(|operation| (operation.service.name, operation.name))
        .filter(|name| !succeeding.contains(name) && !refused.contains(&name.1) && !UNHEARD.contains(&name.1))
        .map(|(service, operation)| format!("{service} {operation}"))
        .collect();
    assert!(missing.is_empty(), "no scenario calls {}", missing.join(", "));
    let failing: BTreeSet<Name<'_>> =
        steps(&scenarios).filter(|(_, step)| step.fault.is_some()).map(name).collect();
    for exempt in refused.iter().chain(&UNHEARD) {
        let has = |names: &BTreeSet<Name<'_>>| names.iter().any(|(_, operation)| operation == exempt);
        assert!(has(&failing), "{exempt} is not met");
        assert!(!has(&succeeding), "{exempt} succeeds, and needs no exemption");
    }
}

#[test]
fn every_error_that_a_model_lists_is_provoked_or_has_a_reason_not_to_be() {
    let scenarios = suite::load().unwrap();
    let provoked: BTreeSet<(Name<'_>, &str)> = steps(&scenarios)
        .filter_map(|(scenario, step)| {
            let (code, _) = step.fault.as_ref()?.first_key_value()?;
            Some((name((scenario, step)), code.as_str()))
        })
        .collect();
    let mut wrong = Vec::new();
    for operation in built() {
        for error in operation.errors {
            let (service, name) = (operation.service.name, operation.name);
            let reasons = UNPROVOKED
                .iter()
                .filter(|each| (each.service, each.code) == (service, error.code) && each.holds_for(name));
            match (provoked.contains(&((service, name), error.code)), reasons.count()) {
                (true, 0) | (false, 1) => {}
                (true, _) => wrong.push(format!("{service} {name} {}: is provoked", error.code)),
                (false, 0) => wrong.push(format!("{service} {name} {}: no step provokes it", error.code)),
                (false, _) => wrong.push(format!("{service} {name} {}: has two reasons", error.code)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn reasons_are_given_for_errors_that_a_model_lists() {
    let listed = |service: &str, code: &str, name: Option<&str>| {
        all_built().any(|operation| {
            operation.service.name == service
                && name.is_none_or(|name| operation.name == name)
                && operation.errors.iter().any(|error| error.code == code)
        })
    };
    for each in UNPROVOKED {
        assert!(listed(each.service, each.code, None), "{each:?}");
        for name in each.named() {
            assert!(listed(each.service, each.code, Some(name)), "{} {}: {}", name, each.code, each.reason);
        }
    }
}

/// The operations of the covered services that are built.
fn built() -> impl Iterator<Item = &'static Operation> {
    all_built().filter(|operation| match operation.service.name {
        "logs" => COVERED_OF_LOGS.iter().any(|part| operation.name.contains(part)),
        service => COVERED.contains(&service),
    })
}

/// Those of all services.
fn all_built() -> impl Iterator<Item = &'static Operation> {
    let ledgers = stagecheck_emulator::ledgers().into_iter();
    ledgers.flat_map(|ledger| ledger.accounts.into_iter().map(|account| account.operation))
}

fn steps(scenarios: &[Scenario]) -> impl Iterator<Item = (&Scenario, &Step)> {
    scenarios.iter().flat_map(|scenario| scenario.steps.iter().map(move |step| (scenario, step)))
}

fn name<'a>((scenario, step): (&'a Scenario, &'a Step)) -> Name<'a> {
    (step.service.as_deref().unwrap_or(&scenario.service), &step.call)
}
