//! Deployments: what a stage without automatic deployment shows.

use super::items;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, alike, read_id, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use aws_sdk_apigatewayv2::types::DeploymentStatus;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::Deployment`, by its API and its id.
pub(crate) struct Deployment;

#[async_trait]
impl Resource for Deployment {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [api, id] = at.ids()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_deployment()
            .api_id(api)
            .deployment_id(id);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        if output.deployment_status() == Some(&DeploymentStatus::Failed) {
            let reason = output
                .deployment_status_message()
                .unwrap_or("API Gateway gives no reason");
            return Err(Failure::new(
                FailureClass::CreationFailed,
                "DeploymentFailed",
                reason,
            ));
        }
        let mut map = Map::new();
        show!(map, output, { description, deployment_id });
        put(&mut map, "ApiId", &api.to_owned());
        let mut live = at.live(format!("{api}|{id}"), map, Default::default());
        live.pending = output.deployment_status() == Some(&DeploymentStatus::Pending);
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let api: String = object.get("ApiId")?.unwrap_or_default();
        let sent = at.clients.apigatewayv2().create_deployment().api_id(&api);
        let sent = sent
            .set_description(object.get("Description")?)
            .set_stage_name(object.get("StageName")?);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.deployment_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{api}|{id}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [api, id] = at.ids()?;
        let object = change.object();
        let sent = at
            .clients
            .apigatewayv2()
            .update_deployment()
            .api_id(api)
            .deployment_id(id);
        let sent = sent.set_description(object.get("Description")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [api, id] = at.ids()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_deployment()
            .api_id(api)
            .deployment_id(id);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Deployments of the same description, oldest first.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let api: String = Object::new(wanted).get("ApiId")?.unwrap_or_default();
        let mut all = items!(at.clients.apigatewayv2().get_deployments().api_id(&api));
        all.sort_by_key(|one| one.created_date.map(|date| date.as_nanos()));
        let mut lives = Vec::new();
        for id in all.into_iter().filter_map(|one| one.deployment_id) {
            lives.extend(read_id(self, at, &format!("{api}|{id}")).await?);
        }
        lives.retain(|live| alike(live, wanted, &["Description"]));
        Ok(lives)
    }
}
