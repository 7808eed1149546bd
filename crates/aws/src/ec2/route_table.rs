//! Route tables. Routes and associations are objects of their own.

use super::{Described, retag, tagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fill, show};
use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, ResourceType};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::RouteTable`, by its id.
pub(crate) struct RouteTable;

#[async_trait]
impl Described for RouteTable {
    const ID: &'static str = "route-table-id";

    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure> {
        let asked = at
            .clients
            .ec2()
            .describe_route_tables()
            .set_filters(Some(filters));
        let mut pages = asked.into_paginator().items().send();
        let mut described = Vec::new();
        while let Some(table) = pages.next().await {
            let table = table.map_err(failure)?;
            let mut map = Map::new();
            show!(map, table, { route_table_id, tags, vpc_id });
            described.push(at.seen(table.route_table_id().unwrap_or_default(), map));
        }
        Ok(described)
    }
}

#[async_trait]
impl Resource for RouteTable {
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
        let sent = fill!(at.clients.ec2().create_route_table(), object, { vpc_id })
            .client_token(token)
            .set_tag_specifications(tagged(at, wanted, ResourceType::RouteTable)?);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.route_table.and_then(|table| table.route_table_id);
        settled(self, at, &id.ok_or_else(|| lacks("route table"))?).await
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
            .delete_route_table()
            .route_table_id(at.id()?);
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
