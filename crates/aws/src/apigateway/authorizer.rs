//! Authorizers: who may call.

use super::items;
use super::patch::{add, plain};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, alike, settled};
use crate::shape::{Object, fields, put, words};
use async_trait::async_trait;
use aws_sdk_apigateway::types::{AuthorizerType, Op, PatchOperation};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::Authorizer`, by its API and its id.
pub(crate) struct Authorizer;

words!(AuthorizerType);

fields!(settings {
    auth_type,
    authorizer_credentials,
    authorizer_result_ttl_in_seconds,
    authorizer_uri,
    identity_source,
    identity_validation_expression,
    name,
    provider_arns = "ProviderARNs",
    r#type,
});

/// Properties that one patch puts whole.
const PLAIN: &[(&str, &str)] = &[
    ("AuthType", "/authType"),
    ("AuthorizerCredentials", "/authorizerCredentials"),
    (
        "AuthorizerResultTtlInSeconds",
        "/authorizerResultTtlInSeconds",
    ),
    ("AuthorizerUri", "/authorizerUri"),
    ("IdentitySource", "/identitySource"),
    (
        "IdentityValidationExpression",
        "/identityValidationExpression",
    ),
    ("Name", "/name"),
    ("Type", "/type"),
];

#[async_trait]
impl Resource for Authorizer {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, id] = at.ids()?;
        let asked = at
            .clients
            .apigateway()
            .get_authorizer()
            .rest_api_id(api)
            .authorizer_id(id);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, output);
        put(&mut map, "RestApiId", &api.to_owned());
        put(&mut map, "AuthorizerId", &id.to_owned());
        map.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
        Ok(Some(at.live(
            format!("{api}|{id}"),
            map,
            Default::default(),
        )))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let api: String = object.get("RestApiId")?.unwrap_or_default();
        let sent = at
            .clients
            .apigateway()
            .create_authorizer()
            .rest_api_id(&api);
        let sent = settings!(fill sent, object);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{api}|{id}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, id] = at.ids()?;
        let gateway = at.clients.apigateway();
        let object = change.object();
        object.elsewhere(
            &PLAIN
                .iter()
                .map(|(property, _)| *property)
                .collect::<Vec<_>>(),
        );
        object.elsewhere(&["ProviderARNs"]);
        object.finish()?;
        let mut patches = plain(PLAIN, change.wanted, |property| change.touches(&[property]));
        if change.touches(&["ProviderARNs"]) {
            let asked = gateway
                .get_authorizer()
                .rest_api_id(api)
                .authorizer_id(id)
                .send()
                .await;
            let there = asked.map_err(failure)?.provider_arns.unwrap_or_default();
            let wanted: Vec<String> = Object::new(change.wanted)
                .get("ProviderARNs")?
                .unwrap_or_default();
            patches.extend(providers(&there, &wanted));
        }
        let sent = gateway
            .update_authorizer()
            .rest_api_id(api)
            .authorizer_id(id);
        sent.set_patch_operations(Some(patches))
            .send()
            .await
            .map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, id] = at.ids()?;
        let gone = at
            .clients
            .apigateway()
            .delete_authorizer()
            .rest_api_id(api)
            .authorizer_id(id);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let api: String = Object::new(wanted).get("RestApiId")?.unwrap_or_default();
        let all = items!(at.clients.apigateway().get_authorizers().rest_api_id(&api));
        let each = all.into_iter().map(|one| {
            let mut map = Map::new();
            settings!(show map, one);
            at.live(
                format!("{api}|{}", one.id.unwrap_or_default()),
                map,
                Default::default(),
            )
        });
        Ok(each.filter(|live| alike(live, wanted, &["Name"])).collect())
    }
}

fn providers(there: &[String], wanted: &[String]) -> Vec<PatchOperation> {
    let gone = there.iter().filter(|arn| !wanted.contains(arn)).map(|arn| {
        PatchOperation::builder()
            .op(Op::Remove)
            .path("/providerARNs")
            .value(arn)
            .build()
    });
    let new = wanted.iter().filter(|arn| !there.contains(arn));
    gone.chain(new.map(|arn| add("/providerARNs", arn)))
        .collect()
}
