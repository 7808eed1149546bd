//! Queues: all settings are attributes, which SQS takes and gives as text.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, retag, settled};
use crate::shape::{Object, Shape};
use async_trait::async_trait;
use aws_sdk_sqs::types::QueueAttributeName;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::sync::Arc;

/// `AWS::SQS::Queue`, by its URL.
pub(crate) struct Queue;

/// Properties that are attributes of the same name, by what they are.
const NUMBERS: &[&str] = &[
    "DelaySeconds",
    "KmsDataKeyReusePeriodSeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
];
const FLAGS: &[&str] = &[
    "ContentBasedDeduplication",
    "FifoQueue",
    "SqsManagedSseEnabled",
];
const TEXTS: &[&str] = &[
    "DeduplicationScope",
    "FifoThroughputLimit",
    "KmsMasterKeyId",
];
const DOCUMENTS: &[&str] = &["RedriveAllowPolicy", "RedrivePolicy"];

#[async_trait]
impl Resource for Queue {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let Some(url) = url(at).await? else {
            return Ok(None);
        };
        let sqs = at.clients.sqs();
        let attributes = sqs
            .get_queue_attributes()
            .queue_url(&url)
            .attribute_names(QueueAttributeName::All)
            .send()
            .await;
        let Some(output) = found(attributes.map_err(failure))? else {
            return Ok(None);
        };
        let tags = sqs.list_queue_tags().queue_url(&url).send().await;
        let Some(tags) = found(tags.map_err(failure))? else {
            return Ok(None);
        };
        let attributes = output.attributes.unwrap_or_default();
        let tags = tags.tags.unwrap_or_default().into_iter().collect();
        let mut live = at.live(url.as_str(), shown(&url, &attributes), tags);
        let count = |name| {
            attributes
                .get(&name)
                .and_then(|text: &String| text.parse::<u64>().ok())
        };
        live.contents = [
            count(QueueAttributeName::ApproximateNumberOfMessages),
            count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            count(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
        ]
        .into_iter()
        .sum();
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: Option<String> = object.get("QueueName")?;
        let attributes = attributes(&object, wanted.keys().map(String::as_str))?;
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let sent = at
            .clients
            .sqs()
            .create_queue()
            .set_queue_name(name)
            .set_attributes(Some(attributes))
            .set_tags(Some(at.tags(wanted).into_iter().collect()))
            .send();
        let output = sent.await.map_err(failure)?;
        let url = as_written(at, output.queue_url().unwrap_or_default());
        settled(self, at, &url).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let url = at.id()?;
        let object = change.object();
        let attributes = attributes(&object, change.changed.keys().map(String::as_str))?;
        object.elsewhere(&[at.tag_property(), "QueueName"]);
        object.finish()?;
        let sqs = at.clients.sqs();
        if !attributes.is_empty() {
            let sent = sqs
                .set_queue_attributes()
                .queue_url(url)
                .set_attributes(Some(attributes));
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&[at.tag_property()]) {
            let there = sqs
                .list_queue_tags()
                .queue_url(url)
                .send()
                .await
                .map_err(failure)?;
            let there = there.tags.unwrap_or_default().into_iter().collect();
            retag!(
                there,
                at.tags(change.wanted),
                |set| sqs
                    .tag_queue()
                    .queue_url(url)
                    .set_tags(Some(set.into_iter().collect())),
                |keys| sqs.untag_queue().queue_url(url).set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, url).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let Some(url) = url(at).await? else {
            return Ok(Reply::Deleted);
        };
        let gone = at.clients.sqs().delete_queue().queue_url(url).send().await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

/// The URL of the queue: its id, or what SQS says to its name.
async fn url(at: &At<'_>) -> Result<Option<String>, Failure> {
    let id = at.id()?;
    if id.contains("://") {
        return Ok(Some(id.to_owned()));
    }
    let asked = at.clients.sqs().get_queue_url().queue_name(id).send().await;
    let url = found(asked.map_err(failure))?.and_then(|output| output.queue_url);
    Ok(url.map(|url| as_written(at, &url)))
}

/// The URL of a queue as it is written in its region, whatever host SQS answered with: older queues, and those of other
/// servers, are shown by other hosts, and SQS takes any.
fn as_written(at: &At<'_>, url: &str) -> String {
    let mut ends = url.rsplit('/');
    let (name, account) = (ends.next(), ends.next());
    let region = at.clients.region();
    let suffix = formwork_schema::partition(region).1;
    match (account, name) {
        (Some(account), Some(name)) => format!("https://sqs.{region}.{suffix}/{account}/{name}"),
        _ => url.to_owned(),
    }
}

fn attributes<'n>(
    object: &Object<'_>,
    names: impl Iterator<Item = &'n str>,
) -> Result<HashMap<QueueAttributeName, String>, Failure> {
    let mut attributes = HashMap::new();
    for name in names {
        let text = match name {
            _ if DOCUMENTS.contains(&name) => object.document(name),
            _ if [NUMBERS, FLAGS, TEXTS].concat().contains(&name) => object.get(name)?,
            _ => continue,
        };
        // What is taken out is set to nothing: SQS API, SetQueueAttributes.
        attributes.insert(QueueAttributeName::from(name), text.unwrap_or_default());
    }
    Ok(attributes)
}

fn shown(url: &str, attributes: &HashMap<QueueAttributeName, String>) -> Map<String, Json> {
    let mut map = Map::new();
    map.insert("QueueUrl".to_owned(), url.into());
    for (name, text) in attributes {
        let name = name.as_str();
        let json = Json::String(text.clone());
        let value = match name {
            "QueueArn" => {
                let own: Arc<str> = text.rsplit(':').next().unwrap_or(text).into();
                map.insert("QueueName".to_owned(), Json::String(own.to_string()));
                map.insert("Arn".to_owned(), json);
                continue;
            }
            _ if NUMBERS.contains(&name) => i64::take(&json).ok().and_then(|n| n.show()),
            _ if FLAGS.contains(&name) => bool::take(&json).ok().and_then(|flag| flag.show()),
            _ if DOCUMENTS.contains(&name) => serde_json::from_str(text).ok(),
            _ if TEXTS.contains(&name) => Some(json),
            _ => None,
        };
        if let Some(value) = value {
            map.insert(name.to_owned(), value);
        }
    }
    map
}
