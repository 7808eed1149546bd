//! Launch templates: a change is a version more. Their data is not read back, so versions tell what is there.

use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fill, put, show};
use async_trait::async_trait;
use aws_sdk_ec2::types::TagSpecification;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::EC2::LaunchTemplate`, by its id; known by its name.
pub(crate) struct LaunchTemplate;

#[async_trait]
impl Resource for LaunchTemplate {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let asked = at.clients.ec2().describe_launch_templates();
        let asked = match id.starts_with("lt-") {
            true => asked.launch_template_ids(id),
            false => asked.launch_template_names(id),
        };
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let templates = output.launch_templates.unwrap_or_default();
        Ok(templates.first().map(|template| {
            let mut map = Map::new();
            show!(map, *template, { launch_template_id, launch_template_name });
            let version = |number: Option<i64>| number.map(|number| number.to_string());
            put(
                &mut map,
                "DefaultVersionNumber",
                &version(template.default_version_number),
            );
            put(
                &mut map,
                "LatestVersionNumber",
                &version(template.latest_version_number),
            );
            at.seen(template.launch_template_id().unwrap_or_default(), map)
        }))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let tags: Option<Vec<TagSpecification>> = object.get("TagSpecifications")?;
        let sent = fill!(at.clients.ec2().create_launch_template(), object, {
            launch_template_data,
            launch_template_name,
            version_description,
        })
        .client_token(token)
        .set_tag_specifications(tags);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output
            .launch_template
            .and_then(|template| template.launch_template_id);
        settled(self, at, &id.ok_or_else(|| lacks("launch template"))?).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let id = at.id()?;
        let wanted = Object::new(change.wanted);
        if change.touches(&["LaunchTemplateData", "VersionDescription"]) {
            let sent = at.clients.ec2().create_launch_template_version();
            let sent = fill!(sent, wanted, { launch_template_data, version_description });
            let sent = sent.client_token(change.token).launch_template_id(id);
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["TagSpecifications"]) {
            let tags: Option<Vec<TagSpecification>> = wanted.get("TagSpecifications")?;
            let tags = tags
                .into_iter()
                .flatten()
                .flat_map(|one| one.tags.unwrap_or_default());
            let sent = at.clients.ec2().create_tags().resources(id);
            sent.set_tags(Some(tags.collect()))
                .send()
                .await
                .map_err(failure)?;
        }
        wanted.elsewhere(&[
            "LaunchTemplateData",
            "VersionDescription",
            "TagSpecifications",
            "LaunchTemplateName",
        ]);
        wanted.finish()?;
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at.clients.ec2().delete_launch_template();
        let id = at.id()?;
        let gone = match id.starts_with("lt-") {
            true => gone.launch_template_id(id),
            false => gone.launch_template_name(id),
        };
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}
