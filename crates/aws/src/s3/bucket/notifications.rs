//! Who is told of events in a bucket. S3 keeps one list for all who write to it: ours are known by their ids, and what
//! others put there is sent again with them.

use crate::failure::{failure, found};
use crate::resource::At;
use crate::shape::{Misfit, Object};
use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput as Configured;
use aws_sdk_s3::types::{
    Event, EventBridgeConfiguration, FilterRule, FilterRuleName, LambdaFunctionConfiguration,
    NotificationConfiguration, NotificationConfigurationFilter, QueueConfiguration, S3KeyFilter,
    TopicConfiguration,
};
use formwork_provider::Failure;
use serde_json::{Map, Value as Json, json};

/// The configuration as CloudFormation would show it: an entry an event; `None` if there is nothing.
pub(super) fn shown(configured: Configured) -> Option<Json> {
    let mut map = Map::new();
    let mut add = |list: &str, target: &str, arn: &str, events: &[Event], filter| {
        let entries = map.entry(list).or_insert_with(|| json!([]));
        for event in events {
            let mut entry = json!({ "Event": event.as_str(), target: arn });
            if let (Some(filter), Some(entry)) = (shown_filter(filter), entry.as_object_mut()) {
                entry.insert("Filter".to_owned(), filter);
            }
            if let Some(entries) = entries.as_array_mut() {
                entries.push(entry);
            }
        }
    };
    for one in configured.lambda_function_configurations() {
        let arn = &one.lambda_function_arn;
        add(
            "LambdaConfigurations",
            "Function",
            arn,
            &one.events,
            one.filter(),
        );
    }
    for one in configured.queue_configurations() {
        add(
            "QueueConfigurations",
            "Queue",
            &one.queue_arn,
            &one.events,
            one.filter(),
        );
    }
    for one in configured.topic_configurations() {
        add(
            "TopicConfigurations",
            "Topic",
            &one.topic_arn,
            &one.events,
            one.filter(),
        );
    }
    if configured.event_bridge_configuration().is_some() {
        let on = json!({ "EventBridgeEnabled": true });
        map.insert("EventBridgeConfiguration".to_owned(), on);
    }
    (!map.is_empty()).then_some(Json::Object(map))
}

fn shown_filter(filter: Option<&NotificationConfigurationFilter>) -> Option<Json> {
    let rules = filter?.key()?.filter_rules();
    let rules: Vec<Json> = rules
        .iter()
        .map(|rule| {
            // S3 answers `Prefix` where `prefix` was sent.
            let name = rule.name().map(|name| name.as_str().to_ascii_lowercase());
            json!({ "Name": name, "Value": rule.value() })
        })
        .collect();
    (!rules.is_empty()).then(|| json!({ "S3Key": { "Rules": rules } }))
}

/// Writes what is wanted beside the entries of others.
pub(super) async fn set(at: &At<'_>, bucket: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let s3 = at.clients.s3();
    let asked = s3
        .get_bucket_notification_configuration()
        .bucket(bucket)
        .send()
        .await;
    let Some(there) = found(asked.map_err(failure))? else {
        return Ok(());
    };
    let own = format!("formwork:{}:", at.target.address.tag());
    let ours = taken(wanted, &own)?;
    macro_rules! beside {
        ($list:ident) => {{
            let mut all = there.$list().to_vec();
            // Equal entries are ours too, under the id of an address that they had before.
            all.retain(|one| {
                let said = one.clone().unnamed();
                let ours = ours.$list().iter().any(|new| new.clone().unnamed() == said);
                !ours && !one.id().is_some_and(|id| id.starts_with(&own))
            });
            all.extend_from_slice(ours.$list());
            Some(all)
        }};
    }
    let configuration = NotificationConfiguration::builder()
        .set_lambda_function_configurations(beside!(lambda_function_configurations))
        .set_queue_configurations(beside!(queue_configurations))
        .set_topic_configurations(beside!(topic_configurations))
        .set_event_bridge_configuration(ours.event_bridge_configuration)
        .build();
    let sent = s3.put_bucket_notification_configuration().bucket(bucket);
    sent.notification_configuration(configuration)
        .send()
        .await
        .map_err(failure)?;
    Ok(())
}

/// What an entry says, whatever it is called.
trait Unnamed {
    fn unnamed(self) -> Self;
}

macro_rules! unnamed {
    ($($ty:ty),*) => { $(
        impl Unnamed for $ty {
            fn unnamed(mut self) -> Self {
                self.id = None;
                self
            }
        }
    )* };
}
unnamed!(
    LambdaFunctionConfiguration,
    QueueConfiguration,
    TopicConfiguration
);

fn taken(wanted: &Object<'_>, own: &str) -> Result<NotificationConfiguration, Misfit> {
    let mut builder = NotificationConfiguration::builder();
    let Some(configuration) = wanted.object("NotificationConfiguration")? else {
        return Ok(builder.build());
    };
    macro_rules! entries {
        ($list:literal, $target:literal, $add:ident, $ty:ident, $arn:ident) => {
            let all = configuration.json($list).and_then(Json::as_array);
            for (number, entry) in all.into_iter().flatten().enumerate() {
                let entry = Object::of(entry)?;
                let event: String = entry.get("Event")?.unwrap_or_default();
                let made = $ty::builder()
                    .id(format!("{own}{number}"))
                    .$arn(entry.get::<String>($target)?.unwrap_or_default())
                    .events(Event::from(event.as_str()))
                    .set_filter(filter(&entry)?)
                    .build();
                entry.finish()?;
                builder = builder.$add(made.map_err(|error| Misfit::new(error.to_string()))?);
            }
        };
    }
    entries!(
        "LambdaConfigurations",
        "Function",
        lambda_function_configurations,
        LambdaFunctionConfiguration,
        lambda_function_arn
    );
    entries!(
        "QueueConfigurations",
        "Queue",
        queue_configurations,
        QueueConfiguration,
        queue_arn
    );
    entries!(
        "TopicConfigurations",
        "Topic",
        topic_configurations,
        TopicConfiguration,
        topic_arn
    );
    if let Some(bridge) = configuration.object("EventBridgeConfiguration")? {
        if bridge.get("EventBridgeEnabled")?.unwrap_or(true) {
            builder =
                builder.event_bridge_configuration(EventBridgeConfiguration::builder().build());
        }
        bridge.finish()?;
    }
    configuration.finish()?;
    Ok(builder.build())
}

fn filter(entry: &Object<'_>) -> Result<Option<NotificationConfigurationFilter>, Misfit> {
    let Some(filter) = entry.object("Filter")? else {
        return Ok(None);
    };
    let mut key = S3KeyFilter::builder();
    if let Some(rules) = filter.object("S3Key")? {
        for rule in rules
            .json("Rules")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            let rule = Object::of(rule)?;
            let name: String = rule.get("Name")?.unwrap_or_default();
            let made = FilterRule::builder()
                .name(FilterRuleName::from(name.as_str()))
                .set_value(rule.get("Value")?);
            rule.finish()?;
            key = key.filter_rules(made.build());
        }
        rules.finish()?;
    }
    filter.finish()?;
    Ok(Some(
        NotificationConfigurationFilter::builder()
            .key(key.build())
            .build(),
    ))
}
