//! A planned change of one resource, with every reason and every field.

use formwork_diag::Span;
use formwork_schema::Address;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::Arc;

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `+`
    Create,
    /// `~` in place.
    Update,
    /// `-/+`: the old object is deleted before the new one is made.
    ReplaceDeleteFirst,
    /// `+/-`: the new object is made, its users moved, then the old one is deleted.
    ReplaceCreateFirst,
    /// `-`
    Delete,
    /// `<=`: something that is there was looked up; nothing of it is changed.
    Read,
    /// `⇐`: something that is there becomes the stack's; what differs is changed in place.
    Adopt,
    /// An interrupted operation is brought to its end; also shown when nothing else happens to the resource.
    Recover,
    /// `→`: it has another address; only its own tags change. Not counted.
    Rename,
    /// `⊘`: taken out of the state, left in the account (`retain`, `forget`).
    Forget,
    /// Edges or policy are recorded; no call. Not shown and not counted.
    Record,
    /// Nothing.
    Nothing,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No object of this address was ever made, or all were deleted by us.
    New,
    /// It was deleted outside.
    DeletedOutside,
    /// The authored value of a property changed.
    Changed(Arc<str>),
    /// The property was changed outside.
    Drifted(Arc<str>),
    /// The property is no longer authored and is reset.
    TakenOut(Arc<str>),
    /// The property cannot be changed on a living object.
    CannotChange(Arc<str>),
    /// It depends on a value of a resource that is replaced, and that property cannot be changed in place.
    Follows(Address),
    /// The caller asked for its replacement.
    Requested,
    /// It is no longer in the stack files.
    NotInFiles,
    /// It had this address before.
    Renamed(Address),
    /// A `forget` names it.
    Forgotten,
    /// An `adopt` names this object, by its id.
    Adopted(Arc<str>),
    /// It is there and not the stack's: the ids of what was found.
    Found(Vec<Arc<str>>),
    /// The stack is destroyed.
    Destroyed,
    /// An earlier apply was cut short here; what was found, for people.
    Interrupted(String),
    /// Its creation had failed at the cloud after its id was given.
    CreationFailed,
}

/// A property that changes, at the deepest path where before and after differ.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The path from the property name down: `Environment/Variables/THUMBS`, `Layers/0`.
    pub path: String,
    /// What is live (or was authored, for what cannot be read); `None`: not there.
    pub before: Option<Json>,
    /// What it becomes.
    pub after: After,
    /// Whether it is why the object is replaced.
    pub replaces: bool,
    /// Where the new value was written.
    pub span: Option<Span>,
}

/// The value of a property after apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// Known.
    Known(Json),
    /// Known after apply.
    Unknown,
    /// Not there.
    Absent,
}

/// What happens to one resource, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The resource.
    pub address: Address,
    /// Its CloudFormation type.
    pub type_name: Arc<str>,
    /// The slice, if it is a part.
    pub slice: Option<Arc<str>>,
    /// What happens.
    pub action: Action,
    /// Why, most important first.
    pub reasons: Vec<Reason>,
    /// The fields that change; for a create all authored ones, for a delete none.
    pub fields: Vec<FieldChange>,
    /// Whether data may be lost with it that nobody has allowed to lose yet: an object of a type that holds data is
    /// deleted, and was not seen empty.
    pub loses_data: bool,
    /// How many items of data the object that goes was seen to hold; `None` if that is not known, or nothing goes.
    pub contents: Option<u64>,
    /// Where its declaration's name stands.
    pub span: Option<Span>,
}
