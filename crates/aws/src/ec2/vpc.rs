//! Networks. What AWS makes with one, its group and list of rules, is read for those who refer to it.

use super::{Described, filter, retag, tagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, half_made, settled};
use crate::shape::{Object, fill, put, show, words};
use async_trait::async_trait;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, Filter, ResourceType, Tenancy, Vpc as Network, VpcAttributeName,
    VpcTenancy,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::VPC`, by its id.
pub(crate) struct Vpc;

words!(Tenancy, VpcTenancy);

#[async_trait]
impl Described for Vpc {
    const ID: &'static str = "vpc-id";

    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure> {
        let asked = at.clients.ec2().describe_vpcs().set_filters(Some(filters));
        let mut pages = asked.into_paginator().items().send();
        let mut described = Vec::new();
        while let Some(network) = pages.next().await {
            described.push(shown(at, &network.map_err(failure)?).await?);
        }
        Ok(described)
    }
}

#[async_trait]
impl Resource for Vpc {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        found(self.one(at).await).map(Option::flatten)
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.ec2().create_vpc();
        let sent = fill!(sent, object, { cidr_block, instance_tenancy, ipv4_ipam_pool_id, ipv4_netmask_length })
            .set_tag_specifications(tagged(at, wanted, ResourceType::Vpc)?);
        object.elsewhere(&[at.tag_property(), "EnableDnsSupport", "EnableDnsHostnames"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output
            .vpc
            .and_then(|vpc| vpc.vpc_id)
            .ok_or_else(|| lacks("VPC"))?;
        name_service(at, &id, &object).await.map_err(half_made)?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let id = at.id()?;
        let object = change.object();
        if change.touches(&["InstanceTenancy"]) {
            let sent = at.clients.ec2().modify_vpc_tenancy().vpc_id(id);
            fill!(sent, object, { instance_tenancy })
                .send()
                .await
                .map_err(failure)?;
        }
        name_service(at, id, &object).await?;
        retag(at, id, change).await?;
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at.clients.ec2().delete_vpc().vpc_id(at.id()?).send().await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        self.ours(at).await
    }

    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        self.many(all).await
    }
}

/// One attribute a call: EC2 API, ModifyVpcAttribute. Names need support, so support comes first.
async fn name_service(at: &At<'_>, id: &str, object: &Object<'_>) -> Result<(), Failure> {
    let sent = || at.clients.ec2().modify_vpc_attribute().vpc_id(id);
    let flag = |value| AttributeBooleanValue::builder().value(value).build();
    if let Some(support) = object.get("EnableDnsSupport")? {
        sent()
            .enable_dns_support(flag(support))
            .send()
            .await
            .map_err(failure)?;
    }
    if let Some(names) = object.get("EnableDnsHostnames")? {
        sent()
            .enable_dns_hostnames(flag(names))
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

async fn shown(at: &At<'_>, network: &Network) -> Result<Live, Failure> {
    let ec2 = at.clients.ec2();
    let id = network.vpc_id().unwrap_or_default();
    let mut map = Map::new();
    show!(map, *network, { cidr_block, instance_tenancy, tags, vpc_id });
    let blocks = network.cidr_block_association_set().iter();
    let blocks: Vec<String> = blocks
        .filter_map(|block| block.association_id.clone())
        .collect();
    put(&mut map, "CidrBlockAssociations", &blocks);
    let blocks = network.ipv6_cidr_block_association_set().iter();
    let blocks: Vec<String> = blocks
        .filter_map(|block| block.ipv6_cidr_block.clone())
        .collect();
    put(&mut map, "Ipv6CidrBlocks", &blocks);
    let asked = |name| {
        ec2.describe_vpc_attribute()
            .vpc_id(id)
            .attribute(name)
            .send()
    };
    let support = asked(VpcAttributeName::EnableDnsSupport)
        .await
        .map_err(failure)?;
    let support = support.enable_dns_support.and_then(|flag| flag.value);
    put(&mut map, "EnableDnsSupport", &support);
    let names = asked(VpcAttributeName::EnableDnsHostnames)
        .await
        .map_err(failure)?;
    let names = names.enable_dns_hostnames.and_then(|flag| flag.value);
    put(&mut map, "EnableDnsHostnames", &names);
    let groups = ec2
        .describe_security_groups()
        .filters(filter("vpc-id", [id]))
        .filters(filter("group-name", ["default"]));
    let groups = groups
        .send()
        .await
        .map_err(failure)?
        .security_groups
        .unwrap_or_default();
    let group = groups.into_iter().next().and_then(|group| group.group_id);
    put(&mut map, "DefaultSecurityGroup", &group);
    let lists = ec2
        .describe_network_acls()
        .filters(filter("vpc-id", [id]))
        .filters(filter("default", ["true"]));
    let lists = lists
        .send()
        .await
        .map_err(failure)?
        .network_acls
        .unwrap_or_default();
    let list = lists
        .into_iter()
        .next()
        .and_then(|list| list.network_acl_id);
    put(&mut map, "DefaultNetworkAcl", &list);
    Ok(at.seen(id, map))
}
