//! Names of keys.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::KMS::Alias`, by its name.
pub(crate) struct Alias;

#[async_trait]
impl Resource for Alias {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at.clients.kms().describe_key().key_id(name).send().await;
        let key = found(asked.map_err(failure))?.and_then(|output| output.key_metadata);
        Ok(key.map(|key| {
            let mut map = Map::new();
            put(&mut map, "AliasName", &name.to_owned());
            put(&mut map, "TargetKeyId", &key.key_id);
            at.live(name, map, Default::default())
        }))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("AliasName")?.unwrap_or_default();
        let sent = at.clients.kms().create_alias().alias_name(&name);
        let sent = sent.set_target_key_id(object.get("TargetKeyId")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let name = at.id()?;
        let object = change.object();
        let sent = at.clients.kms().update_alias().alias_name(name);
        let sent = sent.set_target_key_id(object.get("TargetKeyId")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .kms()
            .delete_alias()
            .alias_name(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}
