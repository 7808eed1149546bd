//! Elastic Load Balancing, version 2. Tags are not shown with objects: a call of their own gives those of twenty.

mod actions;
mod listener;
mod listener_rule;
mod load_balancer;
mod target_group;

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, retag as lead_tags, tag_list};
use crate::shape::shape;
use aws_sdk_elasticloadbalancingv2::types::Tag;
use formwork_provider::Failure;
use std::collections::BTreeMap;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Listener" => &listener::Listener,
        "ListenerRule" => &listener_rule::ListenerRule,
        "LoadBalancer" => &load_balancer::LoadBalancer,
        "TargetGroup" => &target_group::TargetGroup,
        _ => return None,
    })
}

shape!(Tag { key, value });

type Tags = BTreeMap<String, String>;

/// The tags of many objects, by ARN.
async fn tags(at: &At<'_>, arns: &[String]) -> Result<BTreeMap<String, Tags>, Failure> {
    let mut all = BTreeMap::new();
    // ELBv2 API, DescribeTags: up to 20 resources.
    for arns in arns.chunks(20) {
        let asked = at
            .clients
            .elb()
            .describe_tags()
            .set_resource_arns(Some(arns.to_vec()));
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            continue;
        };
        for described in output.tag_descriptions.unwrap_or_default() {
            let tags = described.tags.unwrap_or_default().into_iter();
            let tags = tags.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
            all.insert(described.resource_arn.unwrap_or_default(), tags.collect());
        }
    }
    Ok(all)
}

/// Leads the tags of an object to those that are wanted, if they change.
async fn retag(at: &At<'_>, arn: &str, change: &Change<'_>) -> Result<(), Failure> {
    if !change.touches(&[at.tag_property()]) {
        return Ok(());
    }
    let elb = at.clients.elb();
    let there = tags(at, &[arn.to_owned()])
        .await?
        .remove(arn)
        .unwrap_or_default();
    lead_tags!(
        there,
        at.tags(change.wanted),
        |set| elb
            .add_tags()
            .resource_arns(arn)
            .set_tags(Some(tag_list(&set)?)),
        |keys| elb
            .remove_tags()
            .resource_arns(arn)
            .set_tag_keys(Some(keys)),
    );
    Ok(())
}
