//! The writer's lock: an operating-system lock on a file, which dies with its process and so cannot be stale, with a
//! note in the file that says who holds it.

use crate::directory::{failed, open_private};
use formwork_state::{Holder, StoreError};
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

const FILE: &str = "state.lock";

/// How long a waiting writer sleeps between two tries.
const POLL: Duration = Duration::from_millis(50);

/// The note is a few words; whatever is longer was not written by us.
const NOTE_LIMIT: u64 = 4096;

/// The lock, held until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock in `dir`, trying again until `wait` is over.
    pub(crate) fn take(dir: &Path, command: &str, wait: Duration) -> Result<Self, StoreError> {
        let path = lock_path(dir);
        let start = Instant::now();
        loop {
            let mut file = open_private(&path)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => {
                    note(&mut file, command).map_err(|error| failed(&path, &error))?;
                    return Ok(WriterLock { file });
                }
                // The file was removed or replaced between opening and locking: take the one that is there now.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if start.elapsed() >= wait => {
                    return Err(StoreError::Locked(read_note(&mut file).map(Box::new)));
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::sleep(POLL.min(wait.saturating_sub(start.elapsed())));
                }
                Err(TryLockError::Error(error)) => return Err(failed(&path, &error)),
            }
        }
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // A note left behind would do no harm: who holds the lock is told by the lock alone.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

/// What `state unlock` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlocked {
    /// Nobody held it, and nothing was left over.
    Free,
    /// Nobody held it any more; the note of a process that died is removed.
    Cleared(Box<Holder>),
    /// A living process holds it; who, if it said. Its lock ends when that process does, and only then.
    Held(Option<Box<Holder>>),
}

/// Removes what a dead writer left of its lock in a state's folder; takes no lock from a living one.
///
/// # Errors
/// The lock file cannot be read or written.
pub fn unlock(dir: &Path) -> Result<Unlocked, StoreError> {
    let path = lock_path(dir);
    let mut file = match File::options().read(true).write(true).open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Unlocked::Free),
        opened => opened.map_err(|error| failed(&path, &error))?,
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(Unlocked::Held(read_note(&mut file).map(Box::new))),
        Err(TryLockError::Error(error)) => Err(failed(&path, &error)),
        Ok(()) => {
            let left = read_note(&mut file);
            file.set_len(0).map_err(|error| failed(&path, &error))?;
            Ok(left.map_or(Unlocked::Free, |left| Unlocked::Cleared(Box::new(left))))
        }
    }
}

/// Who wrote last that it holds the lock in a state's folder; a process that died leaves its note behind.
pub fn holder(dir: &Path) -> Option<Holder> {
    read_note(&mut File::open(lock_path(dir)).ok()?)
}

fn lock_path(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

fn note(file: &mut File, command: &str) -> std::io::Result<()> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let holder = Holder {
        command: command.to_owned(),
        host: host(),
        pid: std::process::id(),
        since: since.map_or(0, |since| since.as_secs()),
    };
    let text = serde_json::to_string(&holder)?;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

fn read_note(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(NOTE_LIMIT).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn host() -> String {
    let named = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let variables = ["HOSTNAME", "COMPUTERNAME"].into_iter();
    named
        .or_else(|| variables.flat_map(std::env::var).next())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}

/// Whether the open file is still the one at the path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), path.metadata()) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(dir: &Path, wait: Duration) -> Result<WriterLock, StoreError> {
        WriterLock::take(dir, "apply", wait)
    }

    #[test]
    fn a_second_writer_is_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(unlock(dir.path()).unwrap(), Unlocked::Free);
        let first = take(dir.path(), Duration::ZERO).unwrap();
        let Err(StoreError::Locked(Some(holder))) = take(dir.path(), Duration::ZERO) else {
            panic!("not locked");
        };
        assert_eq!(
            (holder.command.as_str(), holder.pid),
            ("apply", std::process::id())
        );
        assert!(!holder.host.is_empty() && holder.since > 1_600_000_000);
        assert_eq!(unlock(dir.path()).unwrap(), Unlocked::Held(Some(holder)));
        drop(first);
        assert_eq!(unlock(dir.path()).unwrap(), Unlocked::Free);
        take(dir.path(), Duration::ZERO).unwrap();
    }

    #[test]
    fn waiting_ends_when_the_lock_is_free_or_the_time_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let first = take(dir.path(), Duration::ZERO).unwrap();
        let start = Instant::now();
        assert!(take(dir.path(), Duration::from_millis(120)).is_err());
        assert!(start.elapsed() >= Duration::from_millis(120));
        let path = dir.path().to_owned();
        let waiting = std::thread::spawn(move || take(&path, Duration::from_secs(60)).is_ok());
        std::thread::sleep(Duration::from_millis(100));
        drop(first);
        assert!(waiting.join().unwrap());
    }

    #[test]
    fn a_note_left_by_a_dead_process_is_harmless_and_can_be_cleared() {
        let dir = tempfile::tempdir().unwrap();
        let left = Holder {
            command: "apply".to_owned(),
            host: "h".repeat(300),
            pid: 1,
            since: 2,
        };
        let text = serde_json::to_string(&left).unwrap();
        std::fs::write(lock_path(dir.path()), &text).unwrap();
        assert_eq!(holder(dir.path()), Some(left.clone()));
        assert_eq!(
            unlock(dir.path()).unwrap(),
            Unlocked::Cleared(Box::new(left))
        );
        assert_eq!(holder(dir.path()), None);

        std::fs::write(lock_path(dir.path()), text).unwrap();
        let _lock = take(dir.path(), Duration::ZERO).unwrap();
        assert_eq!(holder(dir.path()).unwrap().pid, std::process::id());
    }
}
