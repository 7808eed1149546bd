//! Warnings about what is written and has no effect on this state: a `was` that was applied or names nothing, a
//! `forget` that was done or names nothing.

use crate::{Inputs, Mode, errors};
use formwork_diag::{Diagnostics, nearest};
use formwork_schema::{Address, Claim, Forget, Resource};
use std::collections::BTreeSet;

/// What is to be said of `was` and `forget` before a plan is applied.
pub fn advice(inputs: &Inputs<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    if inputs.mode == Mode::Destroy {
        return diagnostics;
    }
    let known: BTreeSet<Address> = known(inputs);
    for resource in inputs.resources {
        if resource.address.part.is_none() && !resource.was.is_empty() {
            renamed(inputs, resource, &known, &mut diagnostics);
        }
        if let Claim::Adopt { id, span } = &resource.claim
            && inputs.state.newest(&resource.address).is_some()
        {
            diagnostics.push(crate::claims::errors::adopt_done(
                &resource.address,
                id,
                *span,
            ));
        }
    }
    for forget in inputs.forgets {
        forgotten(inputs, forget, &known, &mut diagnostics);
    }
    diagnostics.sort();
    diagnostics
}

/// The declarations that the state knows.
fn known(inputs: &Inputs<'_>) -> BTreeSet<Address> {
    let objects = inputs.state.objects.keys().map(|key| key.address.owner());
    let open = inputs.state.open.values();
    let open = open.map(|intent| intent.address.owner());
    objects.chain(open).collect()
}

/// Those of them that no file declares.
fn loose(inputs: &Inputs<'_>, known: &BTreeSet<Address>) -> Vec<Address> {
    let wanted: BTreeSet<Address> = inputs.resources.iter().map(|r| r.address.owner()).collect();
    known.difference(&wanted).cloned().collect()
}

fn renamed(
    inputs: &Inputs<'_>,
    resource: &Resource,
    known: &BTreeSet<Address>,
    diagnostics: &mut Diagnostics,
) {
    if resource.was.iter().any(|old| known.contains(old)) {
        return;
    }
    let span = Some(resource.span);
    if known.contains(&resource.address) {
        let applied = resource.was.iter();
        let mut applied = applied.filter(|old| inputs.state.past.contains_key(*old));
        if let Some(old) = applied.next_back() {
            diagnostics.push(errors::was_applied(&resource.address, old, span));
        }
        return;
    }
    let loose = loose(inputs, known);
    let same: Vec<&Address> = loose
        .iter()
        .filter(|other| other.kind == resource.address.kind)
        .collect();
    // Without anything it could have been, this is the first apply of an environment.
    if let (Some(old), false) = (resource.was.first(), same.is_empty()) {
        let labels = same.iter().map(|other| &*other.label);
        let near = nearest(&old.label, labels.clone()).or_else(|| labels.clone().next());
        diagnostics.push(errors::was_unknown(old, near, span));
    }
}

fn forgotten(
    inputs: &Inputs<'_>,
    forget: &Forget,
    known: &BTreeSet<Address>,
    diagnostics: &mut Diagnostics,
) {
    if known.iter().any(|address| forget.means(address)) {
        return;
    }
    let span = Some(forget.span);
    if inputs.state.past.keys().any(|past| forget.means(past)) {
        return diagnostics.push(errors::forget_done(&forget.address, span));
    }
    let loose: Vec<String> = loose(inputs, known)
        .iter()
        .map(Address::to_string)
        .collect();
    if !loose.is_empty() {
        let near = nearest(
            &forget.address.to_string(),
            loose.iter().map(String::as_str),
        );
        diagnostics.push(errors::forget_unknown(&forget.address, near, span));
    }
}
