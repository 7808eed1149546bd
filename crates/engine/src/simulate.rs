//! Drives the machine in virtual time on one thread, in an order that a seed decides, and stops wherever it is told to:
//! what a crash there would leave is in the store and the cloud.

use crate::effect::{Effect, Event};
use crate::machine::Machine;
use crate::report::Report;
use crate::{Call, Job, JobError, Progress};
use formwork_provider::{Failure, Provider, Reply};
use formwork_state::{Record, Store};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

/// A simulated run.
pub struct Simulator<'a> {
    /// The cloud.
    pub provider: &'a dyn Provider,
    /// The journal.
    pub store: &'a mut dyn Store,
    /// Decides which of several things that may happen happens next.
    pub seed: u64,
    /// The number of the thing before which the run is cut off; things are counted from 0.
    pub crash: Option<u64>,
    /// Requests to stop, by the number of the thing before which they come.
    pub interrupts: BTreeMap<u64, u8>,
}

/// How a simulated run ended.
#[derive(Debug)]
pub enum Ending {
    /// By itself.
    Finished(Box<Report>),
    /// It was cut off.
    Crashed,
}

/// What a simulated run gave.
#[derive(Debug)]
pub struct Simulated {
    /// How it ended.
    pub ending: Ending,
    /// How many things happened: writes, acknowledgements, calls, answers, timers. Cutting a run off before each of
    /// them in turn tries every crash there is, a write that is durable and not yet acknowledged among them.
    pub happened: u64,
    /// What users were told.
    pub progress: Vec<Progress>,
}

/// A thing that may happen next.
enum Coming {
    Write(u64, Vec<Record>, u64),
    Acknowledge(Event),
    Make(Call),
    Answer(usize, Result<Reply, Failure>),
}

impl Simulator<'_> {
    /// Applies a plan until its end or the crash.
    ///
    /// # Errors
    /// The job cannot be begun.
    pub fn run(self, job: Job) -> Result<Simulated, JobError> {
        let machine = Machine::new(job)?;
        let mut world = World {
            machine,
            provider: self.provider,
            store: self.store,
            random: self.seed,
            writes: VecDeque::new(),
            calls: Vec::new(),
            timers: BinaryHeap::new(),
            progress: Vec::new(),
            finished: None,
        };
        world.take(Event::Started);
        let mut happened = 0;
        loop {
            if let Some(report) = world.finished.take() {
                return Ok(Simulated {
                    ending: Ending::Finished(report),
                    happened,
                    progress: world.progress,
                });
            }
            if self.crash == Some(happened) {
                return Ok(Simulated {
                    ending: Ending::Crashed,
                    happened,
                    progress: world.progress,
                });
            }
            if let Some(often) = self.interrupts.get(&happened) {
                world.take(Event::Interrupt(*often));
                if world.finished.is_some() {
                    continue;
                }
            }
            world.happen();
            happened += 1;
        }
    }
}

struct World<'a> {
    machine: Machine,
    provider: &'a dyn Provider,
    store: &'a mut dyn Store,
    random: u64,
    /// Writes and their acknowledgements keep their order.
    writes: VecDeque<Coming>,
    calls: Vec<Coming>,
    timers: BinaryHeap<Reverse<(u64, u64)>>,
    progress: Vec<Progress>,
    finished: Option<Box<Report>>,
}

impl World<'_> {
    /// Lets one thing happen.
    fn happen(&mut self) {
        let choices = self.calls.len() + usize::from(!self.writes.is_empty());
        if choices == 0 {
            return self.next_timer();
        }
        let choice = self.pick(choices);
        if choice < self.calls.len() {
            let coming = self.calls.swap_remove(choice);
            return self.occur(coming);
        }
        if let Some(coming) = self.writes.pop_front() {
            self.occur(coming);
        }
    }

    /// Time passes only when nothing else can happen.
    fn next_timer(&mut self) {
        let Some(Reverse((due, id))) = self.timers.pop() else {
            let effects = self.machine.stand_still();
            return self.perform(effects);
        };
        let wait = due.saturating_sub(self.provider.now());
        if wait > 0 {
            block_on(self.provider.sleep(wait));
        }
        self.take(Event::Timer(id));
    }

    fn occur(&mut self, coming: Coming) {
        match coming {
            Coming::Write(after, records, serial) => {
                let event = match self.store.append(after, &records) {
                    Ok(_) => Event::Durable(serial),
                    Err(error) => Event::StoreFailed(error.to_string()),
                };
                self.writes.push_front(Coming::Acknowledge(event));
            }
            Coming::Acknowledge(event) => self.take(event),
            Coming::Make(call) => {
                let operation = call.operation();
                let result = block_on(self.provider.call(call.into_request()));
                self.calls.push(Coming::Answer(operation, result));
            }
            Coming::Answer(operation, result) => self.take(Event::Done(operation, result)),
        }
    }

    fn take(&mut self, event: Event) {
        let now = self.provider.now();
        let effects = self.machine.step(now, event);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        let now = self.provider.now();
        for effect in effects {
            match effect {
                Effect::Append {
                    after,
                    records,
                    serial,
                } => self.writes.push_back(Coming::Write(after, records, serial)),
                Effect::Call(call) => self.calls.push(Coming::Make(call)),
                Effect::Timer { id, after } => self.timers.push(Reverse((now + after, id))),
                Effect::Emit(progress) => self.progress.push(progress),
                Effect::Release => {}
                Effect::Finished(report) => self.finished = Some(report),
            }
        }
    }

    /// A number below `choices`: splitmix64.
    fn pick(&mut self, choices: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % choices as u64).unwrap_or(0)
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to its end on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
