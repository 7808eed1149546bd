//! Security groups with their rules. EC2 lets a new group call anything; rules that are wanted replace that.

use super::rules::{self, Direction};
use super::{Described, filter, retag, tagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, ResourceType};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::SecurityGroup`, by its id.
pub(crate) struct SecurityGroup;

#[async_trait]
impl Described for SecurityGroup {
    const ID: &'static str = "group-id";

    async fn described(&self, at: &At<'_>, filters: Vec<Filter>) -> Result<Vec<Live>, Failure> {
        let asked = at
            .clients
            .ec2()
            .describe_security_groups()
            .set_filters(Some(filters));
        let mut pages = asked.into_paginator().items().send();
        let mut described = Vec::new();
        while let Some(group) = pages.next().await {
            let group = group.map_err(failure)?;
            let mut map = Map::new();
            show!(map, group, { description = "GroupDescription", group_id, group_name, tags, vpc_id });
            put(&mut map, "Id", &group.group_id);
            for (direction, permissions) in [
                (Direction::Ingress, group.ip_permissions()),
                (Direction::Egress, group.ip_permissions_egress()),
            ] {
                let shown = rules::shown(direction, permissions);
                map.insert(direction.property().to_owned(), shown);
            }
            described.push(at.seen(group.group_id().unwrap_or_default(), map));
        }
        Ok(described)
    }
}

#[async_trait]
impl Resource for SecurityGroup {
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
        let sent = at
            .clients
            .ec2()
            .create_security_group()
            .set_group_name(object.get("GroupName")?)
            .set_description(object.get("GroupDescription")?)
            .set_vpc_id(object.get("VpcId")?)
            .set_tag_specifications(tagged(at, wanted, ResourceType::SecurityGroup)?);
        object.elsewhere(&[at.tag_property()]);
        object.elsewhere(&Direction::BOTH.map(Direction::property));
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.group_id.ok_or_else(|| lacks("group"))?;
        for direction in Direction::BOTH {
            if wanted.contains_key(direction.property()) {
                rules::lead(at, &id, direction, wanted).await?;
            }
        }
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (id, object) = (at.id()?, change.object());
        for direction in Direction::BOTH {
            if change.touches(&[direction.property()]) {
                rules::lead(at, id, direction, change.wanted).await?;
            }
        }
        retag(at, id, change).await?;
        object.elsewhere(&[at.tag_property()]);
        object.elsewhere(&Direction::BOTH.map(Direction::property));
        object.finish()?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ec2()
            .delete_security_group()
            .group_id(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Names are unique within a network.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let name: Option<String> = object.get("GroupName")?;
        let vpc: Option<String> = object.get("VpcId")?;
        let Some(name) = name.as_deref().or(at.target.name.as_deref()) else {
            return self.ours(at).await;
        };
        let mut filters = vec![filter("group-name", [name])];
        filters.extend(vpc.as_deref().map(|vpc| filter("vpc-id", [vpc])));
        self.described(at, filters).await
    }

    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        self.many(all).await
    }
}
