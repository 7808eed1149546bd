//! Managed policies: documents in versions, of which one holds.

use crate::failure::{failure, found, lacks};
use crate::iam::{document, tag_list};
use crate::resource::{At, Change, Resource, retag, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::IAM::ManagedPolicy`, by its ARN.
pub(crate) struct ManagedPolicy;

/// How many versions IAM keeps: IAM user guide, "IAM and AWS STS quotas".
const VERSIONS: usize = 5;

#[async_trait]
impl Resource for ManagedPolicy {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (iam, arn) = (at.clients.iam(), arn(at)?);
        let asked = iam.get_policy().policy_arn(&arn).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let policy = output.policy.ok_or_else(|| lacks("policy"))?;
        let version = policy.default_version_id().unwrap_or("v1");
        let asked = iam
            .get_policy_version()
            .policy_arn(&arn)
            .version_id(version);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, policy, { policy_name = "ManagedPolicyName", arn = "PolicyArn", path, description });
        let version = output
            .policy_version
            .ok_or_else(|| lacks("policy version"))?;
        if let Some(policy) = version.document().and_then(document) {
            map.insert("PolicyDocument".to_owned(), policy);
        }
        let (roles, users, groups) = holders(at, &arn).await?;
        for (name, names) in [("Roles", roles), ("Users", users), ("Groups", groups)] {
            if !names.is_empty() {
                put(&mut map, name, &names);
            }
        }
        let tags = policy.tags.unwrap_or_default().into_iter();
        let tags = tags.map(|tag| (tag.key, tag.value)).collect();
        Ok(Some(at.live(arn, map, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at
            .clients
            .iam()
            .create_policy()
            .set_policy_name(object.get("ManagedPolicyName")?)
            .set_path(object.get("Path")?)
            .set_description(object.get("Description")?)
            .set_policy_document(object.document("PolicyDocument"))
            .set_tags(Some(tag_list!(at.tags(wanted))));
        object.elsewhere(&[at.tag_property(), "Roles", "Users", "Groups"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let arn = output
            .policy
            .and_then(|policy| policy.arn)
            .ok_or_else(|| lacks("ARN"))?;
        hold(at, &arn, &object).await?;
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (iam, arn, wanted) = (at.clients.iam(), arn(at)?, Object::new(change.wanted));
        if change.touches(&["PolicyDocument"]) {
            make_room(at, &arn).await?;
            let sent = iam
                .create_policy_version()
                .policy_arn(&arn)
                .set_as_default(true);
            let sent = sent.set_policy_document(wanted.document("PolicyDocument"));
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["Roles", "Users", "Groups"]) {
            hold(at, &arn, &wanted).await?;
        }
        if change.touches(&[at.tag_property()]) {
            let there = iam
                .list_policy_tags()
                .policy_arn(&arn)
                .send()
                .await
                .map_err(failure)?;
            let there: BTreeMap<String, String> = there
                .tags
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect();
            retag!(
                there,
                at.tags(change.wanted),
                |set| iam
                    .tag_policy()
                    .policy_arn(&arn)
                    .set_tags(Some(tag_list!(set))),
                |keys| iam.untag_policy().policy_arn(&arn).set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, &arn).await
    }

    /// Detached from all and without older versions: IAM API, DeletePolicy.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (iam, arn) = (at.clients.iam(), arn(at)?);
        let asked = iam.list_policy_versions().policy_arn(&arn).send().await;
        let Some(versions) = found(asked.map_err(failure))? else {
            return Ok(Reply::Deleted);
        };
        hold(at, &arn, &Object::new(&Map::new())).await?;
        for version in versions
            .versions()
            .iter()
            .filter(|version| !version.is_default_version())
        {
            let gone = iam.delete_policy_version().policy_arn(&arn);
            let gone = gone.set_version_id(version.version_id.clone());
            found(gone.send().await.map_err(failure))?;
        }
        let gone = iam.delete_policy().policy_arn(&arn).send().await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

/// Its ARN: the id, or what IAM makes of its name where no path was chosen.
fn arn(at: &At<'_>) -> Result<String, Failure> {
    let id = at.id()?;
    Ok(match id.starts_with("arn:") {
        true => id.to_owned(),
        false => format!("arn:{}:iam::{}:policy/{id}", at.partition(), at.account),
    })
}

type Names = Vec<String>;

/// The roles, users and groups that have it.
async fn holders(at: &At<'_>, arn: &str) -> Result<(Names, Names, Names), Failure> {
    let mut pages = at
        .clients
        .iam()
        .list_entities_for_policy()
        .policy_arn(arn)
        .into_paginator()
        .send();
    let (mut roles, mut users, mut groups) = (Names::new(), Names::new(), Names::new());
    while let Some(page) = pages.next().await {
        let page = page.map_err(failure)?;
        roles.extend(
            page.policy_roles
                .unwrap_or_default()
                .into_iter()
                .filter_map(|role| role.role_name),
        );
        users.extend(
            page.policy_users
                .unwrap_or_default()
                .into_iter()
                .filter_map(|user| user.user_name),
        );
        groups.extend(
            page.policy_groups
                .unwrap_or_default()
                .into_iter()
                .filter_map(|group| group.group_name),
        );
    }
    Ok((roles, users, groups))
}

/// Attaches it to exactly the roles, users and groups that are named.
async fn hold(at: &At<'_>, arn: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let iam = at.clients.iam();
    let (roles, users, groups) = holders(at, arn).await?;
    let names =
        |name: &str| -> Result<Names, Failure> { Ok(wanted.get(name)?.unwrap_or_default()) };
    macro_rules! attach {
        ($there:expr, $wanted:expr, $attach:ident, $detach:ident, $name:ident) => {
            let wanted = $wanted;
            for name in wanted.iter().filter(|name| !$there.contains(name)) {
                iam.$attach()
                    .$name(name)
                    .policy_arn(arn)
                    .send()
                    .await
                    .map_err(failure)?;
            }
            for name in $there.iter().filter(|name| !wanted.contains(name)) {
                found(
                    iam.$detach()
                        .$name(name)
                        .policy_arn(arn)
                        .send()
                        .await
                        .map_err(failure),
                )?;
            }
        };
    }
    attach!(
        roles,
        names("Roles")?,
        attach_role_policy,
        detach_role_policy,
        role_name
    );
    attach!(
        users,
        names("Users")?,
        attach_user_policy,
        detach_user_policy,
        user_name
    );
    attach!(
        groups,
        names("Groups")?,
        attach_group_policy,
        detach_group_policy,
        group_name
    );
    Ok(())
}

/// Deletes the oldest version if there is no room for another.
async fn make_room(at: &At<'_>, arn: &str) -> Result<(), Failure> {
    let iam = at.clients.iam();
    let asked = iam
        .list_policy_versions()
        .policy_arn(arn)
        .send()
        .await
        .map_err(failure)?;
    let versions = asked.versions();
    let spare = versions
        .iter()
        .filter(|version| !version.is_default_version());
    let oldest = spare.min_by_key(|version| version.create_date().map(|date| date.secs()));
    if let (true, Some(oldest)) = (versions.len() >= VERSIONS, oldest) {
        let gone = iam.delete_policy_version().policy_arn(arn);
        let gone = gone.set_version_id(oldest.version_id.clone());
        found(gone.send().await.map_err(failure))?;
    }
    Ok(())
}
