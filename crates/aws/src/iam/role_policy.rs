//! Policies written into a role.

use crate::failure::{failure, found};
use crate::iam::document;
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::IAM::RolePolicy`, by its name and its role's.
pub(crate) struct RolePolicy;

#[async_trait]
impl Resource for RolePolicy {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [name, role] = at.ids()?;
        let asked = at
            .clients
            .iam()
            .get_role_policy()
            .role_name(role)
            .policy_name(name);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        put(&mut map, "PolicyName", &output.policy_name);
        put(&mut map, "RoleName", &output.role_name);
        if let Some(policy) = document(&output.policy_document) {
            map.insert("PolicyDocument".to_owned(), policy);
        }
        Ok(Some(at.live(
            format!("{name}|{role}"),
            map,
            Default::default(),
        )))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let id = put_policy(at, wanted).await?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let id = put_policy(at, change.wanted).await?;
        settled(self, at, &id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [name, role] = at.ids()?;
        let gone = at
            .clients
            .iam()
            .delete_role_policy()
            .role_name(role)
            .policy_name(name);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

async fn put_policy(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let name: String = object.get("PolicyName")?.unwrap_or_default();
    let role: String = object.get("RoleName")?.unwrap_or_default();
    let sent = at
        .clients
        .iam()
        .put_role_policy()
        .role_name(&role)
        .policy_name(&name)
        .set_policy_document(object.document("PolicyDocument"));
    object.finish()?;
    sent.send().await.map_err(failure)?;
    Ok(format!("{name}|{role}"))
}
