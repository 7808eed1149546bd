//! Archives of events.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, show};
use async_trait::async_trait;
use aws_sdk_eventbridge::types::ArchiveState;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Events::Archive`, by its name.
pub(crate) struct Archive;

#[async_trait]
impl Resource for Archive {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at
            .clients
            .events()
            .describe_archive()
            .archive_name(name)
            .send()
            .await;
        let Some(archive) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, archive, {
            archive_name,
            archive_arn = "Arn",
            event_source_arn = "SourceArn",
            description,
            kms_key_identifier,
            retention_days,
        });
        let pattern = archive
            .event_pattern()
            .and_then(|text| serde_json::from_str(text).ok());
        if let Some(pattern) = pattern {
            map.insert("EventPattern".to_owned(), pattern);
        }
        let mut live = at.live(name, map, Default::default());
        live.pending = matches!(
            archive.state(),
            Some(ArchiveState::Creating | ArchiveState::Updating)
        );
        live.contents = u64::try_from(archive.event_count).ok();
        if matches!(archive.state(), Some(ArchiveState::CreateFailed)) {
            let reason = archive
                .state_reason()
                .unwrap_or("EventBridge gives no reason");
            return Err(Failure::new(
                FailureClass::CreationFailed,
                "CreateFailed",
                reason,
            ));
        }
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("ArchiveName")?.unwrap_or_default();
        let sent = at
            .clients
            .events()
            .create_archive()
            .archive_name(&name)
            .set_event_source_arn(object.get("SourceArn")?)
            .set_description(object.get("Description")?)
            .set_event_pattern(object.document("EventPattern"))
            .set_retention_days(object.get("RetentionDays")?)
            .set_kms_key_identifier(object.get("KmsKeyIdentifier")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &name).await
    }

    /// What is not wanted is sent as empty, which takes it out; 0 days keep events for ever: EventBridge API,
    /// UpdateArchive.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let name = at.id()?;
        let wanted = Object::new(change.wanted);
        let mut sent = at
            .clients
            .events()
            .update_archive()
            .archive_name(name)
            .description(wanted.get::<String>("Description")?.unwrap_or_default())
            .set_event_pattern(wanted.document("EventPattern"))
            .retention_days(wanted.get("RetentionDays")?.unwrap_or_default());
        if change.touches(&["KmsKeyIdentifier"]) {
            let key: Option<String> = wanted.get("KmsKeyIdentifier")?;
            sent = sent.kms_key_identifier(key.unwrap_or_default());
        }
        sent.send().await.map_err(failure)?;
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .events()
            .delete_archive()
            .archive_name(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}
