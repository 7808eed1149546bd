//! Elastic addresses.

use super::{Described, retag, tagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, half_made, settled};
use crate::shape::{Object, fill, show, words};
use async_trait::async_trait;
use aws_sdk_ec2::types::{DomainType, Filter, ResourceType};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::EIP`, by `<address>|<allocation>`.
pub(crate) struct Eip;

words!(DomainType);

#[async_trait]
impl Described for Eip {
    const ID: &'static str = "allocation-id";

    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure> {
        let asked = at
            .clients
            .ec2()
            .describe_addresses()
            .set_filters(Some(filters));
        let output = asked.send().await.map_err(failure)?;
        let described = output
            .addresses
            .unwrap_or_default()
            .into_iter()
            .map(|address| {
                let mut map = Map::new();
                show!(map, address, {
                    allocation_id,
                    domain,
                    instance_id,
                    network_border_group,
                    public_ip,
                    public_ipv4_pool,
                    tags,
                });
                let public = address.public_ip().unwrap_or_default();
                let id = format!("{public}|{}", address.allocation_id().unwrap_or_default());
                at.seen(id, map)
            });
        Ok(described.collect())
    }
}

#[async_trait]
impl Resource for Eip {
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
        let sent = fill!(at.clients.ec2().allocate_address(), object, {
            address,
            domain,
            ipam_pool_id,
            network_border_group,
            public_ipv4_pool,
        })
        .set_tag_specifications(tagged(at, wanted, ResourceType::ElasticIp)?);
        let instance: Option<String> = object.get("InstanceId")?;
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let (Some(public), Some(allocation)) = (output.public_ip, output.allocation_id) else {
            return Err(lacks("address"));
        };
        if let Some(instance) = instance {
            associate(at, &allocation, &instance)
                .await
                .map_err(half_made)?;
        }
        settled(self, at, &format!("{public}|{allocation}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [_, allocation] = at.ids()?;
        let object = change.object();
        if let Some(instance) = object.get::<String>("InstanceId")? {
            associate(at, allocation, &instance).await?;
        }
        retag(at, allocation, change).await?;
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [_, allocation] = at.ids()?;
        let gone = at.clients.ec2().release_address().allocation_id(allocation);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        self.ours(at).await
    }

    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        self.many(all).await
    }
}

async fn associate(at: &At<'_>, allocation: &str, instance: &str) -> Result<(), Failure> {
    let sent = at
        .clients
        .ec2()
        .associate_address()
        .allocation_id(allocation);
    let sent = sent.instance_id(instance).allow_reassociation(true);
    sent.send().await.map_err(failure)?;
    Ok(())
}
