//! Roles, with the managed policies that are attached to them.

use crate::failure::{failure, found, lacks};
use crate::iam::{document, tag_list};
use crate::resource::{At, Change, Resource, retag, settled};
use crate::shape::{Object, put, show};
use async_trait::async_trait;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// `AWS::IAM::Role`, by its name.
pub(crate) struct Role;

#[async_trait]
impl Resource for Role {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (iam, name) = (at.clients.iam(), at.id()?);
        let asked = iam.get_role().role_name(name).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let role = output.role.ok_or_else(|| lacks("role"))?;
        let mut map = Map::new();
        show!(map, role, { role_name, arn, role_id, path, description, max_session_duration });
        if let Some(trust) = role.assume_role_policy_document().and_then(document) {
            map.insert("AssumeRolePolicyDocument".to_owned(), trust);
        }
        if let Some(boundary) = role
            .permissions_boundary()
            .and_then(|b| b.permissions_boundary_arn())
        {
            put(&mut map, "PermissionsBoundary", &boundary.to_owned());
        }
        let Some(attached) = found(attached(at, name).await)? else {
            return Ok(None);
        };
        if !attached.is_empty() {
            put(
                &mut map,
                "ManagedPolicyArns",
                &attached.into_iter().collect::<Vec<_>>(),
            );
        }
        let tags = role.tags.unwrap_or_default().into_iter();
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
        let name: String = object.get("RoleName")?.unwrap_or_default();
        let sent = at
            .clients
            .iam()
            .create_role()
            .role_name(&name)
            .set_path(object.get("Path")?)
            .set_description(object.get("Description")?)
            .set_max_session_duration(object.get("MaxSessionDuration")?)
            .set_permissions_boundary(object.get("PermissionsBoundary")?)
            .set_assume_role_policy_document(object.document("AssumeRolePolicyDocument"))
            .set_tags(Some(tag_list!(at.tags(wanted))));
        let managed: Vec<String> = object.get("ManagedPolicyArns")?.unwrap_or_default();
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        attach(at, &name, &managed).await?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (iam, name, wanted) = (at.clients.iam(), at.id()?, Object::new(change.wanted));
        if change.touches(&["AssumeRolePolicyDocument"]) {
            let sent = iam.update_assume_role_policy().role_name(name);
            let sent = sent.set_policy_document(wanted.document("AssumeRolePolicyDocument"));
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["Description", "MaxSessionDuration"]) {
            let sent = iam
                .update_role()
                .role_name(name)
                .description(wanted.get::<String>("Description")?.unwrap_or_default())
                .max_session_duration(wanted.get("MaxSessionDuration")?.unwrap_or(SESSION));
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["PermissionsBoundary"]) {
            match wanted.get::<String>("PermissionsBoundary")? {
                Some(arn) => {
                    let sent = iam.put_role_permissions_boundary().role_name(name);
                    sent.permissions_boundary(arn)
                        .send()
                        .await
                        .map_err(failure)?;
                }
                None => {
                    let gone = iam.delete_role_permissions_boundary().role_name(name);
                    found(gone.send().await.map_err(failure))?;
                }
            }
        }
        if change.touches(&["ManagedPolicyArns"]) {
            let arns: Vec<String> = wanted.get("ManagedPolicyArns")?.unwrap_or_default();
            attach(at, name, &arns).await?;
        }
        if change.touches(&[at.tag_property()]) {
            retag(at, name, change).await?;
        }
        settled(self, at, name).await
    }

    /// What is attached goes with the role: IAM API, DeleteRole ("must detach").
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (iam, name) = (at.clients.iam(), at.id()?);
        match attach(at, name, &[]).await {
            Err(failure) if failure.class == FailureClass::NotFound => return Ok(Reply::Deleted),
            other => other?,
        }
        let gone = iam.delete_role().role_name(name).send().await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

/// Seconds of a session where nothing else was said: IAM API, CreateRole, MaxSessionDuration.
const SESSION: i32 = 3600;

async fn attached(at: &At<'_>, name: &str) -> Result<BTreeSet<String>, Failure> {
    let pages = at
        .clients
        .iam()
        .list_attached_role_policies()
        .role_name(name);
    let mut pages = pages.into_paginator().items().send();
    let mut arns = BTreeSet::new();
    while let Some(policy) = pages.next().await {
        arns.extend(policy.map_err(failure)?.policy_arn);
    }
    Ok(arns)
}

/// Attaches exactly these managed policies.
async fn attach(at: &At<'_>, name: &str, wanted: &[String]) -> Result<(), Failure> {
    let (iam, there) = (at.clients.iam(), attached(at, name).await?);
    for arn in wanted.iter().filter(|arn| !there.contains(*arn)) {
        let sent = iam.attach_role_policy().role_name(name).policy_arn(arn);
        sent.send().await.map_err(failure)?;
    }
    for arn in there.iter().filter(|arn| !wanted.contains(arn)) {
        let gone = iam.detach_role_policy().role_name(name).policy_arn(arn);
        found(gone.send().await.map_err(failure))?;
    }
    Ok(())
}

async fn retag(at: &At<'_>, name: &str, change: &Change<'_>) -> Result<(), Failure> {
    let iam = at.clients.iam();
    let there = iam
        .list_role_tags()
        .role_name(name)
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
            .tag_role()
            .role_name(name)
            .set_tags(Some(tag_list!(set))),
        |keys| iam.untag_role().role_name(name).set_tag_keys(Some(keys)),
    );
    Ok(())
}
