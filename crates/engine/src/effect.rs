//! What happens to the machine and what it asks for: the whole of its contact with the world.

use crate::{Call, Progress, Report};
use formwork_provider::{Failure, Reply};
use formwork_state::Record;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The run may begin. The first event, once.
    Started,
    /// Every record up to this serial is durable.
    Durable(u64),
    /// Records could not be made durable: why, for people.
    StoreFailed(String),
    /// The call of this operation was answered.
    Done(usize, Result<Reply, Failure>),
    /// A timer ran out.
    Timer(u64),
    /// How often the user has asked to stop: 1, 2.
    Interrupt(u8),
    /// Another writer took the state over.
    LeaseLost,
}

/// Something to do.
#[derive(Debug)]
pub enum Effect {
    /// Append these records, in order, in one durable write; afterwards the serial is `serial`.
    Append {
        /// The serial before the first of them.
        after: u64,
        /// The records.
        records: Vec<Record>,
        /// The serial after the last of them, as [`Event::Durable`] reports it.
        serial: u64,
    },
    /// Make this call and report its answer by [`Event::Done`].
    Call(Call),
    /// Report [`Event::Timer`] after this time.
    Timer {
        /// Its number.
        id: u64,
        /// Milliseconds from now.
        after: u64,
    },
    /// Give the lock back.
    Release,
    /// Tell the user.
    Emit(Progress),
    /// The run is over; nothing follows.
    Finished(Box<Report>),
}
