//! What is made of an integration's answer.

use super::{items, like};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::IntegrationResponse`, by its API, its integration and its id.
pub(crate) struct IntegrationResponse;

fields!(settings {
    content_handling_strategy,
    integration_response_key,
    response_parameters,
    response_templates,
    template_selection_expression,
});

#[async_trait]
impl Resource for IntegrationResponse {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, integration, response] = at.ids()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_integration_response()
            .api_id(api)
            .integration_id(integration)
            .integration_response_id(response);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, output);
        put(&mut map, "ApiId", &api.to_owned());
        put(&mut map, "IntegrationId", &integration.to_owned());
        put(&mut map, "IntegrationResponseId", &response.to_owned());
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
        let integration: String = object.get("IntegrationId")?.unwrap_or_default();
        let sent = at
            .clients
            .apigatewayv2()
            .create_integration_response()
            .api_id(&api)
            .integration_id(&integration);
        let sent = settings!(fill sent, object);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let response = output.integration_response_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{api}|{integration}|{response}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, integration, response] = at.ids()?;
        let object = change.object();
        let sent = at
            .clients
            .apigatewayv2()
            .update_integration_response()
            .api_id(api)
            .integration_id(integration)
            .integration_response_id(response);
        let sent = settings!(fill sent, object);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, integration, response] = at.ids()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_integration_response()
            .api_id(api)
            .integration_id(integration)
            .integration_response_id(response);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Those that say the same.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let api: String = object.get("ApiId")?.unwrap_or_default();
        let integration: String = object.get("IntegrationId")?.unwrap_or_default();
        let all = items!(
            at.clients
                .apigatewayv2()
                .get_integration_responses()
                .api_id(&api)
                .integration_id(&integration)
        );
        let ids = all.into_iter().filter_map(|one| {
            let response = one.integration_response_id?;
            Some(format!("{api}|{integration}|{response}"))
        });
        like(self, at, wanted, ids.collect()).await
    }
}
