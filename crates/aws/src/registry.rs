//! Which file makes which type: the second part of a type's name is its service's module.

use crate::resource::Resource;
use crate::{cloudcontrol, iam, lambda, logs, sqs};

/// What makes objects of a type: its own file, or Cloud Control.
pub(crate) fn resource(type_name: &str) -> &'static dyn Resource {
    native(type_name).unwrap_or(&cloudcontrol::Any)
}

/// The types with a file of their own, by service and name.
fn native(type_name: &str) -> Option<&'static dyn Resource> {
    let (service, name) = type_name.strip_prefix("AWS::")?.split_once("::")?;
    match service {
        "IAM" => iam::resource(name),
        "Lambda" => lambda::resource(name),
        "Logs" => logs::resource(name),
        "SQS" => sqs::resource(name),
        _ => None,
    }
}
