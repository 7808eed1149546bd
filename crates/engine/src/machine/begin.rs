//! How an operation begins: what it will do is put together, and what must be read first is read.

use super::Machine;
use crate::ledger::Prepared;
use crate::progress::Phase;
use crate::report::Cause;
use crate::resolve::{self, Known};
use crate::run::{Doubt, Stage};
use crate::{Call, Effect, Look};
use formwork_plan::{Goal, Step};
use formwork_provider::Target;
use formwork_schema::ResourceType;
use formwork_state::{Intent, IntentAction, Metadata, ObjectKey, Outcome, Record};
use serde_json::Map;
use std::sync::Arc;

impl Machine {
    /// Queues the operations whose needs are met; those without a call are done on the spot.
    pub(super) fn queue_ready(&mut self) {
        while let Some(operation) = self.ready.pop() {
            if self.report.stopped.is_some() {
                continue;
            }
            let plan = Arc::clone(&self.plan);
            let Some(planned) = plan.operations.get(operation) else {
                continue;
            };
            match &planned.step {
                Step::Recover(recovery) => {
                    self.ledger
                        .outcome(recovery.intent, recovery.outcome.clone());
                }
                Step::Record(metadata) => self.ledger.record(Record::Metadata {
                    address: planned.address.clone(),
                    generation: planned.generation,
                    metadata: metadata.clone(),
                }),
                Step::Forget => self.ledger.record(Record::Forgotten {
                    address: planned.address.clone(),
                    generation: planned.generation,
                }),
                Step::Adopt(object) => self.ledger.record(Record::Adopted {
                    address: planned.address.clone(),
                    generation: planned.generation,
                    object: object.clone(),
                }),
                _ => {
                    let priority = self.graph.priority(operation);
                    self.rates.push_fresh(operation, priority);
                    continue;
                }
            }
            self.begun += 1;
            let now = self.now;
            self.run_mut(operation).started = now;
            self.done(operation, None);
        }
    }

    /// Begins an operation that has a place.
    pub(super) fn begin(&mut self, operation: usize) {
        self.begun += 1;
        let now = self.now;
        let run = self.run_mut(operation);
        run.started = now;
        run.reserved = true;
        self.take_place(operation);
        self.emit(operation, Phase::Started);
        let plan = Arc::clone(&self.plan);
        let Some(planned) = plan.operations.get(operation) else {
            return;
        };
        let begun = match &planned.step {
            Step::Create(goal) => self.begin_create(operation, goal),
            Step::Update {
                goal,
                id,
                changed,
                removed,
                ..
            } => self
                .prepare(operation, goal, IntentAction::Update)
                .map(|prepared| {
                    let mut prepared = prepared;
                    prepared.intent.id = Some(id.clone());
                    prepared.intent.changed = changed.clone();
                    prepared.intent.removed = removed.clone();
                    prepared.intent.former = self.former_after(operation, goal, changed);
                    self.check_first(operation, prepared);
                }),
            Step::Delete { .. } => {
                if let Some(prepared) = self.prepare_delete(operation, &planned.step) {
                    self.check_first(operation, prepared);
                }
                Ok(())
            }
            Step::Settle { .. } => {
                self.begin_settle(operation, &planned.step);
                Ok(())
            }
            Step::Recover(_) | Step::Record(_) | Step::Forget | Step::Adopt(_) => Ok(()),
        };
        if let Err(unresolved) = begun {
            let cause = Cause::Unresolved(unresolved.message);
            self.fail_at(operation, cause, unresolved.span);
        }
    }

    /// What the tags of an updated object will still say it was: nothing, if they are sent anew.
    fn former_after(
        &mut self,
        operation: usize,
        goal: &Goal,
        changed: &[Arc<str>],
    ) -> Option<ObjectKey> {
        let planned = self.operation(operation);
        let former = self.former(&planned.address, planned.generation)?;
        let ty = self.resource_type(&goal.type_name);
        let field = ty.as_ref().and_then(|ty| ty.tags.as_ref());
        let sent = field.is_some_and(|field| changed.contains(&field.property));
        (!sent).then_some(former)
    }

    fn begin_create(&mut self, operation: usize, goal: &Goal) -> Result<(), resolve::Unresolved> {
        let mut prepared = self.prepare(operation, goal, IntentAction::Create)?;
        if let (Some(_), Some(parent)) = (&goal.slice, &goal.metadata.parent) {
            let parent = self.ledger.state().newest(parent);
            prepared.intent.id = parent.map(|(_, object)| object.id.clone());
        }
        if let Some(within) = &goal.within {
            prepared.intent.id = Some(within.clone());
        }
        let ty = self.resource_type(&goal.type_name);
        let overwrites = ty.is_some_and(|ty| ty.overlay.create_overwrites);
        if overwrites && goal.slice.is_none() {
            self.check_first(operation, prepared);
        } else {
            self.intend(operation, prepared);
        }
        Ok(())
    }

    fn prepare(
        &mut self,
        operation: usize,
        goal: &Goal,
        action: IntentAction,
    ) -> Result<Prepared, resolve::Unresolved> {
        let known = Known {
            state: self.ledger.state(),
            account: &self.plan.header.account,
        };
        let filled = resolve::properties(goal, known)?;
        let planned = self.operation(operation);
        let intent = Intent {
            operation: self.number(operation),
            action,
            address: planned.address.clone(),
            generation: planned.generation,
            type_name: goal.type_name.clone(),
            slice: goal.slice.clone(),
            region: goal.region.clone(),
            id: None,
            name: goal.name.clone(),
            token: goal.token.clone(),
            properties: filled.authored,
            changed: Vec::new(),
            removed: Vec::new(),
            metadata: goal.metadata.clone(),
            former: None,
        };
        Ok(Prepared {
            intent,
            owner: self.owner.clone(),
            sent: filled.sent,
            force: false,
        })
    }

    fn prepare_delete(&mut self, operation: usize, step: &Step) -> Option<Prepared> {
        let Step::Delete {
            type_name,
            slice,
            region,
            id,
            name,
            force,
            ..
        } = step
        else {
            return None;
        };
        let planned = self.operation(operation);
        let key = ObjectKey {
            address: planned.address.clone(),
            generation: planned.generation,
        };
        let object = self.ledger.state().objects.get(&key);
        let intent = Intent {
            operation: self.number(operation),
            action: IntentAction::Delete,
            metadata: object.map_or_else(Metadata::default, |object| object.metadata.clone()),
            address: key.address,
            generation: key.generation,
            type_name: type_name.clone(),
            slice: slice.clone(),
            region: region.clone(),
            id: Some(id.clone()),
            name: name.clone(),
            token: "".into(),
            properties: Map::new(),
            changed: Vec::new(),
            removed: Vec::new(),
            former: object.and_then(|object| object.former.clone()),
        };
        Some(Prepared {
            intent,
            owner: self.owner.clone(),
            sent: None,
            force: *force,
        })
    }

    fn begin_settle(&mut self, operation: usize, step: &Step) {
        let Step::Settle {
            type_name,
            slice,
            region,
            id,
            name,
            ..
        } = step
        else {
            return;
        };
        let planned = self.operation(operation);
        let target = Target {
            address: planned.address.clone(),
            generation: planned.generation,
            type_name: type_name.clone(),
            slice: slice.clone(),
            region: region.clone(),
            id: Some(id.clone()),
            name: name.clone(),
        };
        self.run_mut(operation).target = Some(target);
        self.enter(operation, Stage::Poll);
    }

    fn number(&self, operation: usize) -> formwork_state::Operation {
        formwork_state::Operation {
            run: self.run,
            number: u32::try_from(operation).unwrap_or(u32::MAX),
        }
    }

    fn check_first(&mut self, operation: usize, prepared: Prepared) {
        let run = self.run_mut(operation);
        run.target = Some(prepared.target());
        run.prepared = Some(prepared);
        self.enter(operation, Stage::Check);
    }

    /// Records the intent; the call follows when it is durable.
    pub(super) fn intend(&mut self, operation: usize, prepared: Prepared) {
        let run = self.run_mut(operation);
        run.stage = Stage::Record;
        run.target = Some(prepared.target());
        self.ledger.intend(operation, prepared);
    }

    /// Records the intent that was put together before the check.
    pub(super) fn intend_prepared(&mut self, operation: usize) {
        if let Some(prepared) = self.run_mut(operation).prepared.take() {
            self.intend(operation, prepared);
        }
    }

    /// Records the intent together with what it came to, without a call.
    pub(super) fn settle_prepared(&mut self, operation: usize, outcome: Outcome) {
        if let Some(prepared) = self.run_mut(operation).prepared.take() {
            self.ledger.intend_settled(prepared, outcome);
        }
    }

    /// Enters a stage that asks the cloud something.
    pub(super) fn enter(&mut self, operation: usize, stage: Stage) {
        let look = match &stage {
            Stage::Check => Some(self.lookup(operation)),
            Stage::Resolve(Doubt::Unanswered | Doubt::Exists(_) | Doubt::Broken(_)) => {
                Some(self.lookup(operation))
            }
            Stage::Confirm => Some(self.find(operation)),
            Stage::Poll => Some(self.poll(operation)),
            Stage::PollRemoval => Some(self.poll_removal(operation)),
            _ => None,
        };
        match stage {
            Stage::Poll | Stage::PollRemoval => {
                self.leave_place(operation);
                self.unreserve(operation);
            }
            _ => self.take_place(operation),
        }
        let queues = matches!(stage, Stage::Call | Stage::Remove);
        let run = self.run_mut(operation);
        run.epoch += 1;
        run.stage = stage;
        if queues {
            let priority = self.graph.priority(operation);
            self.rates.push_call(operation, priority);
        } else if let Some(look) = look.flatten() {
            run.calling = true;
            self.out.push(Effect::Call(Call::look(operation, look)));
        }
    }

    /// The read by id or name, or the search where neither tells the object.
    fn lookup(&mut self, operation: usize) -> Option<Look> {
        let target = self.run_mut(operation).target.clone()?;
        let named = target.id.is_some() || target.name.is_some();
        let ty = self.resource_type(&target.type_name);
        let listed = !ty.as_deref().is_some_and(ResourceType::known_by_name);
        match named && (target.id.is_some() || !listed) {
            true => Some(Look::Read(target)),
            false => self.find(operation),
        }
    }

    fn find(&mut self, operation: usize) -> Option<Look> {
        let owner = self.owner.clone();
        let run = self.run_mut(operation);
        let mut target = run.target.clone()?;
        if target.slice.is_none() {
            target.id = None;
        }
        let prepared = match (&run.prepared, &run.intent) {
            (Some(prepared), _) => prepared,
            (None, Some(intent)) => intent.prepared(),
            (None, None) => return None,
        };
        Some(Look::Find {
            target,
            owner,
            properties: prepared.intent.properties.clone(),
        })
    }

    fn poll(&mut self, operation: usize) -> Option<Look> {
        let deleting = self.deletes(operation);
        let target = self.run_mut(operation).target.clone()?;
        Some(Look::Poll { target, deleting })
    }

    fn poll_removal(&mut self, operation: usize) -> Option<Look> {
        let run = self.run_mut(operation);
        let target = run.removal.as_ref()?.prepared().target();
        Some(Look::Poll {
            target,
            deleting: true,
        })
    }

    /// Whether the operation awaits a delete.
    pub(super) fn deletes(&self, operation: usize) -> bool {
        match &self.operation(operation).step {
            Step::Delete { .. } => true,
            Step::Settle { intent, .. } => self
                .ledger
                .state()
                .open
                .get(intent)
                .is_some_and(|intent| intent.action == IntentAction::Delete),
            _ => false,
        }
    }

    /// The intent whose outcome this operation records.
    pub(super) fn intent_of(&self, operation: usize) -> formwork_state::Operation {
        match &self.operation(operation).step {
            Step::Settle { intent, .. } => *intent,
            _ => self.number(operation),
        }
    }
}
