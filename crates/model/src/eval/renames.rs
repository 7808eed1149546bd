//! `was` and `forget`: the addresses that things had, checked against those that they have.

use super::Evaluator;
use crate::errors;
use formwork_diag::Span;
use formwork_schema::{Address, Forget};
use formwork_syntax::ast::{AddressExpr, Decl};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was said of former addresses, and which there are now.
#[derive(Default)]
pub(super) struct Renames {
    /// Every declared address, of components too.
    declared: BTreeSet<Address>,
    /// Former addresses, with where each `was` stands.
    said: Vec<(Address, Span)>,
}

impl Evaluator<'_> {
    /// The addresses that a declaration may have had before, newest first: under its own former name, and within a
    /// component under the component's.
    pub(super) fn was(&mut self, decl: &Decl, address: &Address) -> Vec<Address> {
        if decl.existing.is_some() {
            // What is only looked up is not in the state; what was there under its name can be forgotten.
            return Vec::new();
        }
        if decl.was.is_none() && self.within.len() < 2 {
            if self.world.renames {
                self.renames.declared.insert(address.clone());
            }
            return Vec::new();
        }
        self.renames.declared.insert(address.clone());
        let former = decl.was.as_ref().and_then(|was| self.former(decl, was));
        let mut names = vec![(decl.name.text.to_string(), address.key.clone())];
        if let Some((label, key)) = &former {
            names.push((label.clone(), key.clone().or_else(|| address.key.clone())));
        }
        let places: Vec<Option<&Address>> = match self.within.is_empty() {
            true => vec![None],
            false => self.within.iter().map(Some).collect(),
        };
        let at = |place: Option<&Address>, (label, key): &(String, Option<Arc<str>>)| {
            let label: Arc<str> = match place {
                Some(component) => component.label_of(label).into(),
                None => label.as_str().into(),
            };
            let old = Address::new(address.kind.clone(), label);
            match key {
                Some(key) => old.keyed(key.clone()),
                None => old,
            }
        };
        // Where it is now, under its former name, comes first.
        let mut out: Vec<Address> = Vec::new();
        for place in &places {
            out.extend(names.iter().rev().map(|name| at(*place, name)));
        }
        if let (Some(was), Some(own)) = (&decl.was, names.get(1)) {
            if let Some(place) = places.first() {
                self.renames.said.push((at(*place, own), was.span));
            }
            // What moves into a component was outside of it.
            out.push(at(None, own));
        }
        let mut seen = BTreeSet::new();
        out.retain(|old| old != address && seen.insert(old.clone()));
        out
    }

    /// The label and key that a `was` names.
    fn former(&mut self, decl: &Decl, was: &AddressExpr) -> Option<(String, Option<Arc<str>>)> {
        let names: Vec<&str> = was.path.iter().map(|name| &*name.text).collect();
        let label = match names.as_slice() {
            [] => return None,
            [kind, rest @ ..] if *kind == &*decl.kind.text && !rest.is_empty() => rest,
            [kind, _, ..] if self.is_kind(kind) => {
                let error = errors::rename::kind(kind, &decl.kind.text, was.span);
                self.push(error);
                return None;
            }
            names => names,
        };
        if label.iter().any(|name| name.is_empty()) {
            return None;
        }
        let label = label.join(".");
        let key = was.key.as_ref().map(|key| key.text.clone());
        if key.is_some() && decl.for_each.is_some() {
            let error = errors::rename::key(&label, was.span);
            self.push(error);
            return None;
        }
        if key.is_none() && label == *decl.name.text {
            let error = errors::rename::same(&label, was.span);
            self.push(error);
            return None;
        }
        Some((label, key))
    }

    fn is_kind(&self, name: &str) -> bool {
        let known = self.world.vocabulary.kind(name).is_some();
        known || name == "resource" || self.world.items.kinds.contains_key(name)
    }

    /// Reports former addresses that are still declared, or that two declarations claim.
    pub(super) fn check_renames(&mut self) {
        let Renames { declared, mut said } = std::mem::take(&mut self.renames);
        said.sort();
        said.dedup();
        let mut first: BTreeMap<Address, Span> = BTreeMap::new();
        for (old, span) in said {
            if declared.contains(&old) {
                let at = self.place_of(&old);
                self.push(errors::rename::declared(&old, span, at));
            } else if let Some(first) = first.insert(old.clone(), span) {
                self.push(errors::rename::twice(&old, span, first));
            }
        }
    }

    /// Where an address of the stack's own names is declared.
    fn place_of(&self, address: &Address) -> Option<Span> {
        self.world.entry(&address.label).map(|entry| entry.span)
    }

    /// What the stack forgets in this environment.
    pub(super) fn forgets(&mut self) -> Vec<Forget> {
        let world = self.world;
        let mut out: Vec<Forget> = Vec::new();
        for item in &world.items.forgets {
            let Some(forget) = self.forget(&item.address) else {
                continue;
            };
            let declared = self.renames.declared.iter();
            let mut still = declared.filter(|address| match address.kind == forget.address.kind {
                true => Forget {
                    component: false,
                    ..forget.clone()
                }
                .means(address),
                false => false,
            });
            if let Some(address) = still.next().cloned() {
                let at = self.place_of(&address);
                self.push(errors::rename::not_forgotten(&address, forget.span, at));
            } else if let Some(first) = out.iter().find(|first| first.address == forget.address) {
                let first = first.span;
                self.push(errors::rename::forgotten_twice(
                    &forget.address,
                    forget.span,
                    first,
                ));
            } else {
                out.push(forget);
            }
        }
        out
    }

    fn forget(&mut self, written: &AddressExpr) -> Option<Forget> {
        let names: Vec<&str> = written.path.iter().map(|name| &*name.text).collect();
        if names.iter().any(|name| name.is_empty()) {
            return None;
        }
        let (kind, label) = match names.as_slice() {
            [kind, label @ ..] if !label.is_empty() => (*kind, label.join(".")),
            _ => {
                let name = names.first().copied().unwrap_or("");
                self.push(errors::rename::no_kind(name, written.span));
                return None;
            }
        };
        if !self.is_kind(kind) {
            let mut known = self.world.vocabulary.kind_names();
            known.push("resource");
            known.extend(self.world.items.known_kinds.iter().map(|name| &**name));
            let span = written.path.first().map_or(written.span, |name| name.span);
            let error = errors::name::kind(kind, span, known, None);
            self.push(error);
            return None;
        }
        let mut address = Address::new(kind, label);
        if let Some(key) = &written.key {
            address = address.keyed(key.text.clone());
        }
        Some(Forget {
            component: self.world.items.kinds.contains_key(kind),
            address,
            span: written.span,
        })
    }
}
