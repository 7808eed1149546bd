//! EC2: networks, and what machines are started from.

mod eip;
mod internet_gateway;
mod launch_template;
mod launch_template_data;
mod nat_gateway;
mod route;
mod route_table;
mod route_table_association;
mod rules;
mod security_group;
mod subnet;
mod vpc;
mod vpc_endpoint;
mod vpc_gateway_attachment;

use crate::failure::failure;
use crate::resource::{At, Change, Resource, TagChange, tag_list};
use crate::shape::{Misfit, shape};
use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use formwork_provider::{Failure, Live, TAG_ADDRESS, TAG_GENERATION};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "EIP" => &eip::Eip,
        "InternetGateway" => &internet_gateway::InternetGateway,
        "LaunchTemplate" => &launch_template::LaunchTemplate,
        "NatGateway" => &nat_gateway::NatGateway,
        "Route" => &route::Route,
        "RouteTable" => &route_table::RouteTable,
        "SecurityGroup" => &security_group::SecurityGroup,
        "Subnet" => &subnet::Subnet,
        "SubnetRouteTableAssociation" => &route_table_association::RouteTableAssociation,
        "VPC" => &vpc::Vpc,
        "VPCEndpoint" => &vpc_endpoint::VpcEndpoint,
        "VPCGatewayAttachment" => &vpc_gateway_attachment::GatewayAttachment,
        _ => return None,
    })
}

shape!(Tag { key, value });

/// A type that EC2 describes by filters: one way to read one object, many, and those that carry our tags. What is not
/// there is left out of the answer, so an object that is missing is no error.
#[async_trait]
trait Described: Sync {
    /// The filter by ids, such as `vpc-id`.
    const ID: &'static str;

    /// All objects that pass the filters.
    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure>;

    /// The one object.
    async fn one(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?.rsplit('|').next().unwrap_or_default();
        let described = self.described(at, vec![filter(Self::ID, [id])]).await?;
        let is_it = |live: &Live| live.id.rsplit('|').next() == Some(id);
        Ok(described.into_iter().find(is_it))
    }

    /// Those that carry our tags for this address and generation.
    async fn ours(&self, at: &At<'_>) -> Result<Vec<Live>, Failure> {
        let generation = at.target.generation.to_string();
        let filters = vec![
            filter(&format!("tag:{TAG_ADDRESS}"), [&*at.target.address.tag()]),
            filter(&format!("tag:{TAG_GENERATION}"), [generation.as_str()]),
        ];
        self.described(at, filters).await
    }

    /// Many at once: EC2 takes 200 values a filter (EC2 API, "Filtering").
    async fn many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        let mut answers = Vec::with_capacity(all.len());
        for batch in all.chunks(200) {
            let Some(first) = batch.first() else { continue };
            let ids = batch.iter().filter_map(|at| at.id().ok());
            let ids = ids.map(|id| id.rsplit('|').next().unwrap_or_default());
            match self.described(first, vec![filter(Self::ID, ids)]).await {
                Ok(described) => answers.extend(batch.iter().map(|at| {
                    let id = at.id()?;
                    Ok(described.iter().find(|live| &*live.id == id).cloned())
                })),
                Err(failure) => answers.extend(batch.iter().map(|_| Err(failure.clone()))),
            }
        }
        answers
    }
}

fn filter<'v>(name: &str, values: impl IntoIterator<Item = &'v str>) -> Filter {
    let values = values.into_iter().map(str::to_owned).collect();
    Filter::builder()
        .name(name)
        .set_values(Some(values))
        .build()
}

/// The tags of something that is created, in the form of EC2's creates.
fn tagged(
    at: &At<'_>,
    wanted: &Map<String, Json>,
    kind: ResourceType,
) -> Result<Option<Vec<TagSpecification>>, Misfit> {
    let tags = at.tags(wanted);
    if tags.is_empty() {
        return Ok(None);
    }
    let tags = tag_list(&tags)?;
    let specification = TagSpecification::builder()
        .resource_type(kind)
        .set_tags(Some(tags));
    Ok(Some(vec![specification.build()]))
}

/// Leads the tags of an object to those that are wanted, if they change.
async fn retag(at: &At<'_>, id: &str, change: &Change<'_>) -> Result<(), Failure> {
    if !change.touches(&[at.tag_property()]) {
        return Ok(());
    }
    let ec2 = at.clients.ec2();
    let asked = ec2.describe_tags().filters(filter("resource-id", [id]));
    let mut there = BTreeMap::new();
    let mut pages = asked.into_paginator().items().send();
    while let Some(tag) = pages.next().await {
        let tag = tag.map_err(failure)?;
        there.insert(tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
    }
    let change = TagChange::between(&there, at.tags(change.wanted));
    if !change.set.is_empty() {
        let tags = tag_list(&change.set)?;
        let sent = ec2.create_tags().resources(id).set_tags(Some(tags));
        sent.send().await.map_err(failure)?;
    }
    if !change.remove.is_empty() {
        let keys = change
            .remove
            .into_iter()
            .map(|key| Tag::builder().key(key).build());
        let sent = ec2
            .delete_tags()
            .resources(id)
            .set_tags(Some(keys.collect()));
        sent.send().await.map_err(failure)?;
    }
    Ok(())
}
