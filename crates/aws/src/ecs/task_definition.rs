//! Task definitions: each registration makes a revision, which nothing can change afterwards but its tags.

use super::retag;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, show};
use async_trait::async_trait;
use aws_sdk_ecs::types::{SortOrder, TaskDefinitionField, TaskDefinitionStatus as Status};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ECS::TaskDefinition`, by the ARN of its revision.
pub(crate) struct TaskDefinition;

fields!(definition {
    container_definitions,
    cpu,
    enable_fault_injection,
    ephemeral_storage,
    execution_role_arn,
    family,
    ipc_mode,
    memory,
    network_mode,
    pid_mode,
    placement_constraints,
    proxy_configuration,
    requires_compatibilities,
    runtime_platform,
    task_role_arn,
    volumes,
});

/// How many revisions back a registration without an answer is looked for.
const RECENT: i32 = 10;

#[async_trait]
impl Resource for TaskDefinition {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        revision(at, at.id()?).await
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = definition!(fill at.clients.ecs().register_task_definition(), object);
        let tags: Option<Vec<_>> = object.get("Tags")?;
        let sent = sent.set_tags(tags.filter(|tags| !tags.is_empty()));
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let arn = output
            .task_definition
            .and_then(|one| one.task_definition_arn);
        settled(self, at, &arn.ok_or_else(|| lacks("task definition"))?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let object = change.object();
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        retag(at, at.id()?, change).await?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ecs()
            .deregister_task_definition()
            .task_definition(at.id()?);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// The revisions of the family that carry our tags: names repeat from revision to revision.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let family: Option<String> = Object::new(wanted).get("Family")?;
        let asked = at
            .clients
            .ecs()
            .list_task_definitions()
            .set_family_prefix(family)
            .status(Status::Active)
            .sort(SortOrder::Desc)
            .max_results(RECENT);
        let output = asked.send().await.map_err(failure)?;
        let mut ours = Vec::new();
        for arn in output
            .task_definition_arns
            .unwrap_or_default()
            .into_iter()
            .rev()
        {
            ours.extend(
                revision(at, &arn)
                    .await?
                    .filter(|live| at.is_of_address(live)),
            );
        }
        Ok(ours)
    }
}

/// A revision that can be used; one that was deregistered is shown for ever.
async fn revision(at: &At<'_>, arn: &str) -> Result<Option<Live>, Failure> {
    let asked = at
        .clients
        .ecs()
        .describe_task_definition()
        .task_definition(arn);
    let asked = asked.include(TaskDefinitionField::Tags).send().await;
    let Some(output) = found(asked.map_err(failure))? else {
        return Ok(None);
    };
    let shown = output
        .task_definition
        .ok_or_else(|| lacks("task definition"))?;
    if shown.status() != Some(&Status::Active) {
        return Ok(None);
    }
    let mut map = Map::new();
    definition!(show map, shown);
    show!(map, shown, { task_definition_arn });
    put(&mut map, "Tags", &output.tags);
    Ok(Some(
        at.seen(shown.task_definition_arn().unwrap_or(arn), map),
    ))
}
