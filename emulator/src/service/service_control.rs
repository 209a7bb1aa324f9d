//! Service control policies, which an emulator is given from without: no organization is kept here.

use std::collections::BTreeMap;
use std::sync::Arc;

use stagecheck_policy::{Document, Kind, ParseError};

use super::NamedDocument;
use crate::store::Account;

/// The service control policies of accounts: of each the levels from the organization's root down, each of which must
/// allow.
#[derive(Clone, Debug, Default)]
pub struct ServiceControl {
    of_all: Vec<Vec<NamedDocument>>,
    by_account: BTreeMap<Account, Vec<Vec<NamedDocument>>>,
}

/// A document that is no service control policy.
#[derive(Debug, thiserror::Error)]
#[error("the service control policy {name} is not taken: {source}")]
pub struct BadPolicy {
    name: String,
    source: ParseError,
}

impl ServiceControl {
    /// With one more level of policies, by name and text, for an account, or for all that have none of their own.
    ///
    /// # Errors
    ///
    /// When a text is no service control policy.
    pub fn with_level<'p>(
        mut self,
        account: Option<Account>,
        policies: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Result<Self, BadPolicy> {
        let level = policies.into_iter().map(|(name, text)| parse(name, text)).collect::<Result<_, _>>()?;
        match account {
            Some(account) => self.by_account.entry(account).or_default().push(level),
            None => self.of_all.push(level),
        }
        Ok(self)
    }

    /// The levels that hold for an account; none where nothing is controlled.
    pub(super) fn levels(&self, account: &Account) -> &[Vec<NamedDocument>] {
        self.by_account.get(account).unwrap_or(&self.of_all)
    }
}

fn parse(name: &str, text: &str) -> Result<NamedDocument, BadPolicy> {
    match Document::parse(text, Kind::ServiceControl) {
        Ok(document) => Ok((Arc::from(name), Arc::new(document))),
        Err(source) => Err(BadPolicy { name: name.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOW: &str =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

    #[test]
    fn an_account_of_its_own_levels_has_no_others() {
        let own = Account::parse("111111111111").unwrap();
        let control = ServiceControl::default()
            .with_level(None, [("all", ALLOW)])
            .and_then(|control| control.with_level(Some(own.clone()), [("a", ALLOW), ("b", ALLOW)]))
            .and_then(|control| control.with_level(Some(own.clone()), [("c", ALLOW)]))
            .unwrap();
        let names = |account: &Account| -> Vec<Vec<String>> {
            let levels = control.levels(account).iter();
            levels.map(|level| level.iter().map(|(name, _)| name.to_string()).collect()).collect()
        };
        assert_eq!(names(&own), [vec!["a", "b"], vec!["c"]]);
        assert_eq!(names(&Account::parse("222222222222").unwrap()), [["all"]]);
    }

    #[test]
    fn a_bad_document_is_named() {
        let error = ServiceControl::default().with_level(None, [("deny.json", "{}")]).unwrap_err();
        assert!(
            error.to_string().starts_with("the service control policy deny.json is not taken: "),
            "{error}"
        );
    }
}
