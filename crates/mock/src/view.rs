//! What a read shows: the stored properties in the forms in which AWS gives them back.

use crate::card::Card;
use crate::check::is_artifact;
use crate::failures;
use crate::identity::tags;
use crate::object::{Object, Standing};
use crate::paths::{self, Properties};
use crate::{ReadForm, Settings, make, policy};
use formwork_provider::{Failure, Live};
use formwork_schema::{Part, ResourceType, Shape, ShapeKind, partition};
use serde_json::{Number, Value as Json};
use std::sync::Arc;

/// The stored properties of an object.
pub(crate) fn parsed(object: &Object) -> Result<Properties, Failure> {
    object
        .properties()
        .map_err(|error| failures::unreadable(&object.type_name, &object.head.id, &error))
}

/// An object as a read shows it.
pub(crate) fn live(
    card: &Card,
    settings: &Settings,
    object: &Object,
    now: u64,
) -> Result<Live, Failure> {
    let mut properties = parsed(object)?;
    let tags = tags(&card.resource, &properties);
    let viewer = Viewer {
        resource: &card.resource,
        partition: partition(&object.region).0,
        settings,
    };
    viewer.show(&mut properties);
    Ok(Live {
        id: Arc::clone(&object.head.id),
        properties,
        tags,
        pending: matches!(
            object.standing(now),
            Standing::Busy(..) | Standing::Leaving(_)
        ),
        contents: card.resource.overlay.counted.then_some(object.head.content),
        stamp: Some(stamp(object)),
    })
}

/// What is another after every change of an object, as an entity tag is.
pub(crate) fn stamp(object: &Object) -> Arc<str> {
    let version = object.head.version.as_deref().unwrap_or_default();
    let mut digest = match version {
        "" => make::digest(object.body.as_bytes()),
        version => make::digest(format!("{}{version}", object.body).as_bytes()),
    };
    digest.truncate(16);
    digest.into()
}

/// The slice of an object as a read shows it; `None` if nothing of it is there.
pub(crate) fn slice(
    card: &Card,
    slice: &str,
    live: Live,
    object: &Object,
) -> Result<Option<Live>, Failure> {
    let unknown = || failures::no_such_slice(&card.resource.name, slice);
    let part = card.resource.overlay.parts.get(slice).ok_or_else(unknown)?;
    let stored = parsed(object)?;
    let there = part
        .properties
        .iter()
        .any(|name| stored.contains_key(&**name));
    Ok(there.then(|| of_part(part, live)))
}

/// What of an object belongs to a slice.
pub(crate) fn of_part(part: &Part, live: Live) -> Live {
    let belongs = |name: &str| part.properties.iter().any(|known| **known == *name);
    let properties = live.properties.into_iter();
    Live {
        properties: properties.filter(|(name, _)| belongs(name)).collect(),
        contents: None,
        ..live
    }
}

struct Viewer<'a> {
    resource: &'a ResourceType,
    partition: &'static str,
    settings: &'a Settings,
}

impl Viewer<'_> {
    fn does(&self, form: ReadForm) -> bool {
        self.settings.read_forms.contains(&form)
    }

    fn show(&self, properties: &mut Properties) {
        if !self.does(ReadForm::ReadOnly) {
            for path in &self.resource.read_only {
                paths::take_out(properties, &path.0);
            }
        }
        let mut path = String::new();
        for (name, value) in properties.iter_mut() {
            if let Some(shape) = self.resource.properties.get(name.as_str()) {
                path.clear();
                path.push_str(name);
                self.value(shape, &mut path, value);
            }
        }
        if self.does(ReadForm::Empty) {
            let required = &self.resource.required;
            properties.retain(|name, value| {
                !is_empty(value) || required.iter().any(|wanted| **wanted == **name)
            });
        }
        if self.does(ReadForm::Defaults) {
            self.defaults(properties);
        }
    }

    fn defaults(&self, properties: &mut Properties) {
        let hidden = &self.resource.write_only;
        let defaults = self.resource.overlay.defaults.iter();
        for (path, value) in defaults.filter(|(path, _)| !hidden.contains(path)) {
            fill(properties, &path.0, value);
        }
        for (name, shape) in &self.resource.properties {
            let shape = self.resource.resolve(shape);
            if let Some(default) = &shape.default
                && !properties.contains_key(&**name)
                && !ResourceType::covers(&self.resource.write_only, name)
            {
                properties.insert(name.to_string(), default.clone());
            }
        }
    }

    fn value(&self, shape: &Arc<Shape>, path: &mut String, value: &mut Json) {
        if is_artifact(value) {
            return;
        }
        let shape = self.resource.resolve(shape);
        match (&shape.kind, &mut *value) {
            (ShapeKind::Number, Json::Number(number)) if self.does(ReadForm::Numbers) => {
                let float = number.as_f64().and_then(Number::from_f64);
                *number = float.unwrap_or_else(|| number.clone());
            }
            (ShapeKind::String, Json::String(text)) if self.does(ReadForm::Case) => {
                if let Some(other) = other_spelling(shape, text) {
                    *text = other.to_owned();
                }
            }
            (ShapeKind::List(item), Json::Array(items)) => {
                below(path, "*", |path| {
                    for value in items.iter_mut() {
                        self.value(item, path, value);
                    }
                });
                if self.does(ReadForm::Order) && self.is_unordered(shape, path) {
                    reorder(items);
                }
            }
            (ShapeKind::Object { properties, .. }, Json::Object(map)) => {
                for (name, value) in map.iter_mut() {
                    if let Some(shape) = properties.get(name.as_str()) {
                        below(path, name, |path| self.value(shape, path, value));
                    }
                }
            }
            (ShapeKind::Map { values, .. }, Json::Object(map)) => below(path, "*", |path| {
                for value in map.values_mut() {
                    self.value(values, path, value);
                }
            }),
            (ShapeKind::OneOf(shapes), value) => {
                let fitting = shapes.iter().find(|shape| self.may_be(shape, value));
                if let Some(shape) = fitting {
                    self.value(shape, path, value);
                }
            }
            _ => {}
        }
        self.document(path, value);
    }

    /// JSON texts and policy documents.
    fn document(&self, path: &str, value: &mut Json) {
        match value {
            Json::String(text) if self.does(ReadForm::Json) => {
                let json = &self.resource.overlay.json;
                if json.iter().any(|known| *known.0 == *path)
                    && let Some(respelt) = policy::respell(text)
                {
                    *text = respelt;
                }
            }
            Json::Object(_) if self.does(ReadForm::Policy) && policy::is_policy(value) => {
                policy::shorten(value, self.partition);
            }
            _ => {}
        }
    }

    fn is_unordered(&self, shape: &Shape, path: &str) -> bool {
        let tags = self.resource.tags.as_ref();
        let overlay = &self.resource.overlay.unordered;
        shape.unordered
            || tags.is_some_and(|tags| *tags.property == *path)
            || overlay.iter().any(|known| *known.0 == *path)
    }

    fn may_be(&self, shape: &Arc<Shape>, value: &Json) -> bool {
        let shape = self.resource.resolve(shape);
        match &shape.kind {
            ShapeKind::Any | ShapeKind::Ref(_) => true,
            ShapeKind::Bool => value.is_boolean(),
            ShapeKind::Integer | ShapeKind::Number => value.is_number(),
            ShapeKind::String => value.is_string(),
            ShapeKind::List(_) => value.is_array(),
            ShapeKind::Map { .. } => value.is_object(),
            ShapeKind::Object { properties, .. } => value.as_object().is_some_and(|map| {
                map.keys()
                    .all(|name| properties.contains_key(name.as_str()))
            }),
            ShapeKind::OneOf(shapes) => shapes.iter().any(|shape| self.may_be(shape, value)),
        }
    }
}

/// Goes one name down a path and back.
fn below(path: &mut String, name: &str, visit: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(name);
    visit(path);
    path.truncate(length);
}

/// Fills a default in where what it lies in is there.
fn fill(properties: &mut Properties, path: &str, value: &Json) {
    let Some((name, rest)) = path.split_once('/') else {
        if !properties.contains_key(path) {
            properties.insert(path.to_owned(), value.clone());
        }
        return;
    };
    match properties.get_mut(name) {
        Some(Json::Object(map)) => match rest.strip_prefix("*/") {
            Some(rest) => map
                .values_mut()
                .filter_map(Json::as_object_mut)
                .for_each(|entry| fill(entry, rest, value)),
            None => fill(map, rest, value),
        },
        Some(Json::Array(items)) => {
            let rest = rest.strip_prefix("*/").unwrap_or(rest);
            let entries = items.iter_mut().filter_map(Json::as_object_mut);
            entries.for_each(|entry| fill(entry, rest, value));
        }
        _ => {}
    }
}

/// Brings a list into an order that is not the one it had: by the text of its entries, or the reverse.
fn reorder(items: &mut [Json]) {
    if items.len() < 2 {
        return;
    }
    let text = |value: &Json| value.to_string();
    if items.is_sorted_by_key(text) {
        items.reverse();
    } else {
        items.sort_by_cached_key(text);
    }
}

/// Another of the allowed words that differs only in case.
fn other_spelling<'s>(shape: &'s Shape, text: &str) -> Option<&'s str> {
    let words = shape.allowed.iter().filter_map(Json::as_str);
    words
        .filter(|word| *word != text)
        .find(|word| word.eq_ignore_ascii_case(text))
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}
