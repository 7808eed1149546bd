//! From decisions to changes and operations, with every edge between them.

use crate::decide::Context;
use crate::goal::goal;
pub(crate) use crate::goal::metadata;
use crate::item::{Held, Item, SightRef};
use crate::known::{Decided, Standing};
use crate::order::{Draft, Need, Strength, readies};
use crate::repairs::repairing;
use crate::{Action, Change, Data, FieldChange, Mode, Operation, Reason, Step, errors, fields};
use formwork_diag::Diagnostics;
use formwork_schema::Resource;
use formwork_state::{Object, ObjectKey};
use std::sync::Arc;

/// What becomes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays.
    Stays,
    /// It is deleted.
    Deleted,
    /// It goes with the object it is a slice of; no call.
    Dropped,
    /// It is gone already; no call.
    Gone,
    /// It is left in the account.
    Retained,
}

/// The operation that ends an object.
pub(crate) struct End {
    pub(crate) item: usize,
    pub(crate) generation: u32,
    pub(crate) draft: usize,
    /// The update that makes the object ready to be deleted.
    pub(crate) prepare: Option<usize>,
    pub(crate) fate: Fate,
}

/// What of a decision is only shown.
#[derive(Default)]
pub(crate) struct Shown {
    reasons: Vec<Reason>,
    fields: Vec<FieldChange>,
}

impl Shown {
    /// Takes it out of a decision.
    pub(crate) fn take(decided: &mut Option<Decided>) -> Self {
        match decided {
            Some(decided) => Shown {
                reasons: std::mem::take(&mut decided.reasons),
                fields: std::mem::take(&mut decided.fields),
            },
            None => Shown::default(),
        }
    }
}

/// Collects changes and operations.
pub(crate) struct Builder<'b, 'c, 'a> {
    pub(crate) context: &'b Context<'c, 'a>,
    pub(crate) decided: &'b [Option<Decided>],
    shown: Vec<Shown>,
    pub(crate) diagnostics: &'b mut Diagnostics,
    pub(crate) changes: Vec<Change>,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) unchanged: usize,
    /// The operation after which an item's object is ready.
    pub(crate) primary: Vec<Option<usize>>,
    repairs: Vec<Vec<usize>>,
    pub(crate) ends: Vec<End>,
}

impl<'b, 'c, 'a> Builder<'b, 'c, 'a> {
    pub(crate) fn new(
        context: &'b Context<'c, 'a>,
        decided: &'b [Option<Decided>],
        shown: Vec<Shown>,
        diagnostics: &'b mut Diagnostics,
    ) -> Self {
        Builder {
            context,
            decided,
            shown,
            diagnostics,
            changes: Vec::with_capacity(context.items.len()),
            drafts: Vec::with_capacity(context.items.len()),
            unchanged: 0,
            primary: vec![None; context.items.len()],
            repairs: vec![Vec::new(); context.items.len()],
            ends: Vec::new(),
        }
    }

    /// Makes every change and operation, then the edges.
    pub(crate) fn build(&mut self) {
        for (at, item) in self.context.items.iter().enumerate() {
            match self.wanted(at, item) {
                Some((resource, decided)) => self.keep(at, item, resource, decided),
                None => self.let_go(at, item),
            }
        }
        self.order_wanted();
        self.order_ends();
        self.order_names();
        self.order_preparations();
    }

    fn wanted(&self, at: usize, item: &Item<'a>) -> Option<(&'a Resource, &'b Decided)> {
        if self.context.inputs.mode == Mode::Destroy {
            return None;
        }
        Some((item.desired?, self.decided.get(at)?.as_ref()?))
    }

    /// What becomes of an object of an item.
    fn fate(&self, at: usize, item: &Item<'a>, held: &Held<'_>) -> Fate {
        if matches!(held.sight, SightRef::Absent) {
            return Fate::Gone;
        }
        if !item.selected {
            return Fate::Stays;
        }
        let newest = item.held.last().map(|held| held.generation);
        match self.wanted(at, item) {
            Some((_, decided)) => {
                let stays = decided.standing == Standing::Stays && newest == Some(held.generation);
                return match stays {
                    true => Fate::Stays,
                    // One that must make way for the new one cannot be left.
                    false if decided.action == Action::ReplaceDeleteFirst => Fate::Deleted,
                    false if self.retain(item, held) => Fate::Retained,
                    false => Fate::Deleted,
                };
            }
            None if self.retain(item, held) || self.forgotten(item) => return Fate::Retained,
            None => {}
        }
        Fate::Deleted
    }

    /// The fate of an object that may be a slice: it goes with its parent unless its references block other deletes.
    fn fate_of_slice(&self, at: usize, item: &Item<'a>, held: &Held<'_>) -> Fate {
        let fate = self.fate(at, item, held);
        let parent = held.object.metadata.parent.as_ref();
        let Some(parent) = parent.filter(|_| fate == Fate::Deleted && held.object.slice.is_some())
        else {
            return fate;
        };
        let names = held.object.authored.keys().map(String::as_str);
        let blocks = crate::deps::blocks_anything(&held.ty, names);
        let parent_at = self.context.index.get(parent).copied();
        let owner = parent_at.and_then(|at| Some((at, self.context.items.get(at)?)));
        let Some((parent_at, owner)) = owner else {
            return Fate::Dropped;
        };
        let own = |other: &&Held<'_>| other.object.id == held.object.id;
        match owner.held.iter().find(own) {
            None => Fate::Dropped,
            Some(other) => match self.fate(parent_at, owner, other) {
                Fate::Gone => Fate::Dropped,
                Fate::Deleted if !blocks => Fate::Dropped,
                _ => Fate::Deleted,
            },
        }
    }

    /// Whether a `forget` names it, and no file declares it.
    fn forgotten(&self, item: &Item<'_>) -> bool {
        let forgets = self.context.inputs.forgets;
        item.desired.is_none() && forgets.iter().any(|forget| forget.means(item.address))
    }

    fn retain(&self, item: &Item<'_>, held: &Held<'_>) -> bool {
        let state = held.object.metadata.retain;
        item.desired.map_or(state, |resource| resource.retain)
    }

    /// A wanted item: its object is made, changed or left, and older ones are deleted.
    fn keep(
        &mut self,
        at: usize,
        item: &'c Item<'a>,
        resource: &'a Resource,
        decided: &'b Decided,
    ) {
        let replaced = matches!(
            decided.action,
            Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst
        );
        let silent = decided.action == Action::Nothing && item.repairs.is_empty();
        if decided.action == Action::Nothing || decided.action == Action::Record {
            self.unchanged += usize::from(decided.standing == Standing::Stays);
        }
        let mut change = usize::MAX;
        if !silent {
            change = self.change(at, item, decided, resource);
            self.repair(at, item, change);
        }
        let lookup = self.context.lookup(self.decided);
        let make = || Box::new(goal(self.context, at, item, resource, decided, &lookup));
        let times = item.ty.overlay.times;
        match decided.action {
            Action::Create | Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => {
                let step = Step::Create(make());
                self.own(at, item, change, decided.generation, step, times.0);
            }
            Action::Update | Action::Rename
                if !decided.changed.is_empty() || decided.action == Action::Update =>
            {
                if let Some(step) = item.current().map(|held| update(held, make(), decided)) {
                    self.own(at, item, change, decided.generation, step, times.1);
                }
            }
            Action::Adopt => {
                if let Some(held) = item.current() {
                    let step = adoption(held, make(), decided);
                    self.adopt(at, item, change, decided, step, times.1);
                }
            }
            Action::Record | Action::Recover | Action::Rename => {
                let metadata = metadata(self.context, at, resource);
                let held = item.current().map(|held| &held.object.metadata);
                if held.is_some_and(|held| *held != metadata) {
                    let step = Step::Record(metadata);
                    self.own(at, item, change, decided.generation, step, 0);
                }
            }
            _ => {}
        }
        for held in &item.left {
            let change = self.change_of_end(item, held, Fate::Retained, Reason::Forgotten);
            self.end(at, item, held, Fate::Retained, change);
        }
        let newest = item.held.last().map(|held| held.generation);
        for held in &item.held {
            let fate = self.fate_of_slice(at, item, held);
            let old = newest != Some(held.generation);
            match fate {
                Fate::Stays => continue,
                _ if old => {
                    let reason =
                        Reason::Interrupted("an older object is left of a replacement".into());
                    let change = self.change_of_end(item, held, fate, reason);
                    self.end(at, item, held, fate, change);
                }
                _ if replaced || fate == Fate::Gone => self.end(at, item, held, fate, change),
                _ => {}
            }
        }
    }

    /// An item that is not wanted: all its objects go.
    fn let_go(&mut self, at: usize, item: &'c Item<'a>) {
        let destroy = self.context.inputs.mode == Mode::Destroy;
        let mut last = None;
        for held in &item.held {
            let fate = self.fate_of_slice(at, item, held);
            if fate == Fate::Stays {
                continue;
            }
            let protect = item
                .desired
                .map_or(held.object.metadata.protect, |resource| resource.protect);
            let reason = match fate {
                Fate::Gone => Reason::DeletedOutside,
                Fate::Retained if self.forgotten(item) => Reason::Forgotten,
                _ if destroy => Reason::Destroyed,
                _ => Reason::NotInFiles,
            };
            if protect && matches!(fate, Fate::Deleted | Fate::Dropped) {
                let why = fields::sentence(&reason);
                let found = errors::protected(item.address, "deleted", &why, item.span());
                self.diagnostics.push(found);
            }
            let change = self.change_of_end(item, held, fate, reason);
            last = Some((change, held, fate));
            if item.held.last().map(|held| held.generation) == Some(held.generation) {
                self.repair(at, item, change);
            }
            self.end(at, item, held, fate, change);
        }
        if last.is_none() && !item.repairs.is_empty() {
            let change = self.recovered(item);
            self.repair(at, item, change);
        }
    }

    fn recovered(&mut self, item: &Item<'a>) -> usize {
        let intent = self
            .context
            .inputs
            .state
            .open
            .values()
            .find(|intent| intent.address == *item.address);
        self.changes.push(Change {
            address: item.address.clone(),
            type_name: intent.map_or_else(|| item.ty.name.clone(), |i| i.type_name.clone()),
            slice: intent.and_then(|intent| intent.slice.clone()),
            action: Action::Recover,
            reasons: item
                .repairs
                .iter()
                .map(|r| Reason::Interrupted(r.said()))
                .collect(),
            fields: Vec::new(),
            loses_data: false,
            contents: None,
            span: item.span(),
        });
        self.changes.len() - 1
    }

    /// What the deletion of an object means for its data, and whether it must be allowed: not if it was allowed when
    /// the deletion was begun, by this apply or an earlier one that was cut short.
    fn loss(&self, item: &Item<'_>, held: &Held<'_>) -> (Data, bool) {
        if !held.ty.overlay.data || held.object.slice.is_some() || held.deleting {
            return (Data::None, false);
        }
        if held.contents() == Some(0) {
            return (Data::Empty, false);
        }
        let key = ObjectKey {
            address: item.address.clone(),
            generation: held.generation,
        };
        let last = self.context.inputs.state.last.as_ref();
        let allowed = last.is_some_and(|last| last.losses.contains(&key));
        (Data::Lost, !allowed)
    }

    fn change(
        &mut self,
        at: usize,
        item: &Item<'a>,
        decided: &Decided,
        resource: &Resource,
    ) -> usize {
        let shown = self
            .shown
            .get_mut(at)
            .map(std::mem::take)
            .unwrap_or_default();
        let replaced = matches!(
            decided.action,
            Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst
        );
        let old = item.current().filter(|_| replaced);
        let gone = old.filter(|held| self.fate(at, item, held) != Fate::Retained);
        let loss = gone.map(|held| self.loss(item, held));
        self.changes.push(Change {
            address: item.address.clone(),
            type_name: resource.type_name.clone(),
            slice: resource.slice.clone(),
            action: match decided.action {
                Action::Nothing => Action::Recover,
                action => action,
            },
            reasons: match shown.reasons.is_empty() {
                true => item
                    .repairs
                    .iter()
                    .map(|r| Reason::Interrupted(r.said()))
                    .collect(),
                false => shown.reasons,
            },
            fields: shown.fields,
            loses_data: loss.is_some_and(|(_, asks)| asks),
            contents: old.and_then(Held::contents),
            span: Some(resource.span),
        });
        self.changes.len() - 1
    }

    fn change_of_end(
        &mut self,
        item: &Item<'a>,
        held: &Held<'_>,
        fate: Fate,
        reason: Reason,
    ) -> usize {
        let deleted = matches!(fate, Fate::Deleted | Fate::Dropped);
        let asks = self.loss(item, held).1;
        self.changes.push(Change {
            address: item.address.clone(),
            type_name: held.object.type_name.clone(),
            slice: held.object.slice.clone(),
            action: match deleted {
                true => Action::Delete,
                false => Action::Forget,
            },
            reasons: vec![reason],
            fields: Vec::new(),
            loses_data: deleted && asks,
            contents: held.contents().filter(|_| deleted),
            span: item.span(),
        });
        self.changes.len() - 1
    }

    pub(crate) fn push(
        &mut self,
        at: usize,
        item: &Item<'a>,
        change: usize,
        generation: u32,
        step: Step,
        expected: u32,
    ) -> usize {
        self.drafts.push(Draft {
            item: at,
            operation: Operation {
                change,
                address: item.address.clone(),
                generation,
                step,
                needs: Vec::new(),
                family: item.ty.overlay.family.clone(),
                expected,
            },
            needs: Vec::new(),
        });
        self.drafts.len() - 1
    }

    pub(crate) fn need(&mut self, draft: usize, on: usize, strength: Strength) {
        if let Some(draft) = self.drafts.get_mut(draft) {
            draft.needs.push(Need { on, strength });
        }
    }

    fn repair(&mut self, at: usize, item: &Item<'a>, change: usize) {
        let mut drafts = Vec::new();
        for one in repairing(item) {
            let draft = self.push(at, item, change, one.generation, one.step, one.expected);
            if let Some(after) = one.after.and_then(|after| drafts.get(after).copied()) {
                self.need(draft, after, Strength::Must);
            }
            drafts.push(draft);
            if !one.first {
                continue;
            }
            if let Some(repairs) = self.repairs.get_mut(at) {
                repairs.push(draft);
            }
            if let Some(primary) = self.primary.get_mut(at) {
                *primary = Some(draft);
            }
        }
    }

    /// The operation that makes or changes an item's object, after its repairs.
    fn own(
        &mut self,
        at: usize,
        item: &Item<'a>,
        change: usize,
        generation: u32,
        step: Step,
        expected: u32,
    ) {
        let ready = readies(&step);
        let draft = self.push(at, item, change, generation, step, expected);
        for repair in self.repairs.get(at).cloned().unwrap_or_default() {
            self.need(draft, repair, Strength::Must);
        }
        if let Some(primary) = self.primary.get_mut(at).filter(|_| ready) {
            *primary = Some(draft);
        }
    }

    /// Takes an object into the state, then changes what differs.
    fn adopt(
        &mut self,
        at: usize,
        item: &Item<'a>,
        change: usize,
        decided: &Decided,
        (object, update): (Object, Option<Step>),
        expected: u32,
    ) {
        let generation = decided.generation;
        self.own(
            at,
            item,
            change,
            generation,
            Step::Adopt(Box::new(object)),
            0,
        );
        let Some(update) = update else { return };
        let adopted = self.primary.get(at).copied().flatten();
        self.own(at, item, change, generation, update, expected);
        if let (Some(update), Some(adopted)) = (self.primary.get(at).copied().flatten(), adopted) {
            self.need(update, adopted, Strength::Must);
        }
    }

    fn end(&mut self, at: usize, item: &Item<'a>, held: &Held<'_>, fate: Fate, change: usize) {
        let object = &held.object;
        let (step, expected) = match fate {
            Fate::Deleted => {
                let step = Step::Delete {
                    type_name: object.type_name.clone(),
                    slice: object.slice.clone(),
                    region: object.region.clone(),
                    id: object.id.clone(),
                    name: object.name.clone(),
                    force: item.desired.is_some_and(|resource| resource.force),
                    data: self.loss(item, held).0,
                };
                (step, held.ty.overlay.times.2)
            }
            _ => (Step::Forget, 0),
        };
        let draft = self.push(at, item, change, held.generation, step, expected);
        if let Some(draft) = self.drafts.get_mut(draft) {
            draft.operation.family = held.ty.overlay.family.clone();
        }
        for repair in self.repairs.get(at).cloned().unwrap_or_default() {
            self.need(draft, repair, Strength::Must);
        }
        let prepare = match fate {
            Fate::Deleted => self.prepare(at, item, held, change),
            _ => None,
        };
        self.ends.push(End {
            item: at,
            generation: held.generation,
            draft,
            prepare,
            fate,
        });
    }
}

/// The object as the state takes it in, and what is then changed of it. What does not differ counts as asked for.
fn adoption(held: &Held<'_>, goal: Box<crate::Goal>, decided: &Decided) -> (Object, Option<Step>) {
    let mut object = held.object.clone().into_owned();
    object.metadata = goal.metadata.clone();
    if decided.changed.is_empty() && decided.removed.is_empty() {
        let known = decided.wanted.iter();
        let known =
            known.filter_map(|(name, value)| Some((name.to_string(), value.known()?.clone())));
        object.authored = known.collect();
        return (object, None);
    }
    (object, Some(update(held, goal, decided)))
}

fn update(held: &Held<'_>, goal: Box<crate::Goal>, decided: &Decided) -> Step {
    let live = match held.sight {
        SightRef::Live(live) => Some(&live.properties),
        _ => None,
    };
    let expected = live.map(|live| {
        let touched = decided.changed.iter().chain(&decided.removed);
        let seen = |name: &Arc<str>| Some((name.to_string(), live.get(&**name)?.clone()));
        touched.filter_map(seen).collect()
    });
    Step::Update {
        goal,
        id: held.object.id.clone(),
        changed: decided.changed.clone(),
        removed: decided.removed.clone(),
        expected,
    }
}
