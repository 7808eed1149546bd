//! Calls that are under way, as futures that are polled together.

use crate::Event;
use crate::call::Call;
use formwork_provider::{Answer, Failure, FailureClass, Live, Provider, Reply, Request, Target};
use std::task::{Context, Poll};

/// The calls under way.
pub(crate) struct Flights<'p> {
    provider: &'p dyn Provider,
    under_way: Vec<Flight<'p>>,
    /// Reads of this turn, made in one request.
    reads: Vec<(usize, Target)>,
}

enum Flight<'p> {
    Call(usize, Answer<'p, Result<Reply, Failure>>),
    Reads(Vec<usize>, Answer<'p, Vec<Result<Option<Live>, Failure>>>),
}

impl<'p> Flights<'p> {
    pub(crate) fn new(provider: &'p dyn Provider) -> Self {
        Flights {
            provider,
            under_way: Vec::new(),
            reads: Vec::new(),
        }
    }

    /// Takes a call; it is made at the next [`Flights::poll`]. Reads are gathered until [`Flights::launch`].
    pub(crate) fn push(&mut self, call: Call) {
        let operation = call.operation();
        match call.into_request() {
            Request::Read(target) => self.reads.push((operation, target)),
            request => {
                let answer = self.provider.call(request);
                self.under_way.push(Flight::Call(operation, answer));
            }
        }
    }

    /// Sends the gathered reads as one.
    pub(crate) fn launch(&mut self) {
        if !self.reads.is_empty() {
            let (operations, targets) = std::mem::take(&mut self.reads).into_iter().unzip();
            let answer = self.provider.read(targets);
            self.under_way.push(Flight::Reads(operations, answer));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.under_way.is_empty() && self.reads.is_empty()
    }

    /// Polls every call and adds an event for each that was answered.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, events: &mut Vec<Event>) {
        self.under_way.retain_mut(|flight| match flight {
            Flight::Call(operation, answer) => match answer.as_mut().poll(cx) {
                Poll::Ready(result) => {
                    events.push(Event::Done(*operation, result));
                    false
                }
                Poll::Pending => true,
            },
            Flight::Reads(operations, answer) => match answer.as_mut().poll(cx) {
                Poll::Ready(results) => {
                    events.extend(read_events(operations, results));
                    false
                }
                Poll::Pending => true,
            },
        });
    }
}

/// The answers of one read of many, an event each.
fn read_events(
    operations: &[usize],
    results: Vec<Result<Option<Live>, Failure>>,
) -> impl Iterator<Item = Event> {
    let mut results = results.into_iter();
    operations.iter().map(move |operation| {
        let result = results.next().unwrap_or_else(|| {
            let message = "a read of many gave fewer answers than asked";
            Err(Failure::new(FailureClass::Bug, "MissingAnswer", message))
        });
        Event::Done(
            *operation,
            result.map(|live| live.map_or(Reply::Absent, Reply::Found)),
        )
    })
}
