//! ECR: registries of images.

mod pull_through_cache_rule;
mod repository;

use crate::resource::Resource;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "PullThroughCacheRule" => &pull_through_cache_rule::PullThroughCacheRule,
        "Repository" => &repository::Repository,
        _ => return None,
    })
}
