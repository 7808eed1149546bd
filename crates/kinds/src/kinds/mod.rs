//! The kinds, a file each. A new kind is a file here and a line in [`KINDS`].

mod function;
mod layer;
mod log_group;
mod role;
mod schedule;

use crate::registry::Kind;

/// All kinds, sorted by name.
pub(crate) const KINDS: &[(&str, &dyn Kind)] = &[
    ("function", &function::Function),
    ("layer", &layer::Layer),
    ("log_group", &log_group::LogGroup),
    ("role", &role::Role),
    ("schedule", &schedule::Schedule),
];
