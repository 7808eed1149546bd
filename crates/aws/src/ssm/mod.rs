//! Systems Manager.

mod parameter;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Parameter" => &parameter::Parameter,
        _ => return None,
    })
}
