//! Which resources the caller lets be planned.

use crate::deps::Deps;
use crate::item::Item;
use crate::{Filters, errors};
use formwork_diag::Diagnostics;
use formwork_schema::Address;

/// Whether an address is named; one without a part names all parts.
pub(crate) fn names(filters: &[Address], address: &Address) -> bool {
    filters.iter().any(|filter| covers(filter, address))
}

fn covers(filter: &Address, address: &Address) -> bool {
    // A component stands for everything within it; it has no resource of its own.
    if filter.part.is_none() && address.label.starts_with(&filter.label_of("")) {
        return true;
    }
    let part = filter.part.is_none() || filter.part == address.part;
    let key = filter.key.is_none() || filter.key == address.key;
    filter.kind == address.kind && filter.label == address.label && key && part
}

/// Marks the items that are planned: with `only`, the named ones and what they need.
pub(crate) fn select(
    filters: &Filters,
    items: &mut [Item<'_>],
    deps: &Deps,
    diagnostics: &mut Diagnostics,
) {
    for filter in filters
        .only
        .iter()
        .chain(&filters.except)
        .chain(&filters.replace)
    {
        if !items.iter().any(|item| covers(filter, item.address)) {
            let known = items.iter().map(|item| item.address);
            diagnostics.push(errors::unknown_target(filter, known));
        }
    }
    if !filters.only.is_empty() {
        let mut chosen = vec![false; items.len()];
        let mut queue: Vec<usize> = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if names(&filters.only, item.address) {
                queue.push(at);
            }
        }
        while let Some(at) = queue.pop() {
            match chosen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            queue.extend(deps.of.get(at).into_iter().flatten().map(|dep| dep.on));
            // What goes away takes its users with it; the state knows them by what they need.
            let needs = items
                .get(at)
                .map(|item| (item.desired.is_none(), item.address));
            if let Some((true, address)) = needs {
                queue.extend(users(items, address));
            }
        }
        for (item, chosen) in items.iter_mut().zip(chosen) {
            item.selected = chosen;
        }
    }
    for item in items.iter_mut() {
        item.selected &= !names(&filters.except, item.address);
    }
}

/// The items without a place in the files whose objects need an address.
fn users(items: &[Item<'_>], address: &Address) -> Vec<usize> {
    let needs = |item: &Item<'_>| {
        item.held
            .iter()
            .any(|held| held.object.metadata.needs.contains(address))
    };
    let users = items.iter().enumerate();
    users
        .filter(|(_, item)| item.desired.is_none() && needs(item))
        .map(|(at, _)| at)
        .collect()
}
