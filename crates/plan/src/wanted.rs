//! Property values as far as they are known at plan.

use formwork_diag::Span;
use formwork_schema::{MemberError, Node, Prop, Properties, ResolveError, Resolver};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// A value, known as far as it goes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wanted {
    /// Known wholly.
    Known(Json),
    /// Known after apply.
    Unknown,
    /// A list with something unknown in it.
    List(Vec<Wanted>),
    /// An object with something unknown in it.
    Map(Entries),
}

/// Values by name, in order. Few enough that looking through them is faster than hashing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Entries(Vec<(Arc<str>, Wanted)>);

impl Entries {
    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Wanted> {
        self.iter()
            .find(|(known, _)| ***known == *name)
            .map(|(_, value)| value)
    }

    pub(crate) fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Names and values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Wanted)> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

/// A member of the language that does not fit the value it got, and where.
pub(crate) type Misfit = (MemberError, Span);

impl Wanted {
    /// Evaluates a node.
    pub(crate) fn of(node: &Node, resolver: &dyn Resolver) -> Result<Wanted, Misfit> {
        Ok(match &node.prop {
            Prop::List(items) => {
                let items: Vec<Wanted> = items
                    .iter()
                    .map(|item| Wanted::of(item, resolver))
                    .collect::<Result<_, _>>()?;
                list(items)
            }
            Prop::Map(properties) => map(evaluate(properties, resolver)?),
            _ => match node.to_json(resolver) {
                Ok(json) => Wanted::Known(json),
                Err(ResolveError::Unknown(_)) => Wanted::Unknown,
                Err(ResolveError::Member(error)) => return Err((error, node.span)),
            },
        })
    }

    /// The value, if it is known wholly.
    pub(crate) fn known(&self) -> Option<&Json> {
        match self {
            Wanted::Known(json) => Some(json),
            _ => None,
        }
    }

    /// What lies below, by the names of a path.
    pub(crate) fn at<'a>(&'a self, names: &[&str]) -> Option<WantedRef<'a>> {
        let Some((first, rest)) = names.split_first() else {
            return Some(WantedRef::Wanted(self));
        };
        match self {
            Wanted::Known(json) => json_at(json, names).map(WantedRef::Json),
            Wanted::Unknown => Some(WantedRef::Wanted(self)),
            Wanted::List(items) => items.get(first.parse::<usize>().ok()?)?.at(rest),
            Wanted::Map(map) => map.get(first)?.at(rest),
        }
    }
}

/// A part of a wanted value.
pub(crate) enum WantedRef<'a> {
    /// Perhaps unknown.
    Wanted(&'a Wanted),
    /// Known.
    Json(&'a Json),
}

impl WantedRef<'_> {
    /// The value, if it is known wholly.
    pub(crate) fn known(&self) -> Option<&Json> {
        match self {
            WantedRef::Wanted(wanted) => wanted.known(),
            WantedRef::Json(json) => Some(json),
        }
    }
}

/// Evaluates properties.
pub(crate) fn evaluate(
    properties: &Properties,
    resolver: &dyn Resolver,
) -> Result<Entries, Misfit> {
    let mut out = Vec::with_capacity(properties.len());
    for (name, node) in properties {
        out.push((name.clone(), Wanted::of(node, resolver)?));
    }
    Ok(Entries(out))
}

fn list(items: Vec<Wanted>) -> Wanted {
    if items.iter().any(|item| item.known().is_none()) {
        return Wanted::List(items);
    }
    let json = |item| match item {
        Wanted::Known(json) => json,
        _ => Json::Null,
    };
    Wanted::Known(Json::Array(items.into_iter().map(json).collect()))
}

fn map(entries: Entries) -> Wanted {
    if entries.iter().any(|(_, entry)| entry.known().is_none()) {
        return Wanted::Map(entries);
    }
    let mut out = Map::new();
    for (name, entry) in entries.0 {
        if let Wanted::Known(json) = entry {
            out.insert(name.to_string(), json);
        }
    }
    Wanted::Known(Json::Object(out))
}

/// What lies below a JSON value, by the names of a path.
pub(crate) fn json_at<'a>(json: &'a Json, names: &[&str]) -> Option<&'a Json> {
    names.iter().try_fold(json, |json, name| match json {
        Json::Object(map) => map.get(*name),
        Json::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Fills in what is known of a node, given its evaluated value.
pub(crate) fn fill(node: &mut Node, value: Option<&Wanted>, resolver: &dyn Resolver) {
    if !is_deferred(node) {
        return;
    }
    let known = value.and_then(Wanted::known);
    *node = match (
        &node.prop,
        known.and_then(|json| Node::from_json(json, node.span)),
    ) {
        (Prop::Deferred(_), Some(known)) => known,
        _ => freeze(node, resolver),
    };
}

fn is_deferred(node: &Node) -> bool {
    match &node.prop {
        Prop::Deferred(_) => true,
        Prop::List(items) => items.iter().any(is_deferred),
        Prop::Map(map) => map.values().any(is_deferred),
        _ => false,
    }
}

/// The node with everything known filled in: what stays deferred is known after apply.
pub(crate) fn freeze(node: &Node, resolver: &dyn Resolver) -> Node {
    let prop = match &node.prop {
        Prop::List(items) => Prop::List(items.iter().map(|item| freeze(item, resolver)).collect()),
        Prop::Map(map) => Prop::Map(
            map.iter()
                .map(|(name, node)| (name.clone(), freeze(node, resolver)))
                .collect(),
        ),
        Prop::Deferred(deferred) => {
            let known = deferred.to_json(resolver).ok();
            match known.and_then(|json| Node::from_json(&json, node.span)) {
                Some(known) => known.prop,
                None => Prop::Deferred(Arc::new(freeze_deferred(deferred, resolver))),
            }
        }
        known => known.clone(),
    };
    Node {
        prop,
        span: node.span,
    }
}

fn freeze_deferred(
    deferred: &formwork_schema::Deferred,
    resolver: &dyn Resolver,
) -> formwork_schema::Deferred {
    use formwork_schema::{Deferred, Piece};
    match deferred {
        Deferred::Attribute { .. } | Deferred::Account | Deferred::Output { .. } => {
            deferred.clone()
        }
        Deferred::Concat(pieces) => {
            let piece = |piece: &Piece| match piece {
                Piece::Value(value) => match value.to_json(resolver) {
                    Ok(Json::String(text)) => Piece::Text(text.into()),
                    Ok(other) => Piece::Text(other.to_string().into()),
                    Err(_) => Piece::Value(Arc::new(freeze_deferred(value, resolver))),
                },
                text => text.clone(),
            };
            Deferred::Concat(pieces.iter().map(piece).collect())
        }
        Deferred::Apply { op, on, arguments } => Deferred::Apply {
            op: *op,
            on: Box::new(freeze(on, resolver)),
            arguments: arguments
                .iter()
                .map(|argument| freeze(argument, resolver))
                .collect(),
        },
        Deferred::Json(node) => Deferred::Json(Box::new(freeze(node, resolver))),
    }
}
