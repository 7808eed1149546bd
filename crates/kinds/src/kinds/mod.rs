//! The kinds, a file each. A new kind is a file here and a line in [`KINDS`].

mod alarm;
mod http_api;
mod log_group;
mod parameter;
mod topic;

use crate::registry::Kind;

/// All kinds, sorted by name.
pub(crate) const KINDS: &[(&str, &dyn Kind)] = &[
    ("alarm", &alarm::Alarm),
    ("http_api", &http_api::HttpApi),
    ("log_group", &log_group::LogGroup),
    ("parameter", &parameter::Parameter),
    ("topic", &topic::Topic),
];
