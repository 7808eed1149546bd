//! APIs themselves.

use super::{arn, items, retagged};
use crate::clients::Clients;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_apigatewayv2::types::{Api as Described, Cors, ProtocolType};
use formwork_provider::{Failure, Listed, Listing, Live, Page, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::Api`, by its id.
pub(crate) struct Api;

words!(ProtocolType);
shape!(Cors {
    allow_credentials,
    allow_headers,
    allow_methods,
    allow_origins,
    expose_headers,
    max_age
});

fields!(settings {
    api_key_selection_expression,
    cors_configuration,
    description,
    disable_execute_api_endpoint,
    ip_address_type,
    name,
    route_selection_expression,
    version,
});

// What is sent and never shown.
fields!(unseen {
    credentials_arn,
    disable_schema_validation,
    route_key,
    target
});

#[async_trait]
impl Resource for Api {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let asked = at.clients.apigatewayv2().get_api().api_id(id).send().await;
        let Some(api) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, api);
        show!(map, api, { api_endpoint, api_id, protocol_type });
        let (partition, region) = (at.partition(), at.clients.region());
        let call = format!("arn:{partition}:execute-api:{region}:{}:{id}", at.account);
        put(&mut map, "ExecuteApiArn", &call);
        Ok(Some(at.live(
            id,
            map,
            api.tags.unwrap_or_default().into_iter().collect(),
        )))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.apigatewayv2().create_api();
        let sent = unseen!(fill sent, object);
        let sent = settings!(fill sent, object)
            .set_protocol_type(object.get("ProtocolType")?)
            .set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.api_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (gateway, id) = (at.clients.apigatewayv2(), at.id()?);
        let object = change.object();
        let sent = gateway.update_api().api_id(id);
        let sent = unseen!(fill sent, object);
        let sent = settings!(fill sent, object);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        if change.changed.keys().any(|name| *name != at.tag_property()) {
            sent.send().await.map_err(failure)?;
        }
        let cors = "CorsConfiguration";
        if change.touches(&[cors]) && !change.wanted.contains_key(cors) {
            let gone = gateway.delete_cors_configuration().api_id(id).send().await;
            found(gone.map_err(failure))?;
        }
        if change.touches(&[at.tag_property()]) {
            let there = gateway.get_api().api_id(id).send().await.map_err(failure)?;
            retagged!(
                at,
                arn(at, &format!("apis/{id}")),
                there.tags,
                change.wanted
            );
        }
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .apigatewayv2()
            .delete_api()
            .api_id(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// APIs of the name, for their tags to tell.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let name: Option<String> = Object::new(wanted).get("Name")?;
        let mut apis: Vec<Described> = items!(at.clients.apigatewayv2().get_apis());
        apis.retain(|api| api.name == name);
        apis.sort_by_key(|api| api.created_date.map(|date| date.as_nanos()));
        let each = apis.into_iter().map(|api| {
            let tags = api.tags.clone().unwrap_or_default().into_iter().collect();
            let mut map = Map::new();
            settings!(show map, api);
            at.live(api.api_id.unwrap_or_default(), map, tags)
        });
        Ok(each.collect())
    }

    async fn list(&self, clients: &Clients, listing: &Listing) -> Result<Option<Page>, Failure> {
        let asked = clients.apigatewayv2().get_apis().max_results("100");
        let asked = asked.set_next_token(listing.page.as_deref().map(str::to_owned));
        let output = asked.send().await.map_err(failure)?;
        let objects = output.items.unwrap_or_default().into_iter().map(|api| {
            let mut map = Map::new();
            settings!(show map, api);
            Listed {
                id: api.api_id.unwrap_or_default().into(),
                properties: map,
                ..Listed::default()
            }
        });
        Ok(Some(Page {
            objects: objects.collect(),
            next: output.next_token.map(Into::into),
        }))
    }
}
