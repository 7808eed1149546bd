//! The runs that a journal still holds: when each began, and what it did.

use crate::database::{is_there, open_reader, said};
use crate::load::{Place, damaged};
use formwork_state::{Record, StoreError, decode_record};

/// An apply or destroy, as the journal tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The number of its first record.
    pub serial: u64,
    /// When it began, in seconds since 1970.
    pub at: u64,
    /// Its records, in order.
    pub records: Vec<Record>,
}

/// Reads the runs, oldest first; the journal keeps the last ten, and what came after the newest snapshot.
///
/// # Errors
/// The file cannot be read, or a record is not one.
pub(crate) fn history(place: &Place) -> Result<Vec<Run>, StoreError> {
    if !is_there(&place.database)? {
        return Ok(Vec::new());
    }
    let failed = |error| said(&place.database, &error);
    let connection = open_reader(&place.database)?;
    let transaction = connection.unchecked_transaction().map_err(failed)?;
    let mut runs = Vec::new();
    let mut statement = transaction
        .prepare("SELECT serial, at FROM runs ORDER BY serial")
        .map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        runs.push(Run {
            serial: row.get(0).map_err(failed)?,
            at: row.get(1).map_err(failed)?,
            records: Vec::new(),
        });
    }
    let first = runs.first().map_or(u64::MAX, |run| run.serial);
    let mut statement = transaction
        .prepare("SELECT serial, text FROM journal WHERE serial >= ?1 ORDER BY serial")
        .map_err(failed)?;
    let mut rows = statement
        .query([i64::try_from(first).unwrap_or(i64::MAX)])
        .map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let serial: u64 = row.get(0).map_err(failed)?;
        let text: String = row.get(1).map_err(failed)?;
        let record = decode_record(&text).map_err(|error| {
            damaged(place, &format!("record {serial} cannot be read ({error})"))
        })?;
        let at = runs.partition_point(|run| run.serial <= serial);
        if let Some(run) = at.checked_sub(1).and_then(|at| runs.get_mut(at)) {
            run.records.push(record);
        }
    }
    Ok(runs)
}
