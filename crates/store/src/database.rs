//! The SQLite file: its tables, how it is opened by readers and by the writer, and what its errors mean.

use crate::directory::{failed, open_private, sync_folder};
use formwork_state::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// `FMWK`: tells our files from other SQLite files.
pub(crate) const APPLICATION: i32 = 0x464D_574B;

/// The version of the tables; newer ones are refused.
pub(crate) const TABLES: u32 = 1;

/// SQLite's smallest page: a file that is shorter, and not empty, was cut.
pub(crate) const SMALLEST: u64 = 512;

/// How long a statement waits for another connection; readers hold none that would block the writer.
const BUSY: Duration = Duration::from_secs(5);

/// What is said of every damage.
pub(crate) const ADVICE: &str =
    "nothing was changed; put back the newest copy of this file (docs/state.md)";

const SCHEMA: &str = "
CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    stack TEXT NOT NULL,
    env TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    head TEXT NOT NULL
) STRICT;
CREATE TABLE journal (serial INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE snapshots (
    serial INTEGER PRIMARY KEY,
    head TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TABLE runs (serial INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
";

/// Opens the file for reading; creates nothing beside it.
///
/// While a writer lives, or after it died, its write-ahead log lies beside the file and is read with it. Without a log
/// the file is whole, because a writer that ends well moves its log into it; it is then read alone, without locks.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let address = if suffixed(path, "-wal").exists() {
        uri(path, "mode=ro")
    } else {
        uri(path, "mode=ro&immutable=1")
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(address, flags).and_then(|connection| {
        connection.busy_timeout(BUSY)?;
        harden(&connection)?;
        Ok(connection)
    });
    opened.map_err(|error| said(path, &error))
}

/// Opens the file for the writer, who holds the lock; creates it and its tables if they are not there.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    drop(open_private(path)?);
    if let Some(folder) = path.parent() {
        sync_folder(folder)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|mut connection| {
        connection.busy_timeout(BUSY)?;
        harden(&connection)?;
        // One synced write a commit, against three or four with a rollback journal; readers are never in the way.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        create_tables(&mut connection)?;
        Ok(connection)
    });
    opened.map_err(|error| said(path, &error))
}

fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "trusted_schema", "off")?;
    connection.pragma_update(None, "cell_size_check", "on")
}

fn create_tables(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    if !has_tables(&transaction)? {
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", TABLES)?;
    }
    transaction.commit()
}

/// Whether the file holds any table; one that was just created, or whose creation was cut short, holds none.
pub(crate) fn has_tables(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) > 0 FROM sqlite_schema", [], |row| {
        row.get(0)
    })
}

/// What an error of SQLite means for a store.
pub(crate) fn said(path: &Path, error: &rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    let damaged = |path| StoreError::Damaged {
        path,
        reason: format!("{error}: {ADVICE}"),
    };
    match error {
        rusqlite::Error::SqliteFailure(code, _) => match (code.code, code.extended_code) {
            (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => {
                StoreError::DiskFull { path }
            }
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)
            | (_, ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_CORRUPTFS) => damaged(path),
            _ => StoreError::Io {
                path,
                message: error.to_string(),
            },
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::QueryReturnedNoRows => damaged(path),
        _ => StoreError::Io {
            path,
            message: error.to_string(),
        },
    }
}

/// The path with something after its name.
pub(crate) fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A path as SQLite's `file:` address.
fn uri(path: &Path, parameters: &str) -> String {
    let mut out = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                out.push(char::from(*byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("{out}?{parameters}")
}

/// Whether a path is there; an error other than its absence is one.
pub(crate) fn is_there(path: &Path) -> Result<bool, StoreError> {
    path.try_exists().map_err(|error| failed(path, &error))
}
