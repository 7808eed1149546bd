//! NAT gateways: each takes minutes to come and to go, and holds its address until it has gone.

use super::{Described, retag, tagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Object, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_ec2::types::{
    AutoProvisionZonesState, AutoScalingIpsState, AvailabilityMode, AvailabilityZoneAddress,
    ConnectivityType, Filter, NatGateway as Gateway, NatGatewayState as State, ResourceType,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::NatGateway`, by its id.
pub(crate) struct NatGateway;

words!(
    AutoProvisionZonesState,
    AutoScalingIpsState,
    AvailabilityMode,
    ConnectivityType
);
shape!(AvailabilityZoneAddress {
    allocation_ids,
    availability_zone,
    availability_zone_id
});

#[async_trait]
impl Described for NatGateway {
    const ID: &'static str = "nat-gateway-id";

    /// Those that have gone are shown for an hour: EC2 guide, "NAT gateways", states.
    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure> {
        let asked = at
            .clients
            .ec2()
            .describe_nat_gateways()
            .set_filter(Some(filters));
        let mut pages = asked.into_paginator().items().send();
        let mut described = Vec::new();
        while let Some(gateway) = pages.next().await {
            let gateway = gateway.map_err(failure)?;
            if matches!(gateway.state(), Some(State::Deleted | State::Failed)) {
                continue;
            }
            let mut live = at.seen(
                gateway.nat_gateway_id().unwrap_or_default(),
                shown(&gateway),
            );
            live.pending = matches!(gateway.state(), Some(State::Pending | State::Deleting));
            described.push(live);
        }
        Ok(described)
    }
}

#[async_trait]
impl Resource for NatGateway {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        self.one(at).await
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = fill!(at.clients.ec2().create_nat_gateway(), object, {
            allocation_id,
            availability_mode,
            availability_zone_addresses,
            connectivity_type,
            private_ip_address,
            secondary_allocation_ids,
            secondary_private_ip_address_count,
            secondary_private_ip_addresses,
            subnet_id,
            vpc_id,
        })
        .client_token(token)
        .set_tag_specifications(tagged(at, wanted, ResourceType::Natgateway)?);
        // Of later changes: how long a secondary address may still serve what goes through it.
        object.elsewhere(&[at.tag_property(), "MaxDrainDurationSeconds"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output
            .nat_gateway
            .and_then(|gateway| gateway.nat_gateway_id);
        Ok(at.pending(id.ok_or_else(|| lacks("gateway"))?, "becoming available"))
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (id, object) = (at.id()?, change.object());
        retag(at, id, change).await?;
        object.elsewhere(&[at.tag_property(), "MaxDrainDurationSeconds"]);
        object.finish()?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let gone = at
            .clients
            .ec2()
            .delete_nat_gateway()
            .nat_gateway_id(id)
            .send()
            .await;
        match found(gone.map_err(failure))? {
            Some(_) => Ok(at.pending(id, "deleting")),
            None => Ok(Reply::Deleted),
        }
    }

    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        self.ours(at).await
    }

    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        self.many(all).await
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let asked = at
            .clients
            .ec2()
            .describe_nat_gateways()
            .nat_gateway_ids(id)
            .send()
            .await;
        let gateways = found(asked.map_err(failure))?.and_then(|output| output.nat_gateways);
        let gateway = gateways.and_then(|gateways| gateways.into_iter().next());
        let state = gateway.as_ref().and_then(|gateway| gateway.state());
        match state {
            None | Some(State::Deleted) if deleting => Ok(Reply::Deleted),
            Some(State::Failed) if deleting => Ok(Reply::Deleted),
            _ if deleting => Ok(at.pending(id, "deleting")),
            None | Some(State::Deleted) => Ok(Reply::Absent),
            Some(State::Failed) => Err(failed(
                gateway.and_then(|one| one.failure_message).as_deref(),
            )),
            Some(State::Pending) => Ok(at.pending(id, "becoming available")),
            _ => settled(self, at, id).await,
        }
    }
}

fn shown(gateway: &Gateway) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *gateway, {
        auto_provision_zones,
        auto_scaling_ips,
        availability_mode,
        connectivity_type,
        nat_gateway_id,
        route_table_id,
        subnet_id,
        tags,
        vpc_id,
    });
    let addresses = gateway.nat_gateway_addresses();
    let first = addresses
        .iter()
        .find(|address| address.is_primary() != Some(false));
    if let Some(first) = first {
        put(&mut map, "AllocationId", &first.allocation_id);
        put(&mut map, "EniId", &first.network_interface_id);
        put(&mut map, "PrivateIpAddress", &first.private_ip);
    }
    let others = addresses
        .iter()
        .filter(|address| address.is_primary() == Some(false));
    let others: Vec<String> = others
        .filter_map(|address| address.allocation_id.clone())
        .collect();
    put(&mut map, "SecondaryAllocationIds", &others);
    map
}
