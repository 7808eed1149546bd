//! CloudWatch.

mod alarm;
mod dashboard;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Alarm" => &alarm::Alarm,
        "Dashboard" => &dashboard::Dashboard,
        _ => return None,
    })
}
