//! Which operation waits for which: makers for what they need, deletes for whoever used the object.

use crate::item::Item;
use crate::known::Standing;
use crate::names::Taken;
use crate::operations::{Builder, End, Fate};
use crate::order::{Draft, Strength};
use crate::{Action, Mode, Step, errors, names};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

impl Builder<'_, '_, '_> {
    /// What is made or changed comes after what it needs.
    pub(crate) fn order_wanted(&mut self) {
        if self.context.inputs.mode == Mode::Destroy {
            return;
        }
        for (at, item) in self.context.items.iter().enumerate() {
            let own = self.primary.get(at).copied().flatten();
            let Some(own) = own.filter(|_| item.desired.is_some()) else {
                continue;
            };
            let recorded = self.drafts.get(own).map(|d| &d.operation.step);
            if matches!(recorded, Some(Step::Recover(_))) {
                continue;
            }
            for dep in self.context.deps(at) {
                if !dep.orders || dep.on == at {
                    continue;
                }
                let target = self.decided.get(dep.on).and_then(Option::as_ref);
                if target.is_some_and(|target| target.standing == Standing::Missing)
                    && let Some(other) = self.context.items.get(dep.on).filter(|i| !i.selected)
                {
                    let (excluded, by) = (other.address, item.address);
                    let found = errors::excluded(excluded, by, "needs it", Some(dep.span));
                    self.diagnostics.push(found);
                }
                if let Some(on) = self.primary.get(dep.on).copied().flatten() {
                    self.need(own, on, Strength::Must);
                }
            }
        }
    }

    /// What goes, goes after its users have moved or gone; a replacement waits as its kind says.
    pub(crate) fn order_ends(&mut self) {
        if self.ends.is_empty() {
            return;
        }
        let users = self.users();
        let newcomers = self.newcomers();
        let leavers = self.leavers();
        let ends = std::mem::take(&mut self.ends);
        let mut end_of: FxHashMap<(usize, u32), (usize, Fate)> = FxHashMap::default();
        for end in &ends {
            end_of.insert((end.item, end.generation), (end.draft, end.fate));
        }
        for end in &ends {
            let action = self.action(end.item);
            self.order_end(end, action, &end_of);
            if end.fate != Fate::Deleted {
                continue;
            }
            for (user, generation) in users.get(&end.item).into_iter().flatten() {
                self.order_user(end, action, *user, *generation, &end_of);
            }
            let first = action == Some(Action::ReplaceDeleteFirst);
            for user in newcomers.get(&end.item).into_iter().flatten() {
                let op = self.primary.get(*user).copied().flatten();
                if let Some(op) = op.filter(|_| !first && *user != end.item) {
                    self.need(end.draft, op, Strength::Moved);
                }
            }
            for (user, update) in leavers.get(&end.draft).into_iter().flatten() {
                if !first && *user != end.item {
                    self.need(end.draft, *update, Strength::Moved);
                }
            }
        }
        self.ends = ends;
    }

    fn action(&self, at: usize) -> Option<Action> {
        let decided = self.decided.get(at)?.as_ref()?;
        Some(decided.action)
    }

    /// An end and what its own item, or its parent, does.
    fn order_end(
        &mut self,
        end: &End,
        action: Option<Action>,
        end_of: &FxHashMap<(usize, u32), (usize, Fate)>,
    ) {
        let own = self.primary.get(end.item).copied().flatten();
        let create = own.filter(|own| {
            let step = self.drafts.get(*own).map(|draft| &draft.operation.step);
            matches!(step, Some(Step::Create(_) | Step::Update { .. }))
        });
        let current = self.context.items.get(end.item).and_then(Item::current);
        let newest = current.is_some_and(|held| held.generation == end.generation);
        match (create, action) {
            (Some(create), Some(Action::ReplaceDeleteFirst)) if newest => {
                self.need(create, end.draft, Strength::Must);
                self.order_move(end);
            }
            (Some(create), _) if end.fate == Fate::Deleted => {
                self.need(end.draft, create, Strength::Must);
            }
            _ => {}
        }
        if end.fate != Fate::Dropped {
            return;
        }
        let item = self.context.items.get(end.item);
        let held = item.and_then(|i| i.held.iter().find(|held| held.generation == end.generation));
        let Some(held) = held else { return };
        let parent = held.object.metadata.parent.as_ref();
        let Some(at) = parent.and_then(|parent| self.context.index.get(parent)) else {
            return;
        };
        let Some(owner) = self.context.items.get(*at) else {
            return;
        };
        for other in owner
            .held
            .iter()
            .filter(|other| other.object.id == held.object.id)
        {
            if let Some((draft, _)) = end_of.get(&(*at, other.generation)) {
                self.need(end.draft, *draft, Strength::Deletes);
            }
        }
    }

    /// A slice that moves from an old object to the new one beside it lets go only when the new one is there.
    fn order_move(&mut self, end: &End) {
        let items = self.context.items;
        let resource = items.get(end.item).and_then(|item| item.desired);
        let parent = resource.and_then(|resource| resource.parent.as_ref());
        let Some(at) = parent.and_then(|parent| self.context.index.get(parent).copied()) else {
            return;
        };
        if self.action(at) != Some(Action::ReplaceCreateFirst) {
            return;
        }
        if let Some(made) = self.primary.get(at).copied().flatten() {
            self.need(end.draft, made, Strength::Moved);
        }
    }

    /// An end and an object that needs what ends, by the state.
    fn order_user(
        &mut self,
        end: &End,
        action: Option<Action>,
        user: usize,
        generation: u32,
        end_of: &FxHashMap<(usize, u32), (usize, Fate)>,
    ) {
        if user == end.item {
            return;
        }
        match end_of.get(&(user, generation)) {
            Some((draft, Fate::Deleted)) => self.need(end.draft, *draft, Strength::Deletes),
            Some(_) => {}
            None => {
                let Some(item) = self.context.items.get(user) else {
                    return;
                };
                if !item.selected {
                    let ended = self.context.items.get(end.item).map(|item| item.address);
                    if let Some(ended) = ended {
                        let why = "goes away, which it needs";
                        let found = errors::excluded(item.address, ended, why, item.span());
                        self.diagnostics.push(found);
                    }
                    return;
                }
                let waits = action == Some(Action::ReplaceDeleteFirst)
                    && self.context.deps(user).iter().any(|dep| dep.on == end.item);
                let moves = self.primary.get(user).copied().flatten();
                if let Some(moves) = moves.filter(|_| !waits) {
                    self.need(end.draft, moves, Strength::Moved);
                }
            }
        }
    }

    /// By item: the objects that need it, as the state says.
    fn users(&self) -> FxHashMap<usize, Vec<(usize, u32)>> {
        let mut users: FxHashMap<usize, Vec<(usize, u32)>> = FxHashMap::default();
        let ending: FxHashSet<usize> = self.ends.iter().map(|end| end.item).collect();
        for (at, item) in self.context.items.iter().enumerate() {
            for held in &item.held {
                for need in &held.object.metadata.needs {
                    let on = self.context.index.get(need).copied();
                    if let Some(on) = on.filter(|on| ending.contains(on)) {
                        users.entry(on).or_default().push((at, held.generation));
                    }
                }
            }
        }
        users
    }

    /// By item: the items that are written to need it.
    fn newcomers(&self) -> FxHashMap<usize, Vec<usize>> {
        let mut users: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        let ending: FxHashSet<usize> = self.ends.iter().map(|end| end.item).collect();
        if self.context.inputs.mode == Mode::Destroy {
            return users;
        }
        for at in 0..self.context.items.len() {
            for dep in self
                .context
                .deps(at)
                .iter()
                .filter(|dep| ending.contains(&dep.on))
            {
                users.entry(dep.on).or_default().push(at);
            }
        }
        users
    }

    /// By the draft that deletes an object: the updates of objects whose properties named it so far, by item. What is
    /// known before apply (a name in an environment variable) is no need in the state, and still in use until then.
    fn leavers(&self) -> FxHashMap<usize, Vec<(usize, usize)>> {
        let mut leavers: FxHashMap<usize, Vec<(usize, usize)>> = FxHashMap::default();
        let updates = self.drafts.iter().enumerate();
        let mut updates = updates
            .filter(|(_, draft)| matches!(draft.operation.step, Step::Update { .. }))
            .peekable();
        if updates.peek().is_none() {
            return leavers;
        }
        let mut called: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for end in self.ends.iter().filter(|end| end.fate == Fate::Deleted) {
            let step = self
                .drafts
                .get(end.draft)
                .map(|draft| &draft.operation.step);
            if let Some(Step::Delete { id, name, .. }) = step {
                for word in [Some(id), name.as_ref()].into_iter().flatten() {
                    called.entry(word).or_default().push(end.draft);
                }
            }
        }
        for (at, draft) in updates {
            let item = self.context.items.get(draft.item);
            let Some(held) = item.and_then(Item::current) else {
                continue;
            };
            for value in held.object.authored.values() {
                words(value, &mut |word| {
                    for end in called.get(word).into_iter().flatten() {
                        leavers.entry(*end).or_default().push((draft.item, at));
                    }
                });
            }
        }
        leavers
    }

    /// A name that one object leaves and another takes.
    pub(crate) fn order_names(&mut self) {
        let mut left: FxHashMap<Taken, (usize, usize)> = FxHashMap::default();
        for end in &self.ends {
            if let Some(taken) = self.left(end) {
                left.insert(taken, (end.draft, end.item));
            }
        }
        if left.is_empty() {
            return;
        }
        let mut needs = Vec::new();
        for (at, draft) in self.drafts.iter().enumerate() {
            let taken = self.taken(draft);
            let found = taken.and_then(|taken| left.get(&taken));
            let found = found.filter(|(_, item)| *item != draft.item);
            needs.extend(found.map(|(on, _)| (at, *on)));
        }
        for (at, on) in needs {
            self.need(at, on, Strength::Moved);
        }
    }

    /// The name that a delete leaves.
    fn left(&self, end: &End) -> Option<Taken> {
        let Step::Delete {
            region,
            name: Some(name),
            ..
        } = &self.drafts.get(end.draft)?.operation.step
        else {
            return None;
        };
        let item = self.context.items.get(end.item)?;
        let mut held = item.held.iter();
        let held = held.find(|held| held.generation == end.generation)?;
        let within = |property: &str| held.object.authored.get(property).cloned();
        names::taken(&item.ty, region, name, within)
    }

    /// The name that a create takes.
    fn taken(&self, draft: &Draft) -> Option<Taken> {
        let Step::Create(goal) = &draft.operation.step else {
            return None;
        };
        let item = self.context.items.get(draft.item)?;
        let wanted = &self.decided.get(draft.item)?.as_ref()?.wanted;
        let within = |property: &str| wanted.get(property)?.known().cloned();
        names::taken(&item.ty, &goal.region, goal.name.as_ref()?, within)
    }
}

/// Every string within a value, whole and by the pieces of which an ARN, a path or a list is made.
fn words(value: &Json, visit: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) => {
            visit(text);
            let pieces = text.split([':', '/', ',', ' ', '"']);
            pieces
                .filter(|piece| piece.len() < text.len())
                .for_each(visit);
        }
        Json::Array(items) => items.iter().for_each(|item| words(item, visit)),
        Json::Object(map) => map.values().for_each(|value| words(value, visit)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
