//! The simulated cloud: in go the requests of the engine, out come the replies AWS would give, and a log of what
//! really took effect.
//!
//! [`Cloud`] is the synchronous core with its own file, [`MockProvider`] makes a provider of it. It is generic over the
//! catalog: what a type takes, makes, refuses and shows is data.

mod error;
mod settings;

mod clock;
mod rates;

mod effects;
mod object;
mod world;

mod file;

mod failures;
mod paths;

mod check;
mod identity;
mod make;
mod pattern;
mod references;
mod rules;

mod card;
mod cloud;
mod create;
mod delete;
mod list;
mod merge;
mod parts;
mod read;
mod secrets;
mod update;

mod policy;
mod view;

mod account;
mod faults;

mod provider;
mod timers;

pub use account::Summary;
pub use cloud::{Cloud, Delivery};
pub use effects::{Effect, Verb};
pub use error::CloudError;
pub use faults::{Fault, Faults};
pub use provider::MockProvider;
pub use settings::{Lag, ReadForm, Settings, Throttling};
