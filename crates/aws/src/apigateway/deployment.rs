//! Deployments: an API as it was when a stage began to serve it.

use super::items;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, alike, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::Deployment`, by its id and its API.
pub(crate) struct Deployment;

#[async_trait]
impl Resource for Deployment {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [id, api] = at.ids()?;
        let asked = at
            .clients
            .apigateway()
            .get_deployment()
            .rest_api_id(api)
            .deployment_id(id);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, output, { description, id = "DeploymentId" });
        put(&mut map, "RestApiId", &api.to_owned());
        Ok(Some(at.live(
            format!("{id}|{api}"),
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
            .create_deployment()
            .rest_api_id(&api);
        let sent = sent
            .set_description(object.get("Description")?)
            .set_stage_name(object.get("StageName")?);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{id}|{api}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [id, api] = at.ids()?;
        let object = change.object();
        let text: Option<String> = object.get("Description")?;
        object.finish()?;
        let patch = super::patch::replace("/description", text.unwrap_or_default());
        let sent = at
            .clients
            .apigateway()
            .update_deployment()
            .rest_api_id(api)
            .deployment_id(id);
        sent.patch_operations(patch).send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [id, api] = at.ids()?;
        let gone = at
            .clients
            .apigateway()
            .delete_deployment()
            .rest_api_id(api)
            .deployment_id(id);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Deployments of the same description, oldest first.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let api: String = Object::new(wanted).get("RestApiId")?.unwrap_or_default();
        let mut all = items!(at.clients.apigateway().get_deployments().rest_api_id(&api));
        all.sort_by_key(|one| one.created_date.map(|date| date.as_nanos()));
        let each = all.into_iter().map(|one| {
            let mut map = Map::new();
            show!(map, one, { description, id = "DeploymentId" });
            put(&mut map, "RestApiId", &api);
            at.live(
                format!("{}|{api}", one.id.unwrap_or_default()),
                map,
                Default::default(),
            )
        });
        Ok(each
            .filter(|live| alike(live, wanted, &["Description"]))
            .collect())
    }
}
