//! Application Auto Scaling: what scales services, tables and functions.

mod policies;
mod scalable_target;
mod scaling_policy;

use crate::resource::Resource;
use crate::shape::words;
use aws_sdk_applicationautoscaling::types::{ScalableDimension, ServiceNamespace};

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "ScalableTarget" => &scalable_target::ScalableTarget,
        "ScalingPolicy" => &scaling_policy::ScalingPolicy,
        _ => return None,
    })
}

words!(ScalableDimension, ServiceNamespace);
