//! What the planner is given: the resources, the state, what was seen of the cloud, and the wishes of the caller.

use crate::{Digested, PlannedOutput};
use formwork_schema::{Address, Catalog, Forget, Resource};
use formwork_state::{ObjectKey, State, Use};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All that a plan is made from. The same inputs in any order give the same plan.
#[derive(Clone)]
pub struct Inputs<'a> {
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
    /// What the declarations were lowered to. To destroy: of what the files still hold, for its policy.
    pub resources: &'a [Resource],
    /// What is taken out of the state and left in the account.
    pub forgets: &'a [Forget],
    /// The outputs, in the order written.
    pub outputs: &'a [PlannedOutput],
    /// What was done.
    pub state: &'a State,
    /// What is there.
    pub observed: &'a Observed,
    /// What resource types are.
    pub catalog: &'a dyn Catalog,
    /// What is wanted.
    pub mode: Mode,
    /// What the header says besides.
    pub extras: Extras,
    /// Which resources.
    pub filters: Filters,
}

/// Whether the stack is made or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// What is live becomes what is written.
    Apply,
    /// Everything of the stack is deleted.
    Destroy,
}

/// What a header says that the planner does not derive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// The version of the tool.
    pub tool: Arc<str>,
    /// When the plan is made, seconds since 1970.
    pub made: u64,
    /// Until when it may be applied, seconds since 1970.
    pub expires: u64,
    /// Digests of the source files, in the order of their source ids.
    pub sources: Vec<Digested>,
    /// Digests of the code folders.
    pub artifacts: Vec<Digested>,
    /// What was read of other stacks.
    pub uses: Vec<Use>,
    /// The role that is taken on, if the environment names one.
    pub role: Option<Arc<str>>,
}

/// Which resources are planned. An address without a part stands for all parts of its declaration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// If not empty, only these and what they need.
    pub only: Vec<Address>,
    /// Not these.
    pub except: Vec<Address>,
    /// Replaced although nothing asks for it.
    pub replace: Vec<Address>,
}

/// What was read of the cloud before planning.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// The objects of the state; one that is missing here was not read.
    pub objects: BTreeMap<ObjectKey, Sight>,
    /// What was found of the resources that are looked up or taken over, oldest first.
    pub found: BTreeMap<Address, Vec<Live>>,
    /// What the lookups of the open intents found; every open intent needs one.
    pub intents: BTreeMap<formwork_state::Operation, Finding>,
}

/// What a read of an object gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Sight {
    /// It is there.
    Live(Live),
    /// It is certainly not there. Never from a denied, failed or timed-out read, nor within the type's window of
    /// consistency after its creation.
    Absent,
    /// It was not read: the state is trusted.
    NotRead,
}

/// What the lookup of an open intent found.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// What may be its object, oldest first. For an intent with an id: that object. For a create without one: what
    /// bears the chosen name, or our tags of this address and generation.
    Found(Vec<Live>),
    /// The object of a create, whose creation failed after its id was given: it is there and of no use.
    Broken {
        /// The object.
        live: Live,
        /// Why, for people.
        reason: String,
    },
    /// Certainly nothing.
    Absent,
}

impl Finding {
    /// The objects found, oldest first.
    pub(crate) fn found(&self) -> &[Live] {
        match self {
            Finding::Found(found) => found,
            Finding::Broken { live, .. } => std::slice::from_ref(live),
            Finding::Absent => &[],
        }
    }
}

/// An object as the cloud shows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Live {
    /// Its primary identifier.
    pub id: Arc<str>,
    /// Its readable properties, in the cloud's form.
    pub properties: Map<String, Json>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it is still being created, changed or deleted.
    pub pending: bool,
    /// How many items of data it holds, where its type holds data and that is known.
    pub contents: Option<u64>,
    /// Its version as the cloud counts it.
    pub stamp: Option<Arc<str>>,
}
