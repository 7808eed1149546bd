//! That a subnet uses a route table: one a subnet.

use super::filter;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fill, put};
use async_trait::async_trait;
use aws_sdk_ec2::types::Filter;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::SubnetRouteTableAssociation`, by its id.
pub(crate) struct RouteTableAssociation;

#[async_trait]
impl Resource for RouteTableAssociation {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let by_id = filter("association.route-table-association-id", [id]);
        let all = associations(at, by_id).await?;
        Ok(all.into_iter().find(|live| &*live.id == id))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.ec2().associate_route_table();
        let sent = fill!(sent, object, { route_table_id, subnet_id });
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        settled(
            self,
            at,
            &output.association_id.ok_or_else(|| lacks("association"))?,
        )
        .await
    }

    /// Nothing of it can be changed in place.
    async fn update(&self, at: &At<'_>, _change: &Change<'_>) -> Result<Reply, Failure> {
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ec2()
            .disassociate_route_table()
            .association_id(at.id()?);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let subnet: Option<String> = Object::new(wanted).get("SubnetId")?;
        let by_subnet = filter("association.subnet-id", subnet.as_deref());
        let mut all = associations(at, by_subnet).await?;
        let alike = |live: &Live, name| live.properties.get(name) == wanted.get(name);
        all.retain(|live| alike(live, "SubnetId") && alike(live, "RouteTableId"));
        Ok(all)
    }
}

async fn associations(at: &At<'_>, filter: Filter) -> Result<Vec<Live>, Failure> {
    let asked = at
        .clients
        .ec2()
        .describe_route_tables()
        .filters(filter)
        .send()
        .await;
    let Some(output) = found(asked.map_err(failure))? else {
        return Ok(Vec::new());
    };
    let tables = output.route_tables.unwrap_or_default();
    let all = tables.iter().flat_map(|table| table.associations());
    let all = all
        .filter(|association| association.subnet_id().is_some())
        .map(|association| {
            let mut map = Map::new();
            put(&mut map, "Id", &association.route_table_association_id);
            put(&mut map, "RouteTableId", &association.route_table_id);
            put(&mut map, "SubnetId", &association.subnet_id);
            at.seen(
                association.route_table_association_id().unwrap_or_default(),
                map,
            )
        });
    Ok(all.collect())
}
