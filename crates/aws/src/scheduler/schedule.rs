//! Schedules: what UpdateSchedule does not send goes back to its default, so that every change sends all of it.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, fields, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Scheduler::Schedule`, by its name; in a group of its own by `group/name`, because names repeat in others.
pub(crate) struct Schedule;

fields!(schedule {
    description,
    end_date,
    flexible_time_window,
    kms_key_arn,
    schedule_expression,
    schedule_expression_timezone,
    start_date,
    state,
    target,
});

#[async_trait]
impl Resource for Schedule {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (group, name) = parts(at.id()?);
        let asked = at
            .clients
            .scheduler()
            .get_schedule()
            .group_name(group)
            .name(name);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        schedule!(show map, output);
        show!(map, output, { arn, name });
        put(&mut map, "GroupName", &group.to_owned());
        Ok(Some(at.live(id(group, name), map, Default::default())))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.scheduler().create_schedule().client_token(token);
        let sent = schedule!(fill sent, object)
            .set_name(object.get("Name")?)
            .set_group_name(object.get("GroupName")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &wanted_id(&object)?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (group, name) = parts(at.id()?);
        let object = Object::new(change.wanted);
        let sent = at
            .clients
            .scheduler()
            .update_schedule()
            .client_token(change.token);
        let sent = schedule!(fill sent, object).group_name(group).name(name);
        object.elsewhere(&["Name", "GroupName"]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (group, name) = parts(at.id()?);
        let gone = at
            .clients
            .scheduler()
            .delete_schedule()
            .group_name(group)
            .name(name);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let id = wanted_id(&Object::new(wanted))?;
        Ok(read_id(self, at, &id).await?.into_iter().collect())
    }
}

/// Group and name in an id.
fn parts(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or(("default", id))
}

fn id(group: &str, name: &str) -> String {
    match group {
        "default" => name.to_owned(),
        group => format!("{group}/{name}"),
    }
}

fn wanted_id(object: &Object<'_>) -> Result<String, Failure> {
    let name: String = object.get("Name")?.unwrap_or_default();
    let group: Option<String> = object.get("GroupName")?;
    Ok(id(group.as_deref().unwrap_or("default"), &name))
}
