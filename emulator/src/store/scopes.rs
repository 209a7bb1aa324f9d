//! One state per account and region, behind one lock each.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::lock::Held;
use super::scope::Scope;
use super::table::Transactional;

/// What a service keeps for one scope: tables and nothing else.
pub trait State: Default + Send + Sync + Serialize + DeserializeOwned + 'static {
    /// Whether the service has regions.
    const PLACEMENT: Placement;

    /// Shows every table.
    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional));

    /// Ends a write, or an import, with its changes still to be seen in the tables: brings up to date what follows from
    /// rows that came, changed or went.
    fn settle(&mut self) {}

    /// Where the state of a scope is kept.
    #[must_use]
    fn place(scope: &Scope) -> Scope {
        match Self::PLACEMENT {
            Placement::Regional => scope.clone(),
            Placement::Global => {
                Scope { account: scope.account.clone(), region: scope.region.partition().home_region() }
            }
        }
    }
}

/// Whether a service has regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// One state per account and region.
    Regional,
    /// One state per account and partition.
    Global,
}

/// Called after a write, with the changes still to be seen in the tables. It must not ask a service anything.
type CommitHook<S> = Box<dyn Fn(&Scope, &S) + Send + Sync>;

/// The states of one service.
pub struct Scopes<S> {
    states: RwLock<HashMap<Scope, Arc<RwLock<S>>>>,
    on_commit: CommitHook<S>,
}

/// The exported form of one scope's state.
#[derive(Debug, Serialize, Deserialize)]
pub struct Exported<T> {
    /// Whose it is.
    #[serde(flatten)]
    pub scope: Scope,
    /// What is in it.
    pub state: T,
}

impl<S: State> Default for Scopes<S> {
    fn default() -> Self {
        Self::with_commit_hook(|_, _| {})
    }
}

impl<S: State> Scopes<S> {
    /// Empty states; the hook sees every commit.
    pub fn with_commit_hook(hook: impl Fn(&Scope, &S) + Send + Sync + 'static) -> Self {
        Self { states: RwLock::default(), on_commit: Box::new(hook) }
    }

    /// Reads one scope's state. A scope that was never written is empty.
    pub fn read<T>(&self, scope: &Scope, reader: impl FnOnce(&S) -> T) -> T {
        // Held while the reader runs: counting a reference to the state, too, would have readers wait for each other.
        let states = self.states.read();
        match states.get(&S::place(scope)) {
            Some(state) => {
                let _held = Held::new();
                reader(&state.read())
            }
            None => {
                drop(states);
                reader(&S::default())
            }
        }
    }

    /// Changes one scope's state. An `Err`, or a panic, leaves it as it was.
    ///
    /// # Errors
    ///
    /// What `writer` answers.
    pub fn write<T, E>(&self, scope: &Scope, writer: impl FnOnce(&mut S) -> Result<T, E>) -> Result<T, E> {
        let scope = S::place(scope);
        // Nearly always it is there already, and readers of other scopes need not wait.
        let present = self.states.read().get(&scope).map(Arc::clone);
        let state =
            present.unwrap_or_else(|| Arc::clone(self.states.write().entry(scope.clone()).or_default()));
        let _held = Held::new();
        let mut guard = state.write();
        let transaction = Transaction { state: &mut *guard };
        let done = writer(transaction.state)?;
        transaction.state.settle();
        (self.on_commit)(&scope, transaction.state);
        transaction.commit();
        Ok(done)
    }

    /// Every scope that was written to, in no order.
    #[must_use]
    pub fn scopes(&self) -> Vec<Scope> {
        self.states.read().keys().cloned().collect()
    }

    /// The scopes of an account in a partition that were ever written, in their order.
    pub fn of_account(&self, scope: &Scope) -> Vec<Scope> {
        let partition = scope.region.partition();
        let is_of = |each: &&Scope| each.account == scope.account && each.region.partition() == partition;
        let mut scopes: Vec<Scope> = self.states.read().keys().filter(is_of).cloned().collect();
        scopes.sort();
        scopes
    }

    /// Every scope that has something in it, as JSON, ordered by scope.
    ///
    /// # Errors
    ///
    /// When a row has no JSON form.
    pub fn export(&self) -> serde_json::Result<Vec<Exported<serde_json::Value>>> {
        let mut scopes: Vec<(Scope, Arc<RwLock<S>>)> =
            self.states.read().iter().map(|(scope, state)| (scope.clone(), Arc::clone(state))).collect();
        scopes.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut exported = Vec::new();
        for (scope, state) in scopes {
            let _held = Held::new();
            let mut state = state.write();
            let mut empty = true;
            state.tables(&mut |table| empty &= table.is_empty());
            if !empty {
                exported.push(Exported { scope, state: serde_json::to_value(&*state)? });
            }
        }
        Ok(exported)
    }

    /// Puts these states in place of all there are, and gives those back, to be dropped where nobody waits for it. Each
    /// ends like a write of all its rows, but that commit hooks are not called; `index` sees the new states before
    /// anybody can write to them.
    #[must_use]
    pub fn replace(
        &self,
        mut states: Vec<Exported<S>>,
        index: &dyn Fn(&[Exported<S>]),
    ) -> impl Send + use<S> {
        for Exported { state, .. } in &mut states {
            state.settle();
            state.tables(&mut |table| table.commit());
        }
        let mut current = self.states.write();
        index(&states);
        let states = states.into_iter().map(|each| (each.scope, Arc::new(RwLock::new(each.state)))).collect();
        std::mem::replace(&mut *current, states)
    }
}

/// Rolls back when dropped, unless it was committed: so does an early return, and so does a panic.
struct Transaction<'a, S: State> {
    state: &'a mut S,
}

impl<S: State> Transaction<'_, S> {
    fn commit(self) {
        self.state.tables(&mut |table| table.commit());
    }
}

impl<S: State> Drop for Transaction<'_, S> {
    fn drop(&mut self) {
        // After a commit there is nothing to undo.
        self.state.tables(&mut |table| table.roll_back());
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::store::Table;

    #[derive(Default, Serialize, Deserialize)]
    struct Notes {
        notes: Table<String, String>,
    }

    impl State for Notes {
        const PLACEMENT: Placement = Placement::Regional;

        fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
            visit(&mut self.notes);
        }
    }

    fn count(scopes: &Scopes<Notes>) -> usize {
        scopes.read(&Scope::default(), |state| state.notes.len())
    }

    #[test]
    fn an_error_and_a_panic_change_nothing() {
        let scopes = Scopes::<Notes>::default();
        let scope = Scope::default();
        let refused: Result<(), &str> = scopes.write(&scope, |state| {
            state.notes.put("a".into(), "1".into());
            Err("no")
        });
        assert_eq!((refused, count(&scopes)), (Err("no"), 0));
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            scopes.write(&scope, |state| -> Result<(), ()> {
                state.notes.put("a".into(), "1".into());
                panic!("half way")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(count(&scopes), 0);
        scopes.write(&scope, |state| Ok::<_, ()>(state.notes.put("a".into(), "1".into()))).unwrap();
        assert_eq!(count(&scopes), 1);
    }

    #[test]
    #[cfg(debug_assertions)]
    fn a_second_lock_is_noticed() {
        let scopes = Scopes::<Notes>::default();
        scopes.write(&Scope::default(), |_| Ok::<_, ()>(())).unwrap();
        let nested = catch_unwind(AssertUnwindSafe(|| {
            scopes.read(&Scope::default(), |_| scopes.read(&Scope::default(), |_| ()));
        }));
        assert!(nested.is_err());
    }

    #[test]
    fn export_and_replace_are_inverse() {
        let scopes = Scopes::<Notes>::default();
        scopes
            .write(&Scope::default(), |state| Ok::<_, ()>(state.notes.put("a".into(), "1".into())))
            .unwrap();
        let exported = scopes.export().unwrap();
        let text = serde_json::to_string(&exported).unwrap();
        let other = Scopes::<Notes>::default();
        drop(other.replace(serde_json::from_str(&text).unwrap(), &|_| {}));
        assert_eq!(serde_json::to_string(&other.export().unwrap()).unwrap(), text);
    }
}
