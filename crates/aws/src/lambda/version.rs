//! Versions: a function as it was when it was published.

use crate::failure::{failure, found, lacks};
use crate::lambda::{provisioned, qualified};
use crate::resource::{At, Change, Resource, alike, settled};
use crate::shape::{Object, show};
use async_trait::async_trait;
use aws_sdk_lambda::types::State;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Lambda::Version`, by its ARN.
pub(crate) struct Version;

#[async_trait]
impl Resource for Version {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let arn = at.id()?;
        let (function, number) = qualified(arn);
        let asked = at
            .clients
            .lambda()
            .get_function_configuration()
            .function_name(function);
        let asked = asked.set_qualifier(number.map(str::to_owned)).send().await;
        let Some(version) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, version, { function_name, function_arn, version, description, code_sha256 });
        let warming = provisioned::show(at, function, number.unwrap_or_default(), &mut map).await?;
        let mut live = at.live(arn, map, Default::default());
        live.pending = warming || version.state() == Some(&State::Pending);
        Ok(Some(live))
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
            .lambda()
            .publish_version()
            .set_function_name(object.get("FunctionName")?)
            .set_description(object.get("Description")?)
            .set_code_sha256(object.get("CodeSha256")?);
        object.elsewhere(&["ProvisionedConcurrencyConfig"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let arn = output.function_arn.ok_or_else(|| lacks("ARN"))?;
        if wanted.contains_key("ProvisionedConcurrencyConfig") {
            let (function, number) = qualified(&arn);
            provisioned::settle(at, function, number.unwrap_or_default(), &object).await?;
        }
        settled(self, at, &arn).await
    }

    /// Nothing of a version changes.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        change.object().finish()?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (function, number) = qualified(at.id()?);
        let gone = at
            .clients
            .lambda()
            .delete_function()
            .function_name(function);
        // Without a number the whole function would go.
        let number = number.ok_or_else(|| lacks("version number"))?;
        found(gone.qualifier(number).send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Versions of the function with this description, oldest first.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let function: Option<String> = Object::new(wanted).get("FunctionName")?;
        let pages = at.clients.lambda().list_versions_by_function();
        let mut pages = pages
            .set_function_name(function)
            .into_paginator()
            .items()
            .send();
        let mut versions = Vec::new();
        while let Some(version) = pages.next().await {
            let Some(version) = found(version.map_err(failure))? else {
                break;
            };
            let mut map = Map::new();
            show!(map, version, { function_name, function_arn, version, description, code_sha256 });
            let arn = version.function_arn.unwrap_or_default();
            versions.push(at.live(arn, map, Default::default()));
        }
        versions.retain(|live| {
            let published = live
                .properties
                .get("Version")
                .is_some_and(|number| number != "$LATEST");
            published && alike(live, wanted, &["FunctionName", "Description"])
        });
        Ok(versions)
    }
}
