//! Rules on how long objects are kept: CloudFormation spreads out what S3 nests.

use crate::shape::{Misfit, Object, fill, put, show};
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleAndOperator, LifecycleRuleFilter, Tag,
};
use serde_json::{Map, Value as Json, json};

/// The configuration that is wanted.
pub(super) fn taken(wanted: &Object<'_>) -> Result<Option<BucketLifecycleConfiguration>, Misfit> {
    let Some(configuration) = wanted.object("LifecycleConfiguration")? else {
        return Ok(None);
    };
    let rules = configuration.json("Rules").and_then(Json::as_array);
    let rules: Result<Vec<_>, _> = rules.into_iter().flatten().map(rule).collect();
    configuration.finish()?;
    let built = BucketLifecycleConfiguration::builder()
        .set_rules(Some(rules?))
        .build();
    built
        .map(Some)
        .map_err(|error| Misfit::new(error.to_string()))
}

fn rule(json: &Json) -> Result<LifecycleRule, Misfit> {
    let object = Object::of(json)?;
    let status: String = object.get("Status")?.unwrap_or_default();
    let builder = fill!(LifecycleRule::builder(), object, {
        id,
        transitions,
        noncurrent_version_transitions,
        noncurrent_version_expiration,
        abort_incomplete_multipart_upload,
    });
    let date = object.get("ExpirationDate")?;
    let days = object.get("ExpirationInDays")?;
    let marker: Option<bool> = object.get("ExpiredObjectDeleteMarker")?;
    let expires = date.is_some() || days.is_some() || marker.is_some();
    let expiration = LifecycleExpiration::builder()
        .set_date(date)
        .set_days(days)
        .set_expired_object_delete_marker(marker)
        .build();
    let builder = builder
        .status(ExpirationStatus::from(status.as_str()))
        .filter(filter(&object)?)
        .set_expiration(expires.then_some(expiration));
    object.finish()?;
    builder
        .build()
        .map_err(|error| Misfit::new(error.to_string()))
}

/// Several conditions are joined by And: S3 API, LifecycleRuleFilter.
fn filter(object: &Object<'_>) -> Result<LifecycleRuleFilter, Misfit> {
    let prefix: Option<String> = object.get("Prefix")?;
    let tags: Vec<Tag> = object.get("TagFilters")?.unwrap_or_default();
    let more: Option<i64> = object.get("ObjectSizeGreaterThan")?;
    let less: Option<i64> = object.get("ObjectSizeLessThan")?;
    let conditions = usize::from(prefix.is_some())
        + usize::from(more.is_some())
        + usize::from(less.is_some())
        + tags.len();
    let builder = LifecycleRuleFilter::builder();
    Ok(match conditions {
        0 => builder.prefix("").build(),
        1 => builder
            .set_prefix(prefix)
            .set_tag(tags.into_iter().next())
            .set_object_size_greater_than(more)
            .set_object_size_less_than(less)
            .build(),
        _ => {
            let all = LifecycleRuleAndOperator::builder()
                .set_prefix(prefix)
                .set_tags((!tags.is_empty()).then_some(tags))
                .set_object_size_greater_than(more)
                .set_object_size_less_than(less);
            builder.and(all.build()).build()
        }
    })
}

/// The rules as CloudFormation would show them.
pub(super) fn shown(rules: &[LifecycleRule]) -> Json {
    json!({ "Rules": rules.iter().map(shown_rule).collect::<Vec<_>>() })
}

fn shown_rule(rule: &LifecycleRule) -> Json {
    let mut map = Map::new();
    show!(map, *rule, {
        id,
        transitions,
        noncurrent_version_transitions,
        noncurrent_version_expiration,
        abort_incomplete_multipart_upload,
    });
    put(&mut map, "Status", &rule.status.as_str().to_owned());
    if let Some(expiration) = rule.expiration() {
        show!(map, *expiration, {
            date = "ExpirationDate",
            days = "ExpirationInDays",
            expired_object_delete_marker = "ExpiredObjectDeleteMarker",
        });
    }
    if let Some(filter) = rule.filter() {
        show!(map, *filter, { prefix, object_size_greater_than, object_size_less_than });
        let mut tags: Vec<Tag> = filter.tag().cloned().into_iter().collect();
        if let Some(all) = filter.and() {
            show!(map, *all, { prefix, object_size_greater_than, object_size_less_than });
            tags.extend_from_slice(all.tags());
        }
        if !tags.is_empty() {
            put(&mut map, "TagFilters", &tags);
        }
    }
    map.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
    Json::Object(map)
}
