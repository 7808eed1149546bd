//! Tags: what was authored, what the resource carries, and those by which an object is known as ours.

use crate::item::{Held, Item, SightRef};
use crate::recover::{TAG_ADDRESS, TAG_ENV, TAG_GENERATION, TAG_STACK};
use formwork_diag::Span;
use formwork_schema::{Node, Prop, Properties, Resource, TagField, TagShape};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The tags a new or living object should have, by key; ours last.
pub(crate) fn wanted(
    item: &Item<'_>,
    field: &TagField,
    stack: &Arc<str>,
    env: &Arc<str>,
    generation: u32,
) -> IndexMap<Arc<str>, Node> {
    let mut out = IndexMap::new();
    let Some(resource) = item.desired else {
        return out;
    };
    for (key, value) in &resource.tags {
        out.insert(key.clone(), value.clone());
    }
    if let Some(node) = resource.properties.get(&field.property) {
        authored(node, &mut out);
    }
    let address: Arc<str> = item.address.tag().into();
    let generation: Arc<str> = generation.to_string().into();
    for (key, value) in [
        (TAG_STACK, stack.clone()),
        (TAG_ENV, env.clone()),
        (TAG_ADDRESS, address),
        (TAG_GENERATION, generation),
    ] {
        out.insert(key.into(), Node::new(Prop::String(value), resource.span));
    }
    out
}

/// Tags written in the property itself, in either form.
fn authored(node: &Node, out: &mut IndexMap<Arc<str>, Node>) {
    match &node.prop {
        Prop::Map(map) => out.extend(map.iter().map(|(key, value)| (key.clone(), value.clone()))),
        Prop::List(items) => {
            for item in items {
                let Prop::Map(map) = &item.prop else { continue };
                let text = |node: &Node| match &node.prop {
                    Prop::String(text) => Some(text.clone()),
                    _ => None,
                };
                let key = map.get("Key").and_then(text);
                if let (Some(key), Some(value)) = (key, map.get("Value")) {
                    out.insert(key, value.clone());
                }
            }
        }
        _ => {}
    }
}

/// Tags as their property carries them.
pub(crate) fn node(tags: IndexMap<Arc<str>, Node>, field: &TagField, span: Span) -> Node {
    match field.shape {
        TagShape::Map => Node {
            prop: Prop::Map(tags),
            span,
        },
        TagShape::List => Node::list(
            tags.into_iter().map(|(key, value)| {
                let mut pair = Properties::new();
                pair.insert("Key".into(), Node::new(Prop::String(key), value.span));
                let span = value.span;
                pair.insert("Value".into(), value);
                Node {
                    prop: Prop::Map(pair),
                    span,
                }
            }),
            span,
        ),
    }
}

/// The tags within properties as read or authored.
pub(crate) fn of_properties(
    properties: &Map<String, Json>,
    field: &TagField,
) -> BTreeMap<String, String> {
    let text = |json: &Json| json.as_str().map(str::to_owned);
    match properties.get(&*field.property) {
        Some(Json::Object(map)) => map
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), text(value)?)))
            .collect(),
        Some(Json::Array(items)) => items
            .iter()
            .filter_map(|item| Some((text(item.get("Key")?)?, text(item.get("Value")?)?)))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// The tags an object has; what was authored when it was not read.
pub(crate) fn of_object(held: &Held<'_>, field: &TagField) -> BTreeMap<String, String> {
    match held.sight {
        SightRef::Live(live) if live.tags.is_empty() => of_properties(&live.properties, field),
        SightRef::Live(live) => live.tags.clone(),
        _ => of_properties(&held.object.authored, field),
    }
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
