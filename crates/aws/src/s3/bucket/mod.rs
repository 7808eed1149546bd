//! Buckets: nearly every property is a configuration with calls of its own.

mod contents;
mod lifecycle;
mod notifications;
mod parts;
mod shapes;
mod website;

use crate::clients::Clients;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, put};
use async_trait::async_trait;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration, Tag, Tagging};
use formwork_provider::{Failure, FailureClass, Listed, Listing, Live, Page, Reply};
use formwork_schema::partition;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::S3::Bucket`, by its name.
pub(crate) struct Bucket;

#[async_trait]
impl Resource for Bucket {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (s3, name) = (at.clients.s3(), at.id()?);
        if found(s3.head_bucket().bucket(name).send().await.map_err(failure))?.is_none() {
            return Ok(None);
        }
        let mut map = endpoints(at.clients, name);
        let parts = parts::PARTS.iter().map(|part| parts::get(s3, name, part));
        let shown = futures_util::future::try_join_all(parts).await?;
        for (part, value) in parts::PARTS.iter().zip(shown) {
            if let Some(value) = value {
                map.insert((*part).to_owned(), value);
            }
        }
        if map.contains_key("ObjectLockConfiguration") {
            put(&mut map, "ObjectLockEnabled", &true);
        }
        let (tags, contents) = futures_util::try_join!(tags(at, name), contents::count(s3, name))?;
        let mut live = at.live(name, map, tags);
        live.contents = contents;
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("BucketName")?.unwrap_or_default();
        let sent = at
            .clients
            .s3()
            .create_bucket()
            .bucket(&name)
            .set_create_bucket_configuration(place(at.clients.region()))
            .set_object_lock_enabled_for_bucket(object.get("ObjectLockEnabled")?);
        object.elsewhere(parts::PARTS);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        put_tags(at, &name, at.tags(wanted)).await?;
        for part in parts::PARTS
            .iter()
            .filter(|part| wanted.contains_key(**part))
        {
            parts::set(at, &name, part, &object).await?;
        }
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let name = at.id()?;
        let wanted = Object::new(change.wanted);
        let object = change.object();
        object.elsewhere(parts::PARTS);
        object.elsewhere(&[at.tag_property(), "BucketName"]);
        object.finish()?;
        for part in parts::PARTS.iter().filter(|part| change.touches(&[part])) {
            parts::set(at, name, part, &wanted).await?;
        }
        if change.touches(&[at.tag_property()]) {
            let mut all = tags(at, name).await?;
            all.retain(|key, _| key.starts_with("aws:"));
            all.extend(at.tags(change.wanted));
            put_tags(at, name, all).await?;
        }
        settled(self, at, name).await
    }

    /// With `force` it is emptied first, of every version of every object.
    async fn delete(&self, at: &At<'_>, force: bool) -> Result<Reply, Failure> {
        let (s3, name) = (at.clients.s3(), at.id()?);
        loop {
            let gone = s3.delete_bucket().bucket(name).send().await;
            match found(gone.map_err(failure)) {
                Err(failure) if force && failure.class == FailureClass::HoldsData => {
                    contents::empty(s3, name).await?;
                }
                other => return other.map(|_| Reply::Deleted),
            }
        }
    }

    async fn list(&self, clients: &Clients, listing: &Listing) -> Result<Option<Page>, Failure> {
        let asked = clients
            .s3()
            .list_buckets()
            .bucket_region(clients.region().to_string());
        let asked = asked.set_continuation_token(listing.page.as_deref().map(str::to_owned));
        let output = asked.send().await.map_err(failure)?;
        let names = output
            .buckets
            .unwrap_or_default()
            .into_iter()
            .filter_map(|bucket| bucket.name);
        let objects = names.map(|name| Listed {
            properties: endpoints(clients, &name),
            id: name.into(),
            ..Listed::default()
        });
        Ok(Some(Page {
            objects: objects.collect(),
            next: output.continuation_token.map(Into::into),
        }))
    }
}

/// us-east-1 is where buckets are that say nothing, and cannot be said: S3 API, CreateBucket.
fn place(region: &str) -> Option<CreateBucketConfiguration> {
    let place = (region != "us-east-1").then(|| BucketLocationConstraint::from(region))?;
    Some(
        CreateBucketConfiguration::builder()
            .location_constraint(place)
            .build(),
    )
}

/// Names that follow from the bucket's: CloudFormation, `AWS::S3::Bucket`, return values.
fn endpoints(clients: &Clients, name: &str) -> Map<String, Json> {
    let region = clients.region();
    let (partition, suffix) = partition(region);
    let mut map = Map::new();
    put(&mut map, "BucketName", &name.to_owned());
    put(&mut map, "Arn", &format!("arn:{partition}:s3:::{name}"));
    put(&mut map, "DomainName", &format!("{name}.s3.{suffix}"));
    put(
        &mut map,
        "DualStackDomainName",
        &format!("{name}.s3.dualstack.{region}.{suffix}"),
    );
    put(
        &mut map,
        "RegionalDomainName",
        &format!("{name}.s3.{region}.{suffix}"),
    );
    put(
        &mut map,
        "WebsiteURL",
        &format!("http://{name}.s3-website-{region}.{suffix}"),
    );
    map
}

async fn tags(at: &At<'_>, name: &str) -> Result<BTreeMap<String, String>, Failure> {
    let asked = at
        .clients
        .s3()
        .get_bucket_tagging()
        .bucket(name)
        .send()
        .await;
    let tags = found(asked.map_err(failure))?
        .map(|output| output.tag_set)
        .unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// Writes all tags: S3 has no call for some of them.
async fn put_tags(at: &At<'_>, name: &str, tags: BTreeMap<String, String>) -> Result<(), Failure> {
    if tags.is_empty() {
        let gone = at
            .clients
            .s3()
            .delete_bucket_tagging()
            .bucket(name)
            .send()
            .await;
        found(gone.map_err(failure))?;
        return Ok(());
    }
    let tags = crate::resource::listed_tags!(Tag, tags);
    let tagging = Tagging::builder().set_tag_set(Some(tags)).build();
    let tagging = tagging.map_err(|error| crate::shape::Misfit::new(error.to_string()))?;
    let sent = at
        .clients
        .s3()
        .put_bucket_tagging()
        .bucket(name)
        .tagging(tagging);
    sent.send().await.map_err(failure)?;
    Ok(())
}
