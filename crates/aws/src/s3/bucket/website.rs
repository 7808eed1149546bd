//! Buckets as web sites: CloudFormation names documents where S3 has structures.

use crate::shape::{Misfit, Object, put, shape, words};
use aws_sdk_s3::operation::get_bucket_website::GetBucketWebsiteOutput;
use aws_sdk_s3::types::{
    Condition, ErrorDocument, IndexDocument, Protocol, Redirect, RedirectAllRequestsTo,
    RoutingRule, WebsiteConfiguration,
};
use serde_json::{Map, Value as Json};

words!(Protocol);
shape!(Condition {
    http_error_code_returned_equals,
    key_prefix_equals
});
shape!(Redirect {
    host_name,
    http_redirect_code,
    protocol,
    replace_key_prefix_with,
    replace_key_with,
});
shape!(RedirectAllRequestsTo {
    host_name,
    protocol
});
shape!(RoutingRule { condition = "RoutingRuleCondition", redirect = "RedirectRule" });

pub(super) fn shown(website: &GetBucketWebsiteOutput) -> Json {
    let mut map = Map::new();
    let index = website
        .index_document()
        .map(|document| document.suffix.clone());
    let error = website
        .error_document()
        .map(|document| document.key.clone());
    put(&mut map, "IndexDocument", &index);
    put(&mut map, "ErrorDocument", &error);
    put(
        &mut map,
        "RedirectAllRequestsTo",
        &website.redirect_all_requests_to,
    );
    put(&mut map, "RoutingRules", &website.routing_rules);
    Json::Object(map)
}

pub(super) fn taken(wanted: &Object<'_>) -> Result<Option<WebsiteConfiguration>, Misfit> {
    let Some(website) = wanted.object("WebsiteConfiguration")? else {
        return Ok(None);
    };
    let bad =
        |error: aws_smithy_types::error::operation::BuildError| Misfit::new(error.to_string());
    let index = website.get::<String>("IndexDocument")?;
    let index = index.map(|suffix| IndexDocument::builder().suffix(suffix).build());
    let error = website.get::<String>("ErrorDocument")?;
    let error = error.map(|key| ErrorDocument::builder().key(key).build());
    let builder = WebsiteConfiguration::builder()
        .set_index_document(index.transpose().map_err(bad)?)
        .set_error_document(error.transpose().map_err(bad)?)
        .set_redirect_all_requests_to(website.get("RedirectAllRequestsTo")?)
        .set_routing_rules(website.get("RoutingRules")?);
    website.finish()?;
    Ok(Some(builder.build()))
}
