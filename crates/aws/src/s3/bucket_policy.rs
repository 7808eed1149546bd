//! Policies of buckets.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::S3::BucketPolicy`, by its bucket.
pub(crate) struct BucketPolicy;

#[async_trait]
impl Resource for BucketPolicy {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let bucket = at.id()?;
        let asked = at
            .clients
            .s3()
            .get_bucket_policy()
            .bucket(bucket)
            .send()
            .await;
        let policy = found(asked.map_err(failure))?.and_then(|output| output.policy);
        let document = policy.and_then(|text| serde_json::from_str(&text).ok());
        Ok(document.map(|document| {
            let mut map = Map::new();
            put(&mut map, "Bucket", &bucket.to_owned());
            map.insert("PolicyDocument".to_owned(), document);
            at.live(bucket, map, Default::default())
        }))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let bucket = set(at, wanted).await?;
        settled(self, at, &bucket).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let bucket = set(at, change.wanted).await?;
        settled(self, at, &bucket).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .s3()
            .delete_bucket_policy()
            .bucket(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let bucket: String = Object::new(wanted).get("Bucket")?.unwrap_or_default();
        Ok(read_id(self, at, &bucket).await?.into_iter().collect())
    }
}

async fn set(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let bucket: String = object.get("Bucket")?.unwrap_or_default();
    let sent = at.clients.s3().put_bucket_policy().bucket(&bucket);
    let sent = sent.set_policy(object.document("PolicyDocument"));
    object.finish()?;
    sent.send().await.map_err(failure)?;
    Ok(bucket)
}
