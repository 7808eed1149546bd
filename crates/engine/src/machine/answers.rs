//! What the answers of the cloud mean, by the stage of the operation they are for.

use super::Machine;
use crate::owner::{self, Owner};
use crate::progress::Waiting;
use crate::report::{Cause, Drifted};
use crate::run::{Doubt, Stage};
use formwork_plan::{Data, Step};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use formwork_schema::{Address, Identity};
use formwork_state::{IntentAction, ObjectKey, Outcome};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Polls are asked on a grid of this many milliseconds, so that many go together.
const POLL_GRID: u64 = 100;
/// The least time between polls.
const POLL_LEAST: u64 = 100;

impl Machine {
    /// A call was answered.
    pub(super) fn answered(&mut self, operation: usize, result: Result<Reply, Failure>) {
        let Some(run) = self.runs.get_mut(operation) else {
            return;
        };
        if !std::mem::replace(&mut run.calling, false) {
            return;
        }
        match run.stage.clone() {
            Stage::Check => self.checked(operation, result),
            Stage::Call => self.called(operation, result),
            Stage::Poll => self.polled(operation, result),
            Stage::Resolve(doubt) => self.resolved(operation, doubt, result),
            Stage::Confirm => self.confirmed(operation, result),
            Stage::Remove => self.removed(operation, result),
            Stage::PollRemoval => self.removed(operation, result),
            Stage::Waiting | Stage::Record | Stage::RecordRemoval | Stage::Ended => {}
        }
    }

    /// The object was read just before its intent.
    fn checked(&mut self, operation: usize, result: Result<Reply, Failure>) {
        if self.report.stopped.is_some() {
            return self.abandon(operation, false);
        }
        let found = match result {
            Ok(Reply::Found(live)) => Some(live),
            Ok(Reply::Candidates(all)) => all.into_iter().next(),
            Ok(Reply::Absent) => None,
            Ok(other) => return self.fail(operation, unexpected(&other)),
            Err(failure) => return self.retry(operation, Stage::Check, failure),
        };
        let plan = Arc::clone(&self.plan);
        let Some(planned) = plan.operations.get(operation) else {
            return;
        };
        match (&planned.step, found) {
            (Step::Create(_), Some(live)) => self.found_before_create(operation, live),
            (Step::Create(_), None) => self.intend_prepared(operation),
            (Step::Update { .. }, Some(live)) => self.compare(operation, &planned.step, &live),
            (Step::Delete { data, .. }, Some(live)) => match self.owner_of(operation, &live) {
                Owner::Foreign(owner) if self.was_tagged(operation) => {
                    let object = live.id;
                    self.fail(operation, Cause::Foreign { object, owner });
                }
                _ => match live.contents {
                    Some(items) if items > 0 && *data == Data::Empty => {
                        self.fail(operation, Cause::Filled(items));
                    }
                    _ => self.intend_prepared(operation),
                },
            },
            (_, None) => self.vanished(operation),
            _ => {}
        }
    }

    /// An object of the chosen name is there before the create: ours by its tags, or somebody else's.
    fn found_before_create(&mut self, operation: usize, live: Live) {
        match self.owner_of(operation, &live) {
            Owner::Ours if live.pending => {
                // Its creation is under way: the intent and the id are recorded, and its end is awaited.
                self.settle_prepared(
                    operation,
                    Outcome::Pending {
                        id: live.id.clone(),
                    },
                );
                self.await_settled(operation, live.id, POLL_LEAST, "creating");
            }
            Owner::Ours => {
                let id = live.id.clone();
                self.settle_prepared(operation, made(live));
                self.done(operation, Some(id));
            }
            Owner::Foreign(owner) => {
                let object = live.id;
                self.fail(operation, Cause::Foreign { object, owner });
            }
            // A part of an object of ours: writing it again takes nothing from anybody.
            Owner::Untagged if self.parent_is_ours(operation) => self.intend_prepared(operation),
            Owner::Untagged => {
                let object = live.id;
                let owner = "cannot be told to be ours: its type has no tags".to_owned();
                self.fail(operation, Cause::Foreign { object, owner });
            }
        }
    }

    /// Compares what is there with what the plan saw.
    fn compare(&mut self, operation: usize, step: &Step, live: &Live) {
        let Step::Update {
            goal,
            changed,
            removed,
            expected,
            ..
        } = step
        else {
            return;
        };
        // What the plan did not see cannot have changed since.
        let Some(expected) = expected else {
            return self.intend_prepared(operation);
        };
        let ty = self.resource_type(&goal.type_name);
        let expected_names = expected.keys().map(|name| Arc::from(name.as_str()));
        let names: BTreeSet<Arc<str>> = changed
            .iter()
            .chain(removed)
            .cloned()
            .chain(expected_names)
            .collect();
        let mut drifted = Vec::new();
        for property in names {
            let planned = expected.get(&*property);
            let found = live.properties.get(&*property);
            let same = match (&ty, planned, found) {
                (_, planned, found) if planned == found => true,
                (Some(ty), Some(planned), Some(found)) => {
                    formwork_plan::same_value(ty, &property, planned, found)
                }
                _ => false,
            };
            if !same {
                drifted.push(Drifted {
                    planned: planned.cloned(),
                    found: found.cloned(),
                    property,
                });
            }
        }
        match drifted.is_empty() {
            true => self.intend_prepared(operation),
            false => self.fail(operation, Cause::Drift(drifted)),
        }
    }

    /// The object is not there just before its update or delete. A first "not there" may be a read that lags.
    fn vanished(&mut self, operation: usize) {
        let run = self.run_mut(operation);
        if !std::mem::replace(&mut run.absent_once, true) {
            let window = self.window(operation);
            return self.enter_later(operation, Stage::Check, window, Waiting::NotSeen);
        }
        if self.deletes(operation) {
            self.settle_prepared(operation, Outcome::Deleted);
            return self.done(operation, None);
        }
        let id = self.run_mut(operation).target.as_ref();
        let id = id.and_then(|target| target.id.clone());
        self.fail(operation, Cause::Gone(id.unwrap_or_else(|| "it".into())));
    }

    /// The mutating call was answered.
    fn called(&mut self, operation: usize, result: Result<Reply, Failure>) {
        let Some(intent) = &self.run_mut(operation).intent else {
            return;
        };
        let (action, number) = (intent.intent().action, intent.intent().operation);
        let reply = match result {
            Ok(reply) => reply,
            Err(failure) => return self.call_failed(operation, action, failure),
        };
        self.rates.accepted(operation);
        match (action, reply) {
            (
                _,
                Reply::Pending {
                    id,
                    poll_after,
                    waiting,
                },
            ) => {
                self.ledger
                    .outcome(number, Outcome::Pending { id: id.clone() });
                self.await_settled(operation, id, poll_after, &waiting);
            }
            (IntentAction::Create, Reply::Done(live)) => self.created(operation, live),
            (IntentAction::Update, Reply::Done(live)) => self.updated(operation, live),
            (IntentAction::Delete, Reply::Deleted | Reply::Absent) => self.deleted(operation),
            (_, other) => {
                self.run_mut(operation).unknown = true;
                self.close_intent(operation, "an answer that does not fit");
                self.fail(operation, unexpected(&other));
            }
        }
    }

    /// The id is known; the cloud works on it.
    pub(super) fn await_settled(
        &mut self,
        operation: usize,
        id: Arc<str>,
        poll_after: u64,
        waiting: &str,
    ) {
        let run = self.run_mut(operation);
        if let Some(target) = &mut run.target {
            target.id = Some(id);
        }
        run.trouble = crate::retry::Trouble::default();
        self.poll_later(operation, Stage::Poll, poll_after, waiting);
    }

    pub(super) fn poll_later(&mut self, operation: usize, stage: Stage, after: u64, waiting: &str) {
        let due = self.now + after.max(POLL_LEAST);
        let after = due.next_multiple_of(POLL_GRID) - self.now;
        self.unreserve(operation);
        let waiting = Waiting::Working(waiting.to_owned());
        self.enter_later(operation, stage, after, waiting);
    }

    /// A poll was answered.
    fn polled(&mut self, operation: usize, result: Result<Reply, Failure>) {
        let deleting = self.deletes(operation);
        let reply = match result {
            Ok(reply) => reply,
            Err(failure) => return self.poll_failed(operation, failure),
        };
        match reply {
            Reply::Pending {
                poll_after,
                waiting,
                ..
            } => {
                self.run_mut(operation).trouble = crate::retry::Trouble::default();
                self.poll_later(operation, Stage::Poll, poll_after, &waiting);
            }
            Reply::Done(live) | Reply::Found(live) if !deleting => self.settled(operation, live),
            Reply::Deleted | Reply::Absent if deleting => self.deleted(operation),
            Reply::Deleted | Reply::Absent => {
                // A create is believed for its window although a read does not show it.
                let run = self.run_mut(operation);
                if !std::mem::replace(&mut run.absent_once, true) {
                    let window = self.window(operation);
                    return self.enter_later(operation, Stage::Poll, window, Waiting::NotSeen);
                }
                let message = "it was gone before the work on it ended";
                let failure = Failure::new(FailureClass::CreationFailed, "Gone", message);
                let number = self.intent_of(operation);
                self.ledger.outcome(number, Outcome::Deleted);
                self.fail(operation, Cause::Call(failure));
            }
            other => self.fail(operation, unexpected(&other)),
        }
    }

    fn settled(&mut self, operation: usize, live: Live) {
        match &self.operation(operation).step {
            Step::Update { .. } => self.updated(operation, live),
            Step::Settle { intent, .. } => {
                let open = self.ledger.state().open.get(intent);
                let updates = open.is_some_and(|open| open.action == IntentAction::Update);
                match updates {
                    true => self.updated(operation, live),
                    false => self.created(operation, live),
                }
            }
            _ => self.created(operation, live),
        }
    }

    fn poll_failed(&mut self, operation: usize, failure: Failure) {
        if failure.class.repeatable() || failure.class == FailureClass::NotFound {
            return self.retry(operation, Stage::Poll, failure);
        }
        match failure.class {
            FailureClass::CreationFailed => self.broken(operation, failure),
            // Whether the work goes on is not known: the intent stays open.
            _ => self.fail(operation, Cause::Call(failure)),
        }
    }

    /// The work at the cloud ended in failure. A created object is there and of no use: the next plan replaces it.
    pub(super) fn broken(&mut self, operation: usize, failure: Failure) {
        let number = self.intent_of(operation);
        let reason = failure.to_string();
        let open = self.ledger.state().open.get(&number);
        let id = open.and_then(|open| open.id.clone());
        let outcome = match (open.map(|open| open.action), id) {
            (Some(IntentAction::Create), Some(id)) => Outcome::Failed { id, reason },
            (Some(IntentAction::Update), _) => Outcome::Uncertain { reason },
            _ => Outcome::NoEffect { reason },
        };
        self.ledger.outcome(number, outcome);
        self.fail(operation, Cause::Call(failure));
    }

    /// A mutating call failed.
    fn call_failed(&mut self, operation: usize, action: IntentAction, failure: Failure) {
        if failure.class.effect_unknown() {
            let run = self.run_mut(operation);
            run.unknown = true;
            run.repeated = true;
        }
        match (&failure.class, action) {
            (FailureClass::Throttle, _) => {
                self.rates
                    .throttled(operation, self.now, failure.retry_after);
                self.retry(operation, Stage::Call, failure);
            }
            (class, IntentAction::Create) if class.effect_unknown() => {
                self.create_unanswered(operation, failure);
            }
            (FailureClass::AlreadyExists, IntentAction::Create) => {
                self.enter(operation, Stage::Resolve(Doubt::Exists(failure)));
            }
            (FailureClass::CreationFailed, IntentAction::Create) => {
                self.enter(operation, Stage::Resolve(Doubt::Broken(failure)));
            }
            (FailureClass::NotFound, IntentAction::Delete) => {
                // It may be a read that lags: the delete is repeated, and only a certain answer counts.
                self.retry(operation, Stage::Call, failure);
            }
            (class, _) if class.repeatable() || *class == FailureClass::NotFound => {
                self.retry(operation, Stage::Call, failure);
            }
            _ => {
                self.close_intent(operation, &failure.to_string());
                self.fail(operation, Cause::Call(failure));
            }
        }
    }

    /// Asks again later, or gives up.
    pub(super) fn retry(&mut self, operation: usize, stage: Stage, failure: Failure) {
        let now = self.now;
        let stopped = self.report.stopped.is_some();
        let mutates = matches!(stage, Stage::Call);
        if stopped && mutates {
            return self.call_off(operation);
        }
        let run = self.run_mut(operation);
        match run.trouble.next(&failure, now, operation) {
            Some(wait) => {
                let waiting = Waiting::after(&failure.class);
                self.enter_later(operation, stage, wait, waiting);
            }
            None => self.give_up(operation, &stage, failure),
        }
    }

    fn give_up(&mut self, operation: usize, stage: &Stage, failure: Failure) {
        let unknown = self.run_mut(operation).unknown;
        let cause = match (stage, unknown) {
            (Stage::Call, true) => Cause::Unknown(failure),
            (Stage::Resolve(_), _) => Cause::Unknown(failure),
            _ => Cause::Call(failure),
        };
        if *stage == Stage::Call {
            self.close_intent(operation, &cause.to_string());
        }
        self.fail(operation, cause);
    }

    fn updated(&mut self, operation: usize, live: Live) {
        let number = self.intent_of(operation);
        let updated = Outcome::Updated {
            attributes: live.properties,
            stamp: live.stamp,
        };
        self.ledger.outcome(number, updated);
        self.done(operation, Some(live.id));
    }

    fn deleted(&mut self, operation: usize) {
        let number = self.intent_of(operation);
        self.ledger.outcome(number, Outcome::Deleted);
        self.done(operation, None);
    }

    /// Whose a live object is that stands where this operation's should.
    pub(super) fn owner_of(&mut self, operation: usize, live: &Live) -> Owner {
        let Some(target) = self.run_mut(operation).target.clone() else {
            return Owner::Untagged;
        };
        let ty = self.resource_type(&target.type_name);
        let former = self.former(&target.address, target.generation);
        owner::owner(live, &target, &self.owner, former.as_ref(), ty.as_deref())
    }

    /// What the tags of a renamed object say it is.
    pub(super) fn former(&self, address: &Address, generation: u32) -> Option<ObjectKey> {
        let state = self.ledger.state();
        let key = ObjectKey {
            address: address.clone(),
            generation,
        };
        if let Some(object) = state.objects.get(&key) {
            return object.former.clone();
        }
        let mut open = state.open.values();
        let intent = open.find(|i| i.address == *address && i.generation == generation);
        intent.and_then(|intent| intent.former.clone())
    }

    /// Whether the object of this operation carried our tags when it was last written.
    fn was_tagged(&mut self, operation: usize) -> bool {
        let Some(target) = self.run_mut(operation).target.clone() else {
            return false;
        };
        let ty = self.resource_type(&target.type_name);
        let Some(field) = ty.as_ref().and_then(|ty| ty.tags.as_ref()) else {
            return false;
        };
        let key = formwork_state::ObjectKey {
            address: target.address,
            generation: target.generation,
        };
        let object = self.ledger.state().objects.get(&key);
        object.is_some_and(|object| object.authored.contains_key(&*field.property))
    }

    /// How long a create of this type may not be seen.
    pub(super) fn window(&mut self, operation: usize) -> u64 {
        let Some(target) = self.run_mut(operation).target.clone() else {
            return 0;
        };
        let ty = self.resource_type(&target.type_name);
        u64::from(ty.map_or(0, |ty| ty.overlay.window))
    }

    pub(super) fn identity(&mut self, operation: usize) -> Identity {
        let Some(target) = self.run_mut(operation).target.clone() else {
            return Identity::Marker;
        };
        if target.slice.is_some() {
            return Identity::Upsert;
        }
        let ty = self.resource_type(&target.type_name);
        ty.map_or(Identity::Marker, |ty| ty.overlay.identity)
    }
}

/// The outcome of a create whose object is there.
pub(super) fn made(live: Live) -> Outcome {
    Outcome::Created {
        id: live.id,
        attributes: live.properties,
        stamp: live.stamp,
    }
}

pub(super) fn unexpected(reply: &Reply) -> Cause {
    let message = format!("an answer that does not fit the call: {reply:?}");
    Cause::Call(Failure::new(FailureClass::Bug, "UnexpectedReply", message))
}
