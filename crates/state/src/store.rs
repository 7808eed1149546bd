//! What a store of journals offers: read, append if still ours, snapshot, and the lock.

use crate::{FormatError, Record, State};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The command: `apply`.
    pub command: String,
    /// The machine's name.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// When it was taken, seconds since 1970.
    pub since: u64,
}

/// What a store gives at the start: the fold of its newest snapshot and the records after it.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The state.
    pub state: State,
    /// How many records were folded on top of the snapshot.
    pub tail: usize,
}

/// A durable journal with one writer.
pub trait Store: Send {
    /// Reads the newest snapshot and folds the records after it, checking the chain of hashes.
    ///
    /// # Errors
    /// The store cannot be read, or it is damaged.
    fn load(&mut self) -> Result<Loaded, StoreError>;

    /// Appends records after `serial`, in one durable write; gives the new head hash.
    ///
    /// # Errors
    /// Another writer has moved the serial, the lock was lost, the disk is full.
    fn append(&mut self, serial: u64, records: &[Record]) -> Result<String, StoreError>;

    /// Writes a snapshot of a state that folds everything appended so far.
    ///
    /// # Errors
    /// The disk is full or the store cannot be written.
    fn snapshot(&mut self, state: &State) -> Result<(), StoreError>;
}

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process writes; who, if it said.
    #[error("the state is locked")]
    Locked(Option<Box<Holder>>),
    /// The serial has moved: somebody else wrote.
    #[error("the state moved on: it has serial {found}, not {expected}")]
    Moved {
        /// What the writer thought.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// The journal or a snapshot is damaged.
    #[error("{path}: {reason}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong and at which record.
        reason: String,
    },
    /// It belongs to something else.
    #[error("this state belongs to {found}, not to {wanted}")]
    Binding {
        /// What was asked for: `provider/account/stack/env`.
        wanted: String,
        /// What it belongs to.
        found: String,
    },
    /// No space is left on the disk.
    #[error("no space is left on the disk of {path}", path = path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// A record or snapshot that cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The file system or database said no.
    #[error("{path}: {message}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        message: String,
    },
}
