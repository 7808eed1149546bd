//! Clusters.

use super::retag;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_ecs::types::{
    Cluster as Described, ClusterConfiguration, ClusterField, ClusterServiceConnectDefaultsRequest,
    ClusterSetting, ClusterSettingName, ExecuteCommandConfiguration,
    ExecuteCommandLogConfiguration, ExecuteCommandLogging, ManagedStorageConfiguration,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ECS::Cluster`, by its name.
pub(crate) struct Cluster;

words!(ClusterSettingName, ExecuteCommandLogging);
shape!(ClusterConfiguration {
    execute_command_configuration,
    managed_storage_configuration
});
shape!(ClusterServiceConnectDefaultsRequest { namespace });
shape!(ClusterSetting { name, value });
shape!(ExecuteCommandConfiguration {
    kms_key_id,
    log_configuration,
    logging
});
shape!(ExecuteCommandLogConfiguration {
    cloud_watch_encryption_enabled,
    cloud_watch_log_group_name,
    s3_bucket_name,
    s3_encryption_enabled,
    s3_key_prefix,
});
shape!(ManagedStorageConfiguration {
    fargate_ephemeral_storage_kms_key_id,
    kms_key_id
});

/// How many clusters are described at once: ECS API, DescribeClusters.
const AT_ONCE: usize = 100;

#[async_trait]
impl Resource for Cluster {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        Ok(described(at, &[at.id()?.to_owned()])
            .await?
            .iter()
            .map(|one| live(at, one))
            .next())
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("ClusterName")?.unwrap_or_default();
        let sent = fill!(at.clients.ecs().create_cluster(), object, {
            capacity_providers,
            cluster_name,
            configuration,
            default_capacity_provider_strategy,
            service_connect_defaults,
            settings = "ClusterSettings",
            tags,
        });
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (ecs, name) = (at.clients.ecs(), at.id()?);
        let (object, wanted) = (change.object(), Object::new(change.wanted));
        if change.touches(&["ClusterSettings", "Configuration", "ServiceConnectDefaults"]) {
            let sent = fill!(ecs.update_cluster(), object, {
                configuration,
                service_connect_defaults,
                settings = "ClusterSettings",
            });
            sent.cluster(name).send().await.map_err(failure)?;
        }
        if change.touches(&["CapacityProviders", "DefaultCapacityProviderStrategy"]) {
            let sent = ecs
                .put_cluster_capacity_providers()
                .cluster(name)
                .set_capacity_providers(Some(wanted.get("CapacityProviders")?.unwrap_or_default()))
                .set_default_capacity_provider_strategy(Some(
                    wanted
                        .get("DefaultCapacityProviderStrategy")?
                        .unwrap_or_default(),
                ));
            sent.send().await.map_err(failure)?;
        }
        let arn = format!(
            "arn:{}:ecs:{}:{}:cluster/{name}",
            at.partition(),
            at.clients.region(),
            at.account
        );
        retag(at, &arn, change).await?;
        object.elsewhere(&[
            "CapacityProviders",
            "DefaultCapacityProviderStrategy",
            at.tag_property(),
        ]);
        object.finish()?;
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ecs()
            .delete_cluster()
            .cluster(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(match self.read(at).await? {
            Some(live) => at.pending(live.id, "deleting"),
            None => Reply::Deleted,
        })
    }

    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        let mut answers = Vec::with_capacity(all.len());
        for batch in all.chunks(AT_ONCE) {
            let Some(first) = batch.first() else { continue };
            let names: Vec<String> = batch
                .iter()
                .filter_map(|at| at.id().ok().map(str::to_owned))
                .collect();
            let clusters = described(first, &names).await;
            answers.extend(batch.iter().map(|at| {
                let (id, clusters) = (at.id()?, clusters.as_ref().map_err(Clone::clone)?);
                let own = clusters.iter().find(|one| one.cluster_name() == Some(id));
                Ok(own.map(|one| live(at, one)))
            }));
        }
        answers
    }
}

/// The clusters of these names that are there; one that was deleted is shown for a while.
pub(super) async fn described(at: &At<'_>, names: &[String]) -> Result<Vec<Described>, Failure> {
    let asked = at
        .clients
        .ecs()
        .describe_clusters()
        .set_clusters(Some(names.to_vec()))
        .include(ClusterField::Configurations)
        .include(ClusterField::Settings)
        .include(ClusterField::Tags);
    let output = found(asked.send().await.map_err(failure))?;
    let all = output
        .and_then(|output| output.clusters)
        .unwrap_or_default();
    Ok(all
        .into_iter()
        .filter(|one| one.status() != Some("INACTIVE"))
        .collect())
}

fn live(at: &At<'_>, cluster: &Described) -> Live {
    let mut map = Map::new();
    show!(map, *cluster, {
        capacity_providers,
        cluster_arn = "Arn",
        cluster_name,
        configuration,
        default_capacity_provider_strategy,
        settings = "ClusterSettings",
        tags,
    });
    let namespace = cluster
        .service_connect_defaults()
        .and_then(|one| one.namespace.clone());
    if let Some(namespace) = namespace {
        let defaults = ClusterServiceConnectDefaultsRequest::builder()
            .namespace(namespace)
            .build();
        put(&mut map, "ServiceConnectDefaults", &defaults.ok());
    }
    let mut live = at.seen(cluster.cluster_name().unwrap_or_default(), map);
    live.pending = matches!(cluster.status(), Some("PROVISIONING" | "DEPROVISIONING"));
    live
}
