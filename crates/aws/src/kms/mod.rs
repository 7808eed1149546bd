//! KMS.

mod alias;
mod key;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Alias" => &alias::Alias,
        "Key" => &key::Key,
        _ => return None,
    })
}
