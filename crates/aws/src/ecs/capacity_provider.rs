//! Capacity providers: groups of machines that a cluster fills and empties.

use super::retag;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Object, fill, shape, show, words};
use async_trait::async_trait;
use aws_sdk_ecs::types::{
    AutoScalingGroupProvider, AutoScalingGroupProviderUpdate, CapacityProvider as Described,
    CapacityProviderField, CapacityProviderStatus as Status,
    CapacityProviderUpdateStatus as Progress, ManagedDraining, ManagedScaling,
    ManagedScalingStatus, ManagedTerminationProtection,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ECS::CapacityProvider`, by its name.
pub(crate) struct CapacityProvider;

words!(
    ManagedDraining,
    ManagedScalingStatus,
    ManagedTerminationProtection
);
shape!(AutoScalingGroupProvider {
    auto_scaling_group_arn,
    managed_draining,
    managed_scaling,
    managed_termination_protection,
});
shape!(ManagedScaling {
    instance_warmup_period,
    maximum_scaling_step_size,
    minimum_scaling_step_size,
    status,
    target_capacity,
});

#[async_trait]
impl Resource for CapacityProvider {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        Ok(described(at)
            .await?
            .filter(is_there)
            .map(|one| live(at, &one)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("Name")?.unwrap_or_default();
        let sent = at.clients.ecs().create_capacity_provider();
        let sent = fill!(sent, object, { auto_scaling_group_provider, name, tags });
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (name, object) = (at.id()?, change.object());
        let group: Option<AutoScalingGroupProvider> = object.get("AutoScalingGroupProvider")?;
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        if let Some(group) = group {
            let settings = AutoScalingGroupProviderUpdate::builder()
                .set_managed_draining(group.managed_draining)
                .set_managed_scaling(group.managed_scaling)
                .set_managed_termination_protection(group.managed_termination_protection);
            let sent = at.clients.ecs().update_capacity_provider().name(name);
            let sent = sent.auto_scaling_group_provider(settings.build());
            sent.send().await.map_err(failure)?;
        }
        if let Some(arn) = described(at)
            .await?
            .and_then(|one| one.capacity_provider_arn)
        {
            retag(at, &arn, change).await?;
        }
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ecs()
            .delete_capacity_provider()
            .capacity_provider(at.id()?);
        found(gone.send().await.map_err(failure))?;
        self.poll(at, true).await
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let Some(provider) = described(at).await?.filter(is_there) else {
            return Ok(if deleting {
                Reply::Deleted
            } else {
                Reply::Absent
            });
        };
        let reason = provider.update_status_reason();
        match provider.update_status() {
            Some(Progress::DeleteFailed) if deleting => {
                let class = formwork_provider::FailureClass::InUse;
                Err(Failure::new(
                    class,
                    "DeleteFailed",
                    reason.unwrap_or("it is still used"),
                ))
            }
            _ if deleting => Ok(at.pending(id, "deleting")),
            Some(Progress::CreateFailed | Progress::UpdateFailed) => Err(failed(reason)),
            _ => settled(self, at, id).await,
        }
    }
}

async fn described(at: &At<'_>) -> Result<Option<Described>, Failure> {
    let asked = at
        .clients
        .ecs()
        .describe_capacity_providers()
        .capacity_providers(at.id()?)
        .include(CapacityProviderField::Tags);
    let output = found(asked.send().await.map_err(failure))?;
    let all = output
        .and_then(|output| output.capacity_providers)
        .unwrap_or_default();
    Ok(all.into_iter().next())
}

/// One that was deleted is shown for a while.
fn is_there(provider: &Described) -> bool {
    provider.status() != Some(&Status::Inactive)
        && provider.update_status() != Some(&Progress::DeleteComplete)
}

fn live(at: &At<'_>, provider: &Described) -> Live {
    let mut map = Map::new();
    show!(map, *provider, { auto_scaling_group_provider, name, tags });
    let mut live = at.seen(provider.name().unwrap_or_default(), map);
    live.pending = matches!(
        provider.update_status(),
        Some(Progress::CreateInProgress | Progress::UpdateInProgress | Progress::DeleteInProgress)
    );
    live
}
