//! The versioned form of records and snapshots on disk, and the chain of hashes.

use crate::{Record, State};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version written; older ones are read, newer ones refused.
const VERSION: u32 = 1;

/// A record or snapshot that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Not JSON of the expected form.
    #[error("not a state record: {0}")]
    Syntax(#[from] serde_json::Error),
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

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u32,
    #[serde(flatten)]
    body: T,
}

/// Encodes a record as one line of JSON.
///
/// # Errors
/// A value that has no JSON form (a non-finite number).
pub fn encode_record(record: &Record) -> Result<String, FormatError> {
    Ok(serde_json::to_string(&Versioned {
        v: VERSION,
        body: record,
    })?)
}

/// Decodes a line.
///
/// # Errors
/// Not a record, or of a newer version.
pub fn decode_record(text: &str) -> Result<Record, FormatError> {
    check_version(text)?;
    Ok(serde_json::from_str::<Versioned<Record>>(text)?.body)
}

/// Encodes a snapshot.
///
/// # Errors
/// A value that has no JSON form.
pub fn encode_snapshot(state: &State) -> Result<String, FormatError> {
    Ok(format!(
        "{{\"v\":{VERSION},\"state\":{}}}",
        serde_json::to_string(state)?
    ))
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
    // Both forms begin with the version, so that a newer one is told apart before anything else is read.
    let version = text
        .strip_prefix("{\"v\":")
        .and_then(|rest| rest.split([',', '}']).next());
    match version.and_then(|digits| digits.parse::<u32>().ok()) {
        Some(found) if found > VERSION => Err(FormatError::Newer { found }),
        _ => Ok(()),
    }
}

/// The next hash of the chain: SHA-256 of the previous hash and the text, in hex.
pub fn chain(previous: &str, text: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    hasher.update([0]);
    hasher.update(text.as_bytes());
    let mut out = String::with_capacity(64);
    for byte in hasher.finalize() {
        out.push_str(&format!("{byte:02x}"));
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
