//! Objects that are there before the stack: those it only reads, and those it takes over.

pub(crate) mod errors;

use crate::deps::Index;
use crate::item::{Held, Item, SightRef};
use crate::recover::{TAG_ADDRESS, TAG_ENV, TAG_GENERATION, TAG_STACK};
use crate::{Inputs, Live, Mode};
use formwork_diag::Diagnostics;
use formwork_schema::{Claim, Resource};
use formwork_state::{Object, ObjectStatus};
use serde_json::Map;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Gives an item what was found of it.
pub(crate) fn claim<'a>(inputs: &Inputs<'a>, item: &mut Item<'a>, diagnostics: &mut Diagnostics) {
    let Some(resource) = item.desired.filter(|_| inputs.mode == Mode::Apply) else {
        return;
    };
    match &resource.claim {
        Claim::Own => {}
        Claim::Look | Claim::LookAll => look(inputs, item, resource, diagnostics),
        Claim::Adopt { id, .. } => adopt(inputs, item, resource, id, diagnostics),
    }
}

fn found<'a>(inputs: &Inputs<'a>, resource: &Resource) -> &'a [Live] {
    let found = inputs.observed.found.get(&resource.address);
    found.map_or(&[], Vec::as_slice)
}

/// What is only read: exactly one, or all there are; what the stack made at this address must be forgotten.
fn look<'a>(
    inputs: &Inputs<'a>,
    item: &mut Item<'a>,
    resource: &'a Resource,
    diagnostics: &mut Diagnostics,
) {
    item.left = std::mem::take(&mut item.held);
    let forgotten = inputs.forgets.iter().any(|f| f.means(&resource.address));
    if let Some(held) = item.left.last().filter(|_| !forgotten) {
        diagnostics.push(errors::made_here(item.address, &held.object.id, resource));
        return;
    }
    let found = found(inputs, resource);
    match (&resource.claim, found) {
        (_, []) => diagnostics.push(errors::not_found(resource, &inputs.provider)),
        (Claim::LookAll, all) => item.all = Some(all),
        (_, [live]) => item.held = vec![held(item, resource, live, 0)],
        (_, several) => diagnostics.push(errors::several_found(resource, several)),
    }
}

/// What is taken over, once: afterwards the state knows it.
fn adopt<'a>(
    inputs: &Inputs<'a>,
    item: &mut Item<'a>,
    resource: &'a Resource,
    id: &Arc<str>,
    diagnostics: &mut Diagnostics,
) {
    if let Some(held) = item.current() {
        let object = &held.object;
        let same = *object.id == **id || object.name.as_deref() == Some(&**id);
        let asked = crate::filter::names(&inputs.filters.replace, item.address);
        if !same && !asked {
            diagnostics.push(errors::adopts_another(resource, &object.id));
        }
        return;
    }
    // An interrupted create or update tells what there is.
    if !item.repairs.is_empty() {
        return;
    }
    match found(inputs, resource) {
        [] => diagnostics.push(errors::not_found(resource, &inputs.provider)),
        [live] => {
            let generation = item.next.max(generation(inputs, resource, live));
            item.held = vec![held(item, resource, live, generation)];
            item.adopts = true;
        }
        several => diagnostics.push(errors::several_found(resource, several)),
    }
}

/// The generation that an object of this very address says it has: the state was lost.
fn generation(inputs: &Inputs<'_>, resource: &Resource, live: &Live) -> u32 {
    let tag = |name: &str| live.tags.get(name).map(String::as_str);
    let ours = tag(TAG_STACK) == Some(&*inputs.stack)
        && tag(TAG_ENV) == Some(&*inputs.env)
        && tag(TAG_ADDRESS) == Some(&*resource.address.tag());
    let said = tag(TAG_GENERATION).filter(|_| ours);
    said.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// An object as the state would know it, had the stack made it without asking for anything.
fn held<'a>(item: &Item<'a>, resource: &Resource, live: &'a Live, generation: u32) -> Held<'a> {
    let name = item.ty.overlay.name.as_ref();
    let name = name.and_then(|path| live.properties.get(path.root())?.as_str());
    let object = Object {
        type_name: resource.type_name.clone(),
        slice: None,
        region: resource.region.clone(),
        id: live.id.clone(),
        name: name.map(Arc::from),
        status: ObjectStatus::Ready,
        authored: Map::new(),
        attributes: live.properties.clone(),
        stamp: live.stamp.clone(),
        uncertain: BTreeSet::new(),
        metadata: formwork_state::Metadata::default(),
        former: None,
    };
    Held {
        generation,
        object: Cow::Owned(object),
        sight: SightRef::Live(live),
        ty: item.ty.clone(),
        deleting: false,
    }
}

/// Reports outputs that read what an object which is only read does not have.
pub(crate) fn check_outputs(
    inputs: &Inputs<'_>,
    items: &[Item<'_>],
    index: &Index<'_>,
    diagnostics: &mut Diagnostics,
) {
    for output in inputs.outputs.iter().filter(|_| inputs.mode == Mode::Apply) {
        let span = output.value.span;
        output.value.attributes(&mut |of, property| {
            let item = index.get(of).and_then(|at| items.get(*at));
            if item.is_some_and(|item| item.looks() && !item.shows(property)) {
                diagnostics.push(errors::no_value(of, property, span));
            }
        });
    }
}
