//! EventBridge Scheduler.

mod schedule;
mod schedule_group;
mod target;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Schedule" => &schedule::Schedule,
        "ScheduleGroup" => &schedule_group::ScheduleGroup,
        _ => return None,
    })
}
