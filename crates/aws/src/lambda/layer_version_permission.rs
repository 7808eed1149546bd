//! Who else may use a version of a layer: statements of its policy.

use crate::failure::{failure, found};
use crate::lambda::{layer_version::split, statement};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, put};
use async_trait::async_trait;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Lambda::LayerVersionPermission`, by the ARN of the version, `#` and the id of its statement.
pub(crate) struct LayerVersionPermission;

#[async_trait]
impl Resource for LayerVersionPermission {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (arn, _) = parts(at.id()?)?;
        let all = all(at, arn).await?;
        Ok(all
            .into_iter()
            .find(|live| at.id().is_ok_and(|id| *id == *live.id)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let arn: String = object.get("LayerVersionArn")?.unwrap_or_default();
        let (name, number) = split(&arn)?;
        let id = statement::id(token);
        let sent = at
            .clients
            .lambda()
            .add_layer_version_permission()
            .layer_name(name)
            .version_number(number)
            .statement_id(&id)
            .set_action(object.get("Action")?)
            .set_principal(object.get("Principal")?)
            .set_organization_id(object.get("OrganizationId")?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &format!("{arn}#{id}")).await
    }

    /// Nothing of a permission changes.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        change.object().finish()?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (arn, id) = parts(at.id()?)?;
        let (name, number) = split(arn)?;
        let gone = at.clients.lambda().remove_layer_version_permission();
        let gone = gone
            .layer_name(name)
            .version_number(number)
            .statement_id(id);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Statements that say the same.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let arn: String = Object::new(wanted)
            .get("LayerVersionArn")?
            .unwrap_or_default();
        let mut all = all(at, &arn).await?;
        all.retain(|live| {
            let mut said = live.properties.clone();
            said.remove("Id");
            said == *wanted
        });
        Ok(all)
    }
}

fn parts(id: &str) -> Result<(&str, &str), Failure> {
    id.split_once('#').ok_or_else(|| {
        let message = format!("`{id}` is no permission of a layer");
        Failure::new(FailureClass::Bug, "BadIdentity", message)
    })
}

async fn all(at: &At<'_>, arn: &str) -> Result<Vec<Live>, Failure> {
    let (name, number) = split(arn)?;
    let asked = at
        .clients
        .lambda()
        .get_layer_version_policy()
        .layer_name(name);
    let asked = asked.version_number(number).send().await;
    let policy = found(asked.map_err(failure))?.and_then(|output| output.policy);
    let statements = statement::statements(&policy.unwrap_or_default());
    let each = statements.into_iter().map(|(id, mut map)| {
        let id = format!("{arn}#{id}");
        if let Some(organization) = map.remove("PrincipalOrgID") {
            map.insert("OrganizationId".to_owned(), organization);
        }
        put(&mut map, "Id", &id);
        put(&mut map, "LayerVersionArn", &arn.to_owned());
        at.live(id, map, Default::default())
    });
    Ok(each.collect())
}
