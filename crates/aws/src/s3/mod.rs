//! S3.

mod bucket;
mod bucket_policy;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Bucket" => &bucket::Bucket,
        "BucketPolicy" => &bucket_policy::BucketPolicy,
        _ => return None,
    })
}
