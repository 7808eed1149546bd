//! What users write, lowered to AWS resources: each kind's fields, attributes, permissions, events and metrics, and
//! the pure function that turns its declaration into resources.
//!
//! In: a checked [`Stack`](formwork_schema::Stack), the catalog and the jailed files. Out: [`Lowered`], the resources
//! sorted by address, and diagnostics. Pure: reads no file (but through `Files`), clock or environment.
//! Read in the order of the modules below: the registry, the lowering, then a kind.

mod registry;

mod emit;
mod lowering;

mod access;
mod attributes;
mod cidr;
mod containers;
mod encryption;
mod foreign;
mod gateways;
mod groups;
mod images;
mod instances;
mod nodes;
mod patterns;
mod placement;
mod rules;
mod schedules;
mod specs;
mod statements;
mod triggers;
mod values;

mod allows;
mod errors;
mod existing;
mod loops;
mod openings;
mod overrides;
mod raw;
mod reference;
mod renames;
mod resources;
mod shown;
mod written;

mod cost;

mod kinds;

pub use allows::unused_allows;
pub use cost::{CostLine, Estimate, Look, Money, Thing, estimate};
pub use lowering::{Lowered, LoweredOutput, Mode, lower};
pub use reference::reference;
pub use registry::Kinds;
pub use shown::{shown, shown_node};
pub use written::Written;
