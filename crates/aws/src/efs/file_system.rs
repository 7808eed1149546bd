//! File systems. Settings can be given only once one is available, so a create waits for that.

use super::retag;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Object, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_efs::types::{
    BackupPolicy, FileSystemDescription, FileSystemProtectionDescription, LifeCycleState as State,
    LifecyclePolicy, PerformanceMode, ReplicationOverwriteProtection, Status, ThroughputMode,
    TransitionToArchiveRules, TransitionToIaRules, TransitionToPrimaryStorageClassRules,
};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};
use std::time::Duration;

/// `AWS::EFS::FileSystem`, by its id.
pub(crate) struct FileSystem;

words!(
    PerformanceMode,
    ReplicationOverwriteProtection,
    Status,
    ThroughputMode,
    TransitionToArchiveRules,
    TransitionToIaRules,
    TransitionToPrimaryStorageClassRules,
);
shape!(BackupPolicy { status });
shape!(FileSystemProtectionDescription {
    replication_overwrite_protection
});
shape!(LifecyclePolicy {
    transition_to_archive,
    transition_to_ia = "TransitionToIA",
    transition_to_primary_storage_class,
});

/// Properties with calls of their own.
const APART: &[&str] = &[
    "BackupPolicy",
    "BypassPolicyLockoutSafetyCheck",
    "FileSystemPolicy",
    "FileSystemProtection",
    "LifecyclePolicies",
];

#[async_trait]
impl Resource for FileSystem {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let asked = at
            .clients
            .efs()
            .describe_file_systems()
            .file_system_id(at.id()?)
            .send()
            .await;
        let output = found(asked.map_err(failure))?;
        let all = output
            .and_then(|output| output.file_systems)
            .unwrap_or_default();
        match all
            .first()
            .filter(|one| one.life_cycle_state != State::Deleted)
        {
            Some(one) => live(at, one).await,
            None => Ok(None),
        }
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = fill!(at.clients.efs().create_file_system(), object, {
            availability_zone_name,
            encrypted,
            kms_key_id,
            performance_mode,
            provisioned_throughput_in_mibps,
            tags = "FileSystemTags",
            throughput_mode,
        });
        object.elsewhere(APART);
        object.finish()?;
        let id = match sent.creation_token(token).send().await.map_err(failure) {
            Ok(output) => output.file_system_id,
            // Made by an earlier call with this token: EFS API, CreateFileSystem, FileSystemAlreadyExists.
            Err(failure) if failure.class == FailureClass::AlreadyExists => {
                of_token(at, token).await?
            }
            Err(failure) => return Err(failure),
        };
        available(at, &id).await?;
        settings(at, &id, &object).await?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (efs, id, object) = (at.clients.efs(), at.id()?, change.object());
        if change.touches(&["ThroughputMode", "ProvisionedThroughputInMibps"]) {
            let sent = efs.update_file_system().file_system_id(id);
            let wanted = Object::new(change.wanted);
            let sent = fill!(sent, wanted, { provisioned_throughput_in_mibps, throughput_mode });
            sent.send().await.map_err(failure)?;
            available(at, id).await?;
        }
        settings(at, id, &object).await?;
        if change
            .removed
            .iter()
            .any(|name| &**name == "FileSystemPolicy")
        {
            let gone = efs
                .delete_file_system_policy()
                .file_system_id(id)
                .send()
                .await;
            found(gone.map_err(failure))?;
        }
        retag(at, id, change).await?;
        object.elsewhere(&[
            "ThroughputMode",
            "ProvisionedThroughputInMibps",
            at.tag_property(),
        ]);
        object.elsewhere(APART);
        object.finish()?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .efs()
            .delete_file_system()
            .file_system_id(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(match self.read(at).await? {
            Some(live) => at.pending(live.id, "deleting"),
            None => Reply::Deleted,
        })
    }

    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let mut pages = at
            .clients
            .efs()
            .describe_file_systems()
            .into_paginator()
            .items()
            .send();
        let mut all = Vec::new();
        while let Some(one) = pages.next().await {
            let one = one.map_err(failure)?;
            let mut map = Map::new();
            show!(map, one, { tags = "FileSystemTags" });
            if at.is_of_address(&at.seen(one.file_system_id(), map)) {
                all.extend(live(at, &one).await?);
            }
        }
        Ok(all)
    }
}

async fn of_token(at: &At<'_>, token: &str) -> Result<String, Failure> {
    let asked = at
        .clients
        .efs()
        .describe_file_systems()
        .creation_token(token)
        .send()
        .await;
    let all = asked.map_err(failure)?.file_systems.unwrap_or_default();
    let first = all.into_iter().next().ok_or_else(|| lacks("file system"))?;
    Ok(first.file_system_id)
}

/// Waits until settings can be given; a file system that takes longer is taken up again by the engine.
async fn available(at: &At<'_>, id: &str) -> Result<(), Failure> {
    for _ in 0..LOOKS {
        let asked = at
            .clients
            .efs()
            .describe_file_systems()
            .file_system_id(id)
            .send()
            .await;
        let all = found(asked.map_err(failure))?.and_then(|output| output.file_systems);
        match all
            .unwrap_or_default()
            .first()
            .map(|one| &one.life_cycle_state)
        {
            Some(State::Available) => return Ok(()),
            Some(State::Error) => return Err(failed(None)),
            _ => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
    let message = format!("{id} is not available yet");
    Err(Failure::new(
        FailureClass::Transient,
        "NotAvailable",
        message,
    ))
}

const LOOKS: usize = 120;

/// What calls of their own set.
async fn settings(at: &At<'_>, id: &str, object: &Object<'_>) -> Result<(), Failure> {
    let efs = at.clients.efs();
    if let Some(policies) = object.get::<Vec<LifecyclePolicy>>("LifecyclePolicies")? {
        let sent = efs.put_lifecycle_configuration().file_system_id(id);
        sent.set_lifecycle_policies(Some(policies))
            .send()
            .await
            .map_err(failure)?;
    }
    if let Some(policy) = object.get::<BackupPolicy>("BackupPolicy")? {
        let sent = efs
            .put_backup_policy()
            .file_system_id(id)
            .backup_policy(policy);
        sent.send().await.map_err(failure)?;
    }
    if let Some(policy) = object.document("FileSystemPolicy") {
        let sent = efs
            .put_file_system_policy()
            .file_system_id(id)
            .policy(policy)
            .set_bypass_policy_lockout_safety_check(object.get("BypassPolicyLockoutSafetyCheck")?);
        sent.send().await.map_err(failure)?;
    }
    if let Some(protection) = object.object("FileSystemProtection")? {
        let sent = efs.update_file_system_protection().file_system_id(id);
        fill!(sent, protection, { replication_overwrite_protection })
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

async fn live(at: &At<'_>, one: &FileSystemDescription) -> Result<Option<Live>, Failure> {
    let (efs, id) = (at.clients.efs(), one.file_system_id());
    let mut map = Map::new();
    show!(map, *one, {
        availability_zone_name,
        encrypted,
        file_system_arn = "Arn",
        file_system_id,
        file_system_protection,
        kms_key_id,
        performance_mode,
        provisioned_throughput_in_mibps,
        tags = "FileSystemTags",
        throughput_mode,
    });
    let asked = efs
        .describe_lifecycle_configuration()
        .file_system_id(id)
        .send()
        .await;
    let Some(output) = found(asked.map_err(failure))? else {
        return Ok(None);
    };
    put(&mut map, "LifecyclePolicies", &output.lifecycle_policies);
    let asked = efs.describe_backup_policy().file_system_id(id).send().await;
    let policy = found(asked.map_err(failure))?.and_then(|output| output.backup_policy);
    put(&mut map, "BackupPolicy", &policy);
    let asked = efs
        .describe_file_system_policy()
        .file_system_id(id)
        .send()
        .await;
    let policy = found(asked.map_err(failure))?.and_then(|output| output.policy);
    if let Some(policy) = policy.and_then(|text| serde_json::from_str(&text).ok()) {
        let arn = one.file_system_arn().unwrap_or_default();
        map.insert("FileSystemPolicy".to_owned(), without_own(policy, arn));
    }
    let mut live = at.seen(id, map);
    live.pending = matches!(
        one.life_cycle_state,
        State::Creating | State::Updating | State::Deleting
    );
    Ok(Some(live))
}

/// A policy without what EFS adds to one that says nothing of it: an id, and the file system itself as the resource.
fn without_own(mut policy: Json, arn: &str) -> Json {
    if let Some(map) = policy.as_object_mut()
        && map.get("Id").and_then(Json::as_str) == Some("1")
    {
        map.remove("Id");
    }
    let statements = policy.get_mut("Statement").and_then(Json::as_array_mut);
    for statement in statements
        .into_iter()
        .flatten()
        .filter_map(Json::as_object_mut)
    {
        if statement.get("Resource").and_then(Json::as_str) == Some(arn) {
            statement.remove("Resource");
        }
    }
    policy
}
