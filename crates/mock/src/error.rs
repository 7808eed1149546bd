//! Why the file of a simulated cloud cannot be opened, read or written.

use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// Why the file of a simulated cloud did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// Another process has written to it for longer than it is worth waiting.
    #[error("{path}: another process is writing to this simulated cloud", path = path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// It is not the file of a simulated cloud, or it is broken.
    #[error("{path}: the file of the simulated cloud is damaged: {reason}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// It was written by a newer formwork.
    #[error("{path}: written by a newer formwork (format {found}, this one knows {known})", path = path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known here.
        known: i64,
    },
    /// It simulates another account.
    #[error("{path}: it simulates account {found}, not {wanted}", path = path.display())]
    Account {
        /// The file.
        path: PathBuf,
        /// The account asked for.
        wanted: String,
        /// The account it simulates.
        found: String,
    },
    /// No space is left on its disk; nothing of the last batch took effect.
    #[error("{path}: no space is left on the disk", path = path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// The file system or the database said no.
    #[error("{path}: {message}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        message: String,
    },
}

impl CloudError {
    /// What a message of the database about the file at `path` means.
    pub(crate) fn database(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let message = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                CloudError::Locked { path }
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => CloudError::Damaged {
                path,
                reason: message,
            },
            Some(ErrorCode::DiskFull) => CloudError::DiskFull { path },
            _ => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => CloudError::Damaged {
                    path,
                    reason: message,
                },
                _ => CloudError::Io { path, message },
            },
        }
    }

    /// The file at `path` holds something it never wrote.
    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        CloudError::Damaged {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }
}
