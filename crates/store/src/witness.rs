//! The witness: a small file apart from the state that remembers its newest record, so that an older copy of the state
//! put back by hand, or a disk that lost what it said was written, is noticed before anything is decided by it.
//!
//! Two slots are written in turn, each with a check sum, so that a write cut short leaves the other one. The witness is
//! written after its record is durable and so never runs ahead of the state; it may lag behind, which only makes it
//! see less.

use crate::directory::{create_private, failed, open_private};
use formwork_state::{StoreError, chain};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

const SLOT: usize = 128;

/// The newest record known of a state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    /// Its number, from 1; 0 before the first.
    pub(crate) serial: u64,
    /// Its hash in the chain.
    pub(crate) head: String,
}

/// The witness, open for writing.
#[derive(Debug)]
pub(crate) struct Witness {
    file: File,
}

impl Witness {
    /// Opens it, creating it and its folders.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            create_private(folder)?;
        }
        Ok(Witness {
            file: open_private(path)?,
        })
    }

    /// Remembers a record that is durable.
    pub(crate) fn note(&mut self, seen: &Seen) -> std::io::Result<()> {
        let slot = if seen.serial.is_multiple_of(2) {
            0
        } else {
            SLOT as u64
        };
        self.file.seek(SeekFrom::Start(slot))?;
        self.file.write_all(line(seen).as_bytes())
    }

    /// Makes what was noted durable.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        self.file.sync_data()
    }
}

/// What a witness remembers; `None` if there is none, or none of its slots is whole.
pub(crate) fn read(path: &Path) -> Result<Option<Seen>, StoreError> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| failed(path, &error))?,
    };
    let mut bytes = Vec::with_capacity(2 * SLOT);
    let limit = 2 * SLOT as u64;
    let reading = Read::by_ref(&mut file).take(limit).read_to_end(&mut bytes);
    reading.map_err(|error| failed(path, &error))?;
    let slots = bytes.chunks(SLOT).filter_map(parse);
    Ok(slots.max_by_key(|seen| seen.serial))
}

fn line(seen: &Seen) -> String {
    let body = format!("{:020} {}", seen.serial, seen.head);
    let line = format!("{body} {:.32}", chain("seen", &body));
    format!("{line:<width$}\n", width = SLOT - 1)
}

fn parse(slot: &[u8]) -> Option<Seen> {
    let text = std::str::from_utf8(slot).ok()?;
    let mut words = text.split_whitespace();
    let seen = Seen {
        serial: words.next()?.parse().ok()?,
        head: words.next()?.to_owned(),
    };
    (line(&seen) == text).then_some(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(serial: u64) -> Seen {
        Seen {
            serial,
            head: chain("", &serial.to_string()),
        }
    }

    #[test]
    fn the_newest_whole_slot_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("seen/mock/shop/dev");
        assert_eq!(read(&path).unwrap(), None);
        let mut witness = Witness::open(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
        for serial in 1..6 {
            witness.note(&seen(serial)).unwrap();
            assert_eq!(read(&path).unwrap(), Some(seen(serial)));
        }
        witness.sync().unwrap();
        assert_eq!(path.metadata().unwrap().len(), 2 * SLOT as u64);

        let whole = std::fs::read(&path).unwrap();
        for cut in SLOT..2 * SLOT {
            let mut torn = whole.clone();
            torn[cut] ^= 1;
            std::fs::write(&path, torn).unwrap();
            assert_eq!(read(&path).unwrap(), Some(seen(4)), "{cut}");
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert_eq!(read(&path).unwrap(), Some(seen(4)), "{cut}");
        }
        std::fs::write(&path, "nonsense").unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }
}
