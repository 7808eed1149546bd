//! Goes on with a plan that was cut short: what was done is left out, what was open is found out by reads, and the
//! rest is done exactly as the plan said.

use crate::item::{Item, SightRef, gather};
use crate::order::{Draft, Need, Strength, sort};
use crate::recover::Repair;
use crate::repairs::repairing;
use crate::{
    Action, Change, Extras, Filters, Header, Inputs, Mode, Observed, Operation, Plan, Reason, Step,
};
use formwork_diag::Diagnostics;
use formwork_schema::{Address, Catalog};
use formwork_state::{IntentAction, ObjectKey, ObjectStatus, Outcome, State};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// From where a plan goes on.
pub struct Resume<'a> {
    /// The state as the plan left it.
    pub state: &'a State,
    /// What is there: its objects and what became of its open intents.
    pub observed: &'a Observed,
    /// What resource types are.
    pub catalog: &'a dyn Catalog,
}

/// A plan that cannot go on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ResumeError {
    /// Another plan was begun after it, or it was done.
    #[error("it is not the plan that was applied last")]
    Other,
    /// What it made is of no use; only another plan can replace it.
    #[error("the creation of {0} failed, which it does not provide for")]
    Failed(Address),
    /// What became of its open intents stops it.
    #[error("what became of it cannot be told")]
    Found(Diagnostics),
}

/// What is left of a plan, to be applied under its own digest.
///
/// # Errors
/// It is not the last plan of the state, or what it came to is nothing that it can go on from.
pub fn resume(plan: &Plan, from: &Resume<'_>) -> Result<Plan, ResumeError> {
    let last = from.state.last.as_ref().filter(|last| !last.complete);
    let begun = last.map(|last| last.from);
    if begun != Some(plan.header.serial) {
        return Err(ResumeError::Other);
    }
    let mut state = from.state.clone();
    // Intents that were open before are ended by the plan's own operations.
    state
        .open
        .retain(|intent, _| intent.run >= plan.header.serial);
    let inputs = inputs(&plan.header, &state, from);
    let mut diagnostics = Diagnostics::new();
    let items = gather(&inputs, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(ResumeError::Found(diagnostics));
    }
    let index = items.iter().map(|item| (item.address, item));
    let mut rest = Rest {
        plan,
        state: from.state,
        items: index.collect(),
        drafts: Vec::new(),
        places: vec![Place::Left; plan.operations.len()],
        repairs: BTreeMap::new(),
    };
    rest.repair();
    rest.keep()?;
    rest.finish()
}

fn inputs<'a>(header: &Header, state: &'a State, from: &Resume<'a>) -> Inputs<'a> {
    Inputs {
        stack: header.stack.clone(),
        env: header.env.clone(),
        provider: header.provider.clone(),
        account: header.account.clone(),
        region: header.region.clone(),
        resources: &[],
        forgets: &[],
        outputs: &[],
        state,
        observed: from.observed,
        catalog: from.catalog,
        mode: Mode::Apply,
        extras: Extras::default(),
        filters: Filters::default(),
    }
}

/// Where an operation of the plan is in what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nowhere: it was done.
    Left,
    /// What the repairs of its object come to is what it was to do.
    Repaired,
    /// It is to be done, as this draft.
    Kept(usize),
}

struct Rest<'r, 'a> {
    plan: &'r Plan,
    state: &'r State,
    items: BTreeMap<&'r Address, &'r Item<'a>>,
    drafts: Vec<Draft>,
    places: Vec<Place>,
    /// The drafts of the repairs of each address.
    repairs: BTreeMap<&'r Address, Vec<usize>>,
}

impl<'r> Rest<'r, '_> {
    /// The repairs of every object come first.
    fn repair(&mut self) {
        let items: Vec<&'r Item<'_>> = self.items.values().copied().collect();
        for item in items {
            let mut drafts: Vec<usize> = Vec::new();
            for one in repairing(item) {
                let needs = one.after.and_then(|after| drafts.get(after).copied());
                drafts.push(self.drafts.len());
                self.drafts.push(Draft {
                    item: 0,
                    operation: Operation {
                        change: self.change_of(item.address, one.generation),
                        address: item.address.clone(),
                        generation: one.generation,
                        step: one.step,
                        needs: Vec::new(),
                        family: item.ty.overlay.family.clone(),
                        expected: one.expected,
                    },
                    needs: needs.into_iter().map(must).collect(),
                });
            }
            if !drafts.is_empty() {
                self.repairs.insert(item.address, drafts);
            }
        }
    }

    /// The change of the plan that is about an object.
    fn change_of(&self, address: &Address, generation: u32) -> usize {
        let own = self.plan.operations.iter();
        let mut own = own.filter(|operation| operation.address == *address);
        let exact = own.clone().find(|o| o.generation == generation);
        exact.or_else(|| own.next()).map_or(0, |o| o.change)
    }

    /// What was not done is done as planned.
    fn keep(&mut self) -> Result<(), ResumeError> {
        let plan = self.plan;
        for (at, operation) in plan.operations.iter().enumerate() {
            let place = self.place(operation)?;
            if let Some(slot) = self.places.get_mut(at) {
                *slot = place;
            }
            if !matches!(place, Place::Kept(_)) {
                continue;
            }
            let own = self.repairs.get(&operation.address).into_iter().flatten();
            let mut needs: Vec<Need> = own.copied().map(must).collect();
            for need in &operation.needs {
                match (self.places.get(*need), plan.operations.get(*need)) {
                    (Some(Place::Kept(draft)), _) => needs.push(must(*draft)),
                    (Some(Place::Repaired), Some(needed)) => {
                        let drafts = self.repairs.get(&needed.address).into_iter().flatten();
                        needs.extend(drafts.copied().map(must));
                    }
                    _ => {}
                }
            }
            let mut operation = operation.clone();
            operation.needs.clear();
            self.expect(&mut operation);
            self.drafts.push(Draft {
                item: 0,
                operation,
                needs,
            });
        }
        Ok(())
    }

    fn place(&self, operation: &Operation) -> Result<Place, ResumeError> {
        let key = ObjectKey {
            address: operation.address.clone(),
            generation: operation.generation,
        };
        let last = self.state.last.as_ref();
        let object = self.state.objects.get(&key);
        let open = |intent| self.state.open.contains_key(intent);
        let repaired = self.repaired(operation);
        let failed = || Err(ResumeError::Failed(operation.address.clone()));
        let left = match &operation.step {
            _ if repaired == Some(Ending::Done) => return Ok(Place::Repaired),
            _ if repaired == Some(Ending::Failed) => return failed(),
            Step::Create(_) => match object.map(|object| object.status) {
                Some(ObjectStatus::Ready) => false,
                Some(ObjectStatus::Failed) => return failed(),
                Some(ObjectStatus::Pending) => true,
                None if self.is_past(&key) => return failed(),
                None => true,
            },
            Step::Update { .. } => !last.is_some_and(|last| last.updated.contains(&key)),
            Step::Delete { .. } => !last.is_some_and(|last| last.deleted.contains(&key)),
            Step::Settle { intent, .. } => open(intent),
            Step::Recover(recovery) => open(&recovery.intent),
            Step::Record(metadata) => object.is_some_and(|object| object.metadata != *metadata),
            Step::Forget => object.is_some(),
            Step::Adopt(_) => object.is_none(),
        };
        Ok(match left {
            true => Place::Kept(self.drafts.len()),
            false => Place::Left,
        })
    }

    /// Whether an object of this or a later generation has gone.
    fn is_past(&self, key: &ObjectKey) -> bool {
        let past = self.state.past.get(&key.address);
        past.is_some_and(|next| key.generation < *next)
    }

    /// What the repairs say that an operation came to; `None` if nothing of it was open.
    fn repaired(&self, operation: &Operation) -> Option<Ending> {
        let item = self.items.get(&operation.address)?;
        let action = match &operation.step {
            Step::Create(_) => IntentAction::Create,
            Step::Update { .. } => IntentAction::Update,
            Step::Delete { .. } => IntentAction::Delete,
            _ => return None,
        };
        let mut ending = None;
        for repair in &item.repairs {
            let (intent, end) = match repair {
                Repair::Record { recovery, .. } => {
                    let end = match &recovery.outcome {
                        Outcome::Deleted if action == IntentAction::Delete => Ending::Done,
                        Outcome::Failed { .. } | Outcome::Deleted => Ending::Failed,
                        Outcome::NoEffect { .. } | Outcome::Uncertain { .. } => Ending::Nothing,
                        _ => Ending::Done,
                    };
                    (recovery.intent, end)
                }
                Repair::Settle { intent, .. } => (intent.operation, Ending::Done),
                Repair::Surplus { intent, .. } => (intent.operation, Ending::Done),
            };
            let Some(intent) = self.state.open.get(&intent) else {
                continue;
            };
            let same_object = match &operation.step {
                Step::Delete { id, .. } => intent.id.as_ref().is_none_or(|own| own == id),
                _ => true,
            };
            if intent.action == action && intent.generation == operation.generation && same_object {
                ending = Some(end);
            }
        }
        ending
    }

    /// An update of which it is not known whether it took effect is made again over whatever of it did.
    fn expect(&self, operation: &mut Operation) {
        let cut = self.repaired(operation).is_some();
        let key = ObjectKey {
            address: operation.address.clone(),
            generation: operation.generation,
        };
        let Step::Update {
            changed,
            removed,
            expected,
            ..
        } = &mut operation.step
        else {
            return;
        };
        let object = self.state.objects.get(&key);
        let mut sent = changed.iter().chain(&*removed);
        let doubtful = |name: &Arc<str>| object.is_some_and(|o| o.uncertain.contains(name));
        if !cut && !sent.any(doubtful) {
            return;
        }
        let item = self.items.get(&key.address);
        let held = item.and_then(|item| item.held.iter().find(|h| h.generation == key.generation));
        let live = held.and_then(|held| match held.sight {
            SightRef::Live(live) => Some(&live.properties),
            _ => None,
        });
        let names = changed.iter().chain(&*removed);
        *expected = live.map(|live| {
            let seen = |name: &Arc<str>| Some((name.to_string(), live.get(&**name)?.clone()));
            names.filter_map(seen).collect::<Map<String, Json>>()
        });
    }

    fn finish(self) -> Result<Plan, ResumeError> {
        let operations = sort(self.drafts).map_err(|_| ResumeError::Other)?;
        let mut changes = Vec::new();
        let mut place = BTreeMap::new();
        let mut by_change: BTreeMap<usize, Vec<&Step>> = BTreeMap::new();
        for operation in &operations {
            let steps = by_change.entry(operation.change).or_default();
            steps.push(&operation.step);
        }
        for (at, change) in self.plan.changes.iter().enumerate() {
            let Some(steps) = by_change.get(&at) else {
                continue;
            };
            place.insert(at, changes.len());
            let item = self.items.get(&change.address);
            changes.push(left_of(change, steps, item.copied()));
        }
        let mut operations = operations;
        for operation in &mut operations {
            operation.change = place.get(&operation.change).copied().unwrap_or(0);
        }
        let header = Header {
            serial: self.state.serial,
            head: self.state.head.clone(),
            ..self.plan.header.clone()
        };
        Ok(Plan {
            header,
            unchanged: self.plan.unchanged + self.plan.changes.len() - changes.len(),
            changes,
            // They were recorded together with the beginning.
            renames: Vec::new(),
            operations,
            outputs: self.plan.outputs.clone(),
        })
    }
}

fn must(on: usize) -> Need {
    Need {
        on,
        strength: Strength::Must,
    }
}

/// What an open operation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// What it was to do is done, or will be.
    Done,
    /// Nothing that is certain.
    Nothing,
    /// Something that is of no use.
    Failed,
}

/// What is left of a change. Data that it loses was allowed when the plan was first applied.
fn left_of(change: &Change, steps: &[&Step], item: Option<&Item<'_>>) -> Change {
    let creates = steps.iter().any(|step| matches!(step, Step::Create(_)));
    let updates = steps.iter().any(|step| matches!(step, Step::Update { .. }));
    let deletes = steps.iter().any(|step| matches!(step, Step::Delete { .. }));
    let replaces = matches!(
        change.action,
        Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst
    );
    let recovers = |step: &&Step| matches!(step, Step::Recover(_) | Step::Settle { .. });
    let action = match change.action {
        _ if replaces && creates && deletes => change.action,
        _ if replaces && creates => Action::Create,
        _ if replaces && deletes => Action::Delete,
        Action::Create | Action::Update | Action::Delete if creates || updates || deletes => {
            change.action
        }
        _ if steps.iter().all(recovers) => Action::Recover,
        other => other,
    };
    let said = item.into_iter().flat_map(|item| &item.repairs);
    let mut reasons: Vec<Reason> = said.map(|r| Reason::Interrupted(r.said())).collect();
    reasons.extend(change.reasons.iter().cloned());
    Change {
        action,
        reasons,
        fields: match creates || updates {
            true => change.fields.clone(),
            false => Vec::new(),
        },
        loses_data: false,
        ..change.clone()
    }
}
