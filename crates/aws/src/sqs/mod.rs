//! SQS.

mod queue;
mod queue_policy;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Queue" => &queue::Queue,
        "QueuePolicy" => &queue_policy::QueuePolicy,
        _ => return None,
    })
}
