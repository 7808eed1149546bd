//! Which keys belong to which usage plan.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::UsagePlanKey`, by its key and its plan, joined by `:`.
pub(crate) struct UsagePlanKey;

#[async_trait]
impl Resource for UsagePlanKey {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let (key, plan) = parts(id)?;
        let asked = at
            .clients
            .apigateway()
            .get_usage_plan_key()
            .usage_plan_id(plan)
            .key_id(key);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, output, { r#type = "KeyType" });
        put(&mut map, "Id", &id.to_owned());
        put(&mut map, "KeyId", &key.to_owned());
        put(&mut map, "UsagePlanId", &plan.to_owned());
        Ok(Some(at.live(id, map, Default::default())))
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
            .create_usage_plan_key()
            .set_usage_plan_id(object.get("UsagePlanId")?)
            .set_key_id(object.get("KeyId")?)
            .set_key_type(object.get("KeyType")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &id(&object)?).await
    }

    /// Nothing of it changes.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        change.object().finish()?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (key, plan) = parts(at.id()?)?;
        let gone = at
            .clients
            .apigateway()
            .delete_usage_plan_key()
            .usage_plan_id(plan)
            .key_id(key);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let id = id(&Object::new(wanted))?;
        Ok(read_id(self, at, &id).await?.into_iter().collect())
    }
}

fn id(object: &Object<'_>) -> Result<String, Failure> {
    let key: String = object.get("KeyId")?.unwrap_or_default();
    let plan: String = object.get("UsagePlanId")?.unwrap_or_default();
    Ok(format!("{key}:{plan}"))
}

fn parts(id: &str) -> Result<(&str, &str), Failure> {
    id.split_once(':').ok_or_else(|| {
        let message = format!("`{id}` is no key of a usage plan");
        Failure::new(FailureClass::Bug, "BadIdentity", message)
    })
}
