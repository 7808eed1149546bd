//! Routes: entries of a table, known by where they lead from.

use super::filter;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put};
use async_trait::async_trait;
use aws_sdk_ec2::types::Route as Entry;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::Route`, by `<table>|<destination>`.
pub(crate) struct Route;

fields!(entry {
    carrier_gateway_id,
    core_network_arn,
    destination_cidr_block,
    destination_ipv6_cidr_block,
    destination_prefix_list_id,
    egress_only_internet_gateway_id,
    gateway_id,
    instance_id,
    local_gateway_id,
    nat_gateway_id,
    network_interface_id,
    odb_network_arn,
    transit_gateway_id,
    vpc_peering_connection_id,
});

#[async_trait]
impl Resource for Route {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [table, destination] = at.ids()?;
        routed(at, table, destination).await
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let (table, destination) = ends(&object)?;
        let sent = entry!(fill at.clients.ec2().create_route(), object)
            .route_table_id(&table)
            .set_vpc_endpoint_id(object.get("VpcEndpointId")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &format!("{table}|{destination}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let object = Object::new(change.wanted);
        let (table, _) = ends(&object)?;
        let sent = entry!(fill at.clients.ec2().replace_route(), object)
            .route_table_id(table)
            .set_vpc_endpoint_id(object.get("VpcEndpointId")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [table, destination] = at.ids()?;
        let gone = at.clients.ec2().delete_route().route_table_id(table);
        let gone = match destination {
            list if list.starts_with("pl-") => gone.destination_prefix_list_id(list),
            block if block.contains(':') => gone.destination_ipv6_cidr_block(block),
            block => gone.destination_cidr_block(block),
        };
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let (table, destination) = ends(&Object::new(wanted))?;
        Ok(routed(at, &table, &destination)
            .await?
            .into_iter()
            .collect())
    }
}

/// The table and the destination.
fn ends(object: &Object<'_>) -> Result<(String, String), Failure> {
    let table: Option<String> = object.get("RouteTableId")?;
    let block: Option<String> = object.get("DestinationCidrBlock")?;
    let block = block.or(object.get("DestinationIpv6CidrBlock")?);
    let block = block.or(object.get("DestinationPrefixListId")?);
    Ok((table.unwrap_or_default(), block.unwrap_or_default()))
}

fn destination(entry: &Entry) -> Option<&str> {
    let block = entry
        .destination_cidr_block()
        .or(entry.destination_ipv6_cidr_block());
    block.or(entry.destination_prefix_list_id())
}

async fn routed(at: &At<'_>, table: &str, to: &str) -> Result<Option<Live>, Failure> {
    let asked = at.clients.ec2().describe_route_tables();
    let asked = asked
        .filters(filter("route-table-id", [table]))
        .send()
        .await;
    let Some(output) = found(asked.map_err(failure))? else {
        return Ok(None);
    };
    let tables = output.route_tables.unwrap_or_default();
    let mut entries = tables.iter().flat_map(|table| table.routes());
    Ok(entries
        .find(|entry| destination(entry) == Some(to))
        .map(|entry| {
            let mut map = Map::new();
            entry!(show map, *entry);
            // A route to an endpoint is shown as one to a gateway: EC2 API, Route, gatewayId.
            if let Some(endpoint) = entry.gateway_id().filter(|id| id.starts_with("vpce-")) {
                put(&mut map, "VpcEndpointId", &endpoint.to_owned());
                map.remove("GatewayId");
            }
            put(&mut map, "RouteTableId", &table.to_owned());
            put(&mut map, "CidrBlock", &to.to_owned());
            at.seen(format!("{table}|{to}"), map)
        }))
}
