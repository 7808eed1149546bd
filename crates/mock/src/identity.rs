//! By what an object is known: its identifier, what others refer to it by, its tags and the owner they name.

use crate::card::Card;
use crate::make::{self, Origin};
use crate::object::Owner;
use crate::paths::{self, Properties};
use formwork_provider::{TAG_ADDRESS, TAG_ENV, TAG_GENERATION, TAG_STACK};
use formwork_schema::{ResourceType, TagShape};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What of the properties is stored: all but the write-only ones.
pub(crate) fn storable(resource: &ResourceType, properties: &Properties) -> Properties {
    let mut stored = properties.clone();
    for path in &resource.write_only {
        paths::take_out(&mut stored, &path.0);
    }
    stored
}

/// Properties as JSON text.
pub(crate) fn text_of(properties: &Properties) -> String {
    // A map of strings to JSON values has a text: nothing in it can fail to be written.
    serde_json::to_string(properties).unwrap_or_default()
}

/// The primary identifier; makes the one of a type that has none of its own.
pub(crate) fn identifier(
    resource: &ResourceType,
    properties: &mut Properties,
    origin: &Origin,
) -> String {
    let parts: Vec<String> = resource
        .primary_identifier
        .iter()
        .map(|path| {
            let texts = paths::texts(properties, &path.0);
            texts
                .first()
                .map_or_else(String::new, |text| text.to_string())
        })
        .collect();
    if parts.iter().any(|part| !part.is_empty()) {
        return parts.join("|");
    }
    let made = make::name(resource, origin);
    if let Some(path) = resource.primary_identifier.first() {
        paths::set(properties, &path.0, Json::String(made.clone()));
    }
    made
}

/// Property and value of all that others can refer to an object by.
pub(crate) fn handles(
    card: &Card,
    properties: &Properties,
    id: &Arc<str>,
    name: Option<&Arc<str>>,
) -> Vec<(Arc<str>, Arc<str>)> {
    let resource = &card.resource;
    let mut handles: Vec<(Arc<str>, Arc<str>)> = vec![("id".into(), Arc::clone(id))];
    if let (true, Some(name), Some(path)) = (card.unique, name, &resource.overlay.name) {
        handles.push((Arc::clone(&path.0), Arc::clone(name)));
    }
    let attributes = resource.overlay.attributes.keys();
    let read_only = resource.read_only.iter().map(|path| &path.0);
    let identifiers = match resource.primary_identifier.as_slice() {
        [only] => Some(&only.0),
        _ => None,
    };
    // A name within a parent, such as a stage's, is looked up beside the parent.
    let scoped = resource
        .overlay
        .name
        .as_ref()
        .filter(|_| card.unique)
        .map(|path| &path.0);
    for property in attributes.chain(read_only).chain(identifiers).chain(scoped) {
        if handles.iter().any(|(known, _)| known == property) {
            continue;
        }
        let path = property.replace('.', "/");
        if let Some(Json::String(value)) = paths::values(properties, &path).first() {
            handles.push((Arc::clone(property), value.as_str().into()));
        }
    }
    handles
}

/// The tags among the properties.
pub(crate) fn tags(resource: &ResourceType, properties: &Properties) -> BTreeMap<String, String> {
    let Some(field) = &resource.tags else {
        return BTreeMap::new();
    };
    let Some(value) = paths::values(properties, &field.property).first().copied() else {
        return BTreeMap::new();
    };
    match (field.shape, value) {
        (TagShape::List, Json::Array(items)) => items.iter().filter_map(tag).collect(),
        (_, Json::Object(map)) => map
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), paths::text(value)?.into_owned())))
            .collect(),
        _ => BTreeMap::new(),
    }
}

fn tag(item: &Json) -> Option<(String, String)> {
    let key = item.get("Key")?.as_str()?;
    let value = item.get("Value").and_then(Json::as_str).unwrap_or("");
    Some((key.to_owned(), value.to_owned()))
}

/// Whose an object is, by its tags.
pub(crate) fn owner(resource: &ResourceType, properties: &Properties) -> Option<Owner> {
    let tags = tags(resource, properties);
    let tag = |name: &str| tags.get(name).map(|value| Arc::from(value.as_str()));
    Some(Owner {
        stack: tag(TAG_STACK)?,
        env: tag(TAG_ENV)?,
        address: tag(TAG_ADDRESS)?,
        generation: tag(TAG_GENERATION)?,
    })
}
