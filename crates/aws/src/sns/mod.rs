//! SNS.

mod subscription;
mod topic;
mod topic_policy;

use crate::resource::{At, Resource};

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Subscription" => &subscription::Subscription,
        "Topic" => &topic::Topic,
        "TopicPolicy" => &topic_policy::TopicPolicy,
        _ => return None,
    })
}

/// The ARN of a topic: its id, or what SNS makes of its name.
fn topic_arn(at: &At<'_>, id: &str) -> String {
    match id.starts_with("arn:") {
        true => id.to_owned(),
        false => {
            let (partition, region) = (at.partition(), at.clients.region());
            format!("arn:{partition}:sns:{region}:{}:{id}", at.account)
        }
    }
}
