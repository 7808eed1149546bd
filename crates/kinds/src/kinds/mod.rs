//! The kinds, a file each. A new kind is a file here and a line in [`KINDS`].

mod alarm;
mod bucket;
mod function;
mod http_api;
mod layer;
mod log_group;
mod parameter;
mod queue;
mod role;
mod schedule;
mod table;
mod topic;

use crate::registry::Kind;

/// All kinds, sorted by name.
pub(crate) const KINDS: &[(&str, &dyn Kind)] = &[
    ("alarm", &alarm::Alarm),
    ("bucket", &bucket::Bucket),
    ("function", &function::Function),
    ("http_api", &http_api::HttpApi),
    ("layer", &layer::Layer),
    ("log_group", &log_group::LogGroup),
    ("parameter", &parameter::Parameter),
    ("queue", &queue::Queue),
    ("role", &role::Role),
    ("schedule", &schedule::Schedule),
    ("table", &table::Table),
    ("topic", &topic::Topic),
];
