//! Which names are taken, and the name of each new object.

use crate::Inputs;
use crate::item::Item;
use crate::names::{Clash, Naming};
use formwork_schema::{Path, Prop};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// For each item, whether its natural name would meet another.
pub(crate) struct Names {
    clashes: Vec<Clash>,
}

impl Names {
    /// Looks at every name that is held, authored or would be chosen.
    pub(crate) fn survey(inputs: &Inputs<'_>, items: &[Item<'_>]) -> Self {
        let mut users: FxHashMap<(Arc<str>, String), (usize, bool)> = FxHashMap::default();
        let mut chosen = vec![None; items.len()];
        for (at, item) in items.iter().enumerate() {
            for (type_name, name) in taken(item) {
                note(&mut users, (type_name, name), at);
            }
            let Some(resource) = item.desired.filter(|_| is_chosen(item)) else {
                continue;
            };
            let natural = naming(inputs, item, 0).natural();
            let name = (resource.type_name.clone(), natural);
            note(&mut users, name.clone(), at);
            if let Some(slot) = chosen.get_mut(at) {
                *slot = Some(name);
            }
        }
        let clash = |name: Option<(Arc<str>, String)>| {
            let shared = name.and_then(|name| users.get(&name).map(|(_, shared)| *shared));
            match shared {
                Some(true) => Clash::Some,
                _ => Clash::None,
            }
        };
        Names {
            clashes: chosen.into_iter().map(clash).collect(),
        }
    }

    /// The name of an object to be made.
    pub(crate) fn allocate(
        &self,
        inputs: &Inputs<'_>,
        item: &Item<'_>,
        at: usize,
        generation: u32,
    ) -> Arc<str> {
        let clash = self.clashes.get(at).copied().unwrap_or(Clash::None);
        let end = item
            .desired
            .and_then(|resource| resource.name_end.as_deref());
        let naming = naming(inputs, item, generation);
        naming
            .allocate(&item.ty.overlay, end.unwrap_or(""), clash)
            .into()
    }
}

/// What the name and the tokens of an object are made from.
pub(crate) fn naming<'n>(
    inputs: &'n Inputs<'_>,
    item: &'n Item<'_>,
    generation: u32,
) -> Naming<'n> {
    let region = item
        .desired
        .map_or(&inputs.region, |resource| &resource.region);
    Naming {
        stack: &inputs.stack,
        env: &inputs.env,
        account: &inputs.account,
        region,
        address: item.address,
        generation,
    }
}

fn note(
    users: &mut FxHashMap<(Arc<str>, String), (usize, bool)>,
    name: (Arc<str>, String),
    at: usize,
) {
    let user = users.entry(name).or_insert((at, false));
    user.1 |= user.0 != at;
}

/// The property that names what is wanted, if it has one.
pub(crate) fn name_property<'i>(item: &'i Item<'_>) -> Option<&'i str> {
    let path = item.ty.overlay.name.as_ref().map(Path::root);
    path.filter(|_| !item.is_slice())
}

/// Whether a name is chosen for it, and none was before.
fn is_chosen(item: &Item<'_>) -> bool {
    let authored = |name: &str| {
        item.desired
            .is_some_and(|resource| resource.properties.contains_key(name))
    };
    item.held.is_empty() && name_property(item).is_some_and(|name| !authored(name))
}

/// The names that an item has by itself: of its objects, and as authored.
fn taken(item: &Item<'_>) -> Vec<(Arc<str>, String)> {
    let mut out = Vec::new();
    for held in &item.held {
        if let Some(name) = &held.object.name {
            out.push((held.object.type_name.clone(), name.to_string()));
        }
    }
    let authored = item.desired.zip(name_property(item));
    let node = authored.and_then(|(resource, name)| resource.properties.get(name));
    if let Some(Prop::String(name)) = node.map(|node| &node.prop) {
        out.push((item.ty.name.clone(), name.to_string()));
    }
    out
}
