//! Ways from APIs into networks.

use super::{arn, items, retagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, fields, put};
use async_trait::async_trait;
use aws_sdk_apigatewayv2::types::VpcLinkStatus;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::VpcLink`, by its id.
pub(crate) struct VpcLink;

fields!(settings {
    name,
    security_group_ids,
    subnet_ids
});

#[async_trait]
impl Resource for VpcLink {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_vpc_link()
            .vpc_link_id(id)
            .send()
            .await;
        let Some(link) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, link);
        put(&mut map, "VpcLinkId", &id.to_owned());
        let busy = matches!(
            link.vpc_link_status(),
            Some(VpcLinkStatus::Pending | VpcLinkStatus::Deleting)
        );
        let mut live = at.live(id, map, link.tags.unwrap_or_default().into_iter().collect());
        live.pending = busy;
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.apigatewayv2().create_vpc_link();
        let sent = settings!(fill sent, object);
        let sent = sent.set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.vpc_link_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (gateway, id) = (at.clients.apigatewayv2(), at.id()?);
        let object = change.object();
        let name: Option<String> = object.get("Name")?;
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        if let Some(name) = name {
            gateway
                .update_vpc_link()
                .vpc_link_id(id)
                .name(name)
                .send()
                .await
                .map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            let there = gateway
                .get_vpc_link()
                .vpc_link_id(id)
                .send()
                .await
                .map_err(failure)?;
            retagged!(
                at,
                arn(at, &format!("vpclinks/{id}")),
                there.tags,
                change.wanted
            );
        }
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_vpc_link()
            .vpc_link_id(id)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(match self.read(at).await? {
            Some(_) => at.pending(id, "its interfaces are being deleted"),
            None => Reply::Deleted,
        })
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let name: Option<String> = Object::new(wanted).get("Name")?;
        let mut links = items!(at.clients.apigatewayv2().get_vpc_links());
        links.retain(|link| link.name == name);
        links.sort_by_key(|link| link.created_date.map(|date| date.as_nanos()));
        let mut lives = Vec::new();
        for id in links.into_iter().filter_map(|link| link.vpc_link_id) {
            lives.extend(read_id(self, at, &id).await?);
        }
        Ok(lives)
    }

    /// Why a link cannot be made is said by itself.
    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_vpc_link()
            .vpc_link_id(id)
            .send()
            .await;
        let link = found(asked.map_err(failure))?;
        match link {
            Some(link) if !deleting && link.vpc_link_status() == Some(&VpcLinkStatus::Failed) => {
                let reason = link
                    .vpc_link_status_message()
                    .unwrap_or("API Gateway gives no reason");
                Err(Failure::new(
                    FailureClass::CreationFailed,
                    "VpcLinkFailed",
                    reason,
                ))
            }
            Some(_) if deleting => Ok(at.pending(id, "its interfaces are being deleted")),
            Some(_) => settled(self, at, id).await,
            None if deleting => Ok(Reply::Deleted),
            None => Ok(Reply::Absent),
        }
    }
}
