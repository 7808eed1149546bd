//! All objects in memory with their indices, and what has changed since the last commit.

use crate::effects::Effect;
use crate::object::{Number, Object, Owner};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The objects, their indices and the changes that are not yet in the file.
#[derive(Debug, Default)]
pub(crate) struct World {
    objects: FxHashMap<Number, Object>,
    ids: FxHashMap<String, Number>,
    names: FxHashMap<String, Vec<Number>>,
    handles: FxHashMap<String, Vec<Number>>,
    owners: FxHashMap<String, Vec<Number>>,
    tokens: FxHashMap<String, Number>,
    holders: FxHashMap<Number, BTreeSet<Number>>,
    referrers: FxHashMap<Number, BTreeSet<Number>>,
    children: FxHashMap<Number, BTreeSet<Number>>,
    types: FxHashMap<Arc<str>, BTreeSet<Number>>,
    busy: BTreeSet<(u64, Number)>,
    /// Counters by key, for ids and revisions.
    pub(crate) counters: FxHashMap<String, u64>,
    /// The number the next object gets.
    pub(crate) next_object: Number,
    /// The number the next effect gets.
    pub(crate) next_effect: u64,
    /// What differs from the file.
    pub(crate) unsaved: Unsaved,
}

/// What a commit has to write.
#[derive(Debug, Default)]
pub(crate) struct Unsaved {
    /// Objects that are new, changed or gone.
    pub(crate) objects: BTreeSet<Number>,
    /// Counters that moved.
    pub(crate) counters: BTreeSet<String>,
    /// New effects.
    pub(crate) effects: Vec<Effect>,
}

impl World {
    /// A world without objects that counts on from these numbers.
    pub(crate) fn starting(next_object: Number, next_effect: u64) -> Self {
        World {
            next_object,
            next_effect,
            ..World::default()
        }
    }

    /// The object of a number.
    pub(crate) fn get(&self, number: Number) -> Option<&Object> {
        self.objects.get(&number)
    }

    /// How many objects there are.
    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// All objects, oldest first.
    pub(crate) fn oldest_first(&self) -> Vec<&Object> {
        let mut all: Vec<&Object> = self.objects.values().collect();
        all.sort_unstable_by_key(|object| object.number);
        all
    }

    /// The object of an id.
    pub(crate) fn by_id(&self, type_name: &str, place: &str, id: &str) -> Option<&Object> {
        self.get(*self.ids.get(&key(&[type_name, place, id]))?)
    }

    /// The objects of a name, oldest first, whatever they live in.
    pub(crate) fn by_name(&self, type_name: &str, place: &str, name: &str) -> Vec<&Object> {
        self.listed(&self.names, &key(&[type_name, place, name]))
    }

    /// The objects that can be referred to by a value, oldest first.
    pub(crate) fn by_handle(&self, type_name: &str, place: &str, value: &str) -> Vec<&Object> {
        self.listed(&self.handles, &key(&[type_name, place, value]))
    }

    /// The objects of a type, oldest first.
    pub(crate) fn of_type(&self, type_name: &str) -> Vec<&Object> {
        let numbers = self.types.get(type_name).into_iter().flatten();
        numbers.filter_map(|number| self.get(*number)).collect()
    }

    /// The objects of a type after one of them, oldest first.
    pub(crate) fn of_type_after(
        &self,
        type_name: &str,
        after: Number,
    ) -> impl Iterator<Item = &Object> {
        let numbers = self.types.get(type_name).into_iter();
        let later = numbers.flat_map(move |numbers| {
            numbers.range((std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded))
        });
        later.filter_map(|number| self.get(*number))
    }

    /// The objects that could only be made because this one was there, oldest first.
    pub(crate) fn referrers(&self, of: Number) -> Vec<&Object> {
        self.related(&self.referrers, of)
    }

    /// The objects that carry these tags, oldest first.
    pub(crate) fn by_owner(&self, type_name: &str, owner: &Owner) -> Vec<&Object> {
        self.listed(&self.owners, &owner_key(type_name, owner))
    }

    /// The object that a create with this token made.
    pub(crate) fn by_token(&self, type_name: &str, token: &str) -> Option<&Object> {
        self.get(*self.tokens.get(&key(&[type_name, token]))?)
    }

    /// The objects that keep this one from being deleted, oldest first.
    pub(crate) fn holders(&self, of: Number) -> Vec<&Object> {
        self.related(&self.holders, of)
    }

    /// The objects that live in this one, oldest first.
    pub(crate) fn children(&self, of: Number) -> Vec<&Object> {
        self.related(&self.children, of)
    }

    /// The first object with which what was being done has ended by `now`.
    pub(crate) fn due_by(&self, now: u64) -> Option<Number> {
        let (until, number) = self.busy.first()?;
        (*until <= now).then_some(*number)
    }

    /// Whether a commit has anything to write.
    pub(crate) fn is_saved(&self) -> bool {
        let Unsaved {
            objects,
            counters,
            effects,
        } = &self.unsaved;
        objects.is_empty() && counters.is_empty() && effects.is_empty()
    }

    /// Puts an object in, or in place of the one with its number.
    pub(crate) fn put(&mut self, object: Object) {
        self.unsaved.objects.insert(object.number);
        self.take_off(object.number);
        self.index(object);
    }

    /// Puts an object in as it stands in the file.
    pub(crate) fn load(&mut self, object: Object) {
        self.index(object);
    }

    /// Takes an object out.
    pub(crate) fn remove(&mut self, number: Number) -> Option<Object> {
        self.unsaved.objects.insert(number);
        self.holders.remove(&number);
        self.referrers.remove(&number);
        self.children.remove(&number);
        self.take_off(number)
    }

    /// The next value of a counter, from 1.
    pub(crate) fn count(&mut self, counter: String) -> u64 {
        let value = self.counters.entry(counter.clone()).or_insert(0);
        *value += 1;
        self.unsaved.counters.insert(counter);
        *value
    }

    /// What is known of each type: its name and how many objects it has.
    pub(crate) fn census(&self) -> BTreeMap<Arc<str>, usize> {
        let types = self.types.iter().filter(|(_, numbers)| !numbers.is_empty());
        types
            .map(|(name, numbers)| (Arc::clone(name), numbers.len()))
            .collect()
    }

    fn listed(&self, index: &FxHashMap<String, Vec<Number>>, key: &str) -> Vec<&Object> {
        let numbers = index.get(key).map_or(&[][..], Vec::as_slice);
        numbers
            .iter()
            .filter_map(|number| self.get(*number))
            .collect()
    }

    fn related(&self, index: &FxHashMap<Number, BTreeSet<Number>>, of: Number) -> Vec<&Object> {
        let numbers = index.get(&of).into_iter().flatten();
        numbers.filter_map(|number| self.get(*number)).collect()
    }

    fn index(&mut self, object: Object) {
        let number = object.number;
        let (type_name, place, head) = (&*object.type_name, object.place(), &object.head);
        self.ids.insert(key(&[type_name, place, &head.id]), number);
        if let Some(name) = &head.name {
            insert(&mut self.names, key(&[type_name, place, name]), number);
        }
        for (_, value) in &head.handles {
            insert(&mut self.handles, key(&[type_name, place, value]), number);
        }
        if let Some(owner) = &head.owner {
            insert(&mut self.owners, owner_key(type_name, owner), number);
        }
        if let Some((token, _)) = &head.token {
            self.tokens.insert(key(&[type_name, token]), number);
        }
        for held in &head.holds {
            self.holders.entry(*held).or_default().insert(number);
        }
        for known in &head.refers {
            self.referrers.entry(*known).or_default().insert(number);
        }
        let of_type = self.types.entry(Arc::clone(&object.type_name));
        of_type.or_default().insert(number);
        if let Some(parent) = head.parent {
            self.children.entry(parent).or_default().insert(number);
        }
        if let Some(until) = head.phase.until() {
            self.busy.insert((until, number));
        }
        self.next_object = self.next_object.max(number + 1);
        self.objects.insert(number, object);
    }

    fn take_off(&mut self, number: Number) -> Option<Object> {
        let object = self.objects.remove(&number)?;
        let (type_name, place, head) = (&*object.type_name, object.place(), &object.head);
        let id = key(&[type_name, place, &head.id]);
        if self.ids.get(&id) == Some(&number) {
            self.ids.remove(&id);
        }
        if let Some(name) = &head.name {
            withdraw(&mut self.names, &key(&[type_name, place, name]), number);
        }
        for (_, value) in &head.handles {
            withdraw(&mut self.handles, &key(&[type_name, place, value]), number);
        }
        if let Some(owner) = &head.owner {
            withdraw(&mut self.owners, &owner_key(type_name, owner), number);
        }
        if let Some((token, _)) = &head.token {
            let token = key(&[type_name, token]);
            if self.tokens.get(&token) == Some(&number) {
                self.tokens.remove(&token);
            }
        }
        for held in &head.holds {
            if let Some(holders) = self.holders.get_mut(held) {
                holders.remove(&number);
            }
        }
        if let Some(children) = head
            .parent
            .and_then(|parent| self.children.get_mut(&parent))
        {
            children.remove(&number);
        }
        if let Some(until) = head.phase.until() {
            self.busy.remove(&(until, number));
        }
        Some(object)
    }
}

fn insert(index: &mut FxHashMap<String, Vec<Number>>, key: String, number: Number) {
    let numbers = index.entry(key).or_default();
    if let Err(at) = numbers.binary_search(&number) {
        numbers.insert(at, number);
    }
}

fn withdraw(index: &mut FxHashMap<String, Vec<Number>>, key: &str, number: Number) {
    if let Some(numbers) = index.get_mut(key) {
        numbers.retain(|other| *other != number);
        if numbers.is_empty() {
            index.remove(key);
        }
    }
}

fn owner_key(type_name: &str, owner: &Owner) -> String {
    key(&[
        type_name,
        &owner.stack,
        &owner.env,
        &owner.address,
        &owner.generation,
    ])
}

/// Joins the parts of a key by a character that no part holds.
fn key(parts: &[&str]) -> String {
    parts.join("\u{1f}")
}
