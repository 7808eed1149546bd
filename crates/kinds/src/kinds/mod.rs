//! The kinds, a file each. A new kind is a file here and a line in [`KINDS`].

mod log_group;

use crate::registry::Kind;

/// All kinds, sorted by name.
pub(crate) const KINDS: &[(&str, &dyn Kind)] = &[("log_group", &log_group::LogGroup)];
