//! Internet gateways. That one is attached to a network is an object of its own.

use super::{Described, retag, tagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, show};
use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, ResourceType};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::InternetGateway`, by its id.
pub(crate) struct InternetGateway;

#[async_trait]
impl Described for InternetGateway {
    const ID: &'static str = "internet-gateway-id";

    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure> {
        let asked = at
            .clients
            .ec2()
            .describe_internet_gateways()
            .set_filters(Some(filters));
        let mut pages = asked.into_paginator().items().send();
        let mut described = Vec::new();
        while let Some(gateway) = pages.next().await {
            let gateway = gateway.map_err(failure)?;
            let mut map = Map::new();
            show!(map, gateway, { internet_gateway_id, tags });
            described.push(at.seen(gateway.internet_gateway_id().unwrap_or_default(), map));
        }
        Ok(described)
    }
}

#[async_trait]
impl Resource for InternetGateway {
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
        let sent = at.clients.ec2().create_internet_gateway();
        let sent = sent.set_tag_specifications(tagged(at, wanted, ResourceType::InternetGateway)?);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let gateway = output
            .internet_gateway
            .and_then(|gateway| gateway.internet_gateway_id);
        settled(self, at, &gateway.ok_or_else(|| lacks("gateway"))?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let id = at.id()?;
        retag(at, id, change).await?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ec2()
            .delete_internet_gateway()
            .internet_gateway_id(at.id()?);
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
