//! The state machine of a run: events in, effects out.

mod answers;
mod begin;
mod doubt;
mod ends;

use crate::effect::{Effect, Event};
use crate::graph::{Graph, OrderError};
use crate::ledger::Ledger;
use crate::progress::{Phase, Progress, Waiting};
use crate::rates::Rates;
use crate::report::{Report, Stop};
use crate::run::{Run, Stage};
use crate::{Call, DurableIntent};
use formwork_plan::{Action, Change, Data, Operation, Plan, Step, Verb};
use formwork_provider::OwnerTags;
use formwork_schema::{Catalog, ResourceType};
use formwork_state::{LastRun, ObjectKey, Record, State};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is to be applied.
#[derive(Clone)]
pub struct Job {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Its digest: a plan is applied once. What is left of one that was cut short has the digest of the whole.
    pub digest: Arc<str>,
    /// The state it was made from.
    pub state: State,
    /// What resource types are, and the rate buckets.
    pub catalog: Arc<dyn Catalog>,
    /// How.
    pub options: Options,
}

/// How a plan is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The most operations whose calls are under way at once; those that only wait for the cloud do not count.
    pub parallel: usize,
    /// How far ahead of their rate bucket intents are written, in milliseconds.
    pub ahead: u64,
    /// Who keeps the rates.
    pub pacing: Pacing,
    /// The version of the tool, for the journal.
    pub tool: Arc<str>,
}

/// Who keeps calls within the published rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pacing {
    /// The machine, by a token bucket per API family.
    Buckets,
    /// The provider, whose virtual clock moves when a call comes too early.
    Provider,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            parallel: 64,
            ahead: 5_000,
            pacing: Pacing::Buckets,
            tool: env!("CARGO_PKG_VERSION").into(),
        }
    }
}

/// A job that cannot be begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The plan is out of order.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// The plan was applied before.
    #[error("this plan was applied before; plan again")]
    Used,
    /// The state is not the one the plan was made from.
    #[error("the state has serial {found}; the plan was made from {planned}")]
    Stale {
        /// The plan's.
        planned: u64,
        /// The state's.
        found: u64,
    },
}

/// Applies a plan: takes events, gives effects. Holds no clock; the time comes with each event.
pub struct Machine {
    plan: Arc<Plan>,
    catalog: Arc<dyn Catalog>,
    options: Options,
    digest: Arc<str>,
    owner: OwnerTags,
    /// The serial at which the run began.
    run: u64,
    ledger: Ledger,
    graph: Graph,
    rates: Rates,
    runs: Vec<Run>,
    types: FxHashMap<Arc<str>, Option<Arc<ResourceType>>>,
    timers: FxHashMap<u64, Alarm>,
    timers_set: u64,
    /// Operations whose needs have been met and that are not yet queued.
    ready: Vec<usize>,
    /// Operations that take a place.
    places: usize,
    /// Operations begun and not over.
    begun: usize,
    /// Numbers given to deletions of surplus objects.
    removals: u32,
    /// The serial at which everything is recorded and the run is over.
    closing: Option<u64>,
    finished: bool,
    began: u64,
    now: u64,
    report: Report,
    out: Vec<Effect>,
}

/// What a timer is for.
#[derive(Debug, Clone, Copy)]
enum Alarm {
    /// An operation, at one of its stages.
    Operation(usize, u32),
    /// A rate bucket.
    Family(usize),
}

impl Machine {
    /// Prepares a run.
    ///
    /// # Errors
    /// The plan was applied before, was made from another state, or is out of order.
    pub fn new(job: Job) -> Result<Self, JobError> {
        let Job {
            plan,
            digest,
            state,
            catalog,
            options,
        } = job;
        let goes_on = |last: &LastRun| last.plan == digest && !last.complete;
        if state.plans.contains(&digest) && !state.last.as_ref().is_some_and(goes_on) {
            return Err(JobError::Used);
        }
        if state.serial != plan.header.serial {
            return Err(JobError::Stale {
                planned: plan.header.serial,
                found: state.serial,
            });
        }
        let graph = Graph::new(&plan.operations)?;
        let families = plan.operations.iter().map(|operation| &operation.family);
        let rates = Rates::new(families, &*catalog, options.pacing);
        let runs = plan.operations.iter().map(|operation| Run {
            needs: u32::try_from(operation.needs.len()).unwrap_or(u32::MAX),
            ..Run::default()
        });
        Ok(Machine {
            runs: runs.collect(),
            owner: OwnerTags {
                stack: plan.header.stack.clone(),
                env: plan.header.env.clone(),
            },
            run: state.serial,
            ledger: Ledger::new(state),
            graph,
            rates,
            plan,
            catalog,
            options,
            digest,
            types: FxHashMap::default(),
            timers: FxHashMap::default(),
            timers_set: 0,
            ready: Vec::new(),
            places: 0,
            begun: 0,
            removals: 0,
            closing: None,
            finished: false,
            began: 0,
            now: 0,
            report: Report::default(),
            out: Vec::new(),
        })
    }

    /// Takes an event that happened at `now` (milliseconds on the provider's clock) and gives what is to be done.
    pub fn step(&mut self, now: u64, event: Event) -> Vec<Effect> {
        if self.finished {
            return Vec::new();
        }
        self.now = self.now.max(now);
        match event {
            Event::Started => self.start(),
            Event::Durable(serial) => self.durable(serial),
            Event::StoreFailed(why) => self.halt(Stop::Store(why)),
            Event::LeaseLost => self.halt(Stop::LeaseLost),
            Event::Interrupt(1) => self.interrupt(),
            Event::Interrupt(often) => self.halt(Stop::Interrupted(often)),
            Event::Timer(id) => self.timer(id),
            Event::Done(operation, result) => self.answered(operation, result),
        }
        if !self.finished {
            self.go_on();
        }
        std::mem::take(&mut self.out)
    }

    /// Gives up when nothing is left to wait for. Only a bug leads here; the driver notices it.
    pub fn stand_still(&mut self) -> Vec<Effect> {
        self.halt(Stop::Standstill);
        std::mem::take(&mut self.out)
    }

    /// The state as recorded so far.
    pub fn state(&self) -> &State {
        self.ledger.state()
    }

    /// The state as recorded, when the run is over.
    pub fn into_state(self) -> State {
        self.ledger.into_state()
    }

    fn start(&mut self) {
        self.began = self.now;
        self.ledger.record(Record::Began {
            run: self.run,
            plan: self.digest.clone(),
            tool: self.options.tool.clone(),
            losses: self.losses(),
            uses: self.plan.header.uses.clone(),
        });
        if !self.plan.renames.is_empty() {
            let moves = self.plan.renames.clone();
            self.ledger.record(Record::Renamed { moves });
        }
        let runs = self.runs.iter().enumerate();
        let free = runs.filter(|(_, run)| run.needs == 0).map(|(at, _)| at);
        self.ready = free.collect();
    }

    /// The objects whose data the plan loses: whoever applies it has allowed that, and is not asked again.
    fn losses(&self) -> Vec<ObjectKey> {
        let operations = self.plan.operations.iter();
        let losing = operations.filter(|operation| match operation.step {
            Step::Delete { data, .. } => data == Data::Lost,
            _ => false,
        });
        let key = |operation: &Operation| ObjectKey {
            address: operation.address.clone(),
            generation: operation.generation,
        };
        losing.map(key).collect()
    }

    /// Begins what can begin, makes the calls there are tokens for, and ends the run when all is done.
    fn go_on(&mut self) {
        loop {
            self.queue_ready();
            if !self.begin_next() {
                break;
            }
        }
        while let Some(operation) = self.rates.pop_call(self.now) {
            self.call(operation);
        }
        for (family, wait) in self.rates.sleepers(self.now) {
            self.set_timer(Alarm::Family(family), wait);
        }
        self.close();
        if let Some(append) = self.ledger.flush() {
            self.out.push(append);
        }
    }

    fn begin_next(&mut self) -> bool {
        if self.report.stopped.is_some() || self.places >= self.options.parallel.max(1) {
            return false;
        }
        match self.rates.pop_fresh(self.now, self.options.ahead) {
            Some(operation) => {
                self.begin(operation);
                true
            }
            None => false,
        }
    }

    /// The next mutating call of an operation whose turn it is.
    fn call(&mut self, operation: usize) {
        let now = self.now;
        let run = self.run_mut(operation);
        let intent = match run.stage {
            Stage::Call => &run.intent,
            Stage::Remove => &run.removal,
            _ => &None,
        };
        let Some(intent) = intent.clone() else {
            return;
        };
        run.calling = true;
        run.first_call.get_or_insert(now);
        self.unreserve(operation);
        self.report.calls += 1;
        self.out
            .push(Effect::Call(Call::mutate(operation, &intent)));
    }

    fn durable(&mut self, serial: u64) {
        while let Some((operation, intent)) = self.ledger.durable(serial) {
            self.recorded(operation, intent);
        }
        if self.closing.is_some_and(|closing| closing <= serial) {
            self.finish();
        }
    }

    fn recorded(&mut self, operation: usize, intent: DurableIntent) {
        let stopped = self.report.stopped.is_some();
        let run = self.run_mut(operation);
        match run.stage {
            Stage::Record => {
                run.intent = Some(intent);
                if stopped {
                    return self.call_off(operation);
                }
                self.enter(operation, Stage::Call);
            }
            Stage::RecordRemoval => {
                run.removal = Some(intent);
                self.enter(operation, Stage::Remove);
            }
            _ => {}
        }
    }

    fn timer(&mut self, id: u64) {
        match self.timers.remove(&id) {
            Some(Alarm::Family(family)) => self.rates.woken(family, self.now),
            Some(Alarm::Operation(operation, epoch)) => {
                let run = self.run_mut(operation);
                if run.epoch == epoch && run.under_way() {
                    let stage = run.stage.clone();
                    self.enter(operation, stage);
                }
            }
            None => {}
        }
    }

    fn set_timer(&mut self, alarm: Alarm, after: u64) {
        self.timers_set += 1;
        self.timers.insert(self.timers_set, alarm);
        self.out.push(Effect::Timer {
            id: self.timers_set,
            after,
        });
    }

    /// Enters a stage after some time; until then the operation takes no place.
    fn enter_later(&mut self, operation: usize, stage: Stage, after: u64, waiting: Waiting) {
        self.leave_place(operation);
        self.unreserve(operation);
        let run = self.run_mut(operation);
        run.epoch += 1;
        run.stage = stage;
        let epoch = run.epoch;
        self.emit(operation, Phase::Waiting(waiting));
        self.set_timer(Alarm::Operation(operation, epoch), after);
    }

    fn take_place(&mut self, operation: usize) {
        let run = self.run_mut(operation);
        if !std::mem::replace(&mut run.holds_place, true) {
            self.places += 1;
        }
    }

    fn leave_place(&mut self, operation: usize) {
        let run = self.run_mut(operation);
        if std::mem::replace(&mut run.holds_place, false) {
            self.places -= 1;
        }
    }

    fn unreserve(&mut self, operation: usize) {
        let run = self.run_mut(operation);
        if std::mem::replace(&mut run.reserved, false) {
            self.rates.unreserve(operation);
        }
    }

    fn emit(&mut self, operation: usize, phase: Phase) {
        let started = self.run_mut(operation).started;
        let planned = self.operation(operation);
        let progress = Progress {
            operation,
            address: planned.address.clone(),
            verb: told(planned, self.plan.changes.get(planned.change)),
            phase,
            elapsed: self.now.saturating_sub(started),
        };
        self.out.push(Effect::Emit(progress));
    }

    /// A type by its name, looked up once.
    fn resource_type(&mut self, name: &Arc<str>) -> Option<Arc<ResourceType>> {
        if let Some(known) = self.types.get(name) {
            return known.clone();
        }
        let found = self.catalog.resource_type(name);
        self.types.insert(name.clone(), found.clone());
        found
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "operation numbers come from the plan; those of events are checked when they enter"
    )]
    fn operation(&self, operation: usize) -> &Operation {
        &self.plan.operations[operation]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "operation numbers come from the plan; those of events are checked when they enter"
    )]
    fn run_mut(&mut self, operation: usize) -> &mut Run {
        &mut self.runs[operation]
    }
}

/// What is told of an operation that makes no call. A part that goes with its object is deleted, though by no call of its
/// own; what was deleted outside, and is made again, is only taken out of the state.
fn told(operation: &Operation, change: Option<&Change>) -> Verb {
    let Some(change) = change.filter(|_| operation.step.verb() == Verb::Forget) else {
        return operation.step.verb();
    };
    match change.action {
        Action::Delete => Verb::Delete,
        Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst if change.slice.is_some() => {
            Verb::Delete
        }
        // The old one is left in the account, as a revision is that is kept.
        Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst | Action::Forget => Verb::Forget,
        _ => Verb::Record,
    }
}
