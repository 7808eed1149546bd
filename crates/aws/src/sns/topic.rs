//! Topics: all settings are attributes, which SNS takes and gives as text.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, listed_tags, retag, settled};
use crate::shape::{Object, Shape, put, shape};
use crate::sns::topic_arn;
use async_trait::async_trait;
use aws_sdk_sns::types::Tag;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap};

/// `AWS::SNS::Topic`, by its ARN.
pub(crate) struct Topic;

shape!(Tag { key, value });

/// Properties that are attributes of the same name, by what they are.
const FLAGS: &[&str] = &["ContentBasedDeduplication", "FifoTopic"];
const TEXTS: &[&str] = &[
    "DisplayName",
    "FifoThroughputScope",
    "KmsMasterKeyId",
    "SignatureVersion",
    "TracingConfig",
];
const DOCUMENTS: &[&str] = &["ArchivePolicy"];

#[async_trait]
impl Resource for Topic {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (sns, arn) = (at.clients.sns(), topic_arn(at, at.id()?));
        let asked = sns.get_topic_attributes().topic_arn(&arn).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let map = shown(&arn, &output.attributes.unwrap_or_default());
        let tags = tags(at, &arn).await?;
        Ok(Some(at.live(arn, map, tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let mut attributes = HashMap::new();
        for name in wanted.keys() {
            if let Some(text) = attribute(&object, name)? {
                attributes.insert(name.clone(), text);
            }
        }
        let sent = at
            .clients
            .sns()
            .create_topic()
            .set_name(object.get("TopicName")?)
            .set_attributes(Some(attributes))
            .set_tags(object.get(at.tag_property())?);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        settled(self, at, output.topic_arn().unwrap_or_default()).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (sns, arn) = (at.clients.sns(), topic_arn(at, at.id()?));
        let object = change.object();
        let mut attributes = BTreeMap::new();
        for name in change.changed.keys() {
            if let Some(text) = attribute(&object, name)? {
                attributes.insert(name.as_str(), text);
            }
        }
        // What is taken out is set to nothing: SNS API, SetTopicAttributes.
        let gone = change.removed.iter().filter(|name| is_attribute(name));
        attributes.extend(gone.map(|name| (&**name, String::new())));
        object.elsewhere(&[at.tag_property(), "TopicName"]);
        object.finish()?;
        for (name, text) in attributes {
            let sent = sns
                .set_topic_attributes()
                .topic_arn(&arn)
                .attribute_name(name);
            sent.attribute_value(text).send().await.map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            retag!(
                tags(at, &arn).await?,
                at.tags(change.wanted),
                |set| sns
                    .tag_resource()
                    .resource_arn(&arn)
                    .set_tags(Some(listed_tags!(Tag, set))),
                |keys| sns
                    .untag_resource()
                    .resource_arn(&arn)
                    .set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, &arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .sns()
            .delete_topic()
            .topic_arn(topic_arn(at, at.id()?));
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

fn is_attribute(name: &str) -> bool {
    [FLAGS, TEXTS, DOCUMENTS]
        .iter()
        .any(|names| names.contains(&name))
}

/// A property as the text of its attribute; `None` if it is none.
fn attribute(object: &Object<'_>, name: &str) -> Result<Option<String>, Failure> {
    Ok(match name {
        _ if DOCUMENTS.contains(&name) => object.document(name),
        _ if is_attribute(name) => object.get(name)?,
        _ => None,
    })
}

fn shown(arn: &str, attributes: &HashMap<String, String>) -> Map<String, Json> {
    let mut map = Map::new();
    put(&mut map, "TopicArn", &arn.to_owned());
    put(
        &mut map,
        "TopicName",
        &arn.rsplit(':').next().map(str::to_owned),
    );
    for (name, text) in attributes.iter().filter(|(name, _)| is_attribute(name)) {
        let json = Json::String(text.clone());
        let value = match name.as_str() {
            name if FLAGS.contains(&name) => bool::take(&json).ok().and_then(|flag| flag.show()),
            name if DOCUMENTS.contains(&name) => serde_json::from_str(text).ok(),
            _ => Some(json),
        };
        if let Some(value) = value {
            map.insert(name.clone(), value);
        }
    }
    map
}

async fn tags(at: &At<'_>, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let asked = at
        .clients
        .sns()
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await;
    let tags = found(asked.map_err(failure))?.and_then(|output| output.tags);
    Ok(tags
        .unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect())
}
