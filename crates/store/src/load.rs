//! Reading a state: its newest snapshot and the records after it, every one checked against the chain of hashes.

use crate::database::{
    ADVICE, APPLICATION, SMALLEST, TABLES, has_tables, is_there, open_reader, said, suffixed,
};
use crate::local::DATABASE;
use crate::witness::{self, Seen};
use formwork_state::{
    Binding, FormatError, Loaded, State, StoreError, chain, decode_record, decode_snapshot,
};
use rusqlite::{Connection, OptionalExtension, Row};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How often a reader tries again what changed while it was read, and the pause before it.
const TRIES: usize = 10;
const PAUSE: Duration = Duration::from_millis(5);

/// Where a state lies and whose it has to be.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) database: Box<Path>,
    pub(crate) witness: Box<Path>,
    pub(crate) binding: Binding,
}

/// Reads a state without taking a lock.
pub(crate) fn load(place: &Place) -> Result<Loaded, StoreError> {
    let mut stamp = Stamp::of(&place.database);
    for _ in 0..TRIES {
        let loaded = load_once(place);
        let now = Stamp::of(&place.database);
        // A reader without the log sees half of what a writer does that begins or ends at this very moment.
        if loaded.is_ok() || now == stamp {
            return loaded;
        }
        stamp = now;
        std::thread::sleep(PAUSE);
    }
    load_once(place)
}

/// What changes when a writer begins, ends, or moves its log into the file.
#[derive(PartialEq)]
struct Stamp {
    file: Option<(u64, Option<SystemTime>)>,
    log: bool,
}

impl Stamp {
    fn of(database: &Path) -> Self {
        let file = database.metadata().ok();
        Stamp {
            file: file.map(|file| (file.len(), file.modified().ok())),
            log: suffixed(database, "-wal").exists(),
        }
    }
}

fn load_once(place: &Place) -> Result<Loaded, StoreError> {
    // The witness first: it never runs ahead of the state, so what is read afterwards is at least as new.
    let seen = witness::read(&place.witness)?;
    if !is_there(&place.database)? {
        let state = empty(place);
        not_older(place, None, &state, seen.as_ref())?;
        return Ok(Loaded { state, tail: 0 });
    }
    let length = place.database.metadata().map_or(0, |file| file.len());
    if (1..SMALLEST).contains(&length) {
        return Err(damaged(
            place,
            &format!("the file is cut to {length} bytes"),
        ));
    }
    read(&open_reader(&place.database)?, place, seen)
}

/// Reads and checks everything in one read transaction.
pub(crate) fn read(
    connection: &Connection,
    place: &Place,
    seen: Option<Seen>,
) -> Result<Loaded, StoreError> {
    let failed = |error| said(&place.database, &error);
    let transaction = connection.unchecked_transaction().map_err(failed)?;
    let loaded = match read_meta(&transaction, place)? {
        Some(meta) => read_records(&transaction, place, &meta)?,
        None => Loaded {
            state: empty(place),
            tail: 0,
        },
    };
    not_older(place, Some(&transaction), &loaded.state, seen.as_ref())?;
    Ok(loaded)
}

fn empty(place: &Place) -> State {
    State {
        binding: Some(place.binding.clone()),
        ..State::default()
    }
}

pub(crate) fn damaged(place: &Place, what: &str) -> StoreError {
    StoreError::Damaged {
        path: place.database.to_path_buf(),
        reason: format!("{what}: {ADVICE}"),
    }
}

/// The newest record, as the file's own account of itself has it.
struct Meta {
    serial: u64,
    head: String,
}

/// Reads whose the file is and how far it goes; `None` if nothing was ever written to it.
fn read_meta(connection: &Connection, place: &Place) -> Result<Option<Meta>, StoreError> {
    let failed = |error| said(&place.database, &error);
    if !has_tables(connection).map_err(failed)? {
        return Ok(None);
    }
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    if pragma("application_id").map_err(failed)? != APPLICATION {
        return Err(damaged(place, "a database of something else"));
    }
    match u32::try_from(pragma("user_version").map_err(failed)?) {
        Ok(found) if found > TABLES => return Err(FormatError::Newer { found }.into()),
        Ok(1..) => {}
        _ => return Err(damaged(place, "the version of its tables is not known")),
    }
    let Some((found, meta)) = meta_row(connection).map_err(failed)? else {
        // Between the tables and their first writer a creation may have been cut short; records come after both.
        let query = "SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM snapshots) > 0";
        let written = connection.query_row(query, [], |row| row.get(0));
        return match written.map_err(failed)? {
            true => Err(damaged(place, "whose state it is has been removed")),
            false => Ok(None),
        };
    };
    // Until the first record a state belongs to nobody: an apply that stopped before it must not bind it.
    if meta.serial > 0 && found != place.binding {
        return Err(StoreError::Binding {
            wanted: named(&place.binding),
            found: named(&found),
        });
    }
    Ok(Some(meta))
}

fn meta_row(connection: &Connection) -> rusqlite::Result<Option<(Binding, Meta)>> {
    let query = "SELECT provider, account, stack, env, serial, head FROM meta";
    let row = connection.query_row(query, [], |row| {
        let found = Binding {
            provider: row.get(0)?,
            account: row.get(1)?,
            stack: row.get(2)?,
            env: row.get(3)?,
        };
        let meta = Meta {
            serial: row.get(4)?,
            head: row.get(5)?,
        };
        Ok((found, meta))
    });
    row.optional()
}

/// What the state in `dir` belongs to; `None` if nothing was recorded there yet. Takes no lock.
///
/// # Errors
/// The file cannot be read.
pub fn bound_to(dir: &Path) -> Result<Option<Binding>, StoreError> {
    let database = dir.join(DATABASE);
    if !is_there(&database)? {
        return Ok(None);
    }
    let failed = |error| said(&database, &error);
    let connection = open_reader(&database)?;
    if !has_tables(&connection).map_err(failed)? {
        return Ok(None);
    }
    let found = meta_row(&connection).map_err(failed)?;
    Ok(found
        .filter(|(_, meta)| meta.serial > 0)
        .map(|(binding, _)| binding))
}

fn named(binding: &Binding) -> String {
    let Binding {
        provider,
        account,
        stack,
        env,
    } = binding;
    format!("{provider}/{account}/{stack}/{env}")
}

fn read_records(connection: &Connection, place: &Place, meta: &Meta) -> Result<Loaded, StoreError> {
    let failed = |error| said(&place.database, &error);
    let mut state = read_snapshot(connection, place)?;
    let mut tail = 0;
    let query = "SELECT serial, text, hash FROM journal WHERE serial > ?1 ORDER BY serial";
    let mut statement = connection.prepare(query).map_err(failed)?;
    let mut rows = statement.query([state.serial]).map_err(failed)?;
    let mut head = state.head.to_string();
    while let Some(row) = rows.next().map_err(failed)? {
        let expected = state.serial + 1;
        head = fold_line(row, &mut state, &head, expected, place)?;
        tail += 1;
    }
    state.head = head.into();
    let last = state.serial;
    if last < meta.serial {
        let missing = format!("record {} is missing (of {})", last + 1, meta.serial);
        return Err(damaged(place, &missing));
    }
    if last > meta.serial || *state.head != *meta.head {
        let beyond = format!(
            "record {last} is not the one written last (of {})",
            meta.serial
        );
        return Err(damaged(place, &beyond));
    }
    Ok(Loaded { state, tail })
}

fn fold_line(
    row: &Row<'_>,
    state: &mut State,
    head: &str,
    expected: u64,
    place: &Place,
) -> Result<String, StoreError> {
    let unreadable = |why: &dyn std::fmt::Display| {
        damaged(place, &format!("record {expected} cannot be read ({why})"))
    };
    let serial: u64 = row.get(0).map_err(|error| unreadable(&error))?;
    if serial != expected {
        return Err(damaged(place, &format!("record {expected} is missing")));
    }
    let text = row.get_ref(1).map_err(|error| unreadable(&error))?;
    let text = text.as_str().map_err(|error| unreadable(&error))?;
    let hash: String = row.get(2).map_err(|error| unreadable(&error))?;
    if chain(head, text) != hash {
        let what = format!("record {expected} does not match its hash");
        return Err(damaged(place, &what));
    }
    match decode_record(text) {
        Ok(record) => state.fold(record),
        Err(error @ FormatError::Newer { .. }) => return Err(error.into()),
        Err(error) => return Err(unreadable(&error)),
    }
    Ok(hash)
}

/// The state of the newest snapshot; empty without one.
fn read_snapshot(connection: &Connection, place: &Place) -> Result<State, StoreError> {
    let failed = |error| said(&place.database, &error);
    let query = "SELECT serial, head, text, hash FROM snapshots ORDER BY serial DESC LIMIT 1";
    let mut statement = connection.prepare(query).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else {
        return Ok(empty(place));
    };
    let serial: u64 = row.get(0).map_err(failed)?;
    let unreadable = |why: &dyn std::fmt::Display| {
        damaged(
            place,
            &format!("the snapshot at record {serial} cannot be read ({why})"),
        )
    };
    let head: String = row.get(1).map_err(|error| unreadable(&error))?;
    let text = row.get_ref(2).map_err(|error| unreadable(&error))?;
    let text = text.as_str().map_err(|error| unreadable(&error))?;
    let hash: String = row.get(3).map_err(|error| unreadable(&error))?;
    if chain(&head, text) != hash {
        let what = format!("the snapshot at record {serial} does not match its hash");
        return Err(damaged(place, &what));
    }
    let mut state = match decode_snapshot(text) {
        Ok(state) => state,
        Err(error @ FormatError::Newer { .. }) => return Err(error.into()),
        Err(error) => return Err(unreadable(&error)),
    };
    if state.serial != serial {
        return Err(unreadable(&format!("it folds {} records", state.serial)));
    }
    state.head = head.into();
    state.binding = Some(place.binding.clone());
    Ok(state)
}

/// Refuses a state that lacks what was seen of it.
fn not_older(
    place: &Place,
    connection: Option<&Connection>,
    state: &State,
    seen: Option<&Seen>,
) -> Result<(), StoreError> {
    let Some(seen) = seen.filter(|seen| seen.serial > 0) else {
        return Ok(());
    };
    let same = if state.serial == seen.serial {
        *state.head == *seen.head
    } else if state.serial < seen.serial {
        false
    } else {
        let recorded = connection
            .map(|connection| hash_of(connection, seen.serial))
            .transpose();
        let recorded = recorded.map_err(|error| said(&place.database, &error))?;
        // A record that was pruned can no longer be compared.
        recorded.flatten().is_none_or(|hash| hash == seen.head)
    };
    if same {
        return Ok(());
    }
    Err(StoreError::Older {
        path: place.database.to_path_buf(),
        found: state.serial,
        seen: seen.serial,
        witness: place.witness.to_path_buf(),
    })
}

fn hash_of(connection: &Connection, serial: u64) -> rusqlite::Result<Option<String>> {
    let query = "SELECT hash FROM journal WHERE serial = ?1";
    connection
        .query_row(query, [serial], |row| row.get(0))
        .optional()
}
