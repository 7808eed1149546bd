//! Tags: what was authored, what the resource carries, and those by which an object is known as ours.

use crate::item::{Held, Item, SightRef};
use crate::recover::{TAG_ADDRESS, TAG_ENV, TAG_GENERATION, TAG_STACK};
use formwork_diag::{SourceId, Span};
use formwork_schema::{Node, Prop, Properties, Resource, TagField, TagShape};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The words that the tags of every object share, made once.
pub(crate) struct Words {
    stack: (Arc<str>, Arc<str>),
    env: (Arc<str>, Arc<str>),
    address: Arc<str>,
    generation: Arc<str>,
    /// A tag of a list, to be copied and filled.
    pair: Properties,
}

impl Words {
    pub(crate) fn new(stack: &Arc<str>, env: &Arc<str>) -> Self {
        let empty = || Node {
            prop: Prop::Bool(false),
            span: Span::new(SourceId(0), 0, 0),
        };
        Words {
            stack: (TAG_STACK.into(), stack.clone()),
            env: (TAG_ENV.into(), env.clone()),
            address: TAG_ADDRESS.into(),
            generation: TAG_GENERATION.into(),
            pair: [("Key".into(), empty()), ("Value".into(), empty())]
                .into_iter()
                .collect(),
        }
    }
}

/// The value of a tag.
#[derive(Clone)]
pub(crate) enum TagValue<'n> {
    /// As authored.
    Node(&'n Node),
    /// One of ours.
    Text(Arc<str>),
}

/// Tags by key, each once.
pub(crate) type Tags<'n> = Vec<(Arc<str>, TagValue<'n>)>;

/// The tags a new or living object should have; ours last. Where changes of them are ignored, a living object keeps those
/// it has, but for ours.
pub(crate) fn wanted<'n>(
    item: &Item<'n>,
    field: &TagField,
    words: &Words,
    held: Option<&Held<'_>>,
    generation: u32,
) -> Tags<'n> {
    let mut out = Vec::new();
    let Some(resource) = item.desired else {
        return out;
    };
    match held.filter(|_| are_ignored(resource, field)) {
        Some(held) => {
            let kept = of_object(held, field);
            let kept = kept.iter().filter(|(key, _)| !key.starts_with("aws:"));
            out.extend(
                kept.map(|(key, value)| (Arc::from(&**key), TagValue::Text(Arc::from(&**value)))),
            );
        }
        None => {
            for (key, value) in &resource.tags {
                put(&mut out, key.clone(), TagValue::Node(value));
            }
            if let Some(node) = resource.properties.get(&field.property) {
                authored(node, &mut out);
            }
        }
    }
    let address = item.address.tag();
    let generation = generation.to_string();
    for (key, value) in [
        (&words.stack.0, words.stack.1.clone()),
        (&words.env.0, words.env.1.clone()),
        (&words.address, address.into()),
        (&words.generation, generation.into()),
    ] {
        put(&mut out, key.clone(), TagValue::Text(value));
    }
    out
}

/// Whether the tags of a resource are left alone once it is there.
pub(crate) fn are_ignored(resource: &Resource, field: &TagField) -> bool {
    let ignored = resource.ignore_changes.iter();
    ignored.into_iter().any(|path| **path == *field.property)
}

fn put<'n>(tags: &mut Tags<'n>, key: Arc<str>, value: TagValue<'n>) {
    match tags.iter_mut().find(|(known, _)| *known == key) {
        Some(known) => known.1 = value,
        None => tags.push((key, value)),
    }
}

/// Tags written in the property itself, in either form.
fn authored<'n>(node: &'n Node, out: &mut Tags<'n>) {
    match &node.prop {
        Prop::Map(map) => {
            for (key, value) in map {
                put(out, key.clone(), TagValue::Node(value));
            }
        }
        Prop::List(items) => {
            for item in items {
                let Prop::Map(map) = &item.prop else { continue };
                let text = |node: &Node| match &node.prop {
                    Prop::String(text) => Some(text.clone()),
                    _ => None,
                };
                let key = map.get("Key").and_then(text);
                if let (Some(key), Some(value)) = (key, map.get("Value")) {
                    put(out, key, TagValue::Node(value));
                }
            }
        }
        _ => {}
    }
}

/// Tags as their property carries them; authored values go through `freeze`.
pub(crate) fn node(
    tags: Tags<'_>,
    field: &TagField,
    words: &Words,
    span: Span,
    freeze: impl Fn(&Node) -> Node,
) -> Node {
    let value = |value: TagValue<'_>| match value {
        TagValue::Node(node) => freeze(node),
        TagValue::Text(text) => Node {
            prop: Prop::String(text),
            span,
        },
    };
    let prop = match field.shape {
        TagShape::Map => {
            let entries = tags.into_iter().map(|(key, tag)| (key, value(tag)));
            Prop::Map(entries.collect())
        }
        TagShape::List => {
            let pair = |(key, tag): (Arc<str>, TagValue<'_>)| {
                let value = value(tag);
                let span = value.span;
                let key = Node {
                    prop: Prop::String(key),
                    span,
                };
                let mut pair = words.pair.clone();
                for (slot, node) in pair.values_mut().zip([key, value]) {
                    *slot = node;
                }
                Node {
                    prop: Prop::Map(pair),
                    span,
                }
            };
            Prop::List(tags.into_iter().map(pair).collect())
        }
    };
    Node { prop, span }
}

/// The tags within properties as read or authored.
pub(crate) fn of_properties<'j>(
    properties: &'j Map<String, Json>,
    field: &TagField,
) -> Vec<(&'j str, &'j str)> {
    match properties.get(&*field.property) {
        Some(Json::Object(map)) => map
            .iter()
            .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
            .collect(),
        Some(Json::Array(items)) => items
            .iter()
            .filter_map(|item| Some((item.get("Key")?.as_str()?, item.get("Value")?.as_str()?)))
            .collect(),
        _ => Vec::new(),
    }
}

/// The tags an object has; what was authored when it was not read.
pub(crate) fn of_object<'h>(
    held: &'h Held<'_>,
    field: &TagField,
) -> Cow<'h, BTreeMap<String, String>> {
    let properties = match held.sight {
        SightRef::Live(live) if live.tags.is_empty() => &live.properties,
        SightRef::Live(live) => return Cow::Borrowed(&live.tags),
        _ => &held.object.authored,
    };
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    let tags = of_properties(properties, field);
    Cow::Owned(tags.into_iter().map(owned).collect())
}

/// Whether a tag is one of the four that every object of ours carries.
pub(crate) fn is_own(key: &str) -> bool {
    matches!(key, TAG_STACK | TAG_ENV | TAG_ADDRESS | TAG_GENERATION)
}

/// Where the tags of a resource are written.
pub(crate) fn span(resource: &Resource, field: &TagField) -> Span {
    let node = resource.properties.get(&field.property);
    node.map_or(resource.span, |node| node.span)
}
