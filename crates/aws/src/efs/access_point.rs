//! Access points: who somebody is in a file system, and which folder is the root.

use super::retag;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, failed, settled};
use crate::shape::{Object, fill, shape, show};
use async_trait::async_trait;
use aws_sdk_efs::types::{
    AccessPointDescription, CreationInfo, LifeCycleState as State, PosixUser, RootDirectory,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EFS::AccessPoint`, by its id.
pub(crate) struct AccessPoint;

shape!(CreationInfo {
    owner_gid,
    owner_uid,
    permissions
});
shape!(PosixUser {
    gid,
    secondary_gids,
    uid
});
shape!(RootDirectory {
    creation_info,
    path
});

#[async_trait]
impl Resource for AccessPoint {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        Ok(described(at).await?.map(|one| live(at, &one)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let given: Option<String> = object.get("ClientToken")?;
        let sent = fill!(at.clients.efs().create_access_point(), object, {
            file_system_id,
            posix_user,
            root_directory,
            tags = "AccessPointTags",
        })
        .client_token(given.as_deref().unwrap_or(token));
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        settled(
            self,
            at,
            &output
                .access_point_id
                .ok_or_else(|| lacks("access point"))?,
        )
        .await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (id, object) = (at.id()?, change.object());
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        retag(at, id, change).await?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .efs()
            .delete_access_point()
            .access_point_id(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        self.poll(at, true).await
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let of: Option<String> = Object::new(wanted).get("FileSystemId")?;
        let pages = at
            .clients
            .efs()
            .describe_access_points()
            .set_file_system_id(of);
        let mut pages = pages.into_paginator().items().send();
        let mut all = Vec::new();
        while let Some(one) = pages.next().await {
            match found(one.map_err(failure))? {
                Some(one) => all.push(live(at, &one)),
                None => break,
            }
        }
        Ok(all)
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let one = described(at).await?;
        match one.as_ref().and_then(|one| one.life_cycle_state.as_ref()) {
            _ if deleting && one.is_none() => Ok(Reply::Deleted),
            _ if deleting => Ok(at.pending(at.id()?, "deleting")),
            None if one.is_none() => Ok(Reply::Absent),
            Some(State::Error) => Err(failed(None)),
            Some(State::Creating) => Ok(at.pending(at.id()?, "becoming available")),
            _ => settled(self, at, at.id()?).await,
        }
    }
}

async fn described(at: &At<'_>) -> Result<Option<AccessPointDescription>, Failure> {
    let asked = at
        .clients
        .efs()
        .describe_access_points()
        .access_point_id(at.id()?)
        .send()
        .await;
    let output = found(asked.map_err(failure))?;
    let all = output
        .and_then(|output| output.access_points)
        .unwrap_or_default();
    Ok(all
        .into_iter()
        .find(|one| one.life_cycle_state() != Some(&State::Deleted)))
}

fn live(at: &At<'_>, one: &AccessPointDescription) -> Live {
    let mut map = Map::new();
    show!(map, *one, {
        access_point_arn = "Arn",
        access_point_id,
        client_token,
        file_system_id,
        posix_user,
        root_directory,
        tags = "AccessPointTags",
    });
    let mut live = at.seen(one.access_point_id().unwrap_or_default(), map);
    live.pending = matches!(
        one.life_cycle_state(),
        Some(State::Creating | State::Deleting)
    );
    live
}
