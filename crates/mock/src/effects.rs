//! The log of what really took effect: the oracle of tests.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// One thing that took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Its number, from 1, without gaps.
    pub sequence: u64,
    /// The virtual time, milliseconds.
    pub at: u64,
    /// What happened.
    pub verb: Verb,
    /// To an object of which type.
    pub type_name: Arc<str>,
    /// In which region.
    pub region: Arc<str>,
    /// The slice, if the call was about one.
    pub slice: Option<Arc<str>>,
    /// The address the call was made for, as text; none for what happened outside.
    pub address: Option<Arc<str>>,
    /// The generation the call was made for.
    pub generation: u32,
    /// The primary identifier.
    pub id: Arc<str>,
    /// The client token of the call.
    pub token: Option<Arc<str>>,
    /// SHA-256 in hex of what the call sent, without write-only properties.
    pub digest: Arc<str>,
}

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// A call made it.
    Create,
    /// A create took over an object that was there, as some of AWS's calls do.
    Overwrite,
    /// A call changed it in place, or wrote a slice of it.
    Update,
    /// A call deleted it, or took a slice out.
    Delete,
    /// It went because what it lives in went.
    Cascade,
    /// Somebody else made it.
    OutsidePut,
    /// Somebody else changed it or its content.
    OutsideChange,
    /// Somebody else removed it.
    OutsideRemove,
}

impl Verb {
    const ALL: [(Verb, &'static str); 8] = [
        (Verb::Create, "create"),
        (Verb::Overwrite, "overwrite"),
        (Verb::Update, "update"),
        (Verb::Delete, "delete"),
        (Verb::Cascade, "cascade"),
        (Verb::OutsidePut, "outside-put"),
        (Verb::OutsideChange, "outside-change"),
        (Verb::OutsideRemove, "outside-remove"),
    ];

    /// The word in the log.
    pub fn as_str(self) -> &'static str {
        Verb::ALL
            .iter()
            .find(|(verb, _)| *verb == self)
            .map_or("", |(_, word)| word)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Verb {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Verb::ALL
            .iter()
            .find(|(_, word)| *word == text)
            .map(|(verb, _)| *verb)
            .ok_or(())
    }
}
