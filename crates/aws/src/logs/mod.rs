//! CloudWatch Logs.

mod log_group;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "LogGroup" => &log_group::LogGroup,
        _ => return None,
    })
}
