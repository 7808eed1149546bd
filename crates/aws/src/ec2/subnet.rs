//! Subnets.

use super::{Described, retag, tagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, half_made, settled};
use crate::shape::{Object, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, BlockPublicAccessMode, BlockPublicAccessStates, Filter, HostnameType,
    PrivateDnsNameOptionsOnLaunch, ResourceType, Subnet as Shown,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::Subnet`, by its id.
pub(crate) struct Subnet;

words!(BlockPublicAccessMode, HostnameType);
shape!(BlockPublicAccessStates {
    internet_gateway_block_mode
});
shape!(PrivateDnsNameOptionsOnLaunch {
    enable_resource_name_dns_aaaa_record = "EnableResourceNameDnsAAAARecord",
    enable_resource_name_dns_a_record = "EnableResourceNameDnsARecord",
    hostname_type,
});

/// Properties with a call of their own each.
const ATTRIBUTES: &[&str] = &[
    "AssignIpv6AddressOnCreation",
    "EnableDns64",
    "EnableLniAtDeviceIndex",
    "MapPublicIpOnLaunch",
    "PrivateDnsNameOptionsOnLaunch",
];

#[async_trait]
impl Described for Subnet {
    const ID: &'static str = "subnet-id";

    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure> {
        let asked = at
            .clients
            .ec2()
            .describe_subnets()
            .set_filters(Some(filters));
        let mut pages = asked.into_paginator().items().send();
        let mut described = Vec::new();
        while let Some(subnet) = pages.next().await {
            let subnet = subnet.map_err(failure)?;
            described.push(at.seen(subnet.subnet_id().unwrap_or_default(), shown(&subnet)));
        }
        Ok(described)
    }
}

#[async_trait]
impl Resource for Subnet {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        self.one(at).await
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = fill!(at.clients.ec2().create_subnet(), object, {
            availability_zone,
            availability_zone_id,
            cidr_block,
            ipv4_ipam_pool_id,
            ipv4_netmask_length,
            ipv6_cidr_block,
            ipv6_ipam_pool_id,
            ipv6_native,
            ipv6_netmask_length,
            outpost_arn,
            vpc_id,
        })
        .set_tag_specifications(tagged(at, wanted, ResourceType::Subnet)?);
        object.elsewhere(&[at.tag_property()]);
        object.elsewhere(ATTRIBUTES);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output
            .subnet
            .and_then(|subnet| subnet.subnet_id)
            .ok_or_else(|| lacks("subnet"))?;
        attributes(at, &id, &object).await.map_err(half_made)?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (id, object) = (at.id()?, change.object());
        attributes(at, id, &object).await?;
        retag(at, id, change).await?;
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ec2()
            .delete_subnet()
            .subnet_id(at.id()?)
            .send()
            .await;
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

/// One attribute a call: EC2 API, ModifySubnetAttribute.
async fn attributes(at: &At<'_>, id: &str, object: &Object<'_>) -> Result<(), Failure> {
    let sent = || at.clients.ec2().modify_subnet_attribute().subnet_id(id);
    let flag = |value| AttributeBooleanValue::builder().value(value).build();
    if let Some(value) = object.get("MapPublicIpOnLaunch")? {
        sent()
            .map_public_ip_on_launch(flag(value))
            .send()
            .await
            .map_err(failure)?;
    }
    if let Some(value) = object.get("AssignIpv6AddressOnCreation")? {
        sent()
            .assign_ipv6_address_on_creation(flag(value))
            .send()
            .await
            .map_err(failure)?;
    }
    if let Some(value) = object.get("EnableDns64")? {
        sent()
            .enable_dns64(flag(value))
            .send()
            .await
            .map_err(failure)?;
    }
    if let Some(index) = object.get("EnableLniAtDeviceIndex")? {
        sent()
            .enable_lni_at_device_index(index)
            .send()
            .await
            .map_err(failure)?;
    }
    let Some(names) =
        object.get::<PrivateDnsNameOptionsOnLaunch>("PrivateDnsNameOptionsOnLaunch")?
    else {
        return Ok(());
    };
    if let Some(kind) = names.hostname_type {
        sent()
            .private_dns_hostname_type_on_launch(kind)
            .send()
            .await
            .map_err(failure)?;
    }
    if let Some(value) = names.enable_resource_name_dns_a_record {
        let sent = sent().enable_resource_name_dns_a_record_on_launch(flag(value));
        sent.send().await.map_err(failure)?;
    }
    if let Some(value) = names.enable_resource_name_dns_aaaa_record {
        let sent = sent().enable_resource_name_dns_aaaa_record_on_launch(flag(value));
        sent.send().await.map_err(failure)?;
    }
    Ok(())
}

fn shown(subnet: &Shown) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *subnet, {
        assign_ipv6_address_on_creation,
        availability_zone,
        availability_zone_id,
        block_public_access_states,
        cidr_block,
        enable_dns64,
        enable_lni_at_device_index,
        ipv6_native,
        map_public_ip_on_launch,
        outpost_arn,
        private_dns_name_options_on_launch,
        subnet_id,
        tags,
        vpc_id,
    });
    let blocks = subnet.ipv6_cidr_block_association_set().iter();
    let blocks: Vec<String> = blocks
        .filter_map(|block| block.ipv6_cidr_block.clone())
        .collect();
    put(&mut map, "Ipv6CidrBlock", &blocks.first().cloned());
    put(&mut map, "Ipv6CidrBlocks", &blocks);
    map
}
