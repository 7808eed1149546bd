//! How an object should be, as the engine needs it: names, tags, resets and foreign entries filled in.

use crate::Goal;
use crate::decide::Context;
use crate::deps::needed;
use crate::item::{Held, Item, SightRef};
use crate::known::{Decided, Lookup};
use crate::naming::{name_property, naming};
use crate::wanted::{fill, freeze};
use crate::{paths, tags};
use formwork_schema::{Node, Path, Prop, Properties, Resource, TagField, TagShape};
use formwork_state::Metadata;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// Edges and policy of a wanted resource.
pub(crate) fn metadata(context: &Context<'_, '_>, at: usize, resource: &Resource) -> Metadata {
    Metadata {
        needs: needed(context.items, context.deps(at), &resource.address),
        protect: resource.protect,
        retain: resource.retain,
        // What lies within an object that is only read does not go with it.
        parent: match read_parent(context, resource) {
            Some(_) => None,
            None => resource.parent.clone(),
        },
    }
}

/// The id of the object that a slice lies within, if the stack only reads that.
fn read_parent(context: &Context<'_, '_>, resource: &Resource) -> Option<Arc<str>> {
    let at = context.index.get(resource.parent.as_ref()?)?;
    let parent = context.items.get(*at).filter(|parent| parent.looks())?;
    parent.held.last().map(|held| held.object.id.clone())
}

/// Makes the goal of a create or an update.
pub(crate) fn goal(
    context: &Context<'_, '_>,
    at: usize,
    item: &Item<'_>,
    resource: &Resource,
    decided: &Decided,
    lookup: &Lookup<'_, '_>,
) -> Goal {
    let fresh = decided.standing.is_fresh();
    let held = item.current().filter(|_| !fresh);
    // A copy keeps the hashes of its names; only what was not written as a plain value is looked at again.
    let mut properties = resource.properties.clone();
    for (name, node) in &mut properties {
        fill(node, decided.wanted.get(name), lookup);
    }
    if let (Some(property), Some(name)) = (name_property(item), &decided.name)
        && !properties.contains_key(property)
    {
        let node = Node::new(Prop::String(name.clone()), resource.span);
        properties.insert(property.into(), node);
    }
    let mut foreign = Map::new();
    if let Some(field) = item.ty.tags.as_ref().filter(|_| !item.is_slice()) {
        let wanted = tags::wanted(item, field, &context.words, held, decided.generation);
        if let Some(held) = held {
            let ours = |key: &str| wanted.iter().any(|(known, _)| **known == *key);
            foreign_tags(held, field, &ours, &mut foreign);
        }
        let span = tags::span(resource, field);
        let node = tags::node(wanted, field, &context.words, span, |node| {
            freeze(node, lookup)
        });
        properties.insert(field.property.clone(), node);
    }
    if let Some(held) = held {
        foreign_entries(item, held, &properties, &mut foreign);
    }
    for (path, value) in &decided.ignored {
        set(&mut properties, path, value.as_ref(), resource);
    }
    for (path, value) in &decided.resets {
        set(&mut properties, path, Some(value), resource);
    }
    let naming = naming(context.inputs, item, decided.generation);
    Goal {
        type_name: resource.type_name.clone(),
        slice: resource.slice.clone(),
        region: resource.region.clone(),
        name: decided.name.clone(),
        token: match fresh {
            true => naming.token().into(),
            false => naming.update_token(context.inputs.state.serial).into(),
        },
        properties,
        resets: decided
            .resets
            .iter()
            .map(|(path, _)| path.0.clone())
            .collect(),
        foreign,
        within: read_parent(context, resource),
        metadata: metadata(context, at, resource),
        span: Some(resource.span),
    }
}

/// Tags that somebody else put on the object.
fn foreign_tags(
    held: &Held<'_>,
    field: &TagField,
    wanted: &dyn Fn(&str) -> bool,
    out: &mut Map<String, Json>,
) {
    let authored = tags::of_properties(&held.object.authored, field);
    // Keys of the form aws:… are AWS's own and cannot be sent.
    let theirs = |key: &str| {
        let was_ours = authored.iter().any(|(known, _)| *known == key);
        !wanted(key) && !was_ours && !key.starts_with("aws:")
    };
    let live = tags::of_object(held, field);
    let live = live.iter().map(|(key, value)| (key.clone(), value.clone()));
    let mut live = live.filter(|(key, _)| theirs(key)).peekable();
    if live.peek().is_none() {
        return;
    }
    let value = match field.shape {
        TagShape::Map => live.map(|(key, value)| (key, Json::from(value))).collect(),
        TagShape::List => Json::Array(
            live.map(|(key, value)| serde_json::json!({"Key": key, "Value": value}))
                .collect(),
        ),
    };
    out.insert(field.property.to_string(), value);
}

/// Entries of other merge properties that are neither ours now nor were.
fn foreign_entries(
    item: &Item<'_>,
    held: &Held<'_>,
    properties: &Properties,
    out: &mut Map<String, Json>,
) {
    let SightRef::Live(live) = held.sight else {
        return;
    };
    for path in &item.ty.overlay.merge {
        let root = path.root();
        if &*path.0 != root || out.contains_key(root) || !properties.contains_key(root) {
            continue;
        }
        let tag_field = item.ty.tags.as_ref();
        if tag_field.is_some_and(|field| &*field.property == root) {
            continue;
        }
        let authored = held.object.authored.get(root);
        let ours = properties.get(root);
        let theirs = match live.properties.get(root) {
            Some(Json::Array(items)) => {
                let known = |entry: &&Json| {
                    !holds(item, path, authored, entry) && !wants(item, path, ours, entry)
                };
                Json::Array(items.iter().filter(known).cloned().collect())
            }
            Some(Json::Object(map)) => {
                let known = |key: &str| {
                    let before = authored.is_some_and(|json| json.get(key).is_some());
                    let now = ours.is_some_and(|node| match &node.prop {
                        Prop::Map(map) => map.contains_key(key),
                        _ => false,
                    });
                    before || now
                };
                Json::Object(
                    map.iter()
                        .filter(|(key, _)| !known(key))
                        .map(|(key, value)| (key.clone(), value.clone()))
                        .collect(),
                )
            }
            _ => continue,
        };
        let empty = theirs.as_array().is_some_and(Vec::is_empty)
            || theirs.as_object().is_some_and(Map::is_empty);
        if !empty {
            out.insert(root.to_owned(), theirs);
        }
    }
}

fn holds(item: &Item<'_>, path: &Path, list: Option<&Json>, entry: &Json) -> bool {
    let steps = [paths::Step::Name(path.root()), paths::Step::Index(0)];
    let items = list.and_then(Json::as_array).into_iter().flatten();
    items
        .into_iter()
        .any(|known| crate::compare::equal(&item.ty, &steps, known, entry))
}

fn wants(item: &Item<'_>, path: &Path, node: Option<&Node>, entry: &Json) -> bool {
    struct Nobody;
    impl formwork_schema::Resolver for Nobody {
        fn attribute(&self, _: &formwork_schema::Address, _: &str) -> Option<Json> {
            None
        }
        fn account(&self) -> Option<Arc<str>> {
            None
        }
    }
    let Some(Node {
        prop: Prop::List(items),
        ..
    }) = node
    else {
        return false;
    };
    let known: Vec<Json> = items
        .iter()
        .filter_map(|item| item.to_json(&Nobody).ok())
        .collect();
    holds(item, path, Some(&Json::Array(known)), entry)
}

/// Sets, or takes out, what stands at a path.
fn set(properties: &mut Properties, path: &Path, value: Option<&Json>, resource: &Resource) {
    let names: Vec<&str> = path.segments().collect();
    set_at(properties, &names, value, resource);
}

fn set_at(properties: &mut Properties, names: &[&str], value: Option<&Json>, resource: &Resource) {
    match names {
        [] => {}
        [last] => {
            let span = properties
                .get(*last)
                .map_or(resource.span, |node| node.span);
            match value.and_then(|value| Node::from_json(value, span)) {
                Some(node) => {
                    properties.insert((*last).into(), node);
                }
                None => {
                    properties.shift_remove(*last);
                }
            }
        }
        [first, rest @ ..] => {
            if let Some(Node {
                prop: Prop::Map(below),
                ..
            }) = properties.get_mut(*first)
            {
                set_at(below, rest, value, resource);
            }
        }
    }
}
