//! Parameters: their value comes by one call, what is said of them by another.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, listed_tags, retag, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_ssm::types::{
    ParameterMetadata, ParameterStringFilter, ParameterTier, ParameterType, ResourceTypeForTagging,
    Tag,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::SSM::Parameter`, by its name.
pub(crate) struct Parameter;

words!(ParameterTier, ParameterType);
shape!(Tag { key, value });

fields!(parameter {
    allowed_pattern,
    data_type,
    description,
    policies,
    tier,
    r#type,
    value
});

#[async_trait]
impl Resource for Parameter {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at.clients.ssm().get_parameter().name(name).send().await;
        let Some(parameter) = found(asked.map_err(failure))?.and_then(|output| output.parameter)
        else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, parameter, { arn, data_type, name, r#type, value });
        if let Some(said) = described(at, name).await? {
            show!(map, said, { allowed_pattern, description, tier });
            let policies = said
                .policies()
                .iter()
                .filter_map(|policy| policy.policy_text());
            let policies: Vec<&str> = policies.collect();
            if !policies.is_empty() {
                put(&mut map, "Policies", &format!("[{}]", policies.join(",")));
            }
        }
        let tags = tags(at, name).await?;
        Ok(Some(at.live(name, map, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("Name")?.unwrap_or_default();
        let sent = at.clients.ssm().put_parameter().name(&name);
        let sent = parameter!(fill sent, object).set_tags(Some(listed_tags!(Tag, at.tags(wanted))));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (ssm, name) = (at.clients.ssm(), at.id()?);
        let object = Object::new(change.wanted);
        let sent = parameter!(fill ssm.put_parameter(), object)
            .name(name)
            .overwrite(true);
        object.elsewhere(&[at.tag_property(), "Name"]);
        object.finish()?;
        let others = change.changed.keys().map(String::as_str);
        let mut others = others.chain(change.removed.iter().map(|name| &**name));
        if others.any(|name| name != at.tag_property()) {
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            let kind = || ResourceTypeForTagging::Parameter;
            retag!(
                tags(at, name).await?,
                at.tags(change.wanted),
                |set| ssm
                    .add_tags_to_resource()
                    .resource_type(kind())
                    .resource_id(name)
                    .set_tags(Some(listed_tags!(Tag, set))),
                |keys| ssm
                    .remove_tags_from_resource()
                    .resource_type(kind())
                    .resource_id(name)
                    .set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ssm()
            .delete_parameter()
            .name(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

async fn described(at: &At<'_>, name: &str) -> Result<Option<ParameterMetadata>, Failure> {
    let filter = ParameterStringFilter::builder()
        .key("Name")
        .option("Equals")
        .values(name)
        .build();
    let filter = filter.map_err(|error| crate::shape::Misfit::new(error.to_string()))?;
    let asked = at
        .clients
        .ssm()
        .describe_parameters()
        .parameter_filters(filter)
        .send()
        .await;
    let found = asked.map_err(failure)?.parameters.unwrap_or_default();
    Ok(found.into_iter().find(|one| one.name() == Some(name)))
}

async fn tags(at: &At<'_>, name: &str) -> Result<BTreeMap<String, String>, Failure> {
    let asked = at.clients.ssm().list_tags_for_resource();
    let asked = asked
        .resource_type(ResourceTypeForTagging::Parameter)
        .resource_id(name);
    let tags = found(asked.send().await.map_err(failure))?.and_then(|output| output.tag_list);
    Ok(tags
        .unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect())
}
