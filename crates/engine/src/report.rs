//! What a run came to.

use formwork_diag::Span;
use formwork_plan::Verb;
use formwork_provider::Failure;
use formwork_schema::Address;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// The operations that were done, by number, in the order in which they ended.
    pub done: Vec<usize>,
    /// Those that failed.
    pub failed: Vec<OpFailure>,
    /// Those that were not begun because something they need failed.
    pub skipped: Vec<Skipped>,
    /// Those that were begun and are not done.
    pub interrupted: Vec<Interrupted>,
    /// How many were not begun because the run was stopped.
    pub not_begun: usize,
    /// The outputs that are known.
    pub outputs: BTreeMap<String, Json>,
    /// Why the run was stopped, if it was.
    pub stopped: Option<Stop>,
    /// Milliseconds on the provider's clock.
    pub elapsed: u64,
    /// Calls that change the cloud, repeated ones too.
    pub calls: u64,
}

impl Report {
    /// Whether every operation was done.
    pub fn complete(&self) -> bool {
        self.failed.is_empty()
            && self.skipped.is_empty()
            && self.interrupted.is_empty()
            && self.not_begun == 0
            && self.stopped.is_none()
    }
}

/// An operation that failed.
#[derive(Debug, Clone, PartialEq)]
pub struct OpFailure {
    /// Its number in the plan.
    pub operation: usize,
    /// The object.
    pub address: Address,
    /// What was to be done.
    pub verb: Verb,
    /// Why it was not.
    pub cause: Cause,
    /// Where the cause was written: the property, if it is known, else the declaration's name.
    pub span: Option<Span>,
    /// Milliseconds from its begin to its failure.
    pub elapsed: u64,
}

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Cause {
    /// The cloud said no, or nothing, until it was time to give up.
    #[error("{0}")]
    Call(Failure),
    /// An object of that name is there and is not ours. It was not touched.
    #[error("{object} exists already and {owner}")]
    Foreign {
        /// The object's id.
        object: Arc<str>,
        /// Whose it is: `belongs to stack "x", environment "y" (function.z)`, `was not made by formwork`.
        owner: String,
    },
    /// The object was changed outside since the plan was made. It was not touched.
    #[error("it was changed outside since the plan was made: {}", drifted(.0))]
    Drift(Vec<Drifted>),
    /// The object was empty when the plan was made, and holds so many items now. It was not touched.
    #[error("it was empty when the plan was made and holds {} now", items(*.0))]
    Filled(u64),
    /// The object was deleted outside since the plan was made.
    #[error("{0} was deleted outside since the plan was made: plan again")]
    Gone(Arc<str>),
    /// A value it needs is not known.
    #[error("{0}")]
    Unresolved(String),
    /// It is not known whether a call took effect; the next plan finds out.
    #[error("it is not known whether the call took effect ({0}); the next plan finds out")]
    Unknown(Failure),
}

/// A property that changed between plan and apply.
#[derive(Debug, Clone, PartialEq)]
pub struct Drifted {
    /// The property.
    pub property: Arc<str>,
    /// What it was when the plan was made.
    pub planned: Option<Json>,
    /// What it is.
    pub found: Option<Json>,
}

fn items(count: u64) -> String {
    match count {
        1 => "1 item".to_owned(),
        more => format!("{more} items"),
    }
}

fn drifted(all: &[Drifted]) -> String {
    let shown = |value: &Option<Json>| match value {
        Some(value) => value.to_string(),
        None => "nothing".to_owned(),
    };
    let each = all.iter().map(|one| {
        format!(
            "{} was {}, is {}",
            one.property,
            shown(&one.planned),
            shown(&one.found)
        )
    });
    each.collect::<Vec<_>>().join("; ")
}

/// An operation that was not begun because another failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its number in the plan.
    pub operation: usize,
    /// The object.
    pub address: Address,
    /// What was to be done.
    pub verb: Verb,
    /// The number of the operation that failed.
    pub because: usize,
}

/// An operation that was begun and is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interrupted {
    /// Its number in the plan.
    pub operation: usize,
    /// The object.
    pub address: Address,
    /// What was to be done.
    pub verb: Verb,
    /// Whether its call may have taken effect; if so the next plan finds out.
    pub called: bool,
}

/// Why a run was stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The user asked, this often.
    #[error("interrupted")]
    Interrupted(u8),
    /// The state could not be written.
    #[error("the state could not be written: {0}")]
    Store(String),
    /// Another writer took the state over.
    #[error("another writer took the state over")]
    LeaseLost,
    /// Nothing was left to wait for although not everything had ended: a bug.
    #[error("the run came to a standstill; this is a bug")]
    Standstill,
}
