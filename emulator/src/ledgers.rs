//! The member ledgers of all services, for the coverage page and for the test that they balance.

use std::sync::Arc;

use stagecheck_models as models;

use crate::apigateway::LoggedStages;
use crate::gateway::{Backends, Egress, Functions, TestBench};
use crate::iam::{ProviderDirectory, RoleAuthority, UserMfaDevices};
use crate::ids::Ids;
use crate::kms::KeyRing;
use crate::logs::{GroupPolicies, GroupWriter};
use crate::service::ports::{EncryptionKeys, Roles};
use crate::store::InEffect;
use crate::time::SystemClock;
use crate::wire::ledger::Ledger;
use crate::{apigateway, apigatewayv2, iam, kms, logs, sts, tagging};

/// One ledger per service, in the order of [`models::SERVICES`].
#[must_use]
pub fn ledgers() -> [Ledger; models::SERVICES.len()] {
    // A ledger calls no handler, so it does not matter that the ports have nothing behind them.
    let authority = Arc::new(RoleAuthority::new(InEffect::AtOnce(Arc::default())));
    let roles: Arc<dyn Roles> = Arc::clone(&authority) as _;
    let backends = Backends::new(
        Egress::to([]),
        Functions::behind(None),
        Arc::clone(&roles),
        Arc::new(sts::OidcKeys::default()),
    );
    let bench = TestBench::new(Arc::new(backends), Arc::new(SystemClock), Arc::new(Ids::seeded(0)));
    let keys: Arc<dyn EncryptionKeys> = Arc::new(KeyRing::new(Arc::default()));
    let ports = apigateway::Ports {
        roles: Arc::clone(&roles),
        logs: Arc::new(GroupWriter::new(Arc::default(), Arc::clone(&keys))),
        log_policies: Arc::new(GroupPolicies::new(Arc::default())),
        test_runs: Arc::new(bench),
    };
    let logs_ports = logs::Ports { stages: Arc::new(LoggedStages::new(Arc::default())), keys };
    let sts_ports = sts::Ports {
        roles,
        permissions: Arc::clone(&authority) as _,
        policies: authority,
        mfa_devices: Arc::new(UserMfaDevices::new(Arc::default())),
        keys: Vec::new(),
        providers: Arc::new(ProviderDirectory::new(Arc::default())),
        oidc_keys: Arc::default(),
        signing_keys: Arc::default(),
        messages: Arc::new(sts::AuthorizationMessages::new()),
    };
    [
        Ledger::of(&models::apigateway::SERVICE, |entries| apigateway::register(entries, &ports)),
        Ledger::of(&models::apigatewayv2::SERVICE, |entries| apigatewayv2::register(entries, &ports)),
        Ledger::of(&models::iam::SERVICE, |entries| iam::register(entries, &iam::Ports::default())),
        Ledger::of(&models::kms::SERVICE, kms::register),
        Ledger::of(&models::logs::SERVICE, |entries| logs::register(entries, &logs_ports)),
        Ledger::of(&models::resourcegroupstaggingapi::SERVICE, |entries| {
            tagging::register(entries, &tagging::Bearers::new(Vec::new()));
        }),
        Ledger::of(&models::sts::SERVICE, |entries| sts::register(entries, &sts_ports)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_its_ledger() {
        let kept = ledgers().map(|ledger| ledger.service.name);
        assert_eq!(kept, models::SERVICES.map(|service| service.name));
    }

    #[test]
    fn every_member_of_every_input_is_accounted_for() {
        let errors: Vec<String> = ledgers()
            .iter()
            .flat_map(|ledger| ledger.accounts.iter().map(|account| (ledger.service.name, account)))
            .flat_map(|(service, account)| {
                account
                    .errors
                    .iter()
                    .map(move |error| format!("{service} {}: {error}", account.operation.name))
            })
            .collect();
        assert!(errors.is_empty(), "the ledgers do not balance:\n{}", errors.join("\n"));
    }

    #[test]
    fn every_operation_is_registered_with_its_own_service() {
        for ledger in ledgers() {
            for account in &ledger.accounts {
                assert_eq!(account.operation.service.name, ledger.service.name, "{}", account.operation.name);
            }
        }
    }
}
