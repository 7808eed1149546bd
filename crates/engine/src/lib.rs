//! The engine: applies a plan, so that nothing is lost whenever it is cut short.
//!
//! In: a [`Plan`](formwork_plan::Plan), the [`State`](formwork_state::State) it was made from, a store and a provider.
//! Out: a [`Report`]. In its middle stands [`Machine`], a pure state machine: events in, effects out, no clock and no
//! randomness. [`apply`] drives it against the real world, [`Simulator`] in virtual time with a crash wherever a test
//! wants one. [`observe`] looks at the cloud before planning.

mod call;
mod effect;
mod ledger;
mod lists;

mod graph;
mod rates;
mod retry;

mod owner;
mod resolve;
mod run;

mod machine;
mod progress;
mod report;

mod driver;
mod flight;
mod simulate;
mod writer;

mod refresh;
mod search;

pub use call::{Call, Look};
pub use driver::{Applied, apply};
pub use effect::{Effect, Event};
pub use graph::OrderError;
pub use ledger::DurableIntent;
pub use machine::{Job, JobError, Machine, Options, Pacing};
pub use progress::{Phase, Progress, Waiting, event_json};
pub use refresh::{Refresh, RefreshError, observe, observe_also};
pub use report::{Cause, Drifted, Interrupted, OpFailure, Report, Skipped, Stop};
pub use search::look_up;
pub use simulate::{Ending, Simulated, Simulator};
