//! Keys of callers. Their value is a secret, and never read.

use super::patch::plain;
use super::{arn, items, retagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fill, shape, show};
use async_trait::async_trait;
use aws_sdk_apigateway::types::{ApiKey as Described, StageKey};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::ApiKey`, by its id.
pub(crate) struct ApiKey;

shape!(StageKey {
    rest_api_id,
    stage_name
});

/// Properties that one patch puts whole.
const PLAIN: &[(&str, &str)] = &[
    ("CustomerId", "/customerId"),
    ("Description", "/description"),
    ("Enabled", "/enabled"),
    ("Name", "/name"),
];

#[async_trait]
impl Resource for ApiKey {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let asked = at
            .clients
            .apigateway()
            .get_api_key()
            .api_key(id)
            .include_value(false);
        let Some(key) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, key, { customer_id, description, enabled, id = "APIKeyId", name });
        Ok(Some(at.live(
            id,
            map,
            key.tags.unwrap_or_default().into_iter().collect(),
        )))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.apigateway().create_api_key();
        let sent = fill!(sent, object, {
            customer_id,
            description,
            enabled,
            generate_distinct_id,
            name,
            stage_keys,
            value,
        });
        let sent = sent.set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (gateway, id) = (at.clients.apigateway(), at.id()?);
        let object = change.object();
        object.elsewhere(
            &PLAIN
                .iter()
                .map(|(property, _)| *property)
                .collect::<Vec<_>>(),
        );
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let patches = plain(PLAIN, change.wanted, |property| change.touches(&[property]));
        if !patches.is_empty() {
            let sent = gateway
                .update_api_key()
                .api_key(id)
                .set_patch_operations(Some(patches));
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            let there = gateway
                .get_api_key()
                .api_key(id)
                .send()
                .await
                .map_err(failure)?;
            retagged!(
                at,
                arn(at, &format!("apikeys/{id}")),
                there.tags,
                change.wanted
            );
        }
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .apigateway()
            .delete_api_key()
            .api_key(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Keys of the name, for their tags to tell.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let name: Option<String> = Object::new(wanted).get("Name")?;
        let mut keys: Vec<Described> = items!(at.clients.apigateway().get_api_keys());
        keys.retain(|key| key.name == name);
        keys.sort_by_key(|key| key.created_date.map(|date| date.as_nanos()));
        let each = keys.into_iter().map(|key| {
            let mut map = Map::new();
            show!(map, key, { customer_id, description, enabled, id = "APIKeyId", name });
            let tags = key.tags.unwrap_or_default().into_iter().collect();
            at.live(key.id.unwrap_or_default(), map, tags)
        });
        Ok(each.collect())
    }
}
