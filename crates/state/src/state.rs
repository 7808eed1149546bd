//! The state: the fold of the journal.

use crate::{Intent, IntentAction, LastRun, Metadata, Operation, Outcome, Record, Use};
use formwork_schema::Address;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a state belongs to; a mismatch stops before anything is read or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// `mock`, `aws`.
    pub provider: Arc<str>,
    /// The account, 12 digits.
    pub account: Arc<str>,
    /// The stack.
    pub stack: Arc<str>,
    /// The environment.
    pub env: Arc<str>,
}

/// An object among all that its address has had.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectKey {
    /// Where in the stack.
    pub address: Address,
    /// The how-manieth object there, from 0.
    pub generation: u32,
}

/// How far an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectStatus {
    /// Settled.
    Ready,
    /// Its create was begun and has an id; whether it settled is not known.
    Pending,
    /// Its creation failed: it is there and of no use, and is to be replaced.
    Failed,
}

/// An object we made or adopted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Its CloudFormation type.
    #[serde(rename = "type")]
    pub type_name: Arc<str>,
    /// The slice, if it is a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice: Option<Arc<str>>,
    /// Its region.
    pub region: Arc<str>,
    /// Its primary identifier.
    pub id: Arc<str>,
    /// Its physical name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// How far it is.
    pub status: ObjectStatus,
    /// The properties as last authored and applied.
    pub authored: Map<String, Json>,
    /// The properties as last read, those made by AWS among them.
    pub attributes: Map<String, Json>,
    /// Its version as the cloud counted it when it was last made or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Arc<str>>,
    /// Properties of which it is not known whether the authored value took effect.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub uncertain: BTreeSet<Arc<str>>,
    /// Edges and policy.
    pub metadata: Metadata,
    /// What its tags say it is, if that is not its address: it was renamed, and its tags cannot follow or do not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<ObjectKey>,
}

/// All that is known of what was done.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    /// What it belongs to; `None` until the first record.
    pub binding: Option<Binding>,
    /// How many records it folds.
    pub serial: u64,
    /// The hash of the last record, in hex; empty before the first.
    pub head: Arc<str>,
    /// The objects.
    #[serde(with = "crate::format::pairs")]
    pub objects: BTreeMap<ObjectKey, Object>,
    /// Intents without a final outcome, oldest first.
    #[serde(with = "crate::format::pairs")]
    pub open: BTreeMap<Operation, Intent>,
    /// The generation that follows the last object which an address no longer has: generations are never used twice.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub past: BTreeMap<Address, u32>,
    /// Digests of the plans that were begun.
    pub plans: BTreeSet<Arc<str>>,
    /// The plan that was applied last, and how far it came; `None` if something else was recorded after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastRun>,
    /// The outputs of the last apply.
    pub outputs: BTreeMap<String, Json>,
    /// What the last apply, perhaps cut short, took from other stacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
}

impl State {
    /// The objects of an address, oldest first.
    pub fn at<'a>(&'a self, address: &Address) -> impl Iterator<Item = (u32, &'a Object)> {
        let key = |generation| ObjectKey {
            address: address.clone(),
            generation,
        };
        self.objects
            .range(key(0)..=key(u32::MAX))
            .map(|(key, object)| (key.generation, object))
    }

    /// The newest object of an address.
    pub fn newest<'a>(&'a self, address: &Address) -> Option<(u32, &'a Object)> {
        self.at(address).last()
    }

    /// Folds one record in. Everything a record says is kept; a record that does not fit is kept out without harm.
    pub fn apply(&mut self, record: &Record) {
        self.fold(record.clone());
    }

    /// The same for a record that is not needed any more: a journal is folded without copying it.
    pub fn fold(&mut self, record: Record) {
        self.serial += 1;
        if self.last.as_ref().is_some_and(|last| last.ended)
            && !matches!(record, Record::Began { .. })
        {
            self.last = None;
        }
        match record {
            Record::Began {
                run,
                plan,
                losses,
                uses,
                ..
            } => {
                self.uses = uses;
                let last = self.last.take();
                self.last = Some(LastRun::begin(last, run, &plan, losses));
                self.plans.insert(plan);
            }
            Record::Intent(intent) => {
                self.open.insert(intent.operation, *intent);
            }
            Record::Outcome { operation, outcome } => self.settle(operation, outcome),
            Record::Metadata {
                address,
                generation,
                metadata,
            } => {
                let key = ObjectKey {
                    address,
                    generation,
                };
                if let Some(object) = self.objects.get_mut(&key) {
                    object.metadata = metadata;
                }
            }
            Record::Forgotten {
                address,
                generation,
            } => {
                let key = ObjectKey {
                    address,
                    generation,
                };
                self.remove(key);
            }
            Record::Adopted {
                address,
                generation,
                object,
            } => {
                let key = ObjectKey {
                    address,
                    generation,
                };
                self.objects.entry(key).or_insert(*object);
            }
            Record::Renamed { moves } => self.rename(&moves),
            Record::Outputs { values } => self.outputs = values,
            Record::Ended { complete, .. } => {
                if let Some(last) = &mut self.last {
                    last.ended = true;
                    last.complete = complete;
                }
            }
        }
    }

    fn settle(&mut self, operation: Operation, outcome: Outcome) {
        if let Outcome::Pending { id } = outcome {
            self.pend(operation, id);
            return;
        }
        let Some(intent) = self.open.remove(&operation) else {
            return;
        };
        let key = ObjectKey {
            address: intent.address.clone(),
            generation: intent.generation,
        };
        if let Some(last) = &mut self.last {
            last.note(&intent, &key, &outcome);
        }
        match outcome {
            Outcome::Created {
                id,
                attributes,
                stamp,
            } => {
                let mut object = object(intent, id, attributes, ObjectStatus::Ready);
                object.stamp = stamp;
                self.objects.insert(key, object);
            }
            Outcome::Failed { id, .. } if intent.action == IntentAction::Create => {
                let object = object(intent, id, Map::new(), ObjectStatus::Failed);
                self.objects.insert(key, object);
            }
            // Only a create makes an object that can be of no use.
            Outcome::Failed { .. } => {
                self.open.insert(operation, intent);
            }
            Outcome::Updated { attributes, stamp } => {
                if let Some(object) = self.objects.get_mut(&key) {
                    update(object, intent, attributes);
                    object.stamp = stamp;
                }
            }
            Outcome::Deleted => {
                // A surplus object of the same address and generation, deleted by its own id, is not the one we keep.
                let other = |object: &Object| intent.id.as_ref().is_some_and(|id| *id != object.id);
                if !self.objects.get(&key).is_some_and(other) {
                    self.remove(key);
                }
            }
            Outcome::Uncertain { .. } if intent.action != IntentAction::Update => {
                // Only an update can be left uncertain: what it was done to is known. A create or delete of which
                // it is not known whether it took effect stays open, or an object could be lost.
                self.open.insert(operation, intent);
            }
            Outcome::Uncertain { .. } => {
                if let Some(object) = self.objects.get_mut(&key) {
                    let sent = intent.changed.into_iter().chain(intent.removed);
                    object.uncertain.extend(sent);
                }
            }
            Outcome::NoEffect { .. } if intent.action == IntentAction::Create => {
                // A create that got an id and then came to nothing leaves no object behind.
                let pending = |object: &Object| object.status == ObjectStatus::Pending;
                if self.objects.get(&key).is_some_and(pending) {
                    self.objects.remove(&key);
                }
            }
            Outcome::NoEffect { .. } | Outcome::Pending { .. } => {}
        }
    }

    pub(crate) fn remove(&mut self, key: ObjectKey) {
        self.objects.remove(&key);
        let next = self.past.entry(key.address).or_default();
        *next = (*next).max(key.generation.saturating_add(1));
    }

    fn pend(&mut self, operation: Operation, id: Arc<str>) {
        let Some(intent) = self.open.get_mut(&operation) else {
            return;
        };
        intent.id = Some(id.clone());
        if intent.action == IntentAction::Create {
            let key = ObjectKey {
                address: intent.address.clone(),
                generation: intent.generation,
            };
            let object = object(intent.clone(), id, Map::new(), ObjectStatus::Pending);
            self.objects.insert(key, object);
        }
    }
}

/// The object that an intent to create came to.
fn object(
    intent: Intent,
    id: Arc<str>,
    attributes: Map<String, Json>,
    status: ObjectStatus,
) -> Object {
    Object {
        type_name: intent.type_name,
        slice: intent.slice,
        region: intent.region,
        id,
        name: intent.name,
        status,
        authored: intent.properties,
        attributes,
        stamp: None,
        uncertain: BTreeSet::new(),
        metadata: intent.metadata,
        former: intent.former,
    }
}

fn update(object: &mut Object, intent: Intent, attributes: Map<String, Json>) {
    object.name = intent.name.or(object.name.take());
    object.authored = intent.properties;
    object.attributes = attributes;
    object.metadata = intent.metadata;
    object.former = intent.former;
    object.status = ObjectStatus::Ready;
    // What was not sent is as uncertain as before.
    for name in intent.changed.iter().chain(&intent.removed) {
        object.uncertain.remove(name);
    }
}

#[cfg(test)]
mod tests;
