//! The fields of a change: all of a new object, and where each was written.

use crate::item::Item;
use crate::naming::name_property;
use crate::wanted::{Entries, Wanted};
use crate::{After, FieldChange, Reason, tags};
use formwork_diag::Span;
use formwork_schema::{Node, Prop, Properties, Resolver, Resource};
use serde_json::Value as Json;
use std::sync::Arc;

/// Every authored property of an object to be made, with the name that was chosen for it.
pub(crate) fn of_create(
    item: &Item<'_>,
    wanted: &Entries,
    name: Option<&Arc<str>>,
    lookup: &dyn Resolver,
) -> Vec<FieldChange> {
    let mut out = Vec::with_capacity(wanted.len() + 1);
    let Some(resource) = item.desired else {
        return out;
    };
    let tag_field = item.ty.tags.as_ref().filter(|_| !item.is_slice());
    let named = name_property(item);
    if let (Some(property), Some(name)) = (named, name) {
        let span = resource.properties.get(property).map(|node| node.span);
        let after = After::Known(Json::from(&**name));
        out.push(field(
            property.to_owned(),
            after,
            span.or(Some(resource.span)),
        ));
    }
    for (property, value) in wanted.iter() {
        let tags = tag_field.is_some_and(|field| field.property == *property);
        if named != Some(property) && !tags {
            let node = resource.properties.get(property);
            unfold(property.to_string(), value, node, &mut out);
        }
    }
    for (key, node) in &resource.tags {
        let Some(field_of) = tag_field.filter(|_| !tags::is_own(key)) else {
            continue;
        };
        let after = node.to_json(lookup).map_or(After::Unknown, After::Known);
        let path = format!("{}/{key}", field_of.property);
        out.push(field(path, after, Some(node.span)));
    }
    out
}

fn field(path: String, after: After, span: Option<Span>) -> FieldChange {
    FieldChange {
        path,
        before: None,
        after,
        replaces: false,
        span,
    }
}

/// A value as one field, or, where it is known in part, as one for each part.
fn unfold(path: String, value: &Wanted, node: Option<&Node>, out: &mut Vec<FieldChange>) {
    let span = node.map(|node| node.span);
    match value {
        Wanted::Known(json) => out.push(field(path, After::Known(json.clone()), span)),
        Wanted::Unknown => out.push(field(path, After::Unknown, span)),
        Wanted::List(items) => {
            for (at, item) in items.iter().enumerate() {
                let node = node.and_then(|node| child(node, &at.to_string()));
                unfold(format!("{path}/{at}"), item, node, out);
            }
        }
        Wanted::Map(entries) => {
            for (name, entry) in entries.iter() {
                let node = node.and_then(|node| child(node, name));
                unfold(format!("{path}/{name}"), entry, node, out);
            }
        }
    }
}

fn child<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    match &node.prop {
        Prop::List(items) => items.get(name.parse::<usize>().ok()?),
        Prop::Map(map) => map.get(name),
        _ => None,
    }
}

/// Gives each field the place where its value was written.
pub(crate) fn locate(resource: &Resource, fields: &mut [FieldChange]) {
    for field in fields {
        let written = written_at(&resource.properties, &field.path);
        field.span = Some(written.unwrap_or(resource.span));
    }
}

/// The place of the deepest node on the way to a path. Names may themselves hold slashes.
fn written_at(properties: &Properties, path: &str) -> Option<Span> {
    let (node, rest) = step(properties.iter().map(|(name, node)| (&**name, node)), path)?;
    let mut found = node;
    let mut rest = rest;
    while let Some(path) = rest {
        let next = match &found.prop {
            Prop::Map(map) => step(map.iter().map(|(name, node)| (&**name, node)), path),
            Prop::List(items) => {
                let (index, below) = match path.split_once('/') {
                    Some((index, below)) => (index, Some(below)),
                    None => (path, None),
                };
                let item = index.parse::<usize>().ok().and_then(|at| items.get(at));
                item.map(|item| (item, below))
            }
            _ => None,
        };
        let Some((node, below)) = next else { break };
        found = node;
        rest = below;
    }
    Some(found.span)
}

fn step<'n, 'p>(
    mut entries: impl Iterator<Item = (&'n str, &'n Node)>,
    path: &'p str,
) -> Option<(&'n Node, Option<&'p str>)> {
    entries.find_map(|(name, node)| match path.strip_prefix(name)? {
        "" => Some((node, None)),
        rest => Some((node, Some(rest.strip_prefix('/')?))),
    })
}

/// A reason as part of a sentence.
pub(crate) fn sentence(reason: &Reason) -> String {
    match reason {
        Reason::New => "it is new".into(),
        Reason::DeletedOutside => "it was deleted outside".into(),
        Reason::Changed(path) => format!("`{path}` changes"),
        Reason::Drifted(path) => format!("`{path}` was changed outside"),
        Reason::TakenOut(path) => format!("`{path}` is no longer written"),
        Reason::CannotChange(path) => format!("`{path}` cannot be changed on a living object"),
        Reason::Follows(address) => format!("`{address}` is replaced"),
        Reason::Requested => "its replacement is asked for".into(),
        Reason::NotInFiles => "it is no longer in the files".into(),
        Reason::Renamed(address) => format!("it was `{address}`"),
        Reason::Forgotten => "a `forget` names it".into(),
        Reason::Adopted(id) => format!("`{id}` is adopted"),
        Reason::Found(_) => "it is there".into(),
        Reason::Destroyed => "the stack is destroyed".into(),
        Reason::Interrupted(what) => what.clone(),
        Reason::CreationFailed => "its creation had failed".into(),
    }
}
