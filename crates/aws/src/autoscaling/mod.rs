//! EC2 Auto Scaling: groups of machines.

mod auto_scaling_group;
mod machines;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "AutoScalingGroup" => &auto_scaling_group::AutoScalingGroup,
        _ => return None,
    })
}
