//! Scalable targets: the bounds within which something is scaled, and the times at which the bounds change.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, retag as lead_tags, settled};
use crate::shape::{Misfit, Object, fields, fill, put, shape, show};
use async_trait::async_trait;
use aws_sdk_applicationautoscaling::primitives::{DateTime, DateTimeFormat};
use aws_sdk_applicationautoscaling::types::{
    ScalableTargetAction, ScheduledAction, ServiceNamespace, SuspendedState,
};
use formwork_provider::{Failure, Live, Reply, Target};
use serde_json::{Map, Value as Json};

/// `AWS::ApplicationAutoScaling::ScalableTarget`, by `<resource>|<dimension>|<namespace>`.
pub(crate) struct ScalableTarget;

shape!(ScalableTargetAction {
    max_capacity,
    min_capacity
});
shape!(SuspendedState {
    dynamic_scaling_in_suspended,
    dynamic_scaling_out_suspended,
    scheduled_scaling_suspended,
});

fields!(bounds {
    max_capacity,
    min_capacity,
    resource_id,
    role_arn = "RoleARN",
    scalable_dimension,
    service_namespace,
    suspended_state,
});

#[async_trait]
impl Resource for ScalableTarget {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [resource, dimension, namespace] = at.ids()?;
        let asked = at
            .clients
            .applicationautoscaling()
            .describe_scalable_targets()
            .service_namespace(ServiceNamespace::from(namespace))
            .scalable_dimension(dimension.into())
            .resource_ids(resource);
        let output = asked.send().await.map_err(failure)?;
        let Some(target) = output
            .scalable_targets
            .unwrap_or_default()
            .into_iter()
            .next()
        else {
            return Ok(None);
        };
        let mut map = Map::new();
        bounds!(show map, target);
        put(&mut map, "Id", &at.id()?.to_owned());
        let actions = actions(at).await?.iter().map(shown).collect::<Vec<_>>();
        if !actions.is_empty() {
            map.insert("ScheduledActions".to_owned(), actions.into());
        }
        let Some(arn) = target.scalable_target_arn() else {
            return Ok(Some(at.seen(at.id()?, map)));
        };
        let asked = at
            .clients
            .applicationautoscaling()
            .list_tags_for_resource()
            .resource_arn(arn);
        let tags = found(asked.send().await.map_err(failure))?.and_then(|output| output.tags);
        Ok(Some(at.live(
            at.id()?,
            map,
            tags.unwrap_or_default().into_iter().collect(),
        )))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at
            .clients
            .applicationautoscaling()
            .register_scalable_target();
        let tags = at.tags(wanted);
        let tags = (!tags.is_empty()).then(|| tags.into_iter().collect());
        let sent = bounds!(fill sent, object).set_tags(tags);
        object.elsewhere(&["ScheduledActions", at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        let id = id(&object)?;
        let target = Target {
            id: Some(id.as_str().into()),
            ..at.target.clone()
        };
        let at = At {
            target: &target,
            ..*at
        };
        schedule(&at, &object).await?;
        settled(self, &at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let wanted = Object::new(change.wanted);
        if change.touches(&["MaxCapacity", "MinCapacity", "RoleARN", "SuspendedState"]) {
            let sent = at
                .clients
                .applicationautoscaling()
                .register_scalable_target();
            bounds!(fill sent, wanted).send().await.map_err(failure)?;
        }
        if change.touches(&["ScheduledActions"]) {
            schedule(at, &wanted).await?;
        }
        if change.touches(&[at.tag_property()]) {
            retag(at, change).await?;
        }
        settled(self, at, at.id()?).await
    }

    /// Policies and scheduled actions go with it: Application Auto Scaling API, DeregisterScalableTarget.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [resource, dimension, namespace] = at.ids()?;
        let gone = at
            .clients
            .applicationautoscaling()
            .deregister_scalable_target()
            .service_namespace(ServiceNamespace::from(namespace))
            .scalable_dimension(dimension.into())
            .resource_id(resource);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let target = Target {
            id: Some(id(&Object::new(wanted))?.into()),
            ..at.target.clone()
        };
        let at = At {
            target: &target,
            ..*at
        };
        Ok(self.read(&at).await?.into_iter().collect())
    }
}

fn id(object: &Object<'_>) -> Result<String, Failure> {
    let part = |name| -> Result<String, Misfit> { Ok(object.get(name)?.unwrap_or_default()) };
    let parts = [
        part("ResourceId")?,
        part("ScalableDimension")?,
        part("ServiceNamespace")?,
    ];
    Ok(parts.join("|"))
}

/// The scheduled actions of the target.
async fn actions(at: &At<'_>) -> Result<Vec<ScheduledAction>, Failure> {
    let [resource, dimension, namespace] = at.ids()?;
    let pages = at
        .clients
        .applicationautoscaling()
        .describe_scheduled_actions()
        .service_namespace(ServiceNamespace::from(namespace))
        .scalable_dimension(dimension.into())
        .resource_id(resource);
    let mut pages = pages.into_paginator().items().send();
    let mut actions = Vec::new();
    while let Some(action) = pages.next().await {
        actions.push(action.map_err(failure)?);
    }
    Ok(actions)
}

fn shown(action: &ScheduledAction) -> Json {
    let mut map = Map::new();
    show!(map, *action, { schedule, scheduled_action_name, scalable_target_action, timezone });
    let time =
        |time: Option<&DateTime>| time.and_then(|time| time.fmt(DateTimeFormat::DateTime).ok());
    put(&mut map, "StartTime", &time(action.start_time()));
    put(&mut map, "EndTime", &time(action.end_time()));
    Json::Object(map)
}

/// Leads the scheduled actions to those that are wanted.
async fn schedule(at: &At<'_>, object: &Object<'_>) -> Result<(), Failure> {
    let [resource, dimension, namespace] = at.ids()?;
    let autoscaling = at.clients.applicationautoscaling();
    let mut kept = Vec::new();
    let wanted = object.json("ScheduledActions").and_then(Json::as_array);
    for action in wanted.into_iter().flatten() {
        let action = Object::of(action).map_err(|misfit| misfit.within("ScheduledActions"))?;
        let sent = autoscaling
            .put_scheduled_action()
            .service_namespace(ServiceNamespace::from(namespace))
            .scalable_dimension(dimension.into())
            .resource_id(resource)
            .set_start_time(time(&action, "StartTime")?)
            .set_end_time(time(&action, "EndTime")?);
        let sent = fill!(sent, action, { schedule, scheduled_action_name, scalable_target_action, timezone });
        action
            .finish()
            .map_err(|misfit| misfit.within("ScheduledActions"))?;
        sent.send().await.map_err(failure)?;
        kept.extend(action.get::<String>("ScheduledActionName")?);
    }
    for action in actions(at).await? {
        let name = action.scheduled_action_name();
        if kept.iter().any(|kept| kept == name) {
            continue;
        }
        let gone = autoscaling
            .delete_scheduled_action()
            .service_namespace(ServiceNamespace::from(namespace))
            .scalable_dimension(dimension.into())
            .resource_id(resource)
            .scheduled_action_name(name);
        found(gone.send().await.map_err(failure))?;
    }
    Ok(())
}

fn time(action: &Object<'_>, name: &str) -> Result<Option<DateTime>, Misfit> {
    let Some(text) = action.get::<String>(name)? else {
        return Ok(None);
    };
    let time = DateTime::from_str(&text, DateTimeFormat::DateTimeWithOffset);
    time.map(Some)
        .map_err(|error| Misfit::new(error.to_string()).within(name))
}

async fn retag(at: &At<'_>, change: &Change<'_>) -> Result<(), Failure> {
    let [resource, dimension, namespace] = at.ids()?;
    let autoscaling = at.clients.applicationautoscaling();
    let asked = autoscaling
        .describe_scalable_targets()
        .service_namespace(ServiceNamespace::from(namespace))
        .scalable_dimension(dimension.into())
        .resource_ids(resource);
    let targets = asked
        .send()
        .await
        .map_err(failure)?
        .scalable_targets
        .unwrap_or_default();
    let Some(arn) = targets
        .first()
        .and_then(|target| target.scalable_target_arn())
    else {
        return Ok(());
    };
    let there = autoscaling.list_tags_for_resource().resource_arn(arn);
    let there = there
        .send()
        .await
        .map_err(failure)?
        .tags
        .unwrap_or_default();
    lead_tags!(
        there.into_iter().collect(),
        at.tags(change.wanted),
        |set| autoscaling
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(set.into_iter().collect())),
        |keys| autoscaling
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(keys)),
    );
    Ok(())
}
