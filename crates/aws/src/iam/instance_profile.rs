//! Instance profiles: the role that machines take on.

use crate::failure::{failure, found, lacks};
use crate::iam::tag_list;
use crate::resource::{At, Change, Resource, retag, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::IAM::InstanceProfile`, by its name.
pub(crate) struct InstanceProfile;

#[async_trait]
impl Resource for InstanceProfile {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at
            .clients
            .iam()
            .get_instance_profile()
            .instance_profile_name(name);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let profile = output
            .instance_profile
            .ok_or_else(|| lacks("instance profile"))?;
        let mut map = Map::new();
        show!(map, profile, { instance_profile_name, arn, path });
        let roles = profile.roles.iter().map(|role| role.role_name.clone());
        put(&mut map, "Roles", &roles.collect::<Vec<_>>());
        let tags = profile.tags.unwrap_or_default().into_iter();
        let tags = tags.map(|tag| (tag.key, tag.value)).collect();
        Ok(Some(at.live(name, map, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("InstanceProfileName")?.unwrap_or_default();
        let sent = at
            .clients
            .iam()
            .create_instance_profile()
            .instance_profile_name(&name)
            .set_path(object.get("Path")?)
            .set_tags(Some(tag_list!(at.tags(wanted))));
        let roles: Vec<String> = object.get("Roles")?.unwrap_or_default();
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        hold(at, &name, &roles).await?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (iam, name) = (at.clients.iam(), at.id()?);
        if change.touches(&["Roles"]) {
            let wanted = Object::new(change.wanted);
            hold(
                at,
                name,
                &wanted.get::<Vec<String>>("Roles")?.unwrap_or_default(),
            )
            .await?;
        }
        if change.touches(&[at.tag_property()]) {
            let asked = iam.list_instance_profile_tags().instance_profile_name(name);
            let there: BTreeMap<String, String> = asked
                .send()
                .await
                .map_err(failure)?
                .tags
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect();
            let profile = || iam.tag_instance_profile().instance_profile_name(name);
            let bare = || iam.untag_instance_profile().instance_profile_name(name);
            retag!(
                there,
                at.tags(change.wanted),
                |set| profile().set_tags(Some(tag_list!(set))),
                |keys| bare().set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let name = at.id()?;
        match hold(at, name, &[]).await {
            Err(failure) if failure.class == FailureClass::NotFound => return Ok(Reply::Deleted),
            other => other?,
        }
        let gone = at
            .clients
            .iam()
            .delete_instance_profile()
            .instance_profile_name(name);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

/// Lets the profile hold exactly these roles: IAM allows one.
async fn hold(at: &At<'_>, name: &str, wanted: &[String]) -> Result<(), Failure> {
    let iam = at.clients.iam();
    let asked = iam.get_instance_profile().instance_profile_name(name);
    let output = asked.send().await.map_err(failure)?;
    let profile = output
        .instance_profile
        .ok_or_else(|| lacks("instance profile"))?;
    let there: Vec<&str> = profile
        .roles
        .iter()
        .map(|role| role.role_name.as_str())
        .collect();
    for role in there
        .iter()
        .filter(|role| !wanted.iter().any(|wanted| wanted == *role))
    {
        let gone = iam
            .remove_role_from_instance_profile()
            .instance_profile_name(name);
        found(gone.role_name(*role).send().await.map_err(failure))?;
    }
    for role in wanted.iter().filter(|role| !there.contains(&role.as_str())) {
        let sent = iam
            .add_role_to_instance_profile()
            .instance_profile_name(name);
        sent.role_name(role).send().await.map_err(failure)?;
    }
    Ok(())
}
