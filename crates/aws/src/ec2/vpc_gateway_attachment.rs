//! That an internet gateway is attached to a network: one a network.

use super::filter;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Misfit, Object};
use async_trait::async_trait;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json, json};

/// `AWS::EC2::VPCGatewayAttachment`, by `IGW|<network>`.
pub(crate) struct GatewayAttachment;

#[async_trait]
impl Resource for GatewayAttachment {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [_, vpc] = at.ids()?;
        attached(at, vpc).await
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let (vpc, gateway) = ends(wanted)?;
        let sent = at.clients.ec2().attach_internet_gateway();
        let sent = sent.vpc_id(&vpc).internet_gateway_id(gateway);
        sent.send().await.map_err(failure)?;
        settled(self, at, &format!("IGW|{vpc}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let ec2 = at.clients.ec2();
        let (vpc, wanted) = ends(change.wanted)?;
        if let Some(gateway) = gateway(at, &vpc).await?.filter(|there| *there != wanted) {
            let gone = ec2
                .detach_internet_gateway()
                .vpc_id(&vpc)
                .internet_gateway_id(gateway);
            gone.send().await.map_err(failure)?;
            let sent = ec2
                .attach_internet_gateway()
                .vpc_id(&vpc)
                .internet_gateway_id(wanted);
            sent.send().await.map_err(failure)?;
        }
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [_, vpc] = at.ids()?;
        let Some(gateway) = gateway(at, vpc).await? else {
            return Ok(Reply::Deleted);
        };
        let gone = at.clients.ec2().detach_internet_gateway();
        let gone = gone.vpc_id(vpc).internet_gateway_id(gateway).send().await;
        match gone.map_err(failure) {
            Err(failure) if failure.code == "Gateway.NotAttached" => {}
            other => drop(found(other)?),
        }
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let (vpc, _) = ends(wanted)?;
        Ok(attached(at, &vpc).await?.into_iter().collect())
    }
}

/// Network and internet gateway; a gateway of a private line cannot be attached here.
fn ends(wanted: &Map<String, Json>) -> Result<(String, String), Failure> {
    let object = Object::new(wanted);
    let vpc: Option<String> = object.get("VpcId")?;
    let gateway: Option<String> = object.get("InternetGatewayId")?;
    object.finish()?;
    match (vpc, gateway) {
        (Some(vpc), Some(gateway)) => Ok((vpc, gateway)),
        _ => Err(Misfit::new("there is no gateway")
            .within("InternetGatewayId")
            .into()),
    }
}

async fn gateway(at: &At<'_>, vpc: &str) -> Result<Option<String>, Failure> {
    let asked = at.clients.ec2().describe_internet_gateways();
    let asked = asked
        .filters(filter("attachment.vpc-id", [vpc]))
        .send()
        .await;
    let output = match asked.map_err(failure) {
        Err(failure) if failure.class == FailureClass::NotFound => return Ok(None),
        other => other?,
    };
    let mut gateways = output.internet_gateways.unwrap_or_default().into_iter();
    Ok(gateways
        .next()
        .and_then(|gateway| gateway.internet_gateway_id))
}

async fn attached(at: &At<'_>, vpc: &str) -> Result<Option<Live>, Failure> {
    Ok(gateway(at, vpc).await?.map(|gateway| {
        let mut map = Map::new();
        map.insert("AttachmentType".to_owned(), json!("IGW"));
        map.insert("VpcId".to_owned(), json!(vpc));
        map.insert("InternetGatewayId".to_owned(), json!(gateway));
        at.seen(format!("IGW|{vpc}"), map)
    }))
}
