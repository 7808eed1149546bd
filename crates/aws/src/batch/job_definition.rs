//! Job definitions: each registration makes a revision, which nothing can change afterwards but its tags.

use super::{AT_ONCE, answers, ids, retag};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, show};
use async_trait::async_trait;
use aws_sdk_batch::types::JobDefinition as Described;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Batch::JobDefinition`, by the ARN of its revision.
pub(crate) struct JobDefinition;

fields!(definition {
    consumable_resource_properties,
    container_properties,
    ecs_properties,
    eks_properties,
    job_definition_name,
    node_properties,
    parameters,
    platform_capabilities,
    propagate_tags,
    retry_strategy,
    scheduling_priority,
    tags,
    timeout,
    r#type,
});

#[async_trait]
impl Resource for JobDefinition {
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
        let sent = definition!(fill at.clients.batch().register_job_definition(), object);
        // What CloudFormation does with revisions of before; here that is the plan's to say.
        object.elsewhere(&["ResourceRetentionPolicy"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        settled(
            self,
            at,
            &output.job_definition_arn.ok_or_else(|| lacks("ARN"))?,
        )
        .await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let object = change.object();
        object.elsewhere(&["ResourceRetentionPolicy", at.tag_property()]);
        object.finish()?;
        retag(at, at.id()?, change).await?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .batch()
            .deregister_job_definition()
            .job_definition(at.id()?);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// The revisions of the name that carry our tags: names repeat from revision to revision.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let name: Option<String> = Object::new(wanted).get("JobDefinitionName")?;
        let asked = at
            .clients
            .batch()
            .describe_job_definitions()
            .status("ACTIVE");
        let mut pages = asked
            .set_job_definition_name(name)
            .into_paginator()
            .items()
            .send();
        let mut revisions = Vec::new();
        while let Some(revision) = pages.next().await {
            revisions.push(revision.map_err(failure)?);
        }
        revisions.sort_by_key(|one| one.revision);
        let all = revisions.iter().map(|one| live(at, one));
        Ok(all.filter(|live| at.is_of_address(live)).collect())
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

/// The revisions that can be used; one that was deregistered is shown for half a year.
async fn described(at: &At<'_>, ids: Vec<String>) -> Result<Vec<Described>, Failure> {
    let asked = at
        .clients
        .batch()
        .describe_job_definitions()
        .set_job_definitions(Some(ids));
    let output = found(asked.send().await.map_err(failure))?;
    let all = output
        .and_then(|output| output.job_definitions)
        .unwrap_or_default();
    Ok(all
        .into_iter()
        .filter(|one| one.status() != Some("INACTIVE"))
        .collect())
}

fn live(at: &At<'_>, definition: &Described) -> Live {
    let mut map = Map::new();
    definition!(show map, *definition);
    show!(map, *definition, { job_definition_arn });
    at.seen(definition.job_definition_arn().unwrap_or_default(), map)
}
