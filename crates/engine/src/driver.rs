//! Drives the machine against the real world: a store on its own thread, a provider's calls as futures, timers by the
//! provider's clock.

use crate::effect::{Effect, Event};
use crate::flight::Flights;
use crate::machine::Machine;
use crate::report::{Report, Stop};
use crate::writer::{Writer, Written};
use crate::{Job, JobError, Pacing, Progress};
use formwork_provider::{Answer, Provider, Time};
use formwork_state::{Record, State, Store, StoreError};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::poll_fn;
use std::task::{Context, Poll};
use tokio::sync::mpsc::UnboundedReceiver;

/// What is left after a run.
pub struct Applied {
    /// What it came to.
    pub report: Report,
    /// The state as recorded. After a failure of the store it may be ahead of what is durable: load it again.
    pub state: State,
    /// The store, with its lock; `None` if its thread panicked.
    pub store: Option<Box<dyn Store>>,
    /// Why the state could not be written, if it could not.
    pub store_error: Option<StoreError>,
}

/// Applies a plan. `progress` is told what happens; each message on `interrupts` is a wish to stop: the first lets what
/// runs end, the second stops at once.
///
/// # Errors
/// The plan was applied before, was made from another state, or is out of order; nothing was done.
pub async fn apply(
    job: Job,
    store: Box<dyn Store>,
    provider: &dyn Provider,
    progress: impl FnMut(Progress),
    interrupts: UnboundedReceiver<()>,
) -> Result<Applied, JobError> {
    let mut job = job;
    if provider.time() == Time::Virtual {
        job.options.pacing = Pacing::Provider;
    }
    let machine = Machine::new(job)?;
    let mut driver = Driver {
        machine,
        provider,
        flights: Flights::new(provider),
        writer: Writer::start(store),
        timers: BinaryHeap::new(),
        nap: None,
        interrupts,
        asked: 0,
        progress,
        store_error: None,
        appends: Vec::new(),
        after: None,
        finished: None,
    };
    let report = driver.run().await;
    let mut state = driver.machine.into_state();
    let (store, late) = driver.writer.end(&mut state);
    Ok(Applied {
        report,
        state,
        store,
        store_error: driver.store_error.or(late),
    })
}

struct Driver<'p, P> {
    machine: Machine,
    provider: &'p dyn Provider,
    flights: Flights<'p>,
    writer: Writer,
    timers: BinaryHeap<Reverse<Timer>>,
    nap: Option<(u64, Answer<'p, ()>)>,
    interrupts: UnboundedReceiver<()>,
    asked: u8,
    progress: P,
    store_error: Option<StoreError>,
    /// Records of this turn, handed over as one.
    appends: Vec<Record>,
    after: Option<u64>,
    finished: Option<Report>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Timer {
    due: u64,
    id: u64,
}

impl<P: FnMut(Progress)> Driver<'_, P> {
    async fn run(&mut self) -> Report {
        let mut events = vec![Event::Started];
        loop {
            let now = self.provider.now();
            for event in events.drain(..) {
                for effect in self.machine.step(now, event) {
                    self.perform(now, effect);
                }
            }
            self.hand_over();
            if let Some(report) = self.finished.take() {
                return report;
            }
            events = poll_fn(|cx| self.poll(cx)).await;
        }
    }

    fn perform(&mut self, now: u64, effect: Effect) {
        match effect {
            Effect::Append {
                after, mut records, ..
            } => {
                self.after.get_or_insert(after);
                self.appends.append(&mut records);
            }
            Effect::Call(call) => self.flights.push(call),
            Effect::Timer { id, after } => self.timers.push(Reverse(Timer {
                due: now + after,
                id,
            })),
            Effect::Emit(progress) => (self.progress)(progress),
            // The lock goes with the store, when the caller drops it.
            Effect::Release => {}
            Effect::Finished(report) => self.finished = Some(*report),
        }
    }

    fn hand_over(&mut self) {
        if let Some(after) = self.after.take() {
            self.writer.append(after, std::mem::take(&mut self.appends));
        }
        self.flights.launch();
    }

    /// Gathers everything that has happened; pending while nothing has.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Vec<Event>> {
        let mut events = Vec::new();
        self.poll_interrupts(cx, &mut events);
        self.flights.poll(cx, &mut events);
        self.poll_writer(cx, &mut events);
        self.due(&mut events);
        if !events.is_empty() {
            return Poll::Ready(events);
        }
        self.poll_nap(cx)
    }

    fn poll_interrupts(&mut self, cx: &mut Context<'_>, events: &mut Vec<Event>) {
        while let Poll::Ready(Some(())) = self.interrupts.poll_recv(cx) {
            self.asked = self.asked.saturating_add(1);
            events.push(Event::Interrupt(self.asked));
        }
    }

    fn poll_writer(&mut self, cx: &mut Context<'_>, events: &mut Vec<Event>) {
        while let Poll::Ready(Some(written)) = self.writer.written.poll_recv(cx) {
            self.writer.reported(&written);
            match written {
                Written::Durable(serial) => events.push(Event::Durable(serial)),
                Written::Failed(error) => {
                    events.push(Event::StoreFailed(error.to_string()));
                    self.store_error = Some(error);
                    return;
                }
            }
        }
    }

    fn due(&mut self, events: &mut Vec<Event>) {
        let now = self.provider.now();
        while let Some(Reverse(timer)) = self.timers.peek() {
            if timer.due > now {
                break;
            }
            events.push(Event::Timer(timer.id));
            self.timers.pop();
        }
    }

    /// Sleeps until the next timer. Virtual time stands still for calls and writes that are under way.
    fn poll_nap(&mut self, cx: &mut Context<'_>) -> Poll<Vec<Event>> {
        let idle = self.flights.is_empty() && self.writer.is_idle();
        let Some(Reverse(next)) = self.timers.peek().copied() else {
            if idle {
                self.stand_still();
                return Poll::Ready(Vec::new());
            }
            return Poll::Pending;
        };
        if self.provider.time() == Time::Virtual && !idle {
            return Poll::Pending;
        }
        if self.nap.as_ref().is_none_or(|(due, _)| *due > next.due) {
            let wait = next.due.saturating_sub(self.provider.now());
            self.nap = Some((next.due, self.provider.sleep(wait)));
        }
        let Some((_, nap)) = &mut self.nap else {
            return Poll::Pending;
        };
        match nap.as_mut().poll(cx) {
            Poll::Ready(()) => {
                self.nap = None;
                Poll::Ready(Vec::new())
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn stand_still(&mut self) {
        let now = self.provider.now();
        debug_assert!(false, "the run came to a standstill at {now}");
        for effect in self.machine.stand_still() {
            self.perform(now, effect);
        }
        self.finished.get_or_insert_with(|| Report {
            stopped: Some(Stop::Standstill),
            ..Report::default()
        });
    }
}
