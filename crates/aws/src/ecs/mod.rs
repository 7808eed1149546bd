//! ECS: clusters, what runs in them, and what it runs on.

mod associations;
mod capacity_provider;
mod cluster;
mod definition;
mod deployment;
mod service;
mod task_definition;
mod trouble;

use crate::failure::failure;
use crate::resource::{At, Change, Resource, retag as lead_tags, tag_list};
use crate::shape::{Shape, shape, words};
use aws_sdk_ecs::types::{
    CapacityProviderStrategyItem, KeyValuePair, LogConfiguration, LogDriver, Secret, Tag,
};
use formwork_provider::Failure;
use serde_json::Map;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "CapacityProvider" => &capacity_provider::CapacityProvider,
        "Cluster" => &cluster::Cluster,
        "ClusterCapacityProviderAssociations" => &associations::Associations,
        "Service" => &service::Service,
        "TaskDefinition" => &task_definition::TaskDefinition,
        _ => return None,
    })
}

words!(LogDriver);
shape!(CapacityProviderStrategyItem {
    base,
    capacity_provider,
    weight
});
shape!(KeyValuePair { name, value });
shape!(LogConfiguration {
    log_driver,
    options,
    secret_options
});
shape!(Secret { name, value_from });
shape!(Tag { key, value });

/// Leads the tags of an object to those that are wanted, if they change.
async fn retag(at: &At<'_>, arn: &str, change: &Change<'_>) -> Result<(), Failure> {
    if !change.touches(&[at.tag_property()]) {
        return Ok(());
    }
    let ecs = at.clients.ecs();
    let there = ecs
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .map_err(failure)?;
    let mut map = Map::new();
    map.extend(
        there
            .tags
            .show()
            .map(|tags| (at.tag_property().to_owned(), tags)),
    );
    lead_tags!(
        at.tags(&map),
        at.tags(change.wanted),
        |set| ecs
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(tag_list(&set)?)),
        |keys| ecs
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(keys)),
    );
    Ok(())
}
