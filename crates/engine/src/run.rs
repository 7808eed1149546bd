//! How far one operation is.

use crate::DurableIntent;
use crate::ledger::Prepared;
use crate::retry::Trouble;
use formwork_provider::{Failure, Live, Target};

/// What an operation is doing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Stage {
    /// Not begun: its needs are not met, or it has no place yet.
    #[default]
    Waiting,
    /// The object is read just before the call.
    Check,
    /// Its intent is being made durable.
    Record,
    /// Its call waits for a token, or for an answer.
    Call,
    /// The cloud works on it.
    Poll,
    /// It is found out whether a create took effect.
    Resolve(Doubt),
    /// Objects that a repeated create may have left are looked for.
    Confirm,
    /// The intent to delete such an object is being made durable.
    RecordRemoval,
    /// The call that deletes it waits for a token, or for an answer.
    Remove,
    /// The cloud deletes it.
    PollRemoval,
    /// Over.
    Ended,
}

/// Why it is not known what a create came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Doubt {
    /// No answer came.
    Unanswered,
    /// The cloud says that it exists already.
    Exists(Failure),
    /// The cloud says that it was made and failed.
    Broken(Failure),
}

/// One operation.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) stage: Stage,
    /// Needs that are not done.
    pub(crate) needs: u32,
    /// When it began.
    pub(crate) started: u64,
    /// Counts stages entered, so that a timer of an earlier one is ignored.
    pub(crate) epoch: u32,
    /// Whether it takes one of the places for operations under way.
    pub(crate) holds_place: bool,
    /// Whether its token is reserved.
    pub(crate) reserved: bool,
    /// Whether an answer is awaited.
    pub(crate) calling: bool,
    /// The object.
    pub(crate) target: Option<Target>,
    /// The intent before it is recorded.
    pub(crate) prepared: Option<Prepared>,
    /// The intent when it is durable.
    pub(crate) intent: Option<DurableIntent>,
    /// What has gone wrong.
    pub(crate) trouble: Trouble,
    /// When its first mutating call was made.
    pub(crate) first_call: Option<u64>,
    /// Whether a call may have had an effect that is not known.
    pub(crate) unknown: bool,
    /// Whether that was ever so: a repeated create may have left a second object.
    pub(crate) repeated: bool,
    /// Whether a read has already given "not there".
    pub(crate) absent_once: bool,
    /// The object a create made, while surplus ones are looked for.
    pub(crate) kept: Option<Live>,
    /// Objects of our exact address and generation besides the one that is kept.
    pub(crate) surplus: Vec<Live>,
    /// The intent to delete one of them.
    pub(crate) removal: Option<DurableIntent>,
}

impl Run {
    /// Whether it was begun and is not over.
    pub(crate) fn under_way(&self) -> bool {
        !matches!(self.stage, Stage::Waiting | Stage::Ended)
    }
}
