//! Merge properties: tags and lists of which only the entries we wrote are ours; what others put there stays.

use crate::object::Object;
use crate::paths::{self, Properties};
use formwork_schema::ResourceType;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The paths of a type that are merged.
fn merge_paths(resource: &ResourceType) -> impl Iterator<Item = &str> {
    let tags = resource.tags.iter().map(|tags| &*tags.property);
    tags.chain(resource.overlay.merge.iter().map(|path| &*path.0))
}

/// Puts the entries of others back after their property was written or taken out.
pub(crate) fn keep_foreign(object: &Object, properties: &mut Properties) {
    for (path, foreign) in &object.head.foreign {
        let ours = paths::values(properties, path).first().copied();
        let merged = match ours {
            Some(ours) => union(ours, foreign),
            None => foreign.clone(),
        };
        paths::set(properties, path, merged);
    }
}

/// What of the merge properties in `after` is foreign: it was foreign before or was not there.
pub(crate) fn foreign_after(
    resource: &ResourceType,
    object: &Object,
    before: &Properties,
    after: &Properties,
) -> BTreeMap<String, Json> {
    let mut foreign = BTreeMap::new();
    for path in merge_paths(resource) {
        let Some(now) = paths::values(after, path).first().copied() else {
            continue;
        };
        let was = paths::values(before, path).first().copied();
        let ours = match (was, object.head.foreign.get(path)) {
            (Some(was), Some(others)) => without(was, others),
            (Some(was), None) => was.clone(),
            (None, _) => Json::Null,
        };
        let others = without(now, &ours);
        if !is_empty(&others) {
            foreign.insert(path.to_owned(), others);
        }
    }
    foreign
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// The entries of `ours`, and those of `others` that ours do not name.
fn union(ours: &Json, others: &Json) -> Json {
    match (ours, others) {
        (Json::Array(ours), Json::Array(others)) => {
            let added = others
                .iter()
                .filter(|other| !ours.iter().any(|our| same_entry(our, other)));
            Json::Array(ours.iter().chain(added).cloned().collect())
        }
        (Json::Object(ours), Json::Object(others)) => {
            let mut map = others.clone();
            map.extend(ours.clone());
            Json::Object(map)
        }
        _ => ours.clone(),
    }
}

/// The entries of `all` that `some` does not name.
fn without(all: &Json, some: &Json) -> Json {
    match (all, some) {
        (Json::Array(all), Json::Array(some)) => {
            let kept = all
                .iter()
                .filter(|entry| !some.iter().any(|other| same_entry(entry, other)));
            Json::Array(kept.cloned().collect())
        }
        (Json::Object(all), Json::Object(some)) => {
            let kept = all.iter().filter(|(name, _)| !some.contains_key(*name));
            Json::Object(
                kept.map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            )
        }
        _ => all.clone(),
    }
}

/// Tags are the same entry if their keys are; anything else if it is equal.
fn same_entry(one: &Json, other: &Json) -> bool {
    match (one.get("Key"), other.get("Key")) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}
