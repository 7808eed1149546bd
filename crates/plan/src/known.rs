//! What is known of resources at plan: names, what is made of names, and what stays as it is.

use crate::deps::{Index, attribute};
use crate::item::{Held, Item};
use crate::wanted::{Entries, json_at};
use crate::{Action, FieldChange, Reason};
use formwork_schema::{Address, Attribute, Hole, Path, Resolver, partition};
use serde_json::Value as Json;
use std::sync::Arc;

/// What was decided for an item.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    pub(crate) action: Action,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) fields: Vec<FieldChange>,
    /// The generation of the object that stays or is made.
    pub(crate) generation: u32,
    pub(crate) standing: Standing,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) wanted: Entries,
    /// Top-level properties that an update sends.
    pub(crate) changed: Vec<Arc<str>>,
    /// Top-level properties that an update takes out.
    pub(crate) removed: Vec<Arc<str>>,
    /// What is set because it is no longer authored.
    pub(crate) resets: Vec<(Path, Json)>,
    /// What is left alone, with its live value.
    pub(crate) ignored: Vec<(Path, Option<Json>)>,
}

/// Whether there is an object, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The one that is there stays.
    Stays,
    /// A new one is made; none was there before.
    Made,
    /// A new one is made in the place of another.
    Replaced,
    /// There is none, and none is made.
    Missing,
}

impl Standing {
    pub(crate) fn is_fresh(self) -> bool {
        matches!(self, Standing::Made | Standing::Replaced)
    }
}

/// Looks values up among what was decided so far.
pub(crate) struct Lookup<'l, 'a> {
    pub(crate) items: &'l [Item<'a>],
    pub(crate) index: &'l Index<'a>,
    pub(crate) decided: &'l [Option<Decided>],
    pub(crate) account: &'l Arc<str>,
}

impl Resolver for Lookup<'_, '_> {
    fn attribute(&self, of: &Address, property: &str) -> Option<Json> {
        self.known(*self.index.get(of)?, property, 0)
    }

    fn account(&self) -> Option<Arc<str>> {
        Some(self.account.clone())
    }
}

impl Lookup<'_, '_> {
    fn known(&self, at: usize, property: &str, depth: u32) -> Option<Json> {
        let item = self.items.get(at).filter(|_| depth < 8)?;
        let decided = self.decided.get(at)?.as_ref()?;
        if let Some(all) = item.all {
            let values = all.iter().map(|live| match property {
                "id" => Some(Json::from(&*live.id)),
                _ => live.properties.get(property).cloned(),
            });
            return values.collect::<Option<Vec<Json>>>().map(Json::Array);
        }
        let held = item
            .current()
            .filter(|_| decided.standing == Standing::Stays);
        if property == "id" {
            return self.id(at, item, held, decided, depth);
        }
        let name = item.ty.overlay.name.as_ref().map(Path::root);
        if name == Some(property) && !item.is_slice() {
            return decided.name.as_ref().map(|name| Json::from(&**name));
        }
        let plain = !property.contains(['.', '/']);
        let names: Vec<&str> = match plain {
            true => Vec::new(),
            false => property.split(['.', '/']).collect(),
        };
        let (root, below) = names.split_first().unwrap_or((&property, &[]));
        if let Some(wanted) = decided.wanted.get(root)
            && let Some(found) = wanted.at(below)
        {
            return found.known().cloned();
        }
        if decided.standing == Standing::Missing {
            return None;
        }
        let attribute = attribute(&item.ty, property);
        if let Some(held) = held {
            let moves = decided.action == Action::Update && attribute.is_some_and(Attribute::moves);
            let live = held.property(property);
            let live = live.or_else(|| json_at(held.property(root)?, below));
            if live.is_some() && !moves {
                return live.cloned();
            }
        }
        match attribute {
            Some(Attribute::Template(template)) => self.template(at, template, depth),
            _ => None,
        }
    }

    fn id(
        &self,
        at: usize,
        item: &Item<'_>,
        held: Option<&Held<'_>>,
        decided: &Decided,
        depth: u32,
    ) -> Option<Json> {
        if let Some(held) = held {
            return Some(Json::from(&*held.object.id));
        }
        if item.is_slice() || decided.standing == Standing::Missing {
            return None;
        }
        let parts = &item.ty.primary_identifier;
        let parts: Vec<String> = parts
            .iter()
            .map(|part| text(&self.known(at, &part.0, depth + 1)?))
            .collect::<Option<_>>()?;
        (!parts.is_empty()).then(|| Json::from(parts.join("|")))
    }

    fn template(&self, at: usize, template: &str, depth: u32) -> Option<Json> {
        let region = &self.items.get(at)?.desired?.region;
        let wanted = &self.decided.get(at)?.as_ref()?.wanted;
        // A default stands for what is not given, never for what is given and not known yet.
        let unknown = |hole: Hole<'_>| {
            wanted.contains_key(hole.name) && self.known(at, hole.name, depth + 1).is_none()
        };
        if template_holes(template).any(unknown) {
            return None;
        }
        let filled = Attribute::fill(template, &mut |name| match name {
            "account" => Some(self.account.to_string()),
            "region" => Some(region.to_string()),
            "partition" => Some(partition(region).0.to_owned()),
            "suffix" => Some(partition(region).1.to_owned()),
            property => text(&self.known(at, property, depth + 1)?),
        });
        filled.map(Json::from)
    }
}

/// A scalar as it stands in a name.
fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The properties that a template is made of.
pub(crate) fn template_holes(template: &str) -> impl Iterator<Item = Hole<'_>> {
    let words = ["account", "region", "partition", "suffix"];
    Attribute::holes(template).filter(move |hole| !words.contains(&hole.name))
}
