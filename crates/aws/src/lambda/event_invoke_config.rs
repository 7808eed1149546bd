//! What becomes of asynchronous invocations: one configuration a function, version or alias.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, fill, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Lambda::EventInvokeConfig`, by its function and the version or alias.
pub(crate) struct EventInvokeConfig;

#[async_trait]
impl Resource for EventInvokeConfig {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [function, qualifier] = at.ids()?;
        let asked = at.clients.lambda().get_function_event_invoke_config();
        let asked = asked
            .function_name(function)
            .qualifier(qualifier)
            .send()
            .await;
        let Some(config) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        put(&mut map, "FunctionName", &function.to_owned());
        put(&mut map, "Qualifier", &qualifier.to_owned());
        show!(map, config, { maximum_event_age_in_seconds, maximum_retry_attempts, destination_config });
        Ok(Some(at.live(
            format!("{function}|{qualifier}"),
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
        let id = set(at, wanted).await?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let id = set(at, change.wanted).await?;
        settled(self, at, &id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [function, qualifier] = at.ids()?;
        let gone = at.clients.lambda().delete_function_event_invoke_config();
        let gone = gone
            .function_name(function)
            .qualifier(qualifier)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let id = id(&Object::new(wanted))?;
        Ok(read_id(self, at, &id).await?.into_iter().collect())
    }
}

fn id(object: &Object<'_>) -> Result<String, Failure> {
    let function: String = object.get("FunctionName")?.unwrap_or_default();
    let qualifier: String = object.get("Qualifier")?.unwrap_or_default();
    Ok(format!("{function}|{qualifier}"))
}

/// Overwrites the whole configuration.
async fn set(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let sent = at.clients.lambda().put_function_event_invoke_config();
    let sent = fill!(sent, object, {
        function_name,
        qualifier,
        maximum_event_age_in_seconds,
        maximum_retry_attempts,
        destination_config,
    });
    object.finish()?;
    sent.send().await.map_err(failure)?;
    id(&object)
}
