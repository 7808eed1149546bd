//! How it is found out, without a human, what an unanswered create came to; by the identity class of the type.

use super::Machine;
use super::answers::{made, unexpected};
use crate::ledger::Prepared;
use crate::owner::{self, Owner};
use crate::progress::Waiting;
use crate::report::Cause;
use crate::run::{Doubt, Stage};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use formwork_schema::Identity;
use formwork_state::{Intent, IntentAction, Outcome};
use serde_json::Map;

impl Machine {
    /// A create got no answer.
    pub(super) fn create_unanswered(&mut self, operation: usize, failure: Failure) {
        let now = self.now;
        let first = self.run_mut(operation).first_call.unwrap_or(now);
        match self.identity(operation) {
            Identity::Upsert => self.retry(operation, Stage::Call, failure),
            Identity::Token(lifetime) if now - first < u64::from(lifetime) * 1_000 => {
                self.retry(operation, Stage::Call, failure);
            }
            _ => {
                // Failures are counted, so that a cloud that never answers is given up.
                match self
                    .run_mut(operation)
                    .trouble
                    .next(&failure, now, operation)
                {
                    Some(_) => self.resolve_unanswered(operation),
                    None => {
                        self.close_intent(operation, &failure.to_string());
                        self.fail(operation, Cause::Unknown(failure));
                    }
                }
            }
        }
    }

    /// Looks for what an unanswered create may have made. What is listed by a marker may take the type's window to be
    /// seen; a name is read at once, because repeating the create makes no second object of the same name.
    pub(super) fn resolve_unanswered(&mut self, operation: usize) {
        let stage = Stage::Resolve(Doubt::Unanswered);
        match self.identity(operation) {
            Identity::Marker | Identity::Token(_) => {
                let window = self.window(operation);
                self.enter_later(operation, stage, window, Waiting::Resolving);
            }
            Identity::Name | Identity::Upsert => self.enter(operation, stage),
        }
    }

    /// The lookup was answered.
    pub(super) fn resolved(
        &mut self,
        operation: usize,
        doubt: Doubt,
        result: Result<Reply, Failure>,
    ) {
        let found = match result {
            Ok(Reply::Found(live)) => vec![live],
            Ok(Reply::Candidates(all)) => all,
            Ok(Reply::Absent) => Vec::new(),
            Ok(other) => return self.fail(operation, unexpected(&other)),
            // Denied or failed reads say nothing: asked again while that may help, else the intent stays open.
            Err(failure) => return self.retry(operation, Stage::Resolve(doubt), failure),
        };
        let (ours, foreign) = self.sort_by_owner(operation, found);
        let mut ours = ours.into_iter();
        match (ours.next(), foreign) {
            (Some(oldest), _) => {
                self.run_mut(operation).unknown = false;
                let surplus = ours.collect();
                self.adopt(operation, doubt, oldest, surplus);
            }
            (None, Some((object, owner))) => {
                let reason = format!("{object} exists already and {owner}");
                self.run_mut(operation).unknown = false;
                self.close_intent(operation, &reason);
                self.fail(operation, Cause::Foreign { object, owner });
            }
            (None, None) => self.nothing_found(operation, doubt),
        }
    }

    /// Splits what was found into ours, oldest first, and one that is not.
    fn sort_by_owner(
        &mut self,
        operation: usize,
        found: Vec<Live>,
    ) -> (Vec<Live>, Option<(std::sync::Arc<str>, String)>) {
        let (mut ours, mut foreign) = (Vec::new(), None);
        for live in found {
            match self.owner_of(operation, &live) {
                Owner::Ours => ours.push(live),
                Owner::Foreign(owner) => foreign = Some((live.id, owner)),
                Owner::Untagged if self.is_held(operation, &live) => {
                    foreign = Some((live.id, "is another object of this stack".to_owned()));
                }
                Owner::Untagged if self.may_be_ours(operation) => ours.push(live),
                Owner::Untagged => {
                    let owner = "was not made here: nothing of this stack holds it".to_owned();
                    foreign = Some((live.id, owner));
                }
            }
        }
        (ours, foreign)
    }

    /// Whether the state holds the object already, for another address or generation.
    fn is_held(&mut self, operation: usize, live: &Live) -> bool {
        let Some(target) = self.run_mut(operation).target.clone() else {
            return false;
        };
        let mut objects = self.ledger.state().objects.iter();
        objects.any(|(key, object)| {
            let own = key.address == target.address && key.generation == target.generation;
            !own && object.id == live.id
                && object.type_name == target.type_name
                && object.slice == target.slice
        })
    }

    /// An object that cannot carry tags is ours if a call of ours may have made it, or if its parent is ours: the
    /// journal has the intent.
    fn may_be_ours(&mut self, operation: usize) -> bool {
        let run = self.run_mut(operation);
        run.unknown || run.repeated || self.parent_is_ours(operation)
    }

    /// Whether what holds the object of this operation is ours.
    pub(super) fn parent_is_ours(&mut self, operation: usize) -> bool {
        let run = self.run_mut(operation);
        let intent = run.intent.as_ref().map(|intent| intent.intent().clone());
        let prepared = run
            .prepared
            .as_ref()
            .map(|prepared| prepared.intent.clone());
        let Some(intent) = intent.or(prepared) else {
            return false;
        };
        let ty = self.resource_type(&intent.type_name);
        owner::parent_is_ours(&intent, self.ledger.state(), ty.as_deref())
    }

    fn nothing_found(&mut self, operation: usize, doubt: Doubt) {
        match doubt {
            Doubt::Unanswered => {
                self.run_mut(operation).unknown = false;
                match self.report.stopped.is_some() {
                    true => self.call_off(operation),
                    false => self.enter(operation, Stage::Call),
                }
            }
            // It is on its way in or out: the create is tried again.
            Doubt::Exists(failure) => self.retry(operation, Stage::Call, failure),
            Doubt::Broken(failure) => {
                self.run_mut(operation).unknown = false;
                self.close_intent(operation, &failure.to_string());
                self.fail(operation, Cause::Call(failure));
            }
        }
    }

    /// Takes an object over that our own create made.
    fn adopt(&mut self, operation: usize, doubt: Doubt, live: Live, surplus: Vec<Live>) {
        let number = self.intent_of(operation);
        let id = live.id.clone();
        if let Doubt::Broken(failure) = doubt {
            self.ledger.outcome(number, Outcome::Pending { id });
            return self.broken(operation, failure);
        }
        let run = self.run_mut(operation);
        run.surplus = surplus;
        // What was listed after the window is all there is.
        run.repeated = false;
        if live.pending {
            self.ledger
                .outcome(number, Outcome::Pending { id: id.clone() });
            return self.await_settled(operation, id, 0, "creating");
        }
        self.created(operation, live);
    }

    /// The object is there and settled. A create that was repeated and is known only by a marker may have left a
    /// second object, which is looked for before the end.
    pub(super) fn created(&mut self, operation: usize, live: Live) {
        let listed = matches!(self.identity(operation), Identity::Marker);
        let run = self.run_mut(operation);
        run.unknown = false;
        let repeated = std::mem::replace(&mut run.repeated, false);
        run.kept = Some(live);
        if repeated && listed && run.intent.is_some() {
            let window = self.window(operation);
            return self.enter_later(operation, Stage::Confirm, window, Waiting::Resolving);
        }
        self.remove_next(operation);
    }

    /// The search for surplus objects was answered.
    pub(super) fn confirmed(&mut self, operation: usize, result: Result<Reply, Failure>) {
        let found = match result {
            Ok(Reply::Found(live)) => vec![live],
            Ok(Reply::Candidates(all)) => all,
            Ok(_) => Vec::new(),
            Err(failure) => return self.retry(operation, Stage::Confirm, failure),
        };
        let run = self.run_mut(operation);
        let kept = run.kept.as_ref().map(|live| live.id.clone());
        let others = found
            .into_iter()
            .filter(|live| Some(&live.id) != kept.as_ref());
        let others: Vec<Live> = others.collect();
        let surplus = others
            .into_iter()
            .filter(|live| self.owner_of(operation, live) == Owner::Ours);
        let surplus: Vec<Live> = surplus.collect();
        self.run_mut(operation).surplus = surplus;
        self.remove_next(operation);
    }

    /// Deletes the next object of our exact address and generation that is not the one kept; then the create is done.
    fn remove_next(&mut self, operation: usize) {
        let run = self.run_mut(operation);
        let next = run.surplus.pop();
        match next {
            Some(live) if self.owner_of(operation, &live) == Owner::Ours => {
                self.intend_removal(operation, live);
            }
            Some(_) => self.remove_next(operation),
            None => {
                let Some(live) = self.run_mut(operation).kept.take() else {
                    return;
                };
                let number = self.intent_of(operation);
                let id = live.id.clone();
                self.ledger.outcome(number, made(live));
                self.done(operation, Some(id));
            }
        }
    }

    fn intend_removal(&mut self, operation: usize, live: Live) {
        let first = u32::try_from(self.runs.len()).unwrap_or(u32::MAX);
        let number = formwork_state::Operation {
            run: self.run,
            number: first.saturating_add(self.removals),
        };
        self.removals += 1;
        let removals = self.removals;
        let run = self.run_mut(operation);
        run.stage = Stage::RecordRemoval;
        let Some(target) = run.target.clone() else {
            return;
        };
        let intent = Intent {
            operation: number,
            action: IntentAction::Delete,
            address: target.address,
            // A generation of its own, so that its end does not touch the object that stays.
            generation: target.generation.saturating_add(removals),
            type_name: target.type_name,
            slice: target.slice,
            region: target.region,
            id: Some(live.id),
            name: target.name,
            token: "".into(),
            properties: Map::new(),
            changed: Vec::new(),
            removed: Vec::new(),
            metadata: formwork_state::Metadata::default(),
            former: None,
        };
        let prepared = Prepared {
            intent,
            owner: self.owner.clone(),
            sent: None,
            force: false,
        };
        self.ledger.intend(operation, prepared);
    }

    /// The delete of a surplus object, or a poll of it, was answered.
    pub(super) fn removed(&mut self, operation: usize, result: Result<Reply, Failure>) {
        let run = self.run_mut(operation);
        let stage = run.stage.clone();
        let Some(intent) = &run.removal else {
            return;
        };
        let number = intent.intent().operation;
        match result {
            Ok(Reply::Deleted | Reply::Absent) => {
                self.ledger.outcome(number, Outcome::Deleted);
                self.run_mut(operation).removal = None;
                self.remove_next(operation);
            }
            Ok(Reply::Pending {
                poll_after,
                waiting,
                ..
            }) => {
                self.poll_later(operation, Stage::PollRemoval, poll_after, &waiting);
            }
            Ok(other) => self.fail(operation, unexpected(&other)),
            Err(failure) => {
                if failure.class == FailureClass::Throttle {
                    self.rates
                        .throttled(operation, self.now, failure.retry_after);
                }
                self.retry(operation, stage, failure);
            }
        }
    }
}
