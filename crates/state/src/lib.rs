//! What was done: an append-only journal of records, and the state that is its fold.
//!
//! In: records, in order. Out: the [`State`]: every object we made, every intent that has no outcome yet. Pure: the
//! stores that keep journals on disk implement [`Store`] elsewhere.

mod format;
mod last;
mod record;
mod renames;
mod state;
mod store;

pub use format::{
    FormatError, JournalLine, chain, decode_record, decode_snapshot, encode_record, encode_snapshot,
};
pub use last::LastRun;
pub use record::{Intent, IntentAction, Metadata, Move, Operation, Outcome, Record, Use};
pub use state::{Binding, Object, ObjectKey, ObjectStatus, State};
pub use store::{Holder, Loaded, Store, StoreError};

#[cfg(test)]
mod samples;
