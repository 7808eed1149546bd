//! What is live at one time, and how two such times differ.

use formwork_catalog::aws;
use formwork_plan::same_value;
use formwork_provider::TAG_GENERATION;
use formwork_schema::{Address, ResourceType};
use formwork_state::Object;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// An object that is live, as a read shows it.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) object: Object,
    pub(crate) properties: Map<String, Json>,
}

/// What is live, by address.
pub(crate) type Picture = BTreeMap<Address, Sight>;

/// Where two pictures differ in more than what AWS makes anew for a new object.
pub(crate) fn differences(before: &Picture, after: &Picture) -> Vec<String> {
    let mut out = Vec::new();
    let gone = before
        .keys()
        .filter(|address| !after.contains_key(*address));
    out.extend(gone.map(|address| format!("{address} is gone")));
    let anew = anew(before, after);
    for (address, sight) in after {
        let Some(old) = before.get(address) else {
            out.push(format!("{address} is left"));
            continue;
        };
        let ty = aws().get(&sight.object.type_name).unwrap();
        let old = ungenerated(&old.properties);
        let told = Json::Object(ungenerated(&sight.properties)).to_string();
        let told = anew
            .iter()
            .fold(told, |told, (new, old)| told.replace(new, old));
        let new: Map<String, Json> = serde_json::from_str(&told).unwrap();
        let names: BTreeSet<&String> = new.keys().chain(old.keys()).collect();
        for name in names {
            let value = |of: &Map<String, Json>| of.get(name).cloned().unwrap_or(Json::Null);
            let (old, new) = (value(&old), value(&new));
            if !made(&ty, name) && !alike(&ty, name, &old, &new) {
                out.push(format!("{address} {name}: was {old}, is {new}"));
            }
        }
    }
    out
}

/// What objects that are new are called, and what those before them were called; longest first.
fn anew(before: &Picture, after: &Picture) -> Vec<(String, String)> {
    let pairs = after
        .iter()
        .filter_map(|(address, sight)| Some((sight, before.get(address)?)));
    let words = pairs.flat_map(|(new, old)| words(new).into_iter().zip(words(old)));
    let mut anew: Vec<_> = words
        .filter(|(new, old)| new != old && new.len() > 3)
        .collect();
    anew.sort_by_key(|(new, _)| std::cmp::Reverse(new.len()));
    anew
}

/// Whether AWS makes a property.
fn made(ty: &ResourceType, name: &str) -> bool {
    let read_only = ty.read_only.iter().any(|path| path.root() == name);
    read_only || !ty.properties.contains_key(name)
}

/// Whether a value is what it was, or what it is reset to where there was none.
fn alike(ty: &ResourceType, name: &str, old: &Json, new: &Json) -> bool {
    let empty = |json: &Json| match json {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    };
    let same = old == new || same_value(ty, name, old, new) || (empty(old) && empty(new));
    // An object that is new was never reset.
    same || (empty(old) && is_reset(ty, name, new)) || (empty(new) && is_reset(ty, name, old))
}

/// Whether a value is what a property is set to when it is no longer authored.
fn is_reset(ty: &ResourceType, name: &str, value: &Json) -> bool {
    let resets = ty.overlay.resets.iter();
    let mut resets = resets.filter(|(path, _)| path.root() == name);
    resets.any(|(path, reset)| {
        let below: Vec<&str> = path.segments().skip(1).collect();
        let nest = |inner, segment: &&str| serde_json::json!({ *segment: inner });
        let reset = below.iter().rev().fold(reset.clone(), nest);
        same_value(ty, name, &reset, value)
    })
}

/// Properties without the tag that counts the objects of an address.
fn ungenerated(properties: &Map<String, Json>) -> Map<String, Json> {
    let mut out = properties.clone();
    for value in out.values_mut() {
        match value {
            Json::Object(map) => {
                map.remove(TAG_GENERATION);
                map.values_mut().for_each(unversioned);
            }
            Json::Array(items) => {
                items.retain(|item| item.get("Key").is_none_or(|key| key != TAG_GENERATION));
            }
            _ => {}
        }
    }
    out
}

/// Launch templates without the version that is used: each change makes a new one.
fn unversioned(value: &mut Json) {
    if let Json::Object(map) = value {
        if map.contains_key("LaunchTemplateId") {
            map.remove("Version");
        }
        map.values_mut().for_each(unversioned);
    }
}

/// What an object is called by others.
fn words(sight: &Sight) -> Vec<String> {
    let ty = aws().get(&sight.object.type_name).unwrap();
    let name = sight.object.name.as_deref().unwrap_or_default();
    let mut out = vec![sight.object.id.to_string(), name.to_owned()];
    for path in &ty.read_only {
        let value = sight.properties.get(&*path.0).and_then(Json::as_str);
        out.push(value.unwrap_or_default().to_owned());
    }
    out
}
