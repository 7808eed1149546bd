//! Compute environments. AWS decides how many processors one has at a time, within the bounds.

use super::{AT_ONCE, answers, ids, retag};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Misfit, Object, Shape, fields, fill, show};
use async_trait::async_trait;
use aws_sdk_batch::types::{CeStatus as Status, ComputeEnvironmentDetail, ComputeResourceUpdate};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Batch::ComputeEnvironment`, by its ARN; known by its name.
pub(crate) struct ComputeEnvironment;

fields!(settings {
    context,
    ecs_settings,
    service_role,
    state,
    unmanagedv_cpus
});

#[async_trait]
impl Resource for ComputeEnvironment {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let all = described(at, vec![at.id()?.to_owned()]).await?;
        Ok(all.iter().map(|one| live(at, one)).next())
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = settings!(fill at.clients.batch().create_compute_environment(), object);
        let sent = fill!(sent, object, {
            compute_environment_name,
            compute_resources,
            eks_configuration,
            tags,
            r#type,
        });
        // Both are of later changes.
        object.elsewhere(&["ReplaceComputeEnvironment", "UpdatePolicy"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let arn = output.compute_environment_arn.ok_or_else(|| lacks("ARN"))?;
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (arn, object) = (at.id()?, change.object());
        let sent = settings!(fill at.clients.batch().update_compute_environment(), object);
        let resources = resources(at, &object).await?;
        let sent = sent
            .compute_environment(arn)
            .set_update_policy(object.get("UpdatePolicy")?)
            .set_compute_resources(resources);
        object.elsewhere(&["ReplaceComputeEnvironment", at.tag_property()]);
        object.finish()?;
        if change.changed.keys().any(|name| name != at.tag_property()) {
            sent.send().await.map_err(failure)?;
        }
        retag(at, arn, change).await?;
        settled(self, at, arn).await
    }

    /// The planner has disabled it by then.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at.clients.batch().delete_compute_environment();
        let gone = gone.compute_environment(at.id()?).send().await;
        found(gone.map_err(failure))?;
        self.poll(at, true).await
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let all = described(at, vec![id.to_owned()]).await?;
        let Some(environment) = all.first() else {
            return Ok(if deleting {
                Reply::Deleted
            } else {
                Reply::Absent
            });
        };
        let reason = environment.status_reason();
        match environment.status() {
            Some(Status::Invalid) if deleting => {
                let message = reason.unwrap_or("AWS Batch gives no reason");
                Err(Failure::new(FailureClass::InUse, "DeleteFailed", message))
            }
            _ if deleting => Ok(at.pending(id, "deleting")),
            Some(Status::Invalid) => Err(failed(reason)),
            Some(Status::Creating) => Ok(at.pending(id, "becoming valid")),
            Some(Status::Updating) => Ok(at.pending(id, "updating")),
            _ => Ok(Reply::Done(live(at, environment))),
        }
    }

    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        let mut read = Vec::with_capacity(all.len());
        for batch in all.chunks(AT_ONCE) {
            let Some(first) = batch.first() else { continue };
            let all = described(first, ids(batch)).await;
            let all = all.map(|all| all.iter().map(|one| live(first, one)).collect());
            read.extend(answers(batch, &all));
        }
        read
    }
}

/// The settings of the resources that differ from what is there: some make AWS replace all machines, and some cannot
/// be sent at all to environments of another sort, even unchanged (Batch API, UpdateComputeEnvironment).
async fn resources(
    at: &At<'_>,
    object: &Object<'_>,
) -> Result<Option<ComputeResourceUpdate>, Failure> {
    let Some(Json::Object(wanted)) = object.json("ComputeResources") else {
        return Ok(None);
    };
    let live = described(at, vec![at.id()?.to_owned()]).await?;
    let there = live.first().and_then(|one| one.compute_resources.show());
    let changed = wanted.iter().filter(|(name, value)| {
        there.as_ref().and_then(|there| there.get(name.as_str())) != Some(value)
    });
    let changed: Map<String, Json> = changed
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if changed.is_empty() {
        return Ok(None);
    }
    let update = ComputeResourceUpdate::take(&Json::Object(changed));
    Ok(Some(update.map_err(|misfit: Misfit| {
        misfit.within("ComputeResources")
    })?))
}

/// The environments of these ARNs or names; one that was deleted is shown for a while.
async fn described(
    at: &At<'_>,
    ids: Vec<String>,
) -> Result<Vec<ComputeEnvironmentDetail>, Failure> {
    let asked = at.clients.batch().describe_compute_environments();
    let asked = asked.set_compute_environments(Some(ids)).send().await;
    let output = found(asked.map_err(failure))?;
    let all = output
        .and_then(|output| output.compute_environments)
        .unwrap_or_default();
    Ok(all
        .into_iter()
        .filter(|one| one.status() != Some(&Status::Deleted))
        .collect())
}

fn live(at: &At<'_>, environment: &ComputeEnvironmentDetail) -> Live {
    let mut map = Map::new();
    settings!(show map, *environment);
    show!(map, *environment, {
        compute_environment_arn,
        compute_environment_name,
        compute_resources,
        eks_configuration,
        tags,
        r#type,
        update_policy,
    });
    let mut live = at.seen(
        environment.compute_environment_arn().unwrap_or_default(),
        map,
    );
    live.pending = matches!(
        environment.status(),
        Some(Status::Creating | Status::Updating | Status::Deleting)
    );
    live
}
