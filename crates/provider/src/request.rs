//! The calls of a provider and what comes back.

use formwork_schema::Address;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The tag that names the stack.
pub const TAG_STACK: &str = "formwork:stack";
/// The tag that names the environment.
pub const TAG_ENV: &str = "formwork:env";
/// The tag that holds the address.
pub const TAG_ADDRESS: &str = "formwork:address";
/// The tag that holds the generation.
pub const TAG_GENERATION: &str = "formwork:generation";

/// The object a call is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its address.
    pub address: Address,
    /// The generation of the object at this address, from 0.
    pub generation: u32,
    /// Its CloudFormation type.
    pub type_name: Arc<str>,
    /// The slice of the type, if it is a part.
    pub slice: Option<Arc<str>>,
    /// Its region by its AWS name.
    pub region: Arc<str>,
    /// Its primary identifier (parts joined by `|`), once it is known. For a slice: the parent's.
    pub id: Option<Arc<str>>,
    /// The physical name chosen for it, if its type has one.
    pub name: Option<Arc<str>>,
}

/// The tags by which an object is known as ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerTags {
    /// The stack.
    pub stack: Arc<str>,
    /// The environment.
    pub env: Arc<str>,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Reads the object by its id or, without one, by its name. Reply: `Found` or `Absent`.
    Read(Target),
    /// Lists the objects that carry our tags (or our marker) for this address and generation, oldest first; without
    /// tags, those of the given parent and name. Reply: `Candidates`.
    Find {
        /// What is looked for; its `id` is not known.
        target: Target,
        /// Our tags.
        owner: OwnerTags,
        /// The properties of the create that is looked for (parents and unique keys among them).
        properties: Map<String, Json>,
    },
    /// Lists the objects of a type and region, whoever's they are, that have all of these properties and tags, oldest
    /// first. Reply: `Candidates`.
    Search {
        /// What is looked for; its `id` and `name` are not known.
        target: Target,
        /// The properties it has, by name; one that is `false` may be absent.
        properties: Map<String, Json>,
        /// The tags it carries.
        tags: BTreeMap<String, String>,
    },
    /// Creates the object. Reply: `Done`, or `Pending` when it takes time.
    Create {
        /// What is created; its `id` is not known, except a slice's parent's.
        target: Target,
        /// All properties, with the name and the tags in their property.
        properties: Map<String, Json>,
        /// Client token: repeating the call with it makes no second object.
        token: Arc<str>,
        /// Our tags; also within `properties` where the type carries tags.
        owner: OwnerTags,
    },
    /// Changes the object in place. Reply: `Done`, or `Pending`.
    Update {
        /// What is changed.
        target: Target,
        /// The properties that change, whole.
        changed: Map<String, Json>,
        /// Properties that are taken out (no value to reset them to).
        removed: Vec<Arc<str>>,
        /// All properties as they should be afterwards (for APIs that take the whole).
        properties: Map<String, Json>,
        /// Client token of this update.
        token: Arc<str>,
    },
    /// Deletes the object. Reply: `Deleted` (also when it was not there), or `Pending`.
    Delete {
        /// What is deleted.
        target: Target,
        /// Empties it first.
        force: bool,
    },
    /// Asks whether an earlier `Pending` has ended. Reply: `Done`, `Pending`, `Deleted` or `Absent`.
    Poll {
        /// The object.
        target: Target,
        /// Whether a delete is awaited.
        deleting: bool,
    },
}

impl Request {
    /// The object the call is about.
    pub fn target(&self) -> &Target {
        match self {
            Request::Read(target)
            | Request::Find { target, .. }
            | Request::Search { target, .. }
            | Request::Create { target, .. }
            | Request::Update { target, .. }
            | Request::Delete { target, .. }
            | Request::Poll { target, .. } => target,
        }
    }

    /// Whether the call changes the cloud.
    pub fn mutates(&self) -> bool {
        matches!(
            self,
            Request::Create { .. } | Request::Update { .. } | Request::Delete { .. }
        )
    }
}

/// An object as the cloud shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Live {
    /// Its primary identifier.
    pub id: Arc<str>,
    /// Its readable properties, in the cloud's form: defaults filled in, sets in any order, JSON re-serialised.
    pub properties: Map<String, Json>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it is still being created, changed or deleted.
    pub pending: bool,
    /// How many items of data it holds (the objects of a bucket, the messages of a queue), for types that hold data.
    /// `Some(0)` only if it is certainly empty; `None` if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contents: Option<u64>,
    /// A version, revision or entity tag that is another after every change of the object, and that lists show too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Arc<str>>,
}

/// Which objects are listed: those of a type in a region, page by page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listing {
    /// The CloudFormation type.
    pub type_name: Arc<str>,
    /// The region by its AWS name.
    pub region: Arc<str>,
    /// The value of the type's parent property, for types whose objects are listed by what they lie in.
    pub within: Option<Arc<str>>,
    /// Where to go on: [`Page::next`] of the page before.
    pub page: Option<Arc<str>>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// What is on it, ours and others'.
    pub objects: Vec<Listed>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Arc<str>>,
}

/// An object as a list shows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listed {
    /// Its primary identifier.
    pub id: Arc<str>,
    /// The few properties that the list shows, in the form in which a read shows them.
    pub properties: Map<String, Json>,
    /// Its version, revision or entity tag; see [`Live::stamp`].
    pub stamp: Option<Arc<str>>,
    /// Whether it is still being created, changed or deleted.
    pub pending: bool,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The object is there.
    Found(Live),
    /// The object is certainly not there.
    Absent,
    /// The objects that match, oldest first.
    Candidates(Vec<Live>),
    /// The work is done; the object as it is now.
    Done(Live),
    /// The cloud works on it: the id is known; ask again.
    Pending {
        /// The primary identifier.
        id: Arc<str>,
        /// Milliseconds until it is worth asking.
        poll_after: u64,
        /// What it waits for, for people: `creating`.
        waiting: String,
    },
    /// The object is gone.
    Deleted,
}
