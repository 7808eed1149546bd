//! Endpoints: ways to services that do not leave AWS's network.

use super::{Described, retag, tagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Object, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_ec2::types::{
    DnsOptions, DnsOptionsSpecification, DnsRecordIpType, Filter, IpAddressType, ResourceType,
    State, VpcEndpoint as Endpoint, VpcEndpointType,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::VPCEndpoint`, by its id.
pub(crate) struct VpcEndpoint;

words!(DnsRecordIpType, IpAddressType, VpcEndpointType);
shape!(DnsOptions {
    dns_record_ip_type,
    private_dns_only_for_inbound_resolver_endpoint,
    private_dns_preference,
    private_dns_specified_domains,
});
shape!(DnsOptionsSpecification {
    dns_record_ip_type,
    private_dns_only_for_inbound_resolver_endpoint,
    private_dns_preference,
    private_dns_specified_domains,
});

#[async_trait]
impl Described for VpcEndpoint {
    const ID: &'static str = "vpc-endpoint-id";

    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure> {
        let asked = at
            .clients
            .ec2()
            .describe_vpc_endpoints()
            .set_filters(Some(filters));
        let mut pages = asked.into_paginator().items().send();
        let mut described = Vec::new();
        while let Some(endpoint) = pages.next().await {
            let endpoint = endpoint.map_err(failure)?;
            if matches!(state(&endpoint), Some(State::Deleted)) {
                continue;
            }
            described.push(live(at, &endpoint));
        }
        Ok(described)
    }
}

#[async_trait]
impl Resource for VpcEndpoint {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let endpoint = endpoint(at).await?;
        let there = endpoint.filter(|one| !matches!(state(one), Some(State::Deleted)));
        Ok(there.map(|one| live(at, &one)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = fill!(at.clients.ec2().create_vpc_endpoint(), object, {
            dns_options,
            ip_address_type,
            private_dns_enabled,
            resource_configuration_arn,
            route_table_ids,
            security_group_ids,
            service_name,
            service_network_arn,
            service_region,
            subnet_ids,
            vpc_endpoint_type,
            vpc_id,
        })
        .set_policy_document(object.document("PolicyDocument"))
        .client_token(token)
        .set_tag_specifications(tagged(at, wanted, ResourceType::VpcEndpoint)?);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output
            .vpc_endpoint
            .and_then(|endpoint| endpoint.vpc_endpoint_id);
        settled(self, at, &id.ok_or_else(|| lacks("endpoint"))?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (id, object) = (at.id()?, change.object());
        let settings = [
            "DnsOptions",
            "IpAddressType",
            "PolicyDocument",
            "PrivateDnsEnabled",
            "RouteTableIds",
            "SecurityGroupIds",
            "SubnetIds",
        ];
        if change.touches(&settings) {
            let (tables, tables_gone) = moves(at, change, "RouteTableIds").await?;
            let (groups, groups_gone) = moves(at, change, "SecurityGroupIds").await?;
            let (subnets, subnets_gone) = moves(at, change, "SubnetIds").await?;
            let policy_goes = change
                .removed
                .iter()
                .any(|name| &**name == "PolicyDocument");
            let sent = at.clients.ec2().modify_vpc_endpoint().vpc_endpoint_id(id);
            let sent = fill!(sent, object, { dns_options, ip_address_type, private_dns_enabled })
                .set_policy_document(object.document("PolicyDocument"))
                .set_reset_policy(policy_goes.then_some(true))
                .set_add_route_table_ids(tables)
                .set_remove_route_table_ids(tables_gone)
                .set_add_security_group_ids(groups)
                .set_remove_security_group_ids(groups_gone)
                .set_add_subnet_ids(subnets)
                .set_remove_subnet_ids(subnets_gone);
            sent.send().await.map_err(failure)?;
        }
        retag(at, id, change).await?;
        object.elsewhere(&[at.tag_property()]);
        object.elsewhere(&settings);
        object.finish()?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let gone = at
            .clients
            .ec2()
            .delete_vpc_endpoints()
            .vpc_endpoint_ids(id)
            .send()
            .await;
        match found(gone.map_err(failure))? {
            Some(_) => self.poll(at, true).await,
            None => Ok(Reply::Deleted),
        }
    }

    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        self.ours(at).await
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let asked = at
            .clients
            .ec2()
            .describe_vpc_endpoints()
            .vpc_endpoint_ids(id)
            .send()
            .await;
        let endpoints = found(asked.map_err(failure))?.and_then(|output| output.vpc_endpoints);
        let endpoint = endpoints.and_then(|endpoints| endpoints.into_iter().next());
        match endpoint.as_ref().and_then(state) {
            None | Some(State::Deleted) if deleting => Ok(Reply::Deleted),
            _ if deleting => Ok(at.pending(id, "deleting")),
            None | Some(State::Deleted) => Ok(Reply::Absent),
            Some(State::Failed | State::Rejected | State::Expired) => {
                let reason = endpoint
                    .and_then(|one| one.last_error)
                    .and_then(|error| error.message);
                Err(failed(reason.as_deref()))
            }
            Some(State::Pending) => Ok(at.pending(id, "becoming available")),
            Some(State::PendingAcceptance) => {
                Ok(at.pending(id, "waiting until the owner of the service accepts it"))
            }
            _ => settled(self, at, id).await,
        }
    }
}

async fn endpoint(at: &At<'_>) -> Result<Option<Endpoint>, Failure> {
    let asked = at
        .clients
        .ec2()
        .describe_vpc_endpoints()
        .vpc_endpoint_ids(at.id()?);
    let output = found(asked.send().await.map_err(failure))?;
    let all = output
        .and_then(|output| output.vpc_endpoints)
        .unwrap_or_default();
    Ok(all.into_iter().next())
}

fn live(at: &At<'_>, endpoint: &Endpoint) -> Live {
    let mut live = at.seen(
        endpoint.vpc_endpoint_id().unwrap_or_default(),
        shown(endpoint),
    );
    live.pending = matches!(state(endpoint), Some(State::Pending | State::Deleting));
    live
}

/// The state; EC2 says `available` and `Available`.
fn state(endpoint: &Endpoint) -> Option<State> {
    let word = endpoint.state()?.as_str();
    let mut letters = word.chars();
    let first = letters.next()?.to_ascii_uppercase();
    let word: String = std::iter::once(first).chain(letters).collect();
    Some(State::from(word.as_str()))
}

/// What a list of ids gains and loses.
type Moves = (Option<Vec<String>>, Option<Vec<String>>);

/// How a list of ids changes against what is there.
async fn moves(at: &At<'_>, change: &Change<'_>, name: &str) -> Result<Moves, Failure> {
    if !change.touches(&[name]) {
        return Ok((None, None));
    }
    let live = VpcEndpoint.read(at).await?;
    let there: Vec<String> = match &live {
        Some(live) => Object::new(&live.properties).get(name)?.unwrap_or_default(),
        None => Vec::new(),
    };
    let wanted: Vec<String> = Object::new(change.wanted).get(name)?.unwrap_or_default();
    let missing = |from: &[String], of: &[String]| {
        let ids: Vec<String> = of.iter().filter(|id| !from.contains(id)).cloned().collect();
        (!ids.is_empty()).then_some(ids)
    };
    Ok((missing(&there, &wanted), missing(&wanted, &there)))
}

fn shown(endpoint: &Endpoint) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *endpoint, {
        dns_options,
        ip_address_type,
        network_interface_ids,
        private_dns_enabled,
        resource_configuration_arn,
        route_table_ids,
        service_name,
        service_network_arn,
        service_region,
        subnet_ids,
        tags,
        vpc_endpoint_id = "Id",
        vpc_endpoint_type,
        vpc_id,
    });
    let policy = endpoint
        .policy_document()
        .and_then(|text| serde_json::from_str(text).ok());
    if let Some(policy) = policy {
        map.insert("PolicyDocument".to_owned(), policy);
    }
    let groups = endpoint
        .groups()
        .iter()
        .filter_map(|group| group.group_id.clone());
    put(&mut map, "SecurityGroupIds", &groups.collect::<Vec<_>>());
    let entries = endpoint
        .dns_entries()
        .iter()
        .filter_map(|entry| Some(format!("{}:{}", entry.hosted_zone_id()?, entry.dns_name()?)));
    put(&mut map, "DnsEntries", &entries.collect::<Vec<_>>());
    map
}
