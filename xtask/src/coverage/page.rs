//! The text of the coverage page.

use std::fmt::{Error, Write};

use stagecheck_emulator::service::Unread;
use stagecheck_emulator::wire::ledger::{Account, Ledger};

const INTRODUCTION: &str = "\
# Coverage

What the emulator does with every operation of its services, and with every member of their inputs.
`cargo xtask coverage` writes this page from the operations that the emulator registers; do not edit it.

* An implemented operation acts on every member of its input but those that stand beside it.
* A refused member is answered with 501 `NotImplemented` when it is given, unless its value asks for nothing
  (`false`, empty).
* An ignored member is taken and changes nothing, for the reason given.
* An operation that is not implemented is answered with 501 `NotImplemented`, never with a made-up success.
";

/// The whole page.
pub(super) fn render(ledgers: &[Ledger]) -> Result<String, Error> {
    let mut page = INTRODUCTION.to_owned();
    write_counts(&mut page, ledgers)?;
    for ledger in ledgers {
        write_service(&mut page, ledger)?;
    }
    Ok(page)
}

fn write_counts(page: &mut String, ledgers: &[Ledger]) -> Result<(), Error> {
    writeln!(page, "\n| Service | Implemented | All |\n|---|---:|---:|")?;
    for Ledger { service, accounts } in ledgers {
        let (name, all) = (service.name, service.operations.len());
        writeln!(page, "| [{name}](#{name}) | {} | {all} |", accounts.len())?;
    }
    Ok(())
}

fn write_service(page: &mut String, ledger: &Ledger) -> Result<(), Error> {
    let Ledger { service, accounts } = ledger;
    let (implemented, all) = (accounts.len(), service.operations.len());
    writeln!(page, "\n## {}\n", service.name)?;
    writeln!(page, "API version {}: {implemented} / {all} operations.", service.version)?;

    // In the order of the model, not of registration, so that one finds an operation by its name.
    let accounts: Vec<&Account> =
        service.operations.iter().filter_map(|operation| ledger.account(operation)).collect();
    if !accounts.is_empty() {
        writeln!(page, "\n| Operation | Refused | Ignored |\n|---|---|---|")?;
    }
    for Account { operation, unread, .. } in accounts {
        let (refused, ignored): (Vec<Unread>, Vec<Unread>) =
            unread.iter().partition(|each| matches!(each, Unread::Refused(..)));
        writeln!(page, "| {} |{}|{}|", operation.name, cell(&refused), cell(&ignored))?;
    }

    let missing: Vec<&str> = service
        .operations
        .iter()
        .filter(|operation| ledger.account(operation).is_none())
        .map(|operation| operation.name)
        .collect();
    if !missing.is_empty() {
        writeln!(page, "\nNot implemented: {}.", missing.join(", "))?;
    }
    Ok(())
}

/// A table cell, which names neighbours that share a reason together: `` `a`, `b`: the reason; `c`: another ``.
fn cell(members: &[Unread]) -> String {
    let groups: Vec<String> = members
        .chunk_by(|one, other| reason(one) == reason(other))
        .map(|group| {
            let names: Vec<String> = group.iter().map(|each| format!("`{}`", each.member())).collect();
            format!("{}: {}", names.join(", "), reason(&group[0]).replace('|', "\\|"))
        })
        .collect();
    if groups.is_empty() { " ".to_owned() } else { format!(" {} ", groups.join("; ")) }
}

const fn reason(unread: &Unread) -> &'static str {
    match unread {
        Unread::Refused(_, reason) | Unread::Ignored(_, reason) => reason,
    }
}

#[cfg(test)]
mod tests {
    use stagecheck_models::{Operation, sts};

    use super::*;

    fn account(operation: &'static Operation, unread: &'static [Unread]) -> Account {
        Account { operation, read: Vec::new(), unread, errors: Vec::new() }
    }

    #[test]
    fn a_service_shows_what_it_does_and_what_it_does_not() {
        let accounts = vec![
            account(&sts::GET_CALLER_IDENTITY, &[]),
            account(
                &sts::ASSUME_ROLE,
                &[
                    Unread::Refused("Policy", "not built yet"),
                    Unread::Refused("Tags", "not built yet"),
                    Unread::Refused("TokenCode", "no MFA | no token"),
                    Unread::Ignored("ExternalId", "for show"),
                ],
            ),
        ];
        let page = render(&[Ledger { service: &sts::SERVICE, accounts }]).unwrap();
        let (_, shown) = page.split_once("\n\n| Service").unwrap();
        assert_eq!(
            format!("| Service{shown}"),
            r"| Service | Implemented | All |
|---|---:|---:|
| [sts](#sts) | 2 | 11 |

## sts

API version 2011-06-15: 2 / 11 operations.

| Operation | Refused | Ignored |
|---|---|---|
| AssumeRole | `Policy`, `Tags`: not built yet; `TokenCode`: no MFA \| no token | `ExternalId`: for show |
| GetCallerIdentity | | |

Not implemented: AssumeRoleWithSAML, AssumeRoleWithWebIdentity, AssumeRoot, DecodeAuthorizationMessage, GetAccessKeyInfo, GetDelegatedAccessToken, GetFederationToken, GetSessionToken, GetWebIdentityToken.
"
        );
    }
}
