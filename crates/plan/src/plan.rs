//! The plan: what will be done, in data that can be saved, shown, checked and applied once.

use crate::Change;
use formwork_diag::Span;
use formwork_schema::{Address, Node, Properties, ResolveError, Resolver};
use formwork_state::{Metadata, Move, Object, Outcome, Use};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// What the plan was made from and for. A saved plan is refused when any of it no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The stack.
    pub stack: Arc<str>,
    /// The environment.
    pub env: Arc<str>,
    /// `mock`, `aws`.
    pub provider: Arc<str>,
    /// The account, 12 digits.
    pub account: Arc<str>,
    /// The stack's region by its AWS name.
    pub region: Arc<str>,
    /// The role that is taken on, if the environment names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Arc<str>>,
    /// The serial of the state it was made from.
    pub serial: u64,
    /// The hash of the state's last record.
    pub head: Arc<str>,
    /// The version of the tool.
    pub tool: Arc<str>,
    /// When it was made, seconds since 1970 (given by the caller; 0 in tests).
    pub made: u64,
    /// Until when it may be applied, seconds since 1970.
    pub expires: u64,
    /// Digests of the source files, in the order of their source ids.
    pub sources: Vec<Digested>,
    /// Digests of the code folders.
    pub artifacts: Vec<Digested>,
    /// Whether it destroys the stack.
    pub destroy: bool,
    /// What was read of other stacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
    /// What the last apply read of other stacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_before: Vec<Use>,
}

/// An output of another stack that is not what the last apply was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputChange<'a> {
    /// The other stack.
    pub stack: &'a str,
    /// The output.
    pub output: &'a str,
    /// What it was.
    pub before: &'a Json,
    /// What it is.
    pub after: &'a Json,
}

impl Header {
    /// What other stacks give now and gave otherwise before, by stack and output.
    pub fn input_changes(&self) -> Vec<InputChange<'_>> {
        let mut found = Vec::new();
        for used in &self.uses {
            let before = self.used_before.iter();
            let Some(before) = before.into_iter().find(|old| old.stack == used.stack) else {
                continue;
            };
            for (output, after) in &used.outputs {
                match before.outputs.get(output) {
                    Some(before) if before != after => found.push(InputChange {
                        stack: &used.stack,
                        output,
                        before,
                        after,
                    }),
                    _ => {}
                }
            }
        }
        found
    }
}

/// A file or folder and the SHA-256 of its content, in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digested {
    /// Its name: for a source as displayed, for a folder root-relative.
    pub name: Arc<str>,
    /// The digest.
    pub digest: Arc<str>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// From what and for what.
    pub header: Header,
    /// Every resource to which anything happens, sorted by address.
    pub changes: Vec<Change>,
    /// Addresses that get other names before anything is done; a record, no call.
    pub renames: Vec<Move>,
    /// What is done, in an order in which each follows what it needs.
    pub operations: Vec<Operation>,
    /// The outputs, in the order written.
    pub outputs: Vec<PlannedOutput>,
    /// How many resources stay as they are.
    pub unchanged: usize,
}

/// One thing the engine does.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The index of its change in [`Plan::changes`].
    pub change: usize,
    /// The object it is done to.
    pub address: Address,
    /// The generation of the object.
    pub generation: u32,
    /// What is done.
    pub step: Step,
    /// Operations (by index) that must be done before it.
    pub needs: Vec<usize>,
    /// The rate bucket of its calls.
    pub family: Arc<str>,
    /// Milliseconds it is expected to take.
    pub expected: u32,
}

/// The steps an operation can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Makes the object.
    Create(Box<Goal>),
    /// Changes it in place.
    Update {
        /// How it should be afterwards.
        goal: Box<Goal>,
        /// Its id.
        id: Arc<str>,
        /// The top-level properties that are sent.
        changed: Vec<Arc<str>>,
        /// The top-level properties that are taken out.
        removed: Vec<Arc<str>>,
        /// What those properties were when the plan was made, as read: a difference just before the call stops it.
        /// `None` if the object was not read, or was still being made.
        expected: Option<Map<String, Json>>,
    },
    /// Deletes it.
    Delete {
        /// Its CloudFormation type.
        type_name: Arc<str>,
        /// The slice, if it is a part.
        slice: Option<Arc<str>>,
        /// Its region.
        region: Arc<str>,
        /// Its id.
        id: Arc<str>,
        /// Its physical name.
        name: Option<Arc<str>>,
        /// Empties it first.
        force: bool,
        /// What that means for the data it holds.
        data: Data,
    },
    /// Waits for an object whose creation was cut short after its id was known.
    Settle {
        /// Its CloudFormation type.
        type_name: Arc<str>,
        /// The slice, if it is a part.
        slice: Option<Arc<str>>,
        /// Its region.
        region: Arc<str>,
        /// Its id.
        id: Arc<str>,
        /// Its physical name.
        name: Option<Arc<str>>,
        /// The open intent.
        intent: formwork_state::Operation,
    },
    /// Records the outcome of an intent that was found open; no call.
    Recover(Recovery),
    /// Records edges and policy; no call.
    Record(Metadata),
    /// Takes the object out of the state; no call.
    Forget,
    /// Takes an object that is there into the state; no call.
    Adopt(Box<Object>),
}

/// What a deletion means for the data that an object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// Its type holds none, or it was lost already.
    None,
    /// It was empty when the plan was made: contents found just before the call stop it.
    Empty,
    /// What it may hold is lost; whoever applies the plan has allowed that.
    Lost,
}

/// The outcome of an open intent, found by reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovery {
    /// The open intent.
    pub intent: formwork_state::Operation,
    /// What it came to.
    pub outcome: Outcome,
}

/// The short name of a step, for events and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named by their verbs")]
pub enum Verb {
    Create,
    Update,
    Delete,
    Settle,
    Recover,
    Record,
    Forget,
    Adopt,
}

impl Step {
    /// Its short name.
    pub fn verb(&self) -> Verb {
        match self {
            Step::Create(_) => Verb::Create,
            Step::Update { .. } => Verb::Update,
            Step::Delete { .. } => Verb::Delete,
            Step::Settle { .. } => Verb::Settle,
            Step::Recover(_) => Verb::Recover,
            Step::Record(_) => Verb::Record,
            Step::Forget => Verb::Forget,
            Step::Adopt(_) => Verb::Adopt,
        }
    }
}

/// How an object should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Its CloudFormation type.
    pub type_name: Arc<str>,
    /// The slice, if it is a part.
    pub slice: Option<Arc<str>>,
    /// Its region.
    pub region: Arc<str>,
    /// The physical name, authored or allocated, if its type has one; also in `properties`.
    pub name: Option<Arc<str>>,
    /// The client token.
    pub token: Arc<str>,
    /// All properties: what was authored, the name, the tags (ours too) and the explicit resets. What is not known
    /// yet is resolved by the engine from the objects it needs.
    pub properties: Properties,
    /// The properties that are resets, not authored: they are sent, and not kept as authored. Paths: a reset may lie
    /// deep in an authored property.
    pub resets: Vec<Arc<str>>,
    /// Entries of merge properties (tags, notifications) that are not ours, as read: sent beside ours so that they
    /// stay, and not kept as authored. By property, in the property's own form.
    pub foreign: Map<String, Json>,
    /// For a slice of an object that is only looked up: that object's id.
    pub within: Option<Arc<str>>,
    /// Edges and policy to record.
    pub metadata: Metadata,
    /// Where its declaration's name stands, for errors without a property.
    pub span: Option<Span>,
}

impl Goal {
    /// All properties as JSON, once everything they need is known. Neither `foreign` entries nor absent values.
    ///
    /// # Errors
    /// Something is not known yet, or a member does not fit the value it got.
    pub fn resolve(&self, resolver: &dyn Resolver) -> Result<Map<String, Json>, ResolveError> {
        let mut out = Map::new();
        for (name, node) in &self.properties {
            out.insert(name.to_string(), node.to_json(resolver)?);
        }
        Ok(out)
    }

    /// What is kept as authored of resolved properties: all but the resets.
    pub fn authored(&self, properties: &Map<String, Json>) -> Map<String, Json> {
        let mut out = properties.clone();
        for path in &self.resets {
            let names: Vec<&str> = path.split('/').collect();
            take_out(&mut out, &names);
        }
        out
    }

    /// What is sent of resolved properties: ours and the foreign entries beside them.
    pub fn sent(&self, properties: &Map<String, Json>) -> Map<String, Json> {
        let mut out = properties.clone();
        for (name, foreign) in &self.foreign {
            match (out.get_mut(name), foreign) {
                (Some(Json::Object(ours)), Json::Object(theirs)) => {
                    for (key, value) in theirs {
                        ours.entry(key).or_insert_with(|| value.clone());
                    }
                }
                (Some(Json::Array(ours)), Json::Array(theirs)) => {
                    ours.extend(theirs.iter().cloned());
                }
                (Some(_), _) => {}
                (None, theirs) => {
                    out.insert(name.clone(), theirs.clone());
                }
            }
        }
        out
    }
}

fn take_out(map: &mut Map<String, Json>, names: &[&str]) {
    match names {
        [] => {}
        [last] => {
            map.remove(*last);
        }
        [first, rest @ ..] => {
            if let Some(Json::Object(below)) = map.get_mut(*first) {
                take_out(below, rest);
            }
        }
    }
}

/// An output.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedOutput {
    /// Its name.
    pub name: Arc<str>,
    /// Its value, perhaps not known yet.
    pub value: Node,
}
