//! An engine that is wrong on purpose: it records an intent only when its call has been answered. Tests that look for
//! what a crash loses must catch it.

use formwork_state::{Loaded, Record, State, Store, StoreError};

/// A store that makes such an engine of the real one: intents are said to be durable, and held back until their
/// outcome.
pub(crate) struct Late<S> {
    store: S,
    durable: u64,
    held: Vec<Record>,
}

impl<S: Store> Late<S> {
    pub(crate) fn new(store: S, serial: u64) -> Self {
        Late {
            store,
            durable: serial,
            held: Vec::new(),
        }
    }
}

impl<S: Store> Store for Late<S> {
    fn load(&mut self) -> Result<Loaded, StoreError> {
        self.store.load()
    }

    fn append(&mut self, _serial: u64, records: &[Record]) -> Result<String, StoreError> {
        let mut out = Vec::new();
        for record in records {
            match record {
                Record::Intent(_) => self.held.push(record.clone()),
                Record::Outcome { operation, .. } => {
                    let own = |held: &Record| matches!(held, Record::Intent(intent) if intent.operation == *operation);
                    out.extend(self.held.iter().filter(|held| own(held)).cloned());
                    self.held.retain(|held| !own(held));
                    out.push(record.clone());
                }
                _ => out.push(record.clone()),
            }
        }
        let head = self.store.append(self.durable, &out)?;
        self.durable += out.len() as u64;
        Ok(head)
    }

    fn snapshot(&mut self, state: &State) -> Result<(), StoreError> {
        self.store.snapshot(state)
    }
}
