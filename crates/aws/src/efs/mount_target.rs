//! Mount targets: where machines of a subnet find a file system, one a zone.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Object, fill, put, show, words};
use async_trait::async_trait;
use aws_sdk_efs::types::{IpAddressType, LifeCycleState as State, MountTargetDescription};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EFS::MountTarget`, by its id.
pub(crate) struct MountTarget;

words!(IpAddressType);

#[async_trait]
impl Resource for MountTarget {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        match described(at).await? {
            Some(one) => live(at, &one).await,
            None => Ok(None),
        }
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = fill!(at.clients.efs().create_mount_target(), object, {
            file_system_id,
            ip_address,
            ip_address_type,
            ipv6_address,
            security_groups,
            subnet_id,
        });
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        settled(self, at, output.mount_target_id()).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (id, object) = (at.id()?, change.object());
        if change.touches(&["SecurityGroups"]) {
            let sent = at
                .clients
                .efs()
                .modify_mount_target_security_groups()
                .mount_target_id(id);
            fill!(sent, object, { security_groups })
                .send()
                .await
                .map_err(failure)?;
        }
        object.finish()?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .efs()
            .delete_mount_target()
            .mount_target_id(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        self.poll(at, true).await
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let subnet: Option<String> = object.get("SubnetId")?;
        let asked = at.clients.efs().describe_mount_targets();
        let asked = asked
            .set_file_system_id(object.get("FileSystemId")?)
            .send()
            .await;
        let output = found(asked.map_err(failure))?;
        let mut all = Vec::new();
        for one in output
            .and_then(|output| output.mount_targets)
            .unwrap_or_default()
        {
            if Some(one.subnet_id()) == subnet.as_deref() {
                all.extend(live(at, &one).await?);
            }
        }
        Ok(all)
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let one = described(at).await?;
        match one.as_ref().map(|one| &one.life_cycle_state) {
            None if deleting => Ok(Reply::Deleted),
            _ if deleting => Ok(at.pending(at.id()?, "deleting")),
            None => Ok(Reply::Absent),
            Some(State::Error) => Err(failed(None)),
            Some(State::Creating | State::Updating) => {
                Ok(at.pending(at.id()?, "becoming available"))
            }
            _ => settled(self, at, at.id()?).await,
        }
    }
}

async fn described(at: &At<'_>) -> Result<Option<MountTargetDescription>, Failure> {
    let asked = at
        .clients
        .efs()
        .describe_mount_targets()
        .mount_target_id(at.id()?)
        .send()
        .await;
    let output = found(asked.map_err(failure))?;
    let all = output
        .and_then(|output| output.mount_targets)
        .unwrap_or_default();
    Ok(all
        .into_iter()
        .find(|one| one.life_cycle_state != State::Deleted))
}

async fn live(at: &At<'_>, one: &MountTargetDescription) -> Result<Option<Live>, Failure> {
    let asked = at.clients.efs().describe_mount_target_security_groups();
    let asked = asked.mount_target_id(one.mount_target_id()).send().await;
    let Some(output) = found(asked.map_err(failure))? else {
        return Ok(None);
    };
    let mut map = Map::new();
    show!(map, *one, {
        file_system_id,
        ip_address,
        ipv6_address,
        mount_target_id = "Id",
        subnet_id,
    });
    put(&mut map, "SecurityGroups", &output.security_groups);
    let mut live = at.seen(one.mount_target_id(), map);
    live.pending = matches!(
        one.life_cycle_state,
        State::Creating | State::Updating | State::Deleting
    );
    Ok(Some(live))
}
