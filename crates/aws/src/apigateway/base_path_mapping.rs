//! Which path of a domain leads to which API.

use super::patch::plain;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::BasePathMapping`, by its domain and its path.
pub(crate) struct BasePathMapping;

/// What the API calls a path that is empty: API Gateway API, GetBasePathMapping.
const ROOT: &str = "(none)";

#[async_trait]
impl Resource for BasePathMapping {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [domain, path] = at.ids()?;
        let asked = at
            .clients
            .apigateway()
            .get_base_path_mapping()
            .domain_name(domain);
        let asked = asked.base_path(named(path)).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, output, { rest_api_id, stage });
        put(&mut map, "DomainName", &domain.to_owned());
        if !path.is_empty() {
            put(&mut map, "BasePath", &path.to_owned());
        }
        Ok(Some(at.live(
            format!("{domain}|{path}"),
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
        let sent = at
            .clients
            .apigateway()
            .create_base_path_mapping()
            .set_domain_name(object.get("DomainName")?)
            .set_base_path(object.get("BasePath")?)
            .set_rest_api_id(object.get("RestApiId")?)
            .set_stage(object.get("Stage")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &id(&object)?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [domain, path] = at.ids()?;
        let object = change.object();
        object.elsewhere(&["RestApiId", "Stage"]);
        object.finish()?;
        let paths = [("RestApiId", "/restapiId"), ("Stage", "/stage")];
        let patches = plain(&paths, change.wanted, |property| {
            change.touches(&[property])
        });
        let sent = at
            .clients
            .apigateway()
            .update_base_path_mapping()
            .domain_name(domain);
        let sent = sent
            .base_path(named(path))
            .set_patch_operations(Some(patches));
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [domain, path] = at.ids()?;
        let gone = at
            .clients
            .apigateway()
            .delete_base_path_mapping()
            .domain_name(domain);
        found(gone.base_path(named(path)).send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let id = id(&Object::new(wanted))?;
        Ok(read_id(self, at, &id).await?.into_iter().collect())
    }
}

fn named(path: &str) -> &str {
    match path.is_empty() {
        true => ROOT,
        false => path,
    }
}

fn id(object: &Object<'_>) -> Result<String, Failure> {
    let domain: String = object.get("DomainName")?.unwrap_or_default();
    let path: String = object.get("BasePath")?.unwrap_or_default();
    Ok(format!("{domain}|{path}"))
}
