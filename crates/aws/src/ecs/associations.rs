//! Which capacity providers a cluster uses: one list a cluster, put as a whole.

use super::cluster::described;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ECS::ClusterCapacityProviderAssociations`, by its cluster.
pub(crate) struct Associations;

#[async_trait]
impl Resource for Associations {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let clusters = described(at, &[id.to_owned()]).await?;
        let held = clusters.first().filter(|cluster| {
            let strategy = cluster.default_capacity_provider_strategy();
            !cluster.capacity_providers().is_empty() || !strategy.is_empty()
        });
        Ok(held.map(|cluster| {
            let mut map = Map::new();
            show!(map, *cluster, { capacity_providers, default_capacity_provider_strategy });
            put(&mut map, "Cluster", &id.to_owned());
            let mut live = at.seen(id, map);
            live.pending = cluster.attachments_status() == Some("UPDATE_IN_PROGRESS");
            live
        }))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let cluster = given(at, wanted).await?;
        settled(self, at, &cluster).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        given(at, change.wanted).await?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ecs()
            .put_cluster_capacity_providers()
            .cluster(at.id()?)
            .set_capacity_providers(Some(Vec::new()))
            .set_default_capacity_provider_strategy(Some(Vec::new()));
        found(gone.send().await.map_err(failure))?;
        Ok(match self.read(at).await? {
            Some(live) => at.pending(live.id, "capacity providers are detached"),
            None => Reply::Deleted,
        })
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let cluster: Option<String> = Object::new(wanted).get("Cluster")?;
        let target = formwork_provider::Target {
            id: cluster.map(Into::into),
            ..at.target.clone()
        };
        let at = At {
            target: &target,
            ..*at
        };
        Ok(self.read(&at).await?.into_iter().collect())
    }
}

/// Gives a cluster its list.
async fn given(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let cluster: String = object.get("Cluster")?.unwrap_or_default();
    let providers: Option<Vec<String>> = object.get("CapacityProviders")?;
    let strategy = object.get("DefaultCapacityProviderStrategy")?;
    object.finish()?;
    let sent = at
        .clients
        .ecs()
        .put_cluster_capacity_providers()
        .cluster(&cluster)
        .set_capacity_providers(Some(providers.unwrap_or_default()))
        .set_default_capacity_provider_strategy(Some(strategy.unwrap_or_default()));
    sent.send().await.map_err(failure)?;
    Ok(cluster)
}
