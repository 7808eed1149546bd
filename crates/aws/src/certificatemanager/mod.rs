//! ACM: certificates.

mod certificate;
mod proof;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Certificate" => &certificate::Certificate,
        _ => return None,
    })
}
