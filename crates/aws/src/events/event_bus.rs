//! Buses.

use crate::events::{arn, tags};
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fill, shape, show, words};
use async_trait::async_trait;
use aws_sdk_eventbridge::types::{IncludeDetail, Level, LogConfig};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Events::EventBus`, by its name.
pub(crate) struct EventBus;

words!(IncludeDetail, Level);
shape!(LogConfig {
    include_detail,
    level
});

#[async_trait]
impl Resource for EventBus {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at
            .clients
            .events()
            .describe_event_bus()
            .name(name)
            .send()
            .await;
        let Some(bus) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, bus, { name, arn, description, kms_key_identifier, dead_letter_config, log_config });
        let policy = bus
            .policy()
            .and_then(|text| serde_json::from_str(text).ok());
        if let Some(policy) = policy {
            map.insert("Policy".to_owned(), policy);
        }
        let tags = tags!(read at, &bus_arn(at, name));
        Ok(Some(at.live(name, map, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("Name")?.unwrap_or_default();
        let sent = at.clients.events().create_event_bus().name(&name);
        let sent = fill!(sent, object, {
            event_source_name,
            description,
            kms_key_identifier,
            dead_letter_config,
            log_config,
            tags,
        });
        let policy = object.document("Policy");
        object.finish()?;
        sent.send().await.map_err(failure)?;
        if let Some(policy) = policy {
            let sent = at.clients.events().put_permission().event_bus_name(&name);
            sent.policy(policy).send().await.map_err(failure)?;
        }
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (events, name) = (at.clients.events(), at.id()?);
        let wanted = Object::new(change.wanted);
        let own = [
            "Description",
            "KmsKeyIdentifier",
            "DeadLetterConfig",
            "LogConfig",
        ];
        if change.touches(&own) {
            let sent = events
                .update_event_bus()
                .name(name)
                .description(wanted.get::<String>("Description")?.unwrap_or_default())
                .set_kms_key_identifier(wanted.get("KmsKeyIdentifier")?)
                .set_dead_letter_config(wanted.get("DeadLetterConfig")?)
                .set_log_config(wanted.get("LogConfig")?);
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["Policy"]) {
            match wanted.document("Policy") {
                Some(policy) => {
                    let sent = events.put_permission().event_bus_name(name).policy(policy);
                    sent.send().await.map_err(failure)?;
                }
                None => {
                    let gone = events.remove_permission().event_bus_name(name);
                    let gone = gone.remove_all_permissions(true).send().await;
                    found(gone.map_err(failure))?;
                }
            }
        }
        if change.touches(&[at.tag_property()]) {
            tags!(change at, &bus_arn(at, name), change.wanted);
        }
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .events()
            .delete_event_bus()
            .name(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

fn bus_arn(at: &At<'_>, name: &str) -> String {
    arn(at, &format!("event-bus/{name}"))
}
