//! The versioned form of records and snapshots on disk, and the chain of hashes.

use crate::{Record, State};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The version written; older ones are read, newer ones refused.
const VERSION: u32 = 1;

/// How every record and snapshot begins, so that a newer one is told apart before anything else is read.
const PREFIX: &str = "{\"v\":";

/// How the line of an intent begins.
const INTENT: &str = "{\"v\":1,\"record\":\"intent\",";

/// A record or snapshot that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Not JSON of the expected form.
    #[error("not a state record: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Does not begin with the version of its form.
    #[error("not a state record: it does not begin with its version")]
    Unversioned,
    /// Written by a newer version of the tool.
    #[error("written in format {found}; this version reads up to {VERSION}: upgrade formwork")]
    Newer {
        /// The format found.
        found: u32,
    },
}

/// A record with the hash of the chain up to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalLine {
    /// The encoded record.
    pub text: String,
    /// The hash of the previous line and this text, in hex.
    pub hash: String,
}

/// Encodes a record as one line of JSON.
///
/// # Errors
/// A value that has no JSON form (a non-finite number).
pub fn encode_record(record: &Record) -> Result<String, FormatError> {
    let body = serde_json::to_string(record)?;
    // A record is an object with at least its tag; the version goes before its first field.
    let fields = body.strip_prefix('{').ok_or(FormatError::Unversioned)?;
    Ok(format!("{PREFIX}{VERSION},{fields}"))
}

/// Decodes a line.
///
/// # Errors
/// Not a record, or of a newer version.
pub fn decode_record(text: &str) -> Result<Record, FormatError> {
    check_version(text)?;
    // Most of a journal are intents, and those are read in one go; to find out which record it is, serde reads a line
    // into values of its own first.
    if text.starts_with(INTENT) {
        return Ok(Record::Intent(serde_json::from_str(text)?));
    }
    Ok(serde_json::from_str(text)?)
}

/// Encodes a snapshot.
///
/// # Errors
/// A value that has no JSON form.
pub fn encode_snapshot(state: &State) -> Result<String, FormatError> {
    let body = serde_json::to_string(state)?;
    Ok(format!("{PREFIX}{VERSION},\"state\":{body}}}"))
}

/// Decodes a snapshot.
///
/// # Errors
/// Not a snapshot, or of a newer version.
pub fn decode_snapshot(text: &str) -> Result<State, FormatError> {
    #[derive(Deserialize)]
    struct Snapshot {
        state: State,
    }
    check_version(text)?;
    Ok(serde_json::from_str::<Snapshot>(text)?.state)
}

fn check_version(text: &str) -> Result<(), FormatError> {
    let version = text
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split([',', '}']).next())
        .and_then(|digits| digits.parse::<u32>().ok());
    match version {
        Some(1..=VERSION) => Ok(()),
        Some(found) if found > VERSION => Err(FormatError::Newer { found }),
        _ => Err(FormatError::Unversioned),
    }
}

/// The next hash of the chain: SHA-256 of the previous hash, a zero byte and the text, in hex.
pub fn chain(previous: &str, text: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    hasher.update([0]);
    hasher.update(text.as_bytes());
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let mut out = String::with_capacity(64);
    for byte in hasher.finalize() {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

/// Maps with structured keys as lists of pairs.
pub(crate) mod pairs {
    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    pub(crate) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.iter())
    }

    pub(crate) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: DeserializeOwned + Ord,
        V: DeserializeOwned,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}

#[cfg(test)]
mod tests;
