//! Keys. They are never deleted at once: KMS keeps them for days in which they can be brought back.

use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, read_id, retag, settled};
use crate::shape::{Misfit, Object, fill, put, show, words};
use async_trait::async_trait;
use aws_sdk_kms::types::{
    KeyManagerType, KeyMetadata, KeySpec, KeyState, KeyUsageType, OriginType, Tag,
};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::KMS::Key`, by its id.
pub(crate) struct Key;

words!(KeySpec, KeyUsageType, OriginType);

/// Tags of KMS have other names than those of CloudFormation.
macro_rules! tag_list {
    ($tags:expr) => {{
        let made = $tags.into_iter().map(|(key, value)| {
            let tag = Tag::builder().tag_key(key).tag_value(value).build();
            tag.map_err(|error| Misfit::new(error.to_string()))
        });
        made.collect::<Result<Vec<_>, _>>()?
    }};
}

#[async_trait]
impl Resource for Key {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (kms, id) = (at.clients.kms(), at.id()?);
        let asked = kms.describe_key().key_id(id).send().await;
        let Some(key) = found(asked.map_err(failure))?.and_then(|output| output.key_metadata)
        else {
            return Ok(None);
        };
        if is_leaving(&key) {
            return Ok(None);
        }
        let mut map = Map::new();
        show!(map, key, {
            arn,
            description,
            enabled,
            key_id,
            key_spec,
            key_usage,
            multi_region,
            origin,
        });
        let asked = kms
            .get_key_policy()
            .key_id(id)
            .policy_name(POLICY)
            .send()
            .await;
        let policy = found(asked.map_err(failure))?.and_then(|output| output.policy);
        if let Some(policy) = policy.and_then(|text| serde_json::from_str(&text).ok()) {
            map.insert("KeyPolicy".to_owned(), policy);
        }
        if rotates(&key) {
            let asked = kms.get_key_rotation_status().key_id(id).send().await;
            if let Some(rotation) = found(asked.map_err(failure))? {
                put(
                    &mut map,
                    "EnableKeyRotation",
                    &rotation.key_rotation_enabled,
                );
                let days = rotation
                    .rotation_period_in_days
                    .filter(|_| rotation.key_rotation_enabled);
                put(&mut map, "RotationPeriodInDays", &days);
            }
        }
        Ok(Some(at.live(id, map, tags(at, id).await?)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.kms().create_key();
        let sent = fill!(sent, object, {
            bypass_policy_lockout_safety_check,
            description,
            key_spec,
            key_usage,
            multi_region,
            origin,
        });
        let sent = sent
            .set_policy(object.document("KeyPolicy"))
            .set_tags(Some(tag_list!(at.tags(wanted))));
        object.elsewhere(&[
            at.tag_property(),
            "EnableKeyRotation",
            "Enabled",
            "PendingWindowInDays",
            "RotationPeriodInDays",
        ]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output
            .key_metadata
            .map(|key| key.key_id)
            .ok_or_else(|| lacks("key"))?;
        if object.get("EnableKeyRotation")? == Some(true) {
            rotate(at, &id, &object).await?;
        }
        if object.get("Enabled")? == Some(false) {
            at.clients
                .kms()
                .disable_key()
                .key_id(&id)
                .send()
                .await
                .map_err(failure)?;
        }
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (kms, id) = (at.clients.kms(), at.id()?);
        let wanted = Object::new(change.wanted);
        let enabled = wanted.get("Enabled")?.unwrap_or(true);
        if change.touches(&["Enabled"]) && enabled {
            kms.enable_key().key_id(id).send().await.map_err(failure)?;
        }
        if change.touches(&["Description"]) {
            let text: Option<String> = wanted.get("Description")?;
            let sent = kms
                .update_key_description()
                .key_id(id)
                .description(text.unwrap_or_default());
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["KeyPolicy"]) {
            let sent = kms.put_key_policy().key_id(id).policy_name(POLICY);
            let sent = sent
                .set_policy(wanted.document("KeyPolicy"))
                .set_bypass_policy_lockout_safety_check(
                    wanted.get("BypassPolicyLockoutSafetyCheck")?,
                );
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["EnableKeyRotation", "RotationPeriodInDays"]) {
            rotate(at, id, &wanted).await?;
        }
        if change.touches(&["Enabled"]) && !enabled {
            kms.disable_key().key_id(id).send().await.map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            retag!(
                tags(at, id).await?,
                at.tags(change.wanted),
                |set| kms.tag_resource().key_id(id).set_tags(Some(tag_list!(set))),
                |keys| kms.untag_resource().key_id(id).set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, id).await
    }

    /// After 30 days, for as long as it can be brought back: KMS API, ScheduleKeyDeletion.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (kms, id) = (at.clients.kms(), at.id()?);
        let asked = kms.describe_key().key_id(id).send().await;
        let key = found(asked.map_err(failure))?.and_then(|output| output.key_metadata);
        if key.is_some_and(|key| !is_leaving(&key)) {
            let gone = kms.schedule_key_deletion().key_id(id).send().await;
            found(gone.map_err(failure))?;
        }
        Ok(Reply::Deleted)
    }

    /// All keys of ours in the region, for their tags to tell.
    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let mut pages = at.clients.kms().list_keys().into_paginator().items().send();
        let mut lives = Vec::new();
        while let Some(key) = pages.next().await {
            let id = key.map_err(failure)?.key_id.unwrap_or_default();
            let asked = at.clients.kms().describe_key().key_id(&id).send().await;
            let key = found(asked.map_err(failure))?.and_then(|output| output.key_metadata);
            // AWS's own keys, and keys whose policy keeps us out, are nobody's of ours.
            if key.is_none_or(|key| key.key_manager() == Some(&KeyManagerType::Aws)) {
                continue;
            }
            match read_id(self, at, &id).await {
                Err(failure) if matches!(failure.class, FailureClass::AccessDenied(_)) => {}
                other => lives.extend(other?),
            }
        }
        Ok(lives)
    }
}

/// The only name that a policy of a key can have: KMS API, GetKeyPolicy.
const POLICY: &str = "default";

fn is_leaving(key: &KeyMetadata) -> bool {
    matches!(
        key.key_state(),
        Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion)
    )
}

/// Only symmetric keys with material of AWS are rotated: KMS guide, "Rotate AWS KMS keys".
fn rotates(key: &KeyMetadata) -> bool {
    key.key_spec()
        .is_none_or(|spec| *spec == KeySpec::SymmetricDefault)
        && key
            .origin()
            .is_none_or(|origin| *origin == OriginType::AwsKms)
}

async fn rotate(at: &At<'_>, id: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let kms = at.clients.kms();
    match wanted.get("EnableKeyRotation")?.unwrap_or(false) {
        true => {
            let sent = kms.enable_key_rotation().key_id(id);
            let sent = sent.set_rotation_period_in_days(wanted.get("RotationPeriodInDays")?);
            sent.send().await.map_err(failure)?;
        }
        false => {
            kms.disable_key_rotation()
                .key_id(id)
                .send()
                .await
                .map_err(failure)?;
        }
    }
    Ok(())
}

async fn tags(at: &At<'_>, id: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut pages = at
        .clients
        .kms()
        .list_resource_tags()
        .key_id(id)
        .into_paginator()
        .items()
        .send();
    let mut tags = BTreeMap::new();
    while let Some(tag) = pages.next().await {
        match found(tag.map_err(failure))? {
            Some(tag) => tags.insert(tag.tag_key, tag.tag_value),
            None => break,
        };
    }
    Ok(tags)
}
