//! Secrets Manager.

mod secret;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Secret" => &secret::Secret,
        _ => return None,
    })
}
