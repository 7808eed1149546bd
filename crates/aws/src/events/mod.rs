//! EventBridge: buses, their rules, and archives.

mod archive;
mod event_bus;
mod event_bus_policy;
mod rule;
mod target;

use crate::resource::{At, Resource};
use crate::shape::shape;
use aws_sdk_eventbridge::types::{DeadLetterConfig, Tag};

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Archive" => &archive::Archive,
        "EventBus" => &event_bus::EventBus,
        "EventBusPolicy" => &event_bus_policy::EventBusPolicy,
        "Rule" => &rule::Rule,
        _ => return None,
    })
}

shape!(DeadLetterConfig { arn });
shape!(Tag { key, value });

/// An ARN of this service.
fn arn(at: &At<'_>, what: &str) -> String {
    let (partition, region) = (at.partition(), at.clients.region());
    format!("arn:{partition}:events:{region}:{}:{what}", at.account)
}

/// The tags of an object, leading to those that are wanted.
macro_rules! tags {
    (read $at:expr, $arn:expr) => {{
        let asked = $at.clients.events().list_tags_for_resource().resource_arn($arn);
        let tags = $crate::failure::found(asked.send().await.map_err($crate::failure::failure))?;
        let tags = tags.and_then(|output| output.tags).unwrap_or_default();
        tags.into_iter().map(|tag| (tag.key, tag.value)).collect::<std::collections::BTreeMap<_, _>>()
    }};
    (change $at:expr, $arn:expr, $wanted:expr) => {{
        let (events, arn) = ($at.clients.events(), $arn);
        let there = $crate::events::tags!(read $at, arn);
        $crate::resource::retag!(
            there,
            $at.tags($wanted),
            |set| events
                .tag_resource()
                .resource_arn(arn)
                .set_tags(Some($crate::resource::listed_tags!(aws_sdk_eventbridge::types::Tag, set))),
            |keys| events.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)),
        );
    }};
}
use tags;
