//! Lets sleepers wait in virtual time: when no call is in flight and nobody does anything, the earliest wakes.

use crate::clock::Clock;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// How many turns of the executor must go by without a call or a new sleeper before time moves: what an answer
/// caused has been done by then.
const QUIET_TURNS: u32 = 8;

/// The sleepers of a provider.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    in_flight: usize,
    activity: u64,
    tickets: u64,
    sleepers: BTreeMap<(u64, u64), Waker>,
}

impl Timers {
    pub(crate) fn new(clock: Clock) -> Self {
        Timers {
            clock,
            state: Mutex::default(),
        }
    }

    /// The virtual time.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// A call begins; it ends when the guard is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Flight {
        let mut state = self.state();
        state.in_flight += 1;
        state.activity += 1;
        Flight {
            timers: Arc::clone(self),
        }
    }

    /// Waits until the virtual clock has moved on by so much.
    pub(crate) fn sleep(self: &Arc<Self>, milliseconds: u64) -> Sleep {
        Sleep {
            timers: Arc::clone(self),
            deadline: self.now().saturating_add(milliseconds),
            ticket: None,
            seen: 0,
            quiet: 0,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wake_earliest(&self) {
        if let Some((_, waker)) = self.sleepers.first_key_value() {
            waker.wake_by_ref();
        }
    }
}

/// A call in flight.
#[derive(Debug)]
pub(crate) struct Flight {
    timers: Arc<Timers>,
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut state = self.timers.state();
        state.in_flight = state.in_flight.saturating_sub(1);
        state.activity += 1;
        if state.in_flight == 0 {
            state.wake_earliest();
        }
    }
}

/// A wait in virtual time.
#[derive(Debug)]
pub(crate) struct Sleep {
    timers: Arc<Timers>,
    deadline: u64,
    ticket: Option<u64>,
    seen: u64,
    quiet: u32,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.timers.clock.now() >= this.deadline {
            this.leave();
            return Poll::Ready(());
        }
        let mut state = this.timers.state();
        let ticket = *this.ticket.get_or_insert_with(|| {
            state.activity += 1;
            state.tickets += 1;
            state.tickets
        });
        let key = (this.deadline, ticket);
        state.sleepers.insert(key, context.waker().clone());
        let earliest = state.sleepers.first_key_value().map(|(key, _)| *key);
        if state.in_flight > 0 || earliest != Some(key) {
            this.quiet = 0;
            return Poll::Pending;
        }
        if this.seen != state.activity {
            this.seen = state.activity;
            this.quiet = 0;
        }
        this.quiet += 1;
        if this.quiet > QUIET_TURNS {
            drop(state);
            this.timers.clock.reach(this.deadline);
            this.leave();
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Sleep {
    /// Takes itself off the list, so that the next may wake.
    fn leave(&mut self) {
        let Some(ticket) = self.ticket.take() else {
            return;
        };
        let mut state = self.timers.state();
        state.sleepers.remove(&(self.deadline, ticket));
        state.activity += 1;
        state.wake_earliest();
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.leave();
    }
}
