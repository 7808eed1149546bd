//! An object of the simulated cloud: a head that is indexed, a body that is parsed when it is read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The number of an object, in the order of creation.
pub(crate) type Number = u64;

/// An object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    /// Its number: older objects have lower ones.
    pub(crate) number: Number,
    /// Its CloudFormation type.
    pub(crate) type_name: Arc<str>,
    /// Its region.
    pub(crate) region: Arc<str>,
    /// What is indexed.
    pub(crate) head: Head,
    /// Its properties as JSON text, what AWS made included, write-only ones left out.
    pub(crate) body: String,
}

/// The part of an object that is known without parsing its properties.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The primary identifier.
    pub(crate) id: Arc<str>,
    /// The physical name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Arc<str>>,
    /// What the name is unique within: a parent, or nothing more than the place.
    #[serde(default, skip_serializing_if = "str_is_empty")]
    pub(crate) scope: Arc<str>,
    /// Known in every region: types whose names are unique in the account or the world.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) everywhere: bool,
    /// Property and value of what others can refer to it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) handles: Vec<(Arc<str>, Arc<str>)>,
    /// Whose it is, by its tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<Owner>,
    /// The client token of its create, and the digest of what was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<(Arc<str>, Arc<str>)>,
    /// Objects that cannot be deleted while this one refers to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) holds: Vec<Number>,
    /// Objects that were there when it began to refer to them, because AWS looks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) refers: Vec<Number>,
    /// The object it lives in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<Number>,
    /// When it was created.
    pub(crate) born: u64,
    /// What is being done to it.
    #[serde(default, skip_serializing_if = "Phase::is_ready")]
    pub(crate) phase: Phase,
    /// How many items of data it holds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) content: u64,
    /// The version of the value it keeps, if it is a secret that has one. The value itself is nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<Arc<str>>,
    /// It belongs to another account.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) elsewhere: bool,
    /// Entries of merge properties that somebody else put there, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) foreign: BTreeMap<String, Json>,
}

/// What a type's `formwork:` tags say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    /// The stack.
    pub(crate) stack: Arc<str>,
    /// The environment.
    pub(crate) env: Arc<str>,
    /// The address, as text.
    pub(crate) address: Arc<str>,
    /// The generation, as text.
    pub(crate) generation: Arc<str>,
}

/// What is being done to an object, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Nothing.
    #[default]
    Ready,
    /// It is being created.
    Creating {
        /// The virtual time at which that ends.
        until: u64,
        /// Why it ends in failure, if it does.
        failure: Option<String>,
    },
    /// It is being changed.
    Updating {
        /// The virtual time at which that ends.
        until: u64,
    },
    /// It is being deleted.
    Deleting {
        /// The virtual time at which that ends.
        until: u64,
    },
    /// Its creation failed, for this reason.
    Failed(String),
}

/// What an object's phase comes to at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It can be used.
    Ready,
    /// Something is still done to it: the milliseconds left and the word for it.
    Busy(u64, &'static str),
    /// It goes away: the milliseconds left.
    Leaving(u64),
    /// Its creation failed.
    Failed(String),
}

impl Phase {
    fn is_ready(&self) -> bool {
        *self == Phase::Ready
    }

    /// When what is being done ends.
    pub(crate) fn until(&self) -> Option<u64> {
        match self {
            Phase::Ready | Phase::Failed(_) => None,
            Phase::Creating { until, .. }
            | Phase::Updating { until }
            | Phase::Deleting { until } => Some(*until),
        }
    }

    /// What follows when it has ended; nothing follows a deletion.
    pub(crate) fn ended(self) -> Option<Phase> {
        match self {
            Phase::Creating {
                failure: Some(why), ..
            } => Some(Phase::Failed(why)),
            Phase::Deleting { .. } => None,
            Phase::Failed(why) => Some(Phase::Failed(why)),
            Phase::Ready | Phase::Creating { .. } | Phase::Updating { .. } => Some(Phase::Ready),
        }
    }
}

impl Object {
    /// Its standing at `now`.
    pub(crate) fn standing(&self, now: u64) -> Standing {
        match &self.head.phase {
            Phase::Creating { until, .. } if *until > now => {
                Standing::Busy(until - now, "creating")
            }
            Phase::Creating {
                failure: Some(why), ..
            } => Standing::Failed(why.clone()),
            Phase::Failed(why) => Standing::Failed(why.clone()),
            Phase::Updating { until } if *until > now => Standing::Busy(until - now, "updating"),
            Phase::Deleting { until } => Standing::Leaving(until.saturating_sub(now)),
            _ => Standing::Ready,
        }
    }

    /// Its properties.
    pub(crate) fn properties(&self) -> Result<Map<String, Json>, serde_json::Error> {
        serde_json::from_str(&self.body)
    }

    /// The region in which it is looked up.
    pub(crate) fn place(&self) -> &str {
        if self.head.everywhere {
            ""
        } else {
            &self.region
        }
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}

fn str_is_empty(value: &Arc<str>) -> bool {
    value.is_empty()
}
