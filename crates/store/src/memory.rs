//! A store in memory that fails on command, for tests of whatever writes to stores.
//!
//! A [`MemoryDisk`] outlives the [`MemoryStore`]s opened on it, as a disk outlives processes: dropping a store without
//! a word and opening another is a crash.

use crate::local::chained;
use formwork_state::{
    Binding, JournalLine, Loaded, Record, State, Store, StoreError, chain, decode_record,
    decode_snapshot, encode_snapshot,
};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing becomes durable, and the writer is told of an error.
    BeforeDurable,
    /// Everything becomes durable, and the writer is told of an error all the same.
    AfterDurable,
    /// The first records of the group become durable, the rest is lost, and the writer is told of an error. A snapshot
    /// is lost whole.
    Torn {
        /// How many records are kept.
        kept: usize,
    },
    /// Nothing becomes durable, and the writer is told that the disk is full.
    DiskFull,
}

/// What lies on the disk, shared by the stores opened on it.
#[derive(Debug, Clone)]
pub struct MemoryDisk {
    shared: Arc<Mutex<Disk>>,
}

#[derive(Debug)]
struct Disk {
    binding: Binding,
    epoch: u64,
    lines: Vec<JournalLine>,
    snapshot: Option<Snapshot>,
    snapshots: usize,
    writes: u64,
    faults: BTreeMap<u64, Fault>,
    fired: u64,
}

#[derive(Debug)]
struct Snapshot {
    serial: usize,
    text: String,
}

impl MemoryDisk {
    /// An empty disk for the state of a stack.
    pub fn new(binding: Binding) -> Self {
        MemoryDisk {
            shared: Arc::new(Mutex::new(Disk {
                binding,
                epoch: 0,
                lines: Vec::new(),
                snapshot: None,
                snapshots: 0,
                writes: 0,
                faults: BTreeMap::new(),
                fired: 0,
            })),
        }
    }

    /// Opens it for writing; a store opened before can write no more.
    pub fn open(&self) -> MemoryStore {
        let mut disk = self.disk();
        disk.epoch += 1;
        MemoryStore {
            epoch: disk.epoch,
            disk: self.clone(),
        }
    }

    /// Makes a write fail; appends and snapshots are counted together, from 0.
    pub fn fail_write(&self, number: u64, fault: Fault) {
        self.disk().faults.insert(number, fault);
    }

    /// How many writes were tried.
    pub fn writes(&self) -> u64 {
        self.disk().writes
    }

    /// How many faults were met: a test in which one never was has shown nothing.
    pub fn fired(&self) -> u64 {
        self.disk().fired
    }

    /// How many snapshots were written.
    pub fn snapshots(&self) -> usize {
        self.disk().snapshots
    }

    /// Every durable line of the journal.
    pub fn lines(&self) -> Vec<JournalLine> {
        self.disk().lines.clone()
    }

    /// Every durable record.
    ///
    /// # Errors
    /// A line is not a record.
    pub fn records(&self) -> Result<Vec<Record>, StoreError> {
        let disk = self.disk();
        let records = disk.lines.iter().map(|line| Ok(decode_record(&line.text)?));
        records.collect()
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        // A test that failed while it held the lock left nothing half done that would matter.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A writer of a [`MemoryDisk`].
#[derive(Debug)]
pub struct MemoryStore {
    disk: MemoryDisk,
    epoch: u64,
}

impl MemoryStore {
    /// A store on a disk of its own.
    pub fn new(binding: Binding) -> Self {
        MemoryDisk::new(binding).open()
    }

    /// The disk beneath it.
    pub fn disk(&self) -> &MemoryDisk {
        &self.disk
    }

    /// The disk, if it is still ours to write after `serial`.
    fn writing(&self, serial: u64) -> Result<MutexGuard<'_, Disk>, StoreError> {
        let disk = self.disk.disk();
        let found = disk.lines.len() as u64;
        if found != serial {
            return Err(StoreError::Moved {
                expected: serial,
                found,
            });
        }
        if disk.epoch != self.epoch {
            return Err(StoreError::Locked(None));
        }
        Ok(disk)
    }
}

impl Store for MemoryStore {
    fn load(&mut self) -> Result<Loaded, StoreError> {
        let disk = self.disk.disk();
        let (mut state, from) = match &disk.snapshot {
            Some(snapshot) => (decode_snapshot(&snapshot.text)?, snapshot.serial),
            None => (State::default(), 0),
        };
        state.binding = Some(disk.binding.clone());
        let before = disk.lines.iter().take(from).next_back();
        let mut head = before.map_or("", |line| &line.hash);
        let tail = disk.lines.iter().skip(from);
        for line in tail.clone() {
            if chain(head, &line.text) != line.hash {
                return Err(StoreError::Damaged {
                    path: path(),
                    reason: format!("record {} does not match its hash", state.serial + 1),
                });
            }
            head = &line.hash;
            state.fold(decode_record(&line.text)?);
        }
        state.head = head.into();
        Ok(Loaded {
            state,
            tail: tail.len(),
        })
    }

    fn append(&mut self, serial: u64, records: &[Record]) -> Result<String, StoreError> {
        let mut disk = self.writing(serial)?;
        let head = disk
            .lines
            .last()
            .map_or(String::new(), |line| line.hash.clone());
        if records.is_empty() {
            return Ok(head);
        }
        let lines = chained(&head, records)?;
        let fault = disk.next_fault();
        let durable = match fault {
            None | Some(Fault::AfterDurable) => lines.len(),
            Some(Fault::Torn { kept }) => kept,
            Some(Fault::BeforeDurable | Fault::DiskFull) => 0,
        };
        disk.lines.extend(lines.into_iter().take(durable));
        told(fault)?;
        Ok(disk.lines.last().map_or(head, |line| line.hash.clone()))
    }

    fn snapshot(&mut self, state: &State) -> Result<(), StoreError> {
        let mut disk = self.writing(state.serial)?;
        let text = encode_snapshot(state)?;
        let fault = disk.next_fault();
        if matches!(fault, None | Some(Fault::AfterDurable)) {
            disk.snapshot = Some(Snapshot {
                serial: disk.lines.len(),
                text,
            });
            disk.snapshots += 1;
        }
        told(fault)
    }
}

impl Disk {
    fn next_fault(&mut self) -> Option<Fault> {
        let fault = self.faults.remove(&self.writes);
        self.writes += 1;
        self.fired += u64::from(fault.is_some());
        fault
    }
}

fn told(fault: Option<Fault>) -> Result<(), StoreError> {
    match fault {
        None => Ok(()),
        Some(Fault::DiskFull) => Err(StoreError::DiskFull { path: path() }),
        Some(_) => Err(StoreError::Io {
            path: path(),
            message: "the write failed".to_owned(),
        }),
    }
}

fn path() -> PathBuf {
    PathBuf::from("memory")
}

#[cfg(test)]
mod tests;
