//! The writing side of the local store: one durable transaction a group, refused if the file moved on.

use crate::database::{open_writer, said};
use crate::directory::{create_private, failed};
use crate::load::{Place, load};
use crate::lock::{WriterLock, holder};
use crate::witness::{Seen, Witness};
use formwork_state::{
    Binding, JournalLine, Loaded, Record, State, StoreError, chain, encode_record, encode_snapshot,
};
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How many runs the journal keeps beneath the newest snapshot: enough to see what the last changes did, and few enough
/// that a state that is applied every hour stays small.
pub(super) const RUNS_KEPT: u64 = 10;

/// A tail shorter than this is read in a moment; a snapshot would cost more than it saves.
const SHORT_TAIL: u64 = 2_000;

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    witness: Witness,
    /// What was read when the store was opened, until it is asked for.
    pub(super) loaded: Option<Loaded>,
    epoch: u64,
    pub(super) newest: Seen,
    snapshot: u64,
    objects: u64,
    /// Why no more can be written: a commit failed in a way that leaves open whether it is durable.
    pub(super) broken: Option<String>,
    // Last, so that the database is closed before others may write.
    _lock: WriterLock,
}

impl Writer {
    pub(super) fn open(
        place: &Place,
        dir: &Path,
        command: &str,
        wait: Duration,
    ) -> Result<Self, StoreError> {
        create_private(dir)?;
        let lock = WriterLock::take(dir, command, wait)?;
        let loaded = load(place)?;
        let mut witness = Witness::open(&place.witness)?;
        let mut connection = open_writer(&place.database)?;
        let newest = Seen {
            serial: loaded.state.serial,
            head: loaded.state.head.to_string(),
        };
        let epoch = take_over(&mut connection, &place.binding, &newest)
            .map_err(|error| said(&place.database, &error))?;
        let noted = witness.note(&newest).and_then(|()| witness.sync());
        noted.map_err(|error| failed(&place.witness, &error))?;
        Ok(Writer {
            connection,
            witness,
            epoch,
            snapshot: newest.serial.saturating_sub(loaded.tail as u64),
            objects: loaded.state.objects.len() as u64,
            newest,
            loaded: Some(loaded),
            broken: None,
            _lock: lock,
        })
    }

    pub(super) fn snapshot_due(&self) -> bool {
        let tail = self.newest.serial.saturating_sub(self.snapshot);
        tail >= SHORT_TAIL.max(self.objects)
    }

    pub(super) fn append(
        &mut self,
        serial: u64,
        records: &[Record],
        place: &Place,
        dir: &Path,
    ) -> Result<String, StoreError> {
        if serial != self.newest.serial {
            return Err(StoreError::Moved {
                expected: serial,
                found: self.newest.serial,
            });
        }
        if records.is_empty() {
            return Ok(self.newest.head.clone());
        }
        self.loaded = None;
        let lines = chained(&self.newest.head, records)?;
        let newest = Seen {
            serial: serial + lines.len() as u64,
            head: lines
                .last()
                .map(|line| line.hash.clone())
                .unwrap_or_default(),
        };
        let runs: Vec<_> = (serial + 1..)
            .zip(records)
            .filter(|(_, record)| matches!(record, Record::Began { .. }))
            .map(|(serial, _)| serial)
            .collect();
        self.commit(place, dir, |transaction| {
            insert(transaction, serial, &lines, &runs)?;
            let query = "UPDATE meta SET serial = ?1, head = ?2";
            transaction
                .prepare_cached(query)?
                .execute((newest.serial, &newest.head))?;
            Ok(())
        })?;
        self.newest = newest;
        // The records are durable; a witness that lags only sees less.
        let _ = self.witness.note(&self.newest);
        Ok(self.newest.head.clone())
    }

    pub(super) fn write_snapshot(
        &mut self,
        state: &State,
        place: &Place,
        dir: &Path,
    ) -> Result<(), StoreError> {
        if state.serial != self.newest.serial {
            return Err(StoreError::Moved {
                expected: state.serial,
                found: self.newest.serial,
            });
        }
        self.objects = state.objects.len() as u64;
        if state.serial == self.snapshot {
            return Ok(());
        }
        let text = encode_snapshot(state)?;
        let head = self.newest.head.clone();
        let hash = chain(&head, &text);
        self.commit(place, dir, |transaction| {
            let query = "INSERT INTO snapshots (serial, head, text, hash) VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(query, (state.serial, &head, &text, &hash))?;
            Ok(())
        })?;
        self.snapshot = state.serial;
        // Only now that the snapshot is durable may go what it stands for.
        self.commit(place, dir, |transaction| prune(transaction, state.serial))?;
        let _ = self.witness.sync();
        Ok(())
    }

    /// Runs a change in one durable transaction, if the file is still as this writer left it.
    fn commit(
        &mut self,
        place: &Place,
        dir: &Path,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let failed = |error| said(&place.database, &error);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let found = position(&transaction).map_err(failed)?;
        if (found.0, &found.1) != (self.epoch, &self.newest) {
            return Err(moved(&self.newest, &found.1, dir));
        }
        change(&transaction).map_err(failed)?;
        transaction.commit().map_err(|error| {
            if !is_clean(&error) {
                self.broken = Some(error.to_string());
            }
            said(&place.database, &error)
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Best effort: the journal is durable without it.
        let _ = self.witness.sync();
    }
}

/// Whether a failed commit certainly left everything as it was.
fn is_clean(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// Somebody else wrote in spite of the lock: its file was removed, or the state lies where locks do not work.
fn moved(ours: &Seen, found: &Seen, dir: &Path) -> StoreError {
    if ours.serial == found.serial {
        return StoreError::Locked(holder(dir).map(Box::new));
    }
    StoreError::Moved {
        expected: ours.serial,
        found: found.serial,
    }
}

/// Begins a new epoch, so that a writer of an older one that still lives can write no more; binds an empty state.
fn take_over(
    connection: &mut Connection,
    binding: &Binding,
    newest: &Seen,
) -> rusqlite::Result<u64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if newest.serial == 0 {
        let query = "INSERT INTO meta (one, provider, account, stack, env, epoch, serial, head)
            VALUES (1, ?1, ?2, ?3, ?4, 0, 0, '') ON CONFLICT DO UPDATE SET
            provider = ?1, account = ?2, stack = ?3, env = ?4";
        let Binding {
            provider,
            account,
            stack,
            env,
        } = binding;
        transaction.execute(query, (provider, account, stack, env))?;
    }
    transaction.execute("UPDATE meta SET epoch = epoch + 1", [])?;
    let (epoch, _) = position(&transaction)?;
    transaction.commit()?;
    Ok(epoch)
}

fn position(connection: &Connection) -> rusqlite::Result<(u64, Seen)> {
    let mut statement = connection.prepare_cached("SELECT epoch, serial, head FROM meta")?;
    statement.query_row([], |row| {
        let seen = Seen {
            serial: row.get(1)?,
            head: row.get(2)?,
        };
        Ok((row.get(0)?, seen))
    })
}

/// Encodes records as the lines after `head`.
pub(crate) fn chained(head: &str, records: &[Record]) -> Result<Vec<JournalLine>, StoreError> {
    let mut lines: Vec<JournalLine> = Vec::with_capacity(records.len());
    for record in records {
        let text = encode_record(record)?;
        let previous = lines.last().map_or(head, |line| &line.hash);
        let hash = chain(previous, &text);
        lines.push(JournalLine { text, hash });
    }
    Ok(lines)
}

fn insert(
    transaction: &Transaction<'_>,
    after: u64,
    lines: &[JournalLine],
    runs: &[u64],
) -> rusqlite::Result<()> {
    let query = "INSERT INTO journal (serial, text, hash) VALUES (?1, ?2, ?3)";
    let mut statement = transaction.prepare_cached(query)?;
    for (serial, line) in (after + 1..).zip(lines) {
        statement.execute((serial, &line.text, &line.hash))?;
    }
    for serial in runs {
        let query = "INSERT INTO runs (serial, at) VALUES (?1, ?2)";
        transaction.execute(query, (serial, now()))?;
    }
    Ok(())
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Removes older snapshots, and the records beneath this one except those of the last runs.
fn prune(transaction: &Transaction<'_>, snapshot: u64) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM snapshots WHERE serial < ?1", [snapshot])?;
    let query = "SELECT serial FROM runs ORDER BY serial DESC LIMIT 1 OFFSET ?1";
    let mut statement = transaction.prepare(query)?;
    let mut rows = statement.query([RUNS_KEPT - 1])?;
    if let Some(row) = rows.next()? {
        let first: u64 = row.get(0)?;
        let query = "DELETE FROM journal WHERE serial < ?1 AND serial <= ?2";
        transaction.execute(query, (first, snapshot))?;
        transaction.execute("DELETE FROM runs WHERE serial < ?1", [first])?;
    }
    Ok(())
}
