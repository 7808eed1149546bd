//! The records of the journal: an intent before every mutating call, an outcome after it.

use crate::{Object, ObjectKey};
use formwork_schema::Address;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names an operation: the run (the serial at which its apply began) and its number within the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Operation {
    /// The serial of the state when the run began.
    pub run: u64,
    /// The number of the operation in its plan.
    pub number: u32,
}

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// An apply begins.
    Began {
        /// The serial before it.
        run: u64,
        /// The digest of the plan: a saved plan is applied once.
        plan: Arc<str>,
        /// The tool's version.
        tool: Arc<str>,
        /// The objects whose data it may lose: whoever applied the plan has allowed that.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        losses: Vec<ObjectKey>,
        /// What was read of other stacks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        uses: Vec<Use>,
    },
    /// A mutating call is about to be made.
    Intent(Box<Intent>),
    /// What a call, or a recovery, came to.
    Outcome {
        /// Whose intent.
        operation: Operation,
        /// What.
        outcome: Outcome,
    },
    /// Edges and policy of an object, changed without a call.
    Metadata {
        /// The object.
        address: Address,
        /// Its generation.
        generation: u32,
        /// What holds now.
        metadata: Metadata,
    },
    /// An object is no longer ours to manage (`retain`, `forget`); it stays in the account.
    Forgotten {
        /// The object.
        address: Address,
        /// Its generation.
        generation: u32,
    },
    /// An object that was there before becomes ours; what differs of it is changed afterwards.
    Adopted {
        /// Its address.
        address: Address,
        /// Its generation.
        generation: u32,
        /// What is known of it.
        object: Box<Object>,
    },
    /// Objects have other addresses from now on; what is there stays as it is.
    Renamed {
        /// From where to where, each address once.
        moves: Vec<Move>,
    },
    /// The outputs after an apply.
    Outputs {
        /// Values by name.
        values: BTreeMap<String, Json>,
    },
    /// An apply ended.
    Ended {
        /// The serial before it.
        run: u64,
        /// Whether every operation was done.
        complete: bool,
    },
}

/// What was read of another stack's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// The other stack.
    pub stack: Arc<str>,
    /// Its account, 12 digits.
    pub account: Arc<str>,
    /// Its folder or file beneath the root.
    pub path: Arc<str>,
    /// The serial of its state.
    pub serial: u64,
    /// The outputs that were read.
    pub outputs: BTreeMap<String, Json>,
}

/// An address that all objects of another one get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Where they were.
    pub from: Address,
    /// Where they are.
    pub to: Address,
}

/// What is about to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named by their verbs")]
pub enum IntentAction {
    Create,
    Update,
    Delete,
}

/// The whole of a call that is about to be made; secrets as references.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// Its operation.
    pub operation: Operation,
    /// What is done.
    pub action: IntentAction,
    /// To what.
    pub address: Address,
    /// Its generation.
    pub generation: u32,
    /// Its CloudFormation type.
    pub type_name: Arc<str>,
    /// The slice, if it is a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice: Option<Arc<str>>,
    /// Its region.
    pub region: Arc<str>,
    /// Its id: known for update and delete, and for a slice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Arc<str>>,
    /// Its physical name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// The client token.
    pub token: Arc<str>,
    /// Create: all properties. Update: the properties as they should be afterwards. Delete: none.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub properties: Map<String, Json>,
    /// Update: the names of the properties sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Arc<str>>,
    /// Update: the properties taken out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Arc<str>>,
    /// Edges and policy to hold afterwards.
    pub metadata: Metadata,
    /// What the tags of its object say it is, if that is not its address: the object was renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<ObjectKey>,
}

/// What is remembered of an object besides its properties.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Metadata {
    /// The objects that must outlive it: it is deleted before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Address>,
    /// Refuses replacement and deletion.
    #[serde(default, skip_serializing_if = "is_false")]
    pub protect: bool,
    /// Leaves the object in the account when it is taken out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub retain: bool,
    /// The object it is a slice of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Address>,
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// What a call, or its recovery, came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The object is there (created or adopted) and settled.
    Created {
        /// Its id.
        id: Arc<str>,
        /// What was read of it.
        attributes: Map<String, Json>,
        /// Its version as the cloud counts it, to tell by a list whether it was changed since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stamp: Option<Arc<str>>,
    },
    /// The id is known; the cloud still works on it. The intent stays open.
    Pending {
        /// Its id.
        id: Arc<str>,
    },
    /// The creation failed after its id was given: the object is there, of no use, and is to be replaced.
    Failed {
        /// Its id.
        id: Arc<str>,
        /// Why, for people.
        reason: String,
    },
    /// The object was changed and is settled.
    Updated {
        /// What was read of it.
        attributes: Map<String, Json>,
        /// Its version as the cloud counts it, to tell by a list whether it was changed since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stamp: Option<Arc<str>>,
    },
    /// The object is gone.
    Deleted,
    /// The call had no effect.
    NoEffect {
        /// Why, for people.
        reason: String,
    },
    /// An update was cut short: whether its properties took effect is not known; they are compared or sent again.
    Uncertain {
        /// Why, for people.
        reason: String,
    },
}
