//! The planner: lowered resources, the state and what is live become a plan, which is data.
//!
//! In: [`Inputs`]: wanted resources, the [`State`](formwork_state::State), what was observed. Out: a [`Plan`] that
//! leaves nothing to decide: names, tokens, generations and order are in it. Pure: reads no file, clock or
//! environment.

mod advice;
mod change;
mod check;
mod claims;
mod compare;
mod decide;
mod deps;
mod differences;
mod edges;
mod errors;
mod estimate;
mod existing;
mod fields;
mod filter;
mod format;
mod goal;
mod inputs;
mod item;
mod known;
mod names;
mod naming;
mod operations;
mod order;
mod paths;
mod plan;
mod planner;
mod policy;
mod prepare;
mod recover;
mod renames;
mod repairs;
mod replace;
mod resume;
mod tags;
mod view;
mod wanted;

pub use advice::advice;
pub use change::{Action, After, Change, FieldChange, Reason};
pub use check::check_plan;
pub use compare::same_value;
pub use estimate::{Bound, Estimate, estimate};
pub use format::{PlanFormatError, Stale, decode, digest, encode, verify};
pub use inputs::{Extras, Filters, Finding, Inputs, Live, Mode, Observed, Sight};
pub use plan::{
    Data, Digested, Goal, Header, InputChange, Operation, Plan, PlannedOutput, Recovery, Step, Verb,
};
pub use planner::{mutations, plan, unread};
pub use resume::{Resume, ResumeError, resume};
pub use view::{Summary, counted, summary, to_json};
