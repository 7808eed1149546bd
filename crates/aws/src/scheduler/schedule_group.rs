//! Groups of schedules, which carry the tags that schedules cannot.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, listed_tags, retag, settled};
use crate::shape::{Object, shape, show, words};
use async_trait::async_trait;
use aws_sdk_scheduler::types::{ScheduleGroupState, Tag};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::Scheduler::ScheduleGroup`, by its name.
pub(crate) struct ScheduleGroup;

words!(ScheduleGroupState);
shape!(Tag { key, value });

#[async_trait]
impl Resource for ScheduleGroup {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at
            .clients
            .scheduler()
            .get_schedule_group()
            .name(name)
            .send()
            .await;
        let Some(group) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, group, { arn, name, state });
        let tags = tags(at, name).await?;
        let mut live = at.live(name, map, tags);
        live.pending = group.state() == Some(&ScheduleGroupState::Deleting);
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("Name")?.unwrap_or_default();
        let sent = at.clients.scheduler().create_schedule_group();
        let sent = sent
            .name(&name)
            .client_token(token)
            .set_tags(object.get(at.tag_property())?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (scheduler, name) = (at.clients.scheduler(), at.id()?);
        let arn = arn(at, name);
        retag!(
            tags(at, name).await?,
            at.tags(change.wanted),
            |set| scheduler
                .tag_resource()
                .resource_arn(&arn)
                .set_tags(Some(listed_tags!(Tag, set))),
            |keys| scheduler
                .untag_resource()
                .resource_arn(&arn)
                .set_tag_keys(Some(keys)),
        );
        settled(self, at, name).await
    }

    /// Its schedules go first, which takes a while: EventBridge Scheduler API, DeleteScheduleGroup.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let name = at.id()?;
        let gone = at
            .clients
            .scheduler()
            .delete_schedule_group()
            .name(name)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(match self.read(at).await? {
            Some(_) => at.pending(name, "its schedules are being deleted"),
            None => Reply::Deleted,
        })
    }
}

fn arn(at: &At<'_>, name: &str) -> String {
    let (partition, region) = (at.partition(), at.clients.region());
    format!(
        "arn:{partition}:scheduler:{region}:{}:schedule-group/{name}",
        at.account
    )
}

async fn tags(at: &At<'_>, name: &str) -> Result<BTreeMap<String, String>, Failure> {
    let asked = at
        .clients
        .scheduler()
        .list_tags_for_resource()
        .resource_arn(arn(at, name));
    let tags = found(asked.send().await.map_err(failure))?.and_then(|output| output.tags);
    Ok(tags
        .unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect())
}
