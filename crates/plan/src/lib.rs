//! The planner: lowered resources, the state and what is live become a plan, which is data.
//!
//! In: [`Desired`] resources, the [`State`](formwork_state::State), what was observed. Out: a [`Plan`] that leaves
//! nothing to decide: names, tokens, generations and order are in it. Pure: reads no file, clock or environment.

mod change;
mod plan;

pub use change::{Action, After, Change, FieldChange, Reason};
pub use plan::{Digested, Goal, Header, Operation, Plan, PlannedOutput, Recovery, Step, Verb};
