//! The store of this machine: a SQLite file with one writer, each group of records in one synced write.

mod writer;

use crate::database::is_there;
use crate::directory::witness_path;
use crate::history::{Run, history};
use crate::load::{Place, load, read};
use formwork_state::{Binding, Loaded, Record, State, Store, StoreError};
use std::path::{Path, PathBuf};
use std::time::Duration;
use writer::Writer;
pub(crate) use writer::chained;

/// The name of the database in a state's folder.
pub(crate) const DATABASE: &str = "state.db";

/// What a store is opened for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Reading: takes no lock, creates no file, is never in a writer's way.
    Read,
    /// Writing: takes the lock, and holds it until the store is dropped.
    Write {
        /// The command that writes, told to others who want the lock: `apply`.
        command: String,
        /// How long to wait for another writer to end.
        wait: Duration,
    },
}

/// The journal and snapshots of one stack in one environment, on this machine.
#[derive(Debug)]
pub struct LocalStore {
    place: Place,
    dir: PathBuf,
    writer: Option<Writer>,
}

impl LocalStore {
    /// Opens the state that lies in `dir` (see [`state_dir`](crate::state_dir)); to write, it takes the lock, reads and
    /// checks everything, and only then creates or changes a file other than the lock's.
    ///
    /// # Errors
    /// Another process writes; the state is damaged, an older copy, or belongs to something else; the disk is full or
    /// the folder cannot be written.
    pub fn open(dir: &Path, binding: &Binding, access: Access) -> Result<Self, StoreError> {
        let place = Place {
            database: dir.join(DATABASE).into(),
            witness: witness_path(dir).into(),
            binding: binding.clone(),
        };
        let writer = match access {
            Access::Read => None,
            Access::Write { command, wait } => Some(Writer::open(&place, dir, &command, wait)?),
        };
        Ok(LocalStore {
            place,
            dir: dir.to_owned(),
            writer,
        })
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.place.database
    }

    /// Whether anything was ever recorded in `dir`; takes no lock.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn exists(dir: &Path) -> Result<bool, StoreError> {
        is_there(&dir.join(DATABASE))
    }

    /// The runs that the journal still holds, oldest first: the last ten, and all since the newest snapshot.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub fn history(&self) -> Result<Vec<Run>, StoreError> {
        history(&self.place)
    }

    fn writing(&mut self) -> Result<(&mut Writer, &Place, &Path), StoreError> {
        let io = |message: String| StoreError::Io {
            path: self.place.database.to_path_buf(),
            message,
        };
        match &mut self.writer {
            None => Err(io("the state was opened for reading only".to_owned())),
            Some(Writer {
                broken: Some(reason),
                ..
            }) => Err(io(format!("an earlier write failed: {reason}"))),
            Some(writer) => Ok((writer, &self.place, &self.dir)),
        }
    }
}

impl Store for LocalStore {
    fn load(&mut self) -> Result<Loaded, StoreError> {
        match &mut self.writer {
            None => load(&self.place),
            Some(writer) => match writer.loaded.take() {
                Some(loaded) => Ok(loaded),
                None => read(&writer.connection, &self.place, Some(writer.newest.clone())),
            },
        }
    }

    fn append(&mut self, serial: u64, records: &[Record]) -> Result<String, StoreError> {
        let (writer, place, dir) = self.writing()?;
        writer.append(serial, records, place, dir)
    }

    fn snapshot(&mut self, state: &State) -> Result<(), StoreError> {
        let (writer, place, dir) = self.writing()?;
        writer.write_snapshot(state, place, dir)
    }

    fn snapshot_due(&self) -> bool {
        self.writer.as_ref().is_some_and(Writer::snapshot_due)
    }
}

#[cfg(test)]
mod tests;
