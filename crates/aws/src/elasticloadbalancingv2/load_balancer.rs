//! Balancers: each takes minutes to come up.

use super::{retag, tags};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Object, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    EnablePrefixForIpv6SourceNatEnum, IpAddressType, LoadBalancer as Balancer,
    LoadBalancerAttribute, LoadBalancerSchemeEnum, LoadBalancerStateEnum as State,
    LoadBalancerTypeEnum, SubnetMapping,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ElasticLoadBalancingV2::LoadBalancer`, by its ARN; known by its name.
pub(crate) struct LoadBalancer;

words!(
    EnablePrefixForIpv6SourceNatEnum,
    IpAddressType,
    LoadBalancerSchemeEnum,
    LoadBalancerTypeEnum,
);
shape!(LoadBalancerAttribute { key, value });
shape!(SubnetMapping {
    allocation_id,
    ipv6_address = "IPv6Address",
    private_ipv4_address = "PrivateIPv4Address",
    source_nat_ipv6_prefix,
    subnet_id,
});

#[async_trait]
impl Resource for LoadBalancer {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let Some(balancer) = described(at).await? else {
            return Ok(None);
        };
        let arn = balancer.load_balancer_arn().unwrap_or_default();
        let mut map = shown(&balancer);
        let asked = at
            .clients
            .elb()
            .describe_load_balancer_attributes()
            .load_balancer_arn(arn);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        put(&mut map, "LoadBalancerAttributes", &output.attributes);
        let tags = tags(at, &[arn.to_owned()])
            .await?
            .remove(arn)
            .unwrap_or_default();
        let mut live = at.live(arn, map, tags);
        live.pending = state(&balancer) == Some(&State::Provisioning);
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = fill!(at.clients.elb().create_load_balancer(), object, {
            enable_prefix_for_ipv6_source_nat,
            ip_address_type,
            name,
            scheme,
            security_groups,
            subnet_mappings,
            subnets,
            tags,
            r#type,
        });
        object.elsewhere(&["LoadBalancerAttributes"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let balancer = output.load_balancers.and_then(|all| all.into_iter().next());
        let arn = balancer
            .and_then(|one| one.load_balancer_arn)
            .ok_or_else(|| lacks("balancer"))?;
        attributes(at, &arn, &object).await?;
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (elb, arn) = (at.clients.elb(), at.id()?);
        let (object, wanted) = (change.object(), Object::new(change.wanted));
        if change.touches(&["Subnets", "SubnetMappings", "EnablePrefixForIpv6SourceNat"]) {
            let sent = elb.set_subnets().load_balancer_arn(arn);
            let sent = fill!(sent, wanted, { subnets, subnet_mappings, enable_prefix_for_ipv6_source_nat });
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["IpAddressType"]) {
            let sent = elb.set_ip_address_type().load_balancer_arn(arn);
            fill!(sent, object, { ip_address_type })
                .send()
                .await
                .map_err(failure)?;
        }
        if change.touches(&["SecurityGroups"]) {
            let sent = elb.set_security_groups().load_balancer_arn(arn);
            fill!(sent, wanted, { security_groups })
                .send()
                .await
                .map_err(failure)?;
        }
        attributes(at, arn, &object).await?;
        retag(at, arn, change).await?;
        object.elsewhere(&[
            "Subnets",
            "SubnetMappings",
            "SecurityGroups",
            at.tag_property(),
        ]);
        object.elsewhere(&["EnablePrefixForIpv6SourceNat"]);
        object.finish()?;
        settled(self, at, arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let Some(balancer) = described(at).await? else {
            return Ok(Reply::Deleted);
        };
        let gone = at.clients.elb().delete_load_balancer();
        let gone = gone
            .set_load_balancer_arn(balancer.load_balancer_arn)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let balancer = described(at).await?;
        match balancer.as_ref().and_then(state) {
            _ if deleting => Ok(match &balancer {
                Some(_) => at.pending(at.id()?, "deleting"),
                None => Reply::Deleted,
            }),
            None if balancer.is_none() => Ok(Reply::Absent),
            Some(State::Failed) => {
                let reason = balancer
                    .and_then(|one| one.state)
                    .and_then(|state| state.reason);
                Err(failed(reason.as_deref()))
            }
            Some(State::Provisioning) => Ok(at.pending(at.id()?, "balancer is provisioned")),
            _ => settled(self, at, at.id()?).await,
        }
    }
}

/// The balancer of an ARN or a name.
async fn described(at: &At<'_>) -> Result<Option<Balancer>, Failure> {
    let (asked, id) = (at.clients.elb().describe_load_balancers(), at.id()?);
    let asked = match id.starts_with("arn:") {
        true => asked.load_balancer_arns(id),
        false => asked.names(id),
    };
    let output = found(asked.send().await.map_err(failure))?;
    let all = output
        .and_then(|output| output.load_balancers)
        .unwrap_or_default();
    Ok(all.into_iter().next())
}

fn state(balancer: &Balancer) -> Option<&State> {
    balancer.state().and_then(|state| state.code())
}

async fn attributes(at: &At<'_>, arn: &str, object: &Object<'_>) -> Result<(), Failure> {
    let attributes = object.get::<Vec<LoadBalancerAttribute>>("LoadBalancerAttributes")?;
    if let Some(attributes) = attributes.filter(|attributes| !attributes.is_empty()) {
        let sent = at
            .clients
            .elb()
            .modify_load_balancer_attributes()
            .load_balancer_arn(arn);
        sent.set_attributes(Some(attributes))
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

fn shown(balancer: &Balancer) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *balancer, {
        canonical_hosted_zone_id = "CanonicalHostedZoneID",
        dns_name = "DNSName",
        enable_prefix_for_ipv6_source_nat,
        ip_address_type,
        load_balancer_arn,
        load_balancer_name,
        load_balancer_name = "Name",
        scheme,
        security_groups,
        r#type,
    });
    let arn = balancer.load_balancer_arn().unwrap_or_default();
    if let Some((_, full)) = arn.split_once(":loadbalancer/") {
        put(&mut map, "LoadBalancerFullName", &full.to_owned());
    }
    let zones = balancer.availability_zones();
    let subnets: Vec<String> = zones
        .iter()
        .filter_map(|zone| zone.subnet_id.clone())
        .collect();
    put(&mut map, "Subnets", &subnets);
    let mappings = zones.iter().map(|zone| {
        let address = zone.load_balancer_addresses().first();
        SubnetMapping::builder()
            .set_subnet_id(zone.subnet_id.clone())
            .set_allocation_id(address.and_then(|address| address.allocation_id.clone()))
            .set_private_ipv4_address(
                address.and_then(|address| address.private_ipv4_address.clone()),
            )
            .set_ipv6_address(address.and_then(|address| address.ipv6_address.clone()))
            .build()
    });
    put(&mut map, "SubnetMappings", &mappings.collect::<Vec<_>>());
    map
}
