//! Versions of layers: each change is a new one.

use crate::failure::{failure, found, lacks};
use crate::lambda::qualified;
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Misfit, Object, fill, put, show};
use async_trait::async_trait;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::LayerVersionContentInput;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::Lambda::LayerVersion`, by its ARN.
pub(crate) struct LayerVersion;

#[async_trait]
impl Resource for LayerVersion {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let arn = at.id()?;
        let (name, number) = split(arn)?;
        let asked = at.clients.lambda().get_layer_version().layer_name(name);
        let Some(layer) = found(asked.version_number(number).send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, layer, {
            layer_version_arn,
            description,
            compatible_architectures,
            compatible_runtimes,
            license_info,
        });
        put(&mut map, "LayerName", &name.to_owned());
        Ok(Some(at.live(arn, map, Default::default())))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.lambda().publish_layer_version();
        let sent = fill!(sent, object, {
            layer_name,
            description,
            compatible_architectures,
            compatible_runtimes,
            license_info,
        });
        let content = content(at, &object)?;
        object.finish()?;
        let output = sent.content(content).send().await.map_err(failure)?;
        let arn = output.layer_version_arn.ok_or_else(|| lacks("ARN"))?;
        settled(self, at, &arn).await
    }

    /// Nothing of a version changes.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        change.object().finish()?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (name, number) = split(at.id()?)?;
        let gone = at.clients.lambda().delete_layer_version().layer_name(name);
        found(gone.version_number(number).send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Versions of the layer that say the same of themselves, oldest first.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("LayerName")?.unwrap_or_default();
        let description: Option<String> = object.get("Description")?;
        let pages = at.clients.lambda().list_layer_versions().layer_name(&name);
        let mut pages = pages.into_paginator().items().send();
        let mut versions = Vec::new();
        while let Some(version) = pages.next().await {
            let Some(version) = found(version.map_err(failure))? else {
                break;
            };
            let said = version.description().filter(|text| !text.is_empty());
            if said == description.as_deref().filter(|text| !text.is_empty()) {
                versions.push((
                    version.version,
                    version.layer_version_arn.unwrap_or_default(),
                ));
            }
        }
        versions.sort();
        let mut lives = Vec::new();
        for (_, arn) in versions {
            lives.extend(crate::resource::read_id(self, at, &arn).await?);
        }
        Ok(lives)
    }
}

/// Name and number in an ARN: `arn:…:layer:name:3`.
pub(super) fn split(arn: &str) -> Result<(&str, i64), Failure> {
    let (layer, number) = qualified(arn);
    let name = layer.rsplit(':').next().unwrap_or(layer);
    let number = number.and_then(|number| number.parse().ok());
    number.map(|number| (name, number)).ok_or_else(|| {
        Failure::new(
            FailureClass::Bug,
            "BadIdentity",
            format!("`{arn}` is no version of a layer"),
        )
    })
}

/// A zip that is made now, or an object of S3.
fn content(at: &At<'_>, object: &Object<'_>) -> Result<LayerVersionContentInput, Failure> {
    let within = |misfit: Misfit| misfit.within("Content");
    let Some(json) = object.json("Content") else {
        return Err(within(Misfit::new("there is no content")).into());
    };
    let builder = LayerVersionContentInput::builder();
    if json.get("$artifact").is_some() {
        let zip = at.packages.zip(json).map_err(|why| {
            Failure::new(
                FailureClass::InvalidInput(Some("Content".to_owned())),
                "Code",
                why,
            )
        })?;
        return Ok(builder.zip_file(Blob::new(zip)).build());
    }
    let content = Object::of(json).map_err(within)?;
    let builder = builder
        .set_s3_bucket(content.get("S3Bucket")?)
        .set_s3_key(content.get("S3Key")?)
        .set_s3_object_version(content.get("S3ObjectVersion")?);
    content.finish().map_err(within)?;
    Ok(builder.build())
}
