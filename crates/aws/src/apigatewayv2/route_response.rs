//! That a route of a WebSocket API answers.

use super::{items, like};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::RouteResponse`, by its API, its route and its id.
pub(crate) struct RouteResponse;

fields!(settings {
    model_selection_expression,
    response_models,
    response_parameters,
    route_response_key,
});

#[async_trait]
impl Resource for RouteResponse {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, route, response] = at.ids()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_route_response()
            .api_id(api)
            .route_id(route)
            .route_response_id(response);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, output);
        put(&mut map, "ApiId", &api.to_owned());
        put(&mut map, "RouteId", &route.to_owned());
        put(&mut map, "RouteResponseId", &response.to_owned());
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
        let route: String = object.get("RouteId")?.unwrap_or_default();
        let sent = at
            .clients
            .apigatewayv2()
            .create_route_response()
            .api_id(&api)
            .route_id(&route);
        let sent = settings!(fill sent, object);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let response = output.route_response_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{api}|{route}|{response}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, route, response] = at.ids()?;
        let object = change.object();
        let sent = at
            .clients
            .apigatewayv2()
            .update_route_response()
            .api_id(api)
            .route_id(route)
            .route_response_id(response);
        let sent = settings!(fill sent, object);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, route, response] = at.ids()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_route_response()
            .api_id(api)
            .route_id(route)
            .route_response_id(response);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Those that say the same.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let api: String = object.get("ApiId")?.unwrap_or_default();
        let route: String = object.get("RouteId")?.unwrap_or_default();
        let all = items!(
            at.clients
                .apigatewayv2()
                .get_route_responses()
                .api_id(&api)
                .route_id(&route)
        );
        let ids = all.into_iter().filter_map(|one| {
            let response = one.route_response_id?;
            Some(format!("{api}|{route}|{response}"))
        });
        like(self, at, wanted, ids.collect()).await
    }
}
