//! What happens to each wanted resource, and why.

use crate::deps::{Dep, Deps, Index};
use crate::existing::Case;
use crate::item::{Held, Item, SightRef};
use crate::known::{Decided, Lookup, Standing};
use crate::naming::{Names, name_property};
use crate::recover::{self, Owner};
use crate::wanted::{Entries, Wanted, evaluate};
use crate::{Action, Inputs, Reason, errors, fields, tags};
use formwork_diag::{Diagnostic, Diagnostics};
use formwork_schema::{Address, Resolver, Resource};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All that decisions are made from.
pub(crate) struct Context<'c, 'a> {
    pub(crate) inputs: &'c Inputs<'a>,
    pub(crate) items: &'c [Item<'a>],
    pub(crate) index: &'c Index<'a>,
    pub(crate) deps: &'c Deps,
    /// What each renamed address was before.
    pub(crate) moves: BTreeMap<Address, Address>,
    pub(crate) names: Names,
    pub(crate) words: tags::Words,
}

/// Decides for every wanted item, needs first. Rings of names known at plan are decided again until nothing moves.
pub(crate) fn decide_all(
    context: &Context<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Option<Decided>> {
    let mut decided: Vec<Option<Decided>> = vec![None; context.items.len()];
    for group in context.deps.evaluation_order() {
        let ring = group.len() > 1 || group.iter().any(|at| context.deps.reads_itself(*at));
        if ring {
            for at in &group {
                let first = context.item(*at).map(|item| context.assumed(*at, item));
                set(&mut decided, *at, first);
            }
        }
        let mut rounds = if ring { group.len() + 2 } else { 1 };
        loop {
            let mut found = Diagnostics::new();
            let mut moved = false;
            for at in &group {
                let next = context.decide(*at, &decided, &mut found);
                let before = decided.get(*at).and_then(Option::as_ref);
                moved |= outcome(before) != outcome(next.as_ref());
                set(&mut decided, *at, next);
            }
            rounds -= 1;
            if !moved || rounds == 0 {
                diagnostics.extend(found);
                break;
            }
        }
    }
    decided
}

fn set(decided: &mut [Option<Decided>], at: usize, value: Option<Decided>) {
    if let Some(slot) = decided.get_mut(at) {
        *slot = value;
    }
}

/// What others see of a decision.
fn outcome(decided: Option<&Decided>) -> Option<(Action, u32, Standing, Option<&Arc<str>>)> {
    decided.map(|d| (d.action, d.generation, d.standing, d.name.as_ref()))
}

impl<'a> Context<'_, 'a> {
    fn item(&self, at: usize) -> Option<&Item<'a>> {
        self.items.get(at)
    }

    /// The needs of an item.
    pub(crate) fn deps(&self, at: usize) -> &[Dep] {
        self.deps.of.get(at).map_or(&[], Vec::as_slice)
    }

    /// Looks values up among decisions.
    pub(crate) fn lookup<'l>(&'l self, decided: &'l [Option<Decided>]) -> Lookup<'l, 'a> {
        Lookup {
            items: self.items,
            index: self.index,
            decided,
            account: &self.inputs.account,
        }
    }

    /// What is assumed of a member of a ring before it is decided: that it stays as it is.
    fn assumed(&self, at: usize, item: &Item<'a>) -> Decided {
        let authored = item
            .desired
            .zip(name_property(item))
            .and_then(|(resource, name)| {
                let node = resource.properties.get(name)?;
                let lookup = self.lookup(&[]);
                Some(node.to_json(&lookup).ok()?.as_str()?.into())
            });
        match item.current() {
            Some(held) => Decided {
                name: authored.or_else(|| held_name(item, held)),
                ..stays(held)
            },
            None => Decided {
                name: authored.or_else(|| self.new_name(at, item)),
                standing: Standing::Made,
                generation: item.next,
                ..nothing()
            },
        }
    }

    fn decide(
        &self,
        at: usize,
        decided: &[Option<Decided>],
        diagnostics: &mut Diagnostics,
    ) -> Option<Decided> {
        let item = self.item(at)?;
        let resource = item.desired?;
        if !item.selected {
            return Some(match item.current() {
                Some(held) => Decided {
                    name: held_name(item, held),
                    ..stays(held)
                },
                None => nothing(),
            });
        }
        if resource.claim.looks() {
            return Some(read(item));
        }
        let lookup = self.lookup(decided);
        let wanted = match evaluate(&resource.properties, &lookup) {
            Ok(wanted) => wanted,
            Err((error, span)) => {
                diagnostics.push(errors::member(&error, span));
                return Some(nothing());
            }
        };
        let authored = match authored_name(item, resource, &wanted) {
            Ok(authored) => authored,
            Err(found) => {
                diagnostics.push(*found);
                return Some(nothing());
            }
        };
        let Some(held) = item.current() else {
            return Some(self.create(at, item, wanted, authored, &lookup));
        };
        if let Some(found) = self.misplaced(item, held) {
            diagnostics.push(found);
        }
        let case = Case {
            context: self,
            at,
            item,
            resource,
            held,
            decided,
        };
        Some(case.existing(wanted, authored, diagnostics))
    }

    /// An object that the state says is ours, and that its tags say is not.
    fn misplaced(&self, item: &Item<'_>, held: &Held<'_>) -> Option<Diagnostic> {
        let SightRef::Live(live) = held.sight else {
            return None;
        };
        if held.object.slice.is_some() {
            return None;
        }
        let former = held.object.former.as_ref();
        match recover::owner(self.inputs, live, item.address, held.generation, former) {
            Owner::Ours | Owner::Untagged => None,
            Owner::Later(later) => Some(errors::older_state(
                item.address,
                later,
                held.generation,
                item.span(),
            )),
            Owner::Foreign(who) => Some(errors::foreign_name(
                item.address,
                &live.id,
                &who,
                item.span(),
            )),
        }
    }

    fn create(
        &self,
        at: usize,
        item: &Item<'a>,
        wanted: Entries,
        authored: Option<Arc<str>>,
        lookup: &dyn Resolver,
    ) -> Decided {
        let mut reasons: Vec<Reason> = interrupted(item);
        let failed = item.repairs.iter().any(|repair| repair.used() > 0);
        let gone = item.held.last();
        reasons.push(match gone {
            Some(_) => Reason::DeletedOutside,
            None if failed && item.held.is_empty() && !reasons.is_empty() => Reason::CreationFailed,
            None => Reason::New,
        });
        let name = authored.or_else(|| self.new_name(at, item));
        let fields = fields::of_create(item, &wanted, name.as_ref(), lookup);
        Decided {
            action: Action::Create,
            reasons,
            fields,
            generation: item.next,
            standing: match gone {
                Some(_) => Standing::Replaced,
                None => Standing::Made,
            },
            name,
            wanted,
            ..nothing()
        }
    }

    /// The name that an object to be made gets when none is authored.
    fn new_name(&self, at: usize, item: &Item<'a>) -> Option<Arc<str>> {
        name_property(item)?;
        // What was deleted outside has left its name free; what an interrupted create asked for is asked for again.
        let gone = item.held.last().and_then(|held| held_name(item, held));
        let kept = item.reserved.clone().or(gone);
        let chosen = || self.names.allocate(self.inputs, item, at, item.next);
        Some(kept.unwrap_or_else(chosen))
    }
}

fn authored_name(
    item: &Item<'_>,
    resource: &Resource,
    wanted: &Entries,
) -> Result<Option<Arc<str>>, Box<Diagnostic>> {
    let Some(property) = name_property(item) else {
        return Ok(None);
    };
    match wanted.get(property) {
        None => Ok(None),
        Some(Wanted::Known(Json::String(name))) => Ok(Some(name.as_str().into())),
        Some(_) => {
            let node = resource.properties.get(property);
            let span = node.map_or(resource.span, |node| node.span);
            Err(Box::new(errors::unknown_name(item.address, property, span)))
        }
    }
}

pub(crate) fn held_name(item: &Item<'_>, held: &Held<'_>) -> Option<Arc<str>> {
    let read = || held.property(name_property(item)?)?.as_str().map(Arc::from);
    held.object.name.clone().or_else(read)
}

pub(crate) fn interrupted(item: &Item<'_>) -> Vec<Reason> {
    item.repairs
        .iter()
        .map(|repair| Reason::Interrupted(repair.said()))
        .collect()
}

fn nothing() -> Decided {
    Decided {
        action: Action::Nothing,
        reasons: Vec::new(),
        fields: Vec::new(),
        generation: 0,
        standing: Standing::Missing,
        name: None,
        wanted: Entries::default(),
        changed: Vec::new(),
        removed: Vec::new(),
        resets: Vec::new(),
        ignored: Vec::new(),
    }
}

/// What is only read: it is there, and stays as it is.
fn read(item: &Item<'_>) -> Decided {
    let one = item.held.last();
    let ids = match item.all {
        Some(all) => all.iter().map(|live| live.id.clone()).collect(),
        None => one.iter().map(|held| held.object.id.clone()).collect(),
    };
    Decided {
        action: Action::Read,
        reasons: vec![Reason::Found(ids)],
        standing: Standing::Stays,
        name: one.and_then(|held| held_name(item, held)),
        ..nothing()
    }
}

pub(crate) fn stays(held: &Held<'_>) -> Decided {
    Decided {
        generation: held.generation,
        standing: Standing::Stays,
        ..nothing()
    }
}
