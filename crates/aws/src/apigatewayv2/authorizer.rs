//! Authorizers: who may call.

use super::{items, like};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, shape, words};
use async_trait::async_trait;
use aws_sdk_apigatewayv2::types::{AuthorizerType, JwtConfiguration};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::Authorizer`, by its id and its API.
pub(crate) struct Authorizer;

words!(AuthorizerType);
shape!(JwtConfiguration { audience, issuer });

fields!(settings {
    authorizer_credentials_arn,
    authorizer_payload_format_version,
    authorizer_result_ttl_in_seconds,
    authorizer_type,
    authorizer_uri,
    enable_simple_responses,
    identity_source,
    identity_validation_expression,
    jwt_configuration,
    name,
});

#[async_trait]
impl Resource for Authorizer {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [authorizer, api] = at.ids()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_authorizer()
            .api_id(api)
            .authorizer_id(authorizer);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, output);
        put(&mut map, "ApiId", &api.to_owned());
        put(&mut map, "AuthorizerId", &authorizer.to_owned());
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
        let sent = at.clients.apigatewayv2().create_authorizer().api_id(&api);
        let sent = settings!(fill sent, object);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let authorizer = output.authorizer_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{authorizer}|{api}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [authorizer, api] = at.ids()?;
        let object = change.object();
        let sent = at
            .clients
            .apigatewayv2()
            .update_authorizer()
            .api_id(api)
            .authorizer_id(authorizer);
        let sent = settings!(fill sent, object);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [authorizer, api] = at.ids()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_authorizer()
            .api_id(api)
            .authorizer_id(authorizer);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Those that say the same.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let api: String = object.get("ApiId")?.unwrap_or_default();
        let all = items!(at.clients.apigatewayv2().get_authorizers().api_id(&api));
        let ids = all.into_iter().filter_map(|one| {
            let authorizer = one.authorizer_id?;
            Some(format!("{authorizer}|{api}"))
        });
        like(self, at, wanted, ids.collect()).await
    }
}
