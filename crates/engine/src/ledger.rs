//! The journal as the machine sees it: records go in, and durable intents come out in the same order.

use crate::Effect;
use formwork_provider::{OwnerTags, Request, Target};
use formwork_state::{Intent, IntentAction, Outcome, Record, State};
use serde_json::{Map, Value as Json};
use std::collections::VecDeque;
use std::sync::Arc;

/// An intent with what its request needs besides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prepared {
    pub(crate) intent: Intent,
    pub(crate) owner: OwnerTags,
    /// The properties as they are sent, if not as they are kept as authored: with resets and foreign entries.
    pub(crate) sent: Option<Map<String, Json>>,
    /// Whether a delete empties the object first.
    pub(crate) force: bool,
}

impl Prepared {
    /// The object as the intent names it.
    pub(crate) fn target(&self) -> Target {
        let intent = &self.intent;
        Target {
            address: intent.address.clone(),
            generation: intent.generation,
            type_name: intent.type_name.clone(),
            slice: intent.slice.clone(),
            region: intent.region.clone(),
            id: intent.id.clone(),
            name: intent.name.clone(),
        }
    }

    fn sent(&self) -> Map<String, Json> {
        let sent = self.sent.as_ref().unwrap_or(&self.intent.properties);
        sent.clone()
    }

    fn request(&self) -> Request {
        let target = self.target();
        match self.intent.action {
            IntentAction::Create => Request::Create {
                target,
                properties: self.sent(),
                token: self.intent.token.clone(),
                owner: self.owner.clone(),
            },
            IntentAction::Update => {
                let properties = self.sent();
                let changed = self.intent.changed.iter();
                let changed = changed.filter_map(|name| {
                    let value = properties.get(name.as_ref())?;
                    Some((name.to_string(), value.clone()))
                });
                Request::Update {
                    target,
                    changed: changed.collect(),
                    removed: self.intent.removed.clone(),
                    token: self.intent.token.clone(),
                    properties,
                }
            }
            IntentAction::Delete => Request::Delete {
                target,
                force: self.force,
            },
        }
    }
}

/// Proof that an intent is on disk. Nothing outside this module can make one, and nothing in it does before the
/// store has said so.
#[derive(Debug, Clone, PartialEq)]
pub struct DurableIntent(Arc<Prepared>);

impl DurableIntent {
    /// The intent.
    pub fn intent(&self) -> &Intent {
        &self.0.intent
    }

    pub(crate) fn prepared(&self) -> &Prepared {
        &self.0
    }

    pub(crate) fn request(&self) -> Request {
        self.0.request()
    }
}

/// Records not yet handed over, intents not yet durable, and the fold of both.
#[derive(Debug)]
pub(crate) struct Ledger {
    state: State,
    handed: u64,
    buffer: Vec<Record>,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    serial: u64,
    operation: usize,
    prepared: Prepared,
}

impl Ledger {
    pub(crate) fn new(state: State) -> Self {
        Ledger {
            handed: state.serial,
            state,
            buffer: Vec::new(),
            waiting: VecDeque::new(),
        }
    }

    /// The fold of everything recorded, durable or not. Reading ahead is safe: what is made of it comes later in the
    /// same journal.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn into_state(self) -> State {
        self.state
    }

    pub(crate) fn record(&mut self, record: Record) {
        self.state.apply(&record);
        self.buffer.push(record);
    }

    pub(crate) fn outcome(&mut self, operation: formwork_state::Operation, outcome: Outcome) {
        self.record(Record::Outcome { operation, outcome });
    }

    /// Records an intent; [`Ledger::durable`] gives it back when it is on disk.
    pub(crate) fn intend(&mut self, operation: usize, prepared: Prepared) {
        self.record(Record::Intent(Box::new(prepared.intent.clone())));
        self.waiting.push_back(Waiting {
            serial: self.state.serial,
            operation,
            prepared,
        });
    }

    /// Records an intent together with what it came to, without a call.
    pub(crate) fn intend_settled(&mut self, prepared: Prepared, outcome: Outcome) {
        let operation = prepared.intent.operation;
        self.record(Record::Intent(Box::new(prepared.intent)));
        self.outcome(operation, outcome);
    }

    /// The append of all that was recorded since the last.
    pub(crate) fn flush(&mut self) -> Option<Effect> {
        if self.buffer.is_empty() {
            return None;
        }
        let after = std::mem::replace(&mut self.handed, self.state.serial);
        Some(Effect::Append {
            after,
            records: std::mem::take(&mut self.buffer),
            serial: self.state.serial,
        })
    }

    /// The next intent that is durable now that everything up to `serial` is.
    pub(crate) fn durable(&mut self, serial: u64) -> Option<(usize, DurableIntent)> {
        if self.waiting.front()?.serial > serial {
            return None;
        }
        let first = self.waiting.pop_front()?;
        Some((first.operation, DurableIntent(Arc::new(first.prepared))))
    }
}
