//! Validators of requests.

use super::items;
use super::patch::plain;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, alike, settled};
use crate::shape::{Object, fields, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::RequestValidator`, by its API and its id.
pub(crate) struct RequestValidator;

fields!(settings {
    name,
    validate_request_body,
    validate_request_parameters
});

/// Properties that one patch puts whole.
const PLAIN: &[(&str, &str)] = &[
    ("ValidateRequestBody", "/validateRequestBody"),
    ("ValidateRequestParameters", "/validateRequestParameters"),
];

#[async_trait]
impl Resource for RequestValidator {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, id] = at.ids()?;
        let asked = at
            .clients
            .apigateway()
            .get_request_validator()
            .rest_api_id(api);
        let asked = asked.request_validator_id(id).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, output);
        show!(map, output, { id = "RequestValidatorId" });
        put(&mut map, "RestApiId", &api.to_owned());
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
            .create_request_validator()
            .rest_api_id(&api);
        let sent = settings!(fill sent, object);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{api}|{id}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, id] = at.ids()?;
        let object = change.object();
        object.elsewhere(
            &PLAIN
                .iter()
                .map(|(property, _)| *property)
                .collect::<Vec<_>>(),
        );
        object.finish()?;
        let mut wanted = change.wanted.clone();
        for (property, _) in PLAIN {
            // What is not said is not validated.
            wanted.entry(*property).or_insert(Json::Bool(false));
        }
        let patches = plain(PLAIN, &wanted, |property| change.touches(&[property]));
        let sent = at
            .clients
            .apigateway()
            .update_request_validator()
            .rest_api_id(api);
        let sent = sent
            .request_validator_id(id)
            .set_patch_operations(Some(patches));
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, id] = at.ids()?;
        let gone = at
            .clients
            .apigateway()
            .delete_request_validator()
            .rest_api_id(api);
        found(gone.request_validator_id(id).send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let api: String = Object::new(wanted).get("RestApiId")?.unwrap_or_default();
        let all = items!(
            at.clients
                .apigateway()
                .get_request_validators()
                .rest_api_id(&api)
        );
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
