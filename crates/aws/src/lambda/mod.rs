//! Lambda.

mod alias;
mod event_invoke_config;
mod event_source_mapping;
mod function;
mod layer_version;
mod layer_version_permission;
mod permission;
mod provisioned;
mod statement;
mod url;
mod version;

use crate::resource::Resource;
use crate::shape::shape;
use aws_sdk_lambda::types::{DestinationConfig, OnFailure, OnSuccess};

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Alias" => &alias::Alias,
        "EventInvokeConfig" => &event_invoke_config::EventInvokeConfig,
        "EventSourceMapping" => &event_source_mapping::EventSourceMapping,
        "Function" => &function::Function,
        "LayerVersion" => &layer_version::LayerVersion,
        "LayerVersionPermission" => &layer_version_permission::LayerVersionPermission,
        "Permission" => &permission::Permission,
        "Url" => &url::Url,
        "Version" => &version::Version,
        _ => return None,
    })
}

shape!(DestinationConfig {
    on_success,
    on_failure
});
shape!(OnFailure { destination });
shape!(OnSuccess { destination });

/// A function as it is named, and the version or alias of it: `f:live`, or an ARN that ends so.
fn qualified(function: &str) -> (&str, Option<&str>) {
    let unqualified = match function.starts_with("arn:") {
        true => 6,
        false => 0,
    };
    match function.match_indices(':').nth(unqualified) {
        Some((at, _)) => {
            let (base, qualifier) = function.split_at(at);
            (base, qualifier.strip_prefix(':'))
        }
        None => (function, None),
    }
}

/// The name in a function's ARN that has no version or alias.
fn name_of(arn: &str) -> &str {
    match qualified(arn) {
        (base, None) => base.rsplit(':').next().unwrap_or(base),
        (_, Some(_)) => arn,
    }
}

#[cfg(test)]
mod tests {
    use super::{name_of, qualified};

    const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:f";

    #[test]
    fn a_function_is_split_from_its_version() {
        assert_eq!(qualified("f"), ("f", None));
        assert_eq!(qualified("f:live"), ("f", Some("live")));
        assert_eq!(qualified(ARN), (ARN, None));
        assert_eq!(qualified(&format!("{ARN}:3")), (ARN, Some("3")));
    }

    #[test]
    fn an_arn_without_a_version_is_said_by_its_name() {
        assert_eq!(name_of(ARN), "f");
        assert_eq!(name_of(&format!("{ARN}:live")), format!("{ARN}:live"));
    }
}
