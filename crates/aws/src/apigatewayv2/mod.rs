//! API Gateway v2: HTTP and WebSocket APIs.

mod api;
mod api_mapping;
mod authorizer;
mod deployment;
mod domain_name;
mod integration;
mod integration_response;
mod route;
mod route_response;
mod stage;
mod vpc_link;

use crate::resource::{At, Resource, read_id};
use crate::shape::{shape, words};
use aws_sdk_apigatewayv2::types::{ContentHandlingStrategy, IpAddressType, ParameterConstraints};
use formwork_provider::{Failure, Live};
use serde_json::{Map, Value as Json};

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Api" => &api::Api,
        "ApiMapping" => &api_mapping::ApiMapping,
        "Authorizer" => &authorizer::Authorizer,
        "Deployment" => &deployment::Deployment,
        "DomainName" => &domain_name::DomainName,
        "Integration" => &integration::Integration,
        "IntegrationResponse" => &integration_response::IntegrationResponse,
        "Route" => &route::Route,
        "RouteResponse" => &route_response::RouteResponse,
        "Stage" => &stage::Stage,
        "VpcLink" => &vpc_link::VpcLink,
        _ => return None,
    })
}

words!(ContentHandlingStrategy, IpAddressType);
shape!(ParameterConstraints { required });

/// All items of a list, page by page; none if what holds them is not there.
macro_rules! items {
    ($ask:expr) => {{
        let (mut all, mut page) = (Vec::new(), None);
        loop {
            let asked = $ask.set_next_token(page).send().await;
            let Some(output) = $crate::failure::found(asked.map_err($crate::failure::failure))?
            else {
                break;
            };
            all.extend(output.items.unwrap_or_default());
            page = output.next_token;
            if page.is_none() {
                break;
            }
        }
        all
    }};
}
use items;

/// Of the objects of some ids those that have all that is wanted, as far as it is shown.
async fn like(
    resource: &dyn Resource,
    at: &At<'_>,
    wanted: &Map<String, Json>,
    ids: Vec<String>,
) -> Result<Vec<Live>, Failure> {
    let mut lives = Vec::new();
    for id in ids {
        lives.extend(read_id(resource, at, &id).await?);
    }
    lives.retain(|live| {
        wanted
            .iter()
            .all(|(name, value)| live.properties.get(name).is_none_or(|there| there == value))
    });
    Ok(lives)
}

/// The ARN of something of this service that can be tagged.
fn arn(at: &At<'_>, path: &str) -> String {
    format!(
        "arn:{}:apigateway:{}::/{path}",
        at.partition(),
        at.clients.region()
    )
}

/// Leads from the tags that are there to those that are wanted.
macro_rules! retagged {
    ($at:expr, $arn:expr, $there:expr, $wanted:expr) => {{
        let (gateway, arn) = ($at.clients.apigatewayv2(), $arn);
        let there = $there.unwrap_or_default().into_iter().collect();
        $crate::resource::retag!(
            there,
            $at.tags($wanted),
            |set| gateway
                .tag_resource()
                .resource_arn(&arn)
                .set_tags(Some(set.into_iter().collect())),
            |keys| gateway
                .untag_resource()
                .resource_arn(&arn)
                .set_tag_keys(Some(keys)),
        );
    }};
}
use retagged;
