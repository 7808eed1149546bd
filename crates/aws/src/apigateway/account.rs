//! What all REST APIs of an account and region share: the role by which they write logs. It is set if there is none, and
//! never taken away, because others rely on it.

use crate::apigateway::patch::replace;
use crate::failure::failure;
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::Account`, by the number of the account.
pub(crate) struct Account;

#[async_trait]
impl Resource for Account {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let account = at
            .clients
            .apigateway()
            .get_account()
            .send()
            .await
            .map_err(failure)?;
        let Some(role) = account.cloudwatch_role_arn.filter(|role| !role.is_empty()) else {
            return Ok(None);
        };
        let mut map = Map::new();
        put(&mut map, "CloudWatchRoleArn", &role);
        put(&mut map, "Id", &at.account.to_owned());
        Ok(Some(at.live(at.account, map, Default::default())))
    }

    /// A role that is there already stays.
    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        match self.read(at).await? {
            Some(live) => Ok(Reply::Done(live)),
            None => set(self, at, wanted).await,
        }
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        set(self, at, change.wanted).await
    }

    async fn delete(&self, _at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, _wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        Ok(self.read(at).await?.into_iter().collect())
    }
}

async fn set(account: &Account, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Reply, Failure> {
    let object = Object::new(wanted);
    let role: Option<String> = object.get("CloudWatchRoleArn")?;
    object.elsewhere(&["Id"]);
    object.finish()?;
    let sent = at.clients.apigateway().update_account();
    let sent = sent.patch_operations(replace("/cloudwatchRoleArn", role.unwrap_or_default()));
    sent.send().await.map_err(failure)?;
    settled(account, at, at.account).await
}
