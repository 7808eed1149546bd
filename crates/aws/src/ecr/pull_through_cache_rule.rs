//! Rules by which a registry fetches images of another and keeps them.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, fill, words};
use async_trait::async_trait;
use aws_sdk_ecr::types::UpstreamRegistry;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ECR::PullThroughCacheRule`, by its prefix.
pub(crate) struct PullThroughCacheRule;

words!(UpstreamRegistry);
fields!(rule {
    credential_arn,
    custom_role_arn,
    ecr_repository_prefix,
    upstream_registry,
    upstream_registry_url,
    upstream_repository_prefix,
});

#[async_trait]
impl Resource for PullThroughCacheRule {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let prefix = at.id()?;
        let asked = at.clients.ecr().describe_pull_through_cache_rules();
        let asked = asked.ecr_repository_prefixes(prefix).send().await;
        let output = found(asked.map_err(failure))?;
        let all = output
            .and_then(|output| output.pull_through_cache_rules)
            .unwrap_or_default();
        Ok(all.into_iter().next().map(|one| {
            let mut map = Map::new();
            rule!(show map, one);
            at.seen(prefix, map)
        }))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = rule!(fill at.clients.ecr().create_pull_through_cache_rule(), object);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        let prefix: String = object.get("EcrRepositoryPrefix")?.unwrap_or_default();
        settled(self, at, &prefix).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let sent = at.clients.ecr().update_pull_through_cache_rule();
        let sent = fill!(sent, Object::new(change.wanted), { credential_arn, custom_role_arn });
        sent.ecr_repository_prefix(at.id()?)
            .send()
            .await
            .map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at.clients.ecr().delete_pull_through_cache_rule();
        let gone = gone.ecr_repository_prefix(at.id()?).send().await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}
