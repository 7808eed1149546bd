//! Subscriptions to topics.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, Shape, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

/// `AWS::SNS::Subscription`, by its ARN.
pub(crate) struct Subscription;

/// Properties that are attributes of the same name, by what they are.
const FLAGS: &[&str] = &["RawMessageDelivery"];
const TEXTS: &[&str] = &["FilterPolicyScope", "SubscriptionRoleArn"];
const DOCUMENTS: &[&str] = &[
    "DeliveryPolicy",
    "FilterPolicy",
    "RedrivePolicy",
    "ReplayPolicy",
];

/// What says which subscription it is.
const IDENTITY: &[&str] = &["Endpoint", "Protocol", "TopicArn"];

#[async_trait]
impl Resource for Subscription {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let arn = at.id()?;
        let Some(attributes) = attributes(at, arn).await? else {
            return Ok(None);
        };
        Ok(Some(at.live(
            arn,
            shown(arn, &attributes),
            Default::default(),
        )))
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
            .subscribe()
            .set_topic_arn(object.get("TopicArn")?)
            .set_protocol(object.get("Protocol")?)
            .set_endpoint(object.get("Endpoint")?)
            .set_attributes(Some(attributes))
            .return_subscription_arn(true);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        settled(self, at, output.subscription_arn().unwrap_or_default()).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (sns, arn) = (at.clients.sns(), at.id()?);
        let object = change.object();
        let mut attributes = Vec::new();
        for name in change.changed.keys() {
            if let Some(text) = attribute(&object, name)? {
                attributes.push((name.as_str(), text));
            }
        }
        object.finish()?;
        // What is taken out is set to nothing: SNS API, SetSubscriptionAttributes.
        let gone = change.removed.iter().filter(|name| is_attribute(name));
        attributes.extend(gone.map(|name| (&**name, String::new())));
        for (name, text) in attributes {
            let sent = sns.set_subscription_attributes().subscription_arn(arn);
            let sent = sent.attribute_name(name).attribute_value(text);
            sent.send().await.map_err(failure)?;
        }
        settled(self, at, arn).await
    }

    /// One that nobody has confirmed cannot be deleted and goes by itself after two days: SNS API, Unsubscribe.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let arn = at.id()?;
        let there = attributes(at, arn).await?;
        let Some(confirmed) = there.map(|all| {
            all.get("PendingConfirmation")
                .is_none_or(|text| text != "true")
        }) else {
            return Ok(Reply::Deleted);
        };
        if confirmed {
            let gone = at
                .clients
                .sns()
                .unsubscribe()
                .subscription_arn(arn)
                .send()
                .await;
            found(gone.map_err(failure))?;
        }
        Ok(Reply::Deleted)
    }

    /// The subscription of the same endpoint; a topic has one at most.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let topic: Option<String> = object.get("TopicArn")?;
        let endpoint: Option<String> = object.get("Endpoint")?;
        let protocol: Option<String> = object.get("Protocol")?;
        let pages = at
            .clients
            .sns()
            .list_subscriptions_by_topic()
            .set_topic_arn(topic);
        let mut pages = pages.into_paginator().items().send();
        let mut lives = Vec::new();
        while let Some(one) = pages.next().await {
            let Some(one) = found(one.map_err(failure))? else {
                break;
            };
            let same = one.endpoint == endpoint && one.protocol == protocol;
            // One that is not confirmed is listed without its ARN; to subscribe again gives the same.
            let arn = one
                .subscription_arn
                .filter(|arn| same && arn.starts_with("arn:"));
            if let Some(arn) = arn {
                lives.extend(read_id(self, at, &arn).await?);
            }
        }
        Ok(lives)
    }
}

type Attributes = HashMap<String, String>;

async fn attributes(at: &At<'_>, arn: &str) -> Result<Option<Attributes>, Failure> {
    let asked = at
        .clients
        .sns()
        .get_subscription_attributes()
        .subscription_arn(arn);
    let output = found(asked.send().await.map_err(failure))?;
    Ok(output.map(|output| output.attributes.unwrap_or_default()))
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

fn shown(arn: &str, attributes: &Attributes) -> Map<String, Json> {
    let mut map = Map::new();
    put(&mut map, "Arn", &arn.to_owned());
    let kept = |name: &str| is_attribute(name) || IDENTITY.contains(&name);
    for (name, text) in attributes.iter().filter(|(name, _)| kept(name)) {
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
