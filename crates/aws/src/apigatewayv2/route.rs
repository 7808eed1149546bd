//! Routes: which messages or requests go where.

use super::{items, like};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, words};
use async_trait::async_trait;
use aws_sdk_apigatewayv2::types::AuthorizationType;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::Route`, by its API and its id.
pub(crate) struct Route;

words!(AuthorizationType);

fields!(settings {
    api_key_required,
    authorization_scopes,
    authorization_type,
    authorizer_id,
    model_selection_expression,
    operation_name,
    request_models,
    request_parameters,
    route_key,
    route_response_selection_expression,
    target,
});

#[async_trait]
impl Resource for Route {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, route] = at.ids()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_route()
            .api_id(api)
            .route_id(route);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, output);
        put(&mut map, "ApiId", &api.to_owned());
        put(&mut map, "RouteId", &route.to_owned());
        Ok(Some(at.live(at.id()?, map, Default::default())))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let api: String = object.get("ApiId")?.unwrap_or_default();
        let sent = at.clients.apigatewayv2().create_route().api_id(&api);
        let sent = settings!(fill sent, object);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let route = output.route_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{api}|{route}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, route] = at.ids()?;
        let object = change.object();
        let sent = at
            .clients
            .apigatewayv2()
            .update_route()
            .api_id(api)
            .route_id(route);
        let sent = settings!(fill sent, object);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, route] = at.ids()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_route()
            .api_id(api)
            .route_id(route);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Those that say the same.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let api: String = object.get("ApiId")?.unwrap_or_default();
        let all = items!(at.clients.apigatewayv2().get_routes().api_id(&api));
        let ids = all.into_iter().filter_map(|one| {
            let route = one.route_id?;
            Some(format!("{api}|{route}"))
        });
        like(self, at, wanted, ids.collect()).await
    }
}
