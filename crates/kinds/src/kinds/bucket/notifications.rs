//! What S3 is told to notify: entries that other declarations contributed, checked for overlap.

use super::errors;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::rules::{self, Rule};
use crate::triggers::{Contribution, Notification, Trigger, known_argument, label};
use crate::values::Read;
use formwork_schema::{Address, Decl, Member, Node, Prop};

/// Emits the notifications, a part with a life of its own: what is notified may refer to the bucket.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) {
    let mut notifications = Vec::new();
    let mut bridge = decl.fields.flag("event_bridge") == Some(true);
    for contribution in out.contributed(&decl.address) {
        match contribution {
            Contribution::Notification(notification) => notifications.push(*notification),
            Contribution::Bridge => bridge = true,
            _ => {}
        }
    }
    if notifications.is_empty() && !bridge {
        return;
    }
    check_overlap(decl, &notifications, out);
    let span = decl.name_span;
    let mut lists: Vec<(&str, Vec<Node>)> = Vec::new();
    for notification in &notifications {
        let (list, target) = property(&notification.consumer);
        let entry = entry(notification, target);
        match lists.iter_mut().find(|(name, _)| *name == list) {
            Some((_, entries)) => entries.push(entry),
            None => lists.push((list, vec![entry])),
        }
    }
    let mut configuration = Props::of(decl);
    for (list, entries) in lists {
        configuration = configuration.put(list, Node::list(entries, span));
    }
    if bridge {
        let on = Props::of(decl).set("EventBridgeEnabled", true).node();
        configuration = configuration.put("EventBridgeConfiguration", on);
    }
    let props = Props::of(decl).put("NotificationConfiguration", configuration.node());
    let after: Vec<Address> = notifications.into_iter().flat_map(|n| n.after).collect();
    let part = Emit::part("notifications", "AWS::S3::Bucket", props.finish())
        .slice("notifications", decl.address.clone())
        .after(after);
    out.emit(decl, part);
}

/// Starts what S3 cannot notify itself, by way of EventBridge.
pub(super) fn bridge(trigger: &Trigger<'_>, out: &mut Lowering<'_>) {
    let span = trigger.span;
    let bucket = &trigger.source.address;
    out.contribute(bucket, Contribution::Bridge);
    let path = |name: &str, path: &str| (name.to_owned(), nodes::text(path, span));
    let rule = Rule {
        label: label(bucket),
        pattern: pattern(trigger),
        bus: None,
        values: vec![
            path("bucket", "$.detail.bucket.name"),
            path("key", "$.detail.object.key"),
        ],
        span,
    };
    rules::start(trigger.consumer, rule, out);
}

/// The events of S3: EventBridge user guide, "Amazon S3 events".
fn pattern(trigger: &Trigger<'_>) -> Node {
    let span = trigger.span;
    let kind = match &*trigger.event.name {
        "created" => "Object Created",
        "removed" => "Object Deleted",
        _ => "Object Restore Completed",
    };
    let name = nodes::attribute(&trigger.source.address, "BucketName", span);
    let bucket = Node::map([("name", Node::list([name], span))], span);
    let mut detail = Props::new(span).put("bucket", bucket);
    let arguments = &trigger.event.arguments;
    // Two comparisons of one field are either, so prefix and suffix together are one.
    let comparison = match (arguments.node("prefix"), arguments.node("suffix")) {
        (Some(prefix), None) => Some(("prefix", prefix)),
        (None, Some(suffix)) => Some(("suffix", suffix)),
        (Some(prefix), Some(suffix)) => {
            let parts = [escaped(prefix), nodes::text("*", span), escaped(suffix)];
            Some(("wildcard", nodes::concat(parts, span)))
        }
        (None, None) => None,
    };
    if let Some(comparison) = comparison {
        let key = Node::list([Node::map([comparison], span)], span);
        detail = detail.put("object", Node::map([("key", key)], span));
    }
    Props::new(span)
        .put("source", nodes::texts(["aws.s3"], span))
        .put("detail-type", nodes::texts([kind], span))
        .put("detail", detail.node())
        .node()
}

/// A text within a wildcard.
fn escaped(node: Node) -> Node {
    match &node.prop {
        Prop::String(text) => {
            let text = text.replace('\\', "\\\\").replace('*', "\\*");
            nodes::text(&text, node.span)
        }
        _ => node,
    }
}

/// The list a target's entries are in, and the property that holds its ARN.
fn property(consumer: &Address) -> (&'static str, &'static str) {
    match &*consumer.kind {
        "queue" => ("QueueConfigurations", "Queue"),
        "topic" => ("TopicConfigurations", "Topic"),
        _ => ("LambdaConfigurations", "Function"),
    }
}

fn entry(notification: &Notification, target: &str) -> Node {
    let span = notification.span;
    let rule = |name: &str| {
        let value = notification.event.arguments.node(name)?;
        Some(
            Props::new(span)
                .set("Name", name)
                .put("Value", value)
                .node(),
        )
    };
    let rules: Vec<Node> = ["prefix", "suffix"].into_iter().filter_map(rule).collect();
    let filter = (!rules.is_empty()).then(|| {
        let key = Node::map([("Rules", Node::list(rules, span))], span);
        Node::map([("S3Key", key)], span)
    });
    Props::new(span)
        .set("Event", event_name(&notification.event))
        .put(target, notification.arn.clone())
        .maybe("Filter", filter)
        .node()
}

fn event_name(event: &Member) -> &'static str {
    match &*event.name {
        "created" => "s3:ObjectCreated:*",
        "removed" => "s3:ObjectRemoved:*",
        _ => "s3:ObjectRestore:*",
    }
}

/// S3 refuses two notifications of one event whose prefixes and suffixes can both match one name.
fn check_overlap(decl: &Decl, notifications: &[Notification], out: &mut Lowering<'_>) {
    for (at, second) in notifications.iter().enumerate() {
        let mut before = notifications.iter().take(at);
        let Some(first) = before.rfind(|first| overlap(first, second)) else {
            continue;
        };
        out.report(errors::overlap(&decl.address.label, first, second));
    }
}

fn overlap(first: &Notification, second: &Notification) -> bool {
    let argument = |notification: &Notification, name: &str| {
        known_argument(&notification.event, name).map(str::to_owned)
    };
    let either = |name: &str, related: fn(&str, &str) -> bool| {
        let pair = (argument(first, name), argument(second, name));
        match pair {
            (Some(one), Some(other)) => related(&one, &other) || related(&other, &one),
            _ => {
                first.event.arguments.node(name).map(|n| nodes::meaning(&n))
                    == second
                        .event
                        .arguments
                        .node(name)
                        .map(|n| nodes::meaning(&n))
            }
        }
    };
    first.event.name == second.event.name
        && either("prefix", |long, short| long.starts_with(short))
        && either("suffix", |long, short| long.ends_with(short))
}
