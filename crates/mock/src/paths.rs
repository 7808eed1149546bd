//! Reads and writes JSON properties by the catalog's paths.

use crate::check::ARTIFACT;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The properties of an object.
pub(crate) type Properties = Map<String, Json>;

/// Every value at a path; `*` stands for the items of a list or the entries of a map, and a list is also entered
/// where the path does not say so.
pub(crate) fn values<'a>(properties: &'a Properties, path: &str) -> Vec<&'a Json> {
    let mut names = path.split('/');
    let mut found = Vec::new();
    if let Some(value) = names.next().and_then(|name| properties.get(name)) {
        let rest: Vec<&str> = names.collect();
        collect(value, &rest, &mut found);
    }
    found
}

fn collect<'a>(value: &'a Json, rest: &[&str], found: &mut Vec<&'a Json>) {
    let Some((name, below)) = rest.split_first() else {
        found.push(value);
        return;
    };
    match value {
        Json::Array(items) => {
            let below = if *name == "*" { below } else { rest };
            for item in items {
                collect(item, below, found);
            }
        }
        Json::Object(map) if *name == "*" => {
            for item in map.values() {
                collect(item, below, found);
            }
        }
        Json::Object(map) => {
            if let Some(item) = map.get(*name) {
                collect(item, below, found);
            }
        }
        _ => {}
    }
}

/// The text of every value at a path, the entries of lists one by one.
pub(crate) fn texts<'a>(properties: &'a Properties, path: &str) -> Vec<Cow<'a, str>> {
    let mut texts = Vec::new();
    for value in values(properties, path) {
        match value {
            Json::Array(items) => texts.extend(items.iter().filter_map(text)),
            other => texts.extend(text(other)),
        }
    }
    texts
}

/// The text of a scalar.
pub(crate) fn text(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) => Some(Cow::Borrowed(text)),
        Json::Number(number) => Some(Cow::Owned(number.to_string())),
        Json::Bool(truth) => Some(Cow::Owned(truth.to_string())),
        _ => None,
    }
}

/// Sets the value at a path of names, making the objects on the way.
pub(crate) fn set(properties: &mut Properties, path: &str, value: Json) {
    match path.split_once('/') {
        None => {
            properties.insert(path.to_owned(), value);
        }
        Some((name, rest)) => {
            let below = properties
                .entry(name)
                .or_insert_with(|| Json::Object(Map::new()));
            if let Json::Object(below) = below {
                set(below, rest, value);
            }
        }
    }
}

/// Takes out every value at a path, and the objects that are empty without them.
pub(crate) fn take_out(properties: &mut Properties, path: &str) {
    let (name, rest) = match path.split_once('/') {
        None => {
            properties.remove(path);
            return;
        }
        Some(parts) => parts,
    };
    let emptied = properties
        .get_mut(name)
        .is_some_and(|below| take_out_below(below, rest));
    if emptied {
        properties.remove(name);
    }
}

/// Gives whether taking out has emptied an object. Code known by its digest counts as all that may lie below it.
fn take_out_below(value: &mut Json, path: &str) -> bool {
    match value {
        Json::Array(items) => {
            let rest = path.strip_prefix("*/").unwrap_or(path);
            for item in items {
                take_out_below(item, rest);
            }
            false
        }
        Json::Object(map) if map.contains_key(ARTIFACT) => true,
        Json::Object(map) => {
            let before = map.len();
            if let Some(rest) = path.strip_prefix("*/") {
                for item in map.values_mut() {
                    take_out_below(item, rest);
                }
            } else {
                take_out(map, path);
            }
            before > 0 && map.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Properties, set, take_out, texts};
    use serde_json::{Value as Json, json};

    fn map(value: Json) -> Properties {
        match value {
            Json::Object(map) => map,
            other => panic!("not an object: {other}"),
        }
    }

    #[test]
    fn values_are_found_through_lists_and_maps() {
        let properties = map(json!({
            "Rules": [{ "Arn": "a" }, { "Arn": "b" }],
            "Groups": ["g", "h"],
            "Config": { "x": { "Arn": "c" } },
            "Size": 3,
        }));
        assert_eq!(texts(&properties, "Rules/*/Arn"), ["a", "b"]);
        assert_eq!(texts(&properties, "Rules/Arn"), ["a", "b"]);
        assert_eq!(texts(&properties, "Groups"), ["g", "h"]);
        assert_eq!(texts(&properties, "Groups/*"), ["g", "h"]);
        assert_eq!(texts(&properties, "Config/*/Arn"), ["c"]);
        assert_eq!(texts(&properties, "Size"), ["3"]);
        assert!(texts(&properties, "Rules/*/Name").is_empty());
    }

    #[test]
    fn what_is_taken_out_leaves_no_empty_object() {
        let mut properties = map(json!({ "Code": { "Zip": "x" }, "Rules": [{ "A": 1, "B": 2 }] }));
        take_out(&mut properties, "Code/Zip");
        take_out(&mut properties, "Rules/*/A");
        assert_eq!(Json::Object(properties), json!({ "Rules": [{ "B": 2 }] }));
    }

    #[test]
    fn set_makes_the_way() {
        let mut properties = Properties::new();
        set(&mut properties, "Endpoint/Address", json!("x"));
        assert_eq!(
            Json::Object(properties),
            json!({ "Endpoint": { "Address": "x" } })
        );
    }
}
