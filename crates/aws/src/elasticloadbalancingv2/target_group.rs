//! Target groups: where balancers send requests.

use super::{retag, tags};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    Matcher, TargetDescription, TargetGroup as Group, TargetGroupAttribute,
    TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ElasticLoadBalancingV2::TargetGroup`, by its ARN; known by its name.
pub(crate) struct TargetGroup;

words!(TargetGroupIpAddressTypeEnum, TargetTypeEnum);
shape!(Matcher {
    grpc_code,
    http_code
});
shape!(TargetDescription {
    availability_zone,
    id,
    port,
    quic_server_id
});
shape!(TargetGroupAttribute { key, value });

fields!(health {
    health_check_enabled,
    health_check_interval_seconds,
    health_check_path,
    health_check_port,
    health_check_protocol,
    health_check_timeout_seconds,
    healthy_threshold_count,
    matcher,
    unhealthy_threshold_count,
});

/// Properties that [`health!`] sends.
const HEALTH: &[&str] = &[
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "Matcher",
    "UnhealthyThresholdCount",
];

#[async_trait]
impl Resource for TargetGroup {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let Some(group) = described(at).await? else {
            return Ok(None);
        };
        let (elb, arn) = (
            at.clients.elb(),
            group.target_group_arn().unwrap_or_default(),
        );
        let mut map = Map::new();
        health!(show map, group);
        show!(map, group, {
            ip_address_type,
            load_balancer_arns,
            port,
            protocol,
            protocol_version,
            target_control_port,
            target_group_arn,
            target_group_name,
            target_group_name = "Name",
            target_type,
            vpc_id,
        });
        if let Some(full) = arn.rsplit(':').next() {
            put(&mut map, "TargetGroupFullName", &full.to_owned());
        }
        let asked = elb
            .describe_target_group_attributes()
            .target_group_arn(arn)
            .send()
            .await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        put(&mut map, "TargetGroupAttributes", &output.attributes);
        put(&mut map, "Targets", &targets(at, arn).await?);
        let tags = tags(at, &[arn.to_owned()])
            .await?
            .remove(arn)
            .unwrap_or_default();
        Ok(Some(at.live(arn, map, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = health!(fill at.clients.elb().create_target_group(), object);
        let sent = fill!(sent, object, {
            ip_address_type,
            name,
            port,
            protocol,
            protocol_version,
            tags,
            target_control_port,
            target_type,
            vpc_id,
        });
        object.elsewhere(&["TargetGroupAttributes", "Targets"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let group = output.target_groups.and_then(|all| all.into_iter().next());
        let arn = group
            .and_then(|one| one.target_group_arn)
            .ok_or_else(|| lacks("target group"))?;
        attributes(at, &arn, &object).await?;
        register(at, &arn, object.get("Targets")?.unwrap_or_default(), &[]).await?;
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (arn, object) = (at.id()?, change.object());
        if change.touches(HEALTH) {
            let wanted = Object::new(change.wanted);
            let sent = health!(fill at.clients.elb().modify_target_group(), wanted);
            sent.target_group_arn(arn).send().await.map_err(failure)?;
        }
        attributes(at, arn, &object).await?;
        if change.touches(&["Targets"]) {
            let wanted: Vec<TargetDescription> = object.get("Targets")?.unwrap_or_default();
            let there = targets(at, arn).await?;
            register(at, arn, wanted, &there).await?;
        }
        retag(at, arn, change).await?;
        object.elsewhere(&[at.tag_property(), "Targets"]);
        object.elsewhere(HEALTH);
        object.finish()?;
        settled(self, at, arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let Some(group) = described(at).await? else {
            return Ok(Reply::Deleted);
        };
        let gone = at.clients.elb().delete_target_group();
        let gone = gone
            .set_target_group_arn(group.target_group_arn)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

/// The group of an ARN or a name.
async fn described(at: &At<'_>) -> Result<Option<Group>, Failure> {
    let (asked, id) = (at.clients.elb().describe_target_groups(), at.id()?);
    let asked = match id.starts_with("arn:") {
        true => asked.target_group_arns(id),
        false => asked.names(id),
    };
    let output = found(asked.send().await.map_err(failure))?;
    let all = output
        .and_then(|output| output.target_groups)
        .unwrap_or_default();
    Ok(all.into_iter().next())
}

async fn attributes(at: &At<'_>, arn: &str, object: &Object<'_>) -> Result<(), Failure> {
    let attributes = object.get::<Vec<TargetGroupAttribute>>("TargetGroupAttributes")?;
    if let Some(attributes) = attributes.filter(|attributes| !attributes.is_empty()) {
        let sent = at
            .clients
            .elb()
            .modify_target_group_attributes()
            .target_group_arn(arn);
        sent.set_attributes(Some(attributes))
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

async fn targets(at: &At<'_>, arn: &str) -> Result<Vec<TargetDescription>, Failure> {
    let asked = at
        .clients
        .elb()
        .describe_target_health()
        .target_group_arn(arn)
        .send()
        .await;
    let output = found(asked.map_err(failure))?;
    let all = output
        .and_then(|output| output.target_health_descriptions)
        .unwrap_or_default();
    Ok(all.into_iter().filter_map(|one| one.target).collect())
}

/// Leads the targets from those that are there to those that are wanted, among which are those of others.
async fn register(
    at: &At<'_>,
    arn: &str,
    wanted: Vec<TargetDescription>,
    there: &[TargetDescription],
) -> Result<(), Failure> {
    let same = |one: &TargetDescription, other: &TargetDescription| {
        one.id == other.id && (one.port.is_none() || other.port.is_none() || one.port == other.port)
    };
    let has = |all: &[TargetDescription], one: &TargetDescription| {
        all.iter().any(|other| same(one, other))
    };
    let gone = there
        .iter()
        .filter(|one| !has(&wanted, one))
        .cloned()
        .collect::<Vec<_>>();
    let new = wanted
        .iter()
        .filter(|one| !has(there, one))
        .cloned()
        .collect::<Vec<_>>();
    let elb = at.clients.elb();
    if !new.is_empty() {
        let sent = elb
            .register_targets()
            .target_group_arn(arn)
            .set_targets(Some(new));
        sent.send().await.map_err(failure)?;
    }
    if !gone.is_empty() {
        let sent = elb
            .deregister_targets()
            .target_group_arn(arn)
            .set_targets(Some(gone));
        sent.send().await.map_err(failure)?;
    }
    Ok(())
}
