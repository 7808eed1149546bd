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

    /// Whether so many records lie after the newest snapshot that the next one pays for itself at the next load.
    ///
    /// A writer that asks this between appends and at its end keeps loads linear in the number of objects.
    fn snapshot_due(&self) -> bool {
        false
    }
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
    /// An older copy of the state was put back: it holds fewer records than have been seen, or others.
    #[error(
        "{path} holds {found} records, but {seen} have been written and seen: it is an older copy \
         or lost its end; put the newest copy back, or, to go on from this one, remove {witness} and compare with the \
         account by `plan --refresh full`",
        path = path.display(),
        witness = witness.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// How many records it holds.
        found: u64,
        /// How many have been seen in it.
        seen: u64,
        /// The file that remembers them.
        witness: PathBuf,
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
