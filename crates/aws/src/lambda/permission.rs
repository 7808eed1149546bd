//! Permissions: statements of the policy of a function or alias.

use crate::failure::{failure, found};
use crate::lambda::{qualified, statement};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fill, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Lambda::Permission`, by its function and the id of its statement.
pub(crate) struct Permission;

#[async_trait]
impl Resource for Permission {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [function, id] = at.ids()?;
        let all = all(at, function).await?;
        Ok(all
            .into_iter()
            .find(|live| live.id.ends_with(&format!("|{id}"))))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let function: String = object.get("FunctionName")?.unwrap_or_default();
        let (base, qualifier) = qualified(&function);
        let id = statement::id(token);
        let sent = at.clients.lambda().add_permission();
        let sent = fill!(sent, object, {
            action,
            event_source_token,
            function_url_auth_type,
            invoked_via_function_url,
            principal,
            principal_org_id = "PrincipalOrgID",
            source_account,
            source_arn,
        });
        object.finish()?;
        let sent = sent
            .function_name(base)
            .set_qualifier(qualifier.map(str::to_owned));
        sent.statement_id(&id).send().await.map_err(failure)?;
        settled(self, at, &format!("{function}|{id}")).await
    }

    /// Nothing of a permission changes.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        change.object().finish()?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [function, id] = at.ids()?;
        let (base, qualifier) = qualified(function);
        let gone = at.clients.lambda().remove_permission().function_name(base);
        let gone = gone
            .set_qualifier(qualifier.map(str::to_owned))
            .statement_id(id);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Statements that say the same.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let function: String = Object::new(wanted).get("FunctionName")?.unwrap_or_default();
        let mut all = all(at, &function).await?;
        all.retain(|live| {
            let mut said = live.properties.clone();
            said.remove("Id");
            said == *wanted
        });
        Ok(all)
    }
}

async fn all(at: &At<'_>, function: &str) -> Result<Vec<Live>, Failure> {
    let (base, qualifier) = qualified(function);
    let asked = at.clients.lambda().get_policy().function_name(base);
    let asked = asked
        .set_qualifier(qualifier.map(str::to_owned))
        .send()
        .await;
    let policy = found(asked.map_err(failure))?.and_then(|output| output.policy);
    let statements = statement::statements(&policy.unwrap_or_default());
    let each = statements.into_iter().map(|(id, mut map)| {
        put(&mut map, "Id", &id);
        put(&mut map, "FunctionName", &function.to_owned());
        at.live(format!("{function}|{id}"), map, Default::default())
    });
    Ok(each.collect())
}
