//! IAM.

mod instance_profile;
mod managed_policy;
mod role;
mod role_policy;

use crate::resource::Resource;
use percent_encoding::percent_decode_str;
use serde_json::Value as Json;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "InstanceProfile" => &instance_profile::InstanceProfile,
        "ManagedPolicy" => &managed_policy::ManagedPolicy,
        "Role" => &role::Role,
        "RolePolicy" => &role_policy::RolePolicy,
        _ => return None,
    })
}

/// A policy as IAM shows it: percent-encoded JSON (IAM API, "RFC 3986 encoded").
fn document(text: &str) -> Option<Json> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    serde_json::from_str(&text).ok()
}

/// Makes the list of an SDK's tags.
macro_rules! tag_list {
    ($tags:expr) => {{
        let made = $tags.into_iter().map(|(key, value)| {
            let tag = aws_sdk_iam::types::Tag::builder()
                .key(key)
                .value(value)
                .build();
            tag.map_err(|error| $crate::shape::Misfit::new(error.to_string()))
        });
        made.collect::<Result<Vec<_>, _>>()?
    }};
}
use tag_list;
