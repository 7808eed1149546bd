//! Integrations: what answers.

use super::{items, like};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, words};
use async_trait::async_trait;
use aws_sdk_apigatewayv2::types::{ConnectionType, IntegrationType, PassthroughBehavior};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::Integration`, by its API and its id.
pub(crate) struct Integration;

words!(ConnectionType, IntegrationType, PassthroughBehavior);

fields!(settings {
    connection_id,
    connection_type,
    content_handling_strategy,
    credentials_arn,
    description,
    integration_method,
    integration_subtype,
    integration_type,
    integration_uri,
    passthrough_behavior,
    payload_format_version,
    request_parameters,
    request_templates,
    template_selection_expression,
    timeout_in_millis,
});

#[async_trait]
impl Resource for Integration {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, integration] = at.ids()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_integration()
            .api_id(api)
            .integration_id(integration);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, output);
        put(&mut map, "ApiId", &api.to_owned());
        put(&mut map, "IntegrationId", &integration.to_owned());
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
        let sent = at.clients.apigatewayv2().create_integration().api_id(&api);
        let sent = settings!(fill sent, object);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let integration = output.integration_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{api}|{integration}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, integration] = at.ids()?;
        let object = change.object();
        let sent = at
            .clients
            .apigatewayv2()
            .update_integration()
            .api_id(api)
            .integration_id(integration);
        let sent = settings!(fill sent, object);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, integration] = at.ids()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_integration()
            .api_id(api)
            .integration_id(integration);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Those that say the same.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let api: String = object.get("ApiId")?.unwrap_or_default();
        let all = items!(at.clients.apigatewayv2().get_integrations().api_id(&api));
        let ids = all.into_iter().filter_map(|one| {
            let integration = one.integration_id?;
            Some(format!("{api}|{integration}"))
        });
        like(self, at, wanted, ids.collect()).await
    }
}
