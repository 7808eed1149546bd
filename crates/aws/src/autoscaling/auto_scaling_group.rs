//! Groups of machines. Their tags say of each whether machines get it too.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Misfit, Object, fields, fill, put, show};
use async_trait::async_trait;
use aws_sdk_autoscaling::types::{
    AutoScalingGroup as Group, Tag, TagDescription, TrafficSourceIdentifier,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// `AWS::AutoScaling::AutoScalingGroup`, by its name.
pub(crate) struct AutoScalingGroup;

// What creates, updates and reads have in common.
fields!(settings {
    availability_zone_distribution,
    availability_zone_ids,
    availability_zone_impairment_policy,
    availability_zones,
    capacity_rebalance,
    capacity_reservation_specification,
    context,
    default_cooldown = "Cooldown",
    default_instance_warmup,
    deletion_protection,
    desired_capacity,
    desired_capacity_type,
    health_check_grace_period,
    health_check_type,
    instance_lifecycle_policy,
    instance_maintenance_policy,
    launch_configuration_name,
    launch_template,
    max_instance_lifetime,
    max_size,
    min_size,
    mixed_instances_policy,
    new_instances_protected_from_scale_in,
    placement_group,
    service_linked_role_arn = "ServiceLinkedRoleARN",
    termination_policies,
});

/// Properties with calls of their own.
const APART: &[&str] = &[
    "LoadBalancerNames",
    "MetricsCollection",
    "Tags",
    "TargetGroupARNs",
    "TrafficSources",
];

#[async_trait]
impl Resource for AutoScalingGroup {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        Ok(described(at).await?.map(|group| live(at, &group)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("AutoScalingGroupName")?.unwrap_or_default();
        let sent = settings!(fill at.clients.autoscaling().create_auto_scaling_group(), object);
        let sent = fill!(sent, object, {
            auto_scaling_group_name,
            instance_id,
            lifecycle_hook_specification_list,
            load_balancer_names,
            skip_zonal_shift_validation,
            target_group_arns = "TargetGroupARNs",
            traffic_sources,
        })
        .set_vpc_zone_identifier(zones(&object)?)
        .set_tags(Some(tags(&name, wanted)?.into_values().collect()));
        object.elsewhere(&["MetricsCollection", "Tags"]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        metrics(at, &name, &object).await?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (name, object) = (at.id()?, change.object());
        let sent = settings!(fill at.clients.autoscaling().update_auto_scaling_group(), object);
        let sent = fill!(sent, object, { skip_zonal_shift_validation })
            .set_vpc_zone_identifier(zones(&object)?)
            .auto_scaling_group_name(name);
        object.elsewhere(APART);
        object.finish()?;
        if change
            .changed
            .keys()
            .any(|name| !APART.contains(&name.as_str()))
        {
            sent.send().await.map_err(failure)?;
        }
        metrics(at, name, &object).await?;
        attach(at, change).await?;
        if change.touches(&["Tags"]) {
            retag(at, change).await?;
        }
        settled(self, at, name).await
    }

    /// With its machines, whatever protects them: nobody else starts any in it.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at.clients.autoscaling().delete_auto_scaling_group();
        let gone = gone
            .auto_scaling_group_name(at.id()?)
            .force_delete(true)
            .send()
            .await;
        match gone.map_err(failure) {
            Err(failure) if failure.message.contains("not found") => {}
            Err(failure) if failure.message.contains("Pending Delete") => {}
            other => drop(found(other)?),
        }
        self.poll(at, true).await
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let Some(group) = described(at).await? else {
            return Ok(if deleting {
                Reply::Deleted
            } else {
                Reply::Absent
            });
        };
        let machines = group.instances().len();
        Ok(match deleting {
            true => at.pending(at.id()?, format!("{machines} machines still end")),
            false => Reply::Done(live(at, &group)),
        })
    }
}

async fn described(at: &At<'_>) -> Result<Option<Group>, Failure> {
    let asked = at.clients.autoscaling().describe_auto_scaling_groups();
    let asked = asked.auto_scaling_group_names(at.id()?).send().await;
    let output = asked.map_err(failure)?;
    Ok(output
        .auto_scaling_groups
        .unwrap_or_default()
        .into_iter()
        .next())
}

/// Subnets as the API takes them: joined by commas.
fn zones(object: &Object<'_>) -> Result<Option<String>, Misfit> {
    let subnets: Option<Vec<String>> = object.get("VPCZoneIdentifier")?;
    Ok(subnets.map(|subnets| subnets.join(",")))
}

/// Metrics that the group reports.
async fn metrics(at: &At<'_>, name: &str, object: &Object<'_>) -> Result<(), Failure> {
    let Some(Json::Array(collections)) = object.json("MetricsCollection") else {
        return Ok(());
    };
    let autoscaling = at.clients.autoscaling();
    if collections.is_empty() {
        let gone = autoscaling
            .disable_metrics_collection()
            .auto_scaling_group_name(name);
        gone.send().await.map_err(failure)?;
    }
    for collection in collections {
        let collection = Object::of(collection)?;
        let sent = autoscaling
            .enable_metrics_collection()
            .auto_scaling_group_name(name);
        let sent = fill!(sent, collection, { granularity, metrics });
        collection.finish()?;
        sent.send().await.map_err(failure)?;
    }
    Ok(())
}

/// Leads what sends requests to the machines to what is wanted.
async fn attach(at: &At<'_>, change: &Change<'_>) -> Result<(), Failure> {
    let (autoscaling, name) = (at.clients.autoscaling(), at.id()?);
    let Some(group) = described(at).await? else {
        return Ok(());
    };
    let wanted = |property: &str| -> Result<Vec<String>, Misfit> {
        Ok(Object::new(change.wanted)
            .get(property)?
            .unwrap_or_default())
    };
    if change.touches(&["TargetGroupARNs"]) {
        let (new, gone) = moves(group.target_group_arns(), &wanted("TargetGroupARNs")?);
        if !new.is_empty() {
            let sent = autoscaling
                .attach_load_balancer_target_groups()
                .auto_scaling_group_name(name);
            sent.set_target_group_arns(Some(new))
                .send()
                .await
                .map_err(failure)?;
        }
        if !gone.is_empty() {
            let sent = autoscaling
                .detach_load_balancer_target_groups()
                .auto_scaling_group_name(name);
            sent.set_target_group_arns(Some(gone))
                .send()
                .await
                .map_err(failure)?;
        }
    }
    if change.touches(&["LoadBalancerNames"]) {
        let (new, gone) = moves(group.load_balancer_names(), &wanted("LoadBalancerNames")?);
        if !new.is_empty() {
            let sent = autoscaling
                .attach_load_balancers()
                .auto_scaling_group_name(name);
            sent.set_load_balancer_names(Some(new))
                .send()
                .await
                .map_err(failure)?;
        }
        if !gone.is_empty() {
            let sent = autoscaling
                .detach_load_balancers()
                .auto_scaling_group_name(name);
            sent.set_load_balancer_names(Some(gone))
                .send()
                .await
                .map_err(failure)?;
        }
    }
    if change.touches(&["TrafficSources"]) {
        let wanted: Vec<TrafficSourceIdentifier> = Object::new(change.wanted)
            .get("TrafficSources")?
            .unwrap_or_default();
        let (new, gone) = moves(group.traffic_sources(), &wanted);
        if !new.is_empty() {
            let sent = autoscaling
                .attach_traffic_sources()
                .auto_scaling_group_name(name);
            sent.set_traffic_sources(Some(new))
                .send()
                .await
                .map_err(failure)?;
        }
        if !gone.is_empty() {
            let sent = autoscaling
                .detach_traffic_sources()
                .auto_scaling_group_name(name);
            sent.set_traffic_sources(Some(gone))
                .send()
                .await
                .map_err(failure)?;
        }
    }
    Ok(())
}

/// What a list gains and what it loses.
fn moves<T: Clone + PartialEq>(there: &[T], wanted: &[T]) -> (Vec<T>, Vec<T>) {
    let missing = |from: &[T], of: &[T]| {
        of.iter()
            .filter(|one| !from.contains(one))
            .cloned()
            .collect()
    };
    (missing(there, wanted), missing(wanted, there))
}

/// The wanted tags by key. Ours say nothing of machines, which do not get them then.
fn tags(name: &str, wanted: &Map<String, Json>) -> Result<BTreeMap<String, Tag>, Failure> {
    let mut tags = BTreeMap::new();
    let items = wanted.get("Tags").and_then(Json::as_array);
    for item in items.into_iter().flatten() {
        let item = Object::of(item)?;
        let key: String = item.get("Key")?.unwrap_or_default();
        let tag = Tag::builder()
            .key(&key)
            .set_value(item.get("Value")?)
            .propagate_at_launch(item.get("PropagateAtLaunch")?.unwrap_or(false))
            .resource_id(name)
            .resource_type("auto-scaling-group");
        item.finish()?;
        tags.insert(key, tag.build());
    }
    Ok(tags)
}

async fn retag(at: &At<'_>, change: &Change<'_>) -> Result<(), Failure> {
    let (autoscaling, name) = (at.clients.autoscaling(), at.id()?);
    let wanted = tags(name, change.wanted)?;
    let there = described(at)
        .await?
        .and_then(|group| group.tags)
        .unwrap_or_default();
    let gone = there
        .iter()
        .filter_map(|tag| tag.key())
        .filter(|key| !wanted.contains_key(*key));
    let gone: Vec<Tag> = gone
        .map(|key| {
            Tag::builder()
                .key(key)
                .resource_id(name)
                .resource_type("auto-scaling-group")
                .build()
        })
        .collect();
    if !wanted.is_empty() {
        let sent = autoscaling.create_or_update_tags();
        let sent = sent.set_tags(Some(wanted.into_values().collect()));
        sent.send().await.map_err(failure)?;
    }
    if !gone.is_empty() {
        let sent = autoscaling.delete_tags().set_tags(Some(gone));
        sent.send().await.map_err(failure)?;
    }
    Ok(())
}

fn live(at: &At<'_>, group: &Group) -> Live {
    let mut map = Map::new();
    settings!(show map, *group);
    show!(map, *group, {
        auto_scaling_group_arn = "AutoScalingGroupARN",
        auto_scaling_group_name,
        load_balancer_names,
        target_group_arns = "TargetGroupARNs",
        traffic_sources,
    });
    let subnets = group.vpc_zone_identifier().unwrap_or_default().split(',');
    let subnets: Vec<String> = subnets
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .collect();
    put(&mut map, "VPCZoneIdentifier", &subnets);
    if !group.enabled_metrics().is_empty() {
        map.insert("MetricsCollection".to_owned(), collected(group));
    }
    let of = |tag: &TagDescription| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default()));
    let tags: BTreeMap<String, String> = group.tags().iter().filter_map(of).collect();
    let mut live = at.live(
        group.auto_scaling_group_name().unwrap_or_default(),
        map,
        tags,
    );
    let shown = group.tags().iter().map(|tag| {
        json!({ "Key": tag.key, "Value": tag.value, "PropagateAtLaunch": tag.propagate_at_launch })
    });
    live.properties.insert("Tags".to_owned(), shown.collect());
    live.pending = group.status().is_some();
    live
}

/// The metrics that a group reports, gathered by how often it does.
fn collected(group: &Group) -> Json {
    let mut by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for metric in group.enabled_metrics() {
        let often = metric.granularity().unwrap_or("1Minute");
        by.entry(often).or_default().extend(metric.metric());
    }
    let each = by
        .into_iter()
        .map(|(often, metrics)| json!({ "Granularity": often, "Metrics": metrics }));
    each.collect()
}
