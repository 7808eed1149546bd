//! Log groups.

use crate::clients::Clients;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, retag, settled};
use crate::shape::{Object, put, show, words};
use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::types::{LogGroup as Group, LogGroupClass};
use formwork_provider::{Failure, Listed, Listing, Live, Page, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Logs::LogGroup`, by its name.
pub(crate) struct LogGroup;

words!(LogGroupClass);

#[async_trait]
impl Resource for LogGroup {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (logs, name) = (at.clients.logs(), at.id()?);
        let asked = logs
            .describe_log_groups()
            .log_group_name_prefix(name)
            .send();
        let groups = asked.await.map_err(failure)?.log_groups.unwrap_or_default();
        let Some(group) = groups
            .into_iter()
            .find(|group| group.log_group_name() == Some(name))
        else {
            return Ok(None);
        };
        let asked = logs
            .list_tags_for_resource()
            .resource_arn(arn(&group))
            .send();
        let tags = found(asked.await.map_err(failure))?.and_then(|output| output.tags);
        Ok(Some(at.live(
            name,
            shown(&group),
            tags.unwrap_or_default().into_iter().collect(),
        )))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("LogGroupName")?.unwrap_or_default();
        let sent = at
            .clients
            .logs()
            .create_log_group()
            .log_group_name(&name)
            .set_kms_key_id(object.get("KmsKeyId")?)
            .set_log_group_class(object.get("LogGroupClass")?)
            .set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[
            at.tag_property(),
            "RetentionInDays",
            "DeletionProtectionEnabled",
        ]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settle(at, &name, &object).await?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (logs, name) = (at.clients.logs(), at.id()?);
        settle(at, name, &change.object()).await?;
        if change.touches(&["RetentionInDays"]) && !change.changed.contains_key("RetentionInDays") {
            let gone = logs.delete_retention_policy().log_group_name(name);
            gone.send().await.map_err(failure)?;
        }
        match change
            .object()
            .get::<String>("KmsKeyId")?
            .filter(|key| !key.is_empty())
        {
            Some(key) => {
                let sent = logs
                    .associate_kms_key()
                    .log_group_name(name)
                    .kms_key_id(key);
                sent.send().await.map_err(failure)?;
            }
            None if change.touches(&["KmsKeyId"]) => {
                let gone = logs.disassociate_kms_key().log_group_name(name);
                gone.send().await.map_err(failure)?;
            }
            None => {}
        }
        if change.touches(&[at.tag_property()]) {
            retag(at, change).await?;
        }
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .logs()
            .delete_log_group()
            .log_group_name(at.id()?);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn list(&self, clients: &Clients, listing: &Listing) -> Result<Option<Page>, Failure> {
        let asked = clients.logs().describe_log_groups().limit(50);
        let asked = asked.set_next_token(listing.page.as_deref().map(str::to_owned));
        let output = asked.send().await.map_err(failure)?;
        let objects = output
            .log_groups
            .unwrap_or_default()
            .into_iter()
            .map(|group| Listed {
                id: group.log_group_name().unwrap_or_default().into(),
                properties: shown(&group),
                ..Listed::default()
            });
        Ok(Some(Page {
            objects: objects.collect(),
            next: output.next_token.map(Into::into),
        }))
    }
}

/// The ARN without the `:*` that some replies end in.
fn arn(group: &Group) -> String {
    match group.log_group_arn() {
        Some(arn) => arn.to_owned(),
        None => group
            .arn()
            .unwrap_or_default()
            .trim_end_matches(":*")
            .to_owned(),
    }
}

/// CloudFormation's ARN is the one that ends in `:*`.
fn shown(group: &Group) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *group, { log_group_name, retention_in_days, kms_key_id, log_group_class, deletion_protection_enabled });
    put(&mut map, "Arn", &format!("{}:*", arn(group)));
    map
}

/// What calls of their own set.
async fn settle(at: &At<'_>, name: &str, object: &Object<'_>) -> Result<(), Failure> {
    let logs = at.clients.logs();
    if let Some(days) = object.get("RetentionInDays")? {
        let sent = logs
            .put_retention_policy()
            .log_group_name(name)
            .retention_in_days(days);
        sent.send().await.map_err(failure)?;
    }
    if let Some(protected) = object.get("DeletionProtectionEnabled")? {
        let sent = logs
            .put_log_group_deletion_protection()
            .log_group_identifier(name);
        let sent = sent.deletion_protection_enabled(protected);
        sent.send().await.map_err(failure)?;
    }
    Ok(())
}

async fn retag(at: &At<'_>, change: &Change<'_>) -> Result<(), Failure> {
    let (logs, name) = (at.clients.logs(), at.id()?);
    let arn = format!(
        "arn:{}:logs:{}:{}:log-group:{name}",
        at.partition(),
        at.clients.region(),
        at.account
    );
    let there = logs
        .list_tags_for_resource()
        .resource_arn(&arn)
        .send()
        .await
        .map_err(failure)?;
    let there = there.tags.unwrap_or_default().into_iter().collect();
    retag!(
        there,
        at.tags(change.wanted),
        |set| logs
            .tag_resource()
            .resource_arn(&arn)
            .set_tags(Some(set.into_iter().collect())),
        |keys| logs
            .untag_resource()
            .resource_arn(&arn)
            .set_tag_keys(Some(keys)),
    );
    Ok(())
}
