//! Scaling policies: by which metric something is scaled, and how far.

use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Misfit, Object, fields, put};
use async_trait::async_trait;
use aws_sdk_applicationautoscaling::types::{ScalingPolicy as Policy, ServiceNamespace};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json, json};

/// `AWS::ApplicationAutoScaling::ScalingPolicy`, by `<ARN>|<dimension>`.
pub(crate) struct ScalingPolicy;

fields!(policy {
    policy_name,
    policy_type,
    predictive_scaling_policy_configuration,
    resource_id,
    scalable_dimension,
    service_namespace,
    step_scaling_policy_configuration,
    target_tracking_scaling_policy_configuration,
});

#[async_trait]
impl Resource for ScalingPolicy {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [arn, _] = at.ids()?;
        let policies = of_namespace(at, namespace(arn)).await?;
        Ok(policies
            .iter()
            .find(|policy| policy.policy_arn() == arn)
            .map(|one| live(at, one)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let id = put_policy(at, wanted).await?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        put_policy(at, change.wanted).await?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let Some(live) = self.read(at).await? else {
            return Ok(Reply::Deleted);
        };
        let object = Object::new(&live.properties);
        let gone = at
            .clients
            .applicationautoscaling()
            .delete_scaling_policy()
            .set_policy_name(object.get("PolicyName")?)
            .set_resource_id(object.get("ResourceId")?)
            .set_scalable_dimension(object.get("ScalableDimension")?)
            .set_service_namespace(object.get("ServiceNamespace")?);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let whole = whole(wanted)?;
        let object = Object::new(&whole);
        let namespace: Option<String> = object.get("ServiceNamespace")?;
        let policies = of_namespace(at, namespace.as_deref().unwrap_or_default()).await?;
        let all = policies.iter().map(|one| live(at, one));
        let alike = |live: &Live, name: &str| live.properties.get(name) == whole.get(name);
        let names = ["PolicyName", "ResourceId", "ScalableDimension"];
        Ok(all
            .filter(|live| names.iter().all(|name| alike(live, name)))
            .collect())
    }
}

/// The namespace in the ARN of a policy: `…:resource/ecs/service/…:policyName/…`.
fn namespace(arn: &str) -> &str {
    let rest = arn.split_once(":resource/").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

async fn of_namespace(at: &At<'_>, namespace: &str) -> Result<Vec<Policy>, Failure> {
    let pages = at
        .clients
        .applicationautoscaling()
        .describe_scaling_policies();
    let pages = pages.service_namespace(ServiceNamespace::from(namespace));
    let mut pages = pages.into_paginator().items().send();
    let mut policies = Vec::new();
    while let Some(policy) = pages.next().await {
        policies.push(policy.map_err(failure)?);
    }
    Ok(policies)
}

/// The properties with what `ScalingTargetId` stands for: `<resource>|<dimension>|<namespace>`.
fn whole(wanted: &Map<String, Json>) -> Result<Map<String, Json>, Misfit> {
    let mut whole = wanted.clone();
    let id: Option<String> = Object::new(wanted).get("ScalingTargetId")?;
    let Some(id) = id else {
        return Ok(whole);
    };
    let mut parts = id.splitn(3, '|');
    for name in ["ResourceId", "ScalableDimension", "ServiceNamespace"] {
        let part = parts.next().ok_or_else(|| {
            Misfit::new(format!("`{id}` is no id of a scalable target")).within("ScalingTargetId")
        })?;
        whole.insert(name.to_owned(), json!(part));
    }
    Ok(whole)
}

async fn put_policy(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let whole = whole(wanted)?;
    let object = Object::new(&whole);
    let sent = policy!(fill at.clients.applicationautoscaling().put_scaling_policy(), object);
    let dimension: String = object.get("ScalableDimension")?.unwrap_or_default();
    object.elsewhere(&["ScalingTargetId"]);
    object.finish()?;
    let output = sent.send().await.map_err(failure)?;
    match output.policy_arn() {
        "" => Err(lacks("ARN")),
        arn => Ok(format!("{arn}|{dimension}")),
    }
}

fn live(at: &At<'_>, one: &Policy) -> Live {
    let mut map = Map::new();
    policy!(show map, *one);
    put(&mut map, "Arn", &one.policy_arn);
    at.seen(
        format!("{}|{}", one.policy_arn(), one.scalable_dimension().as_str()),
        map,
    )
}
