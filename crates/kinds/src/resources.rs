//! The resources of a stack while they are made: found by address, given in the order of their addresses at the end.

use formwork_schema::{Address, Resource};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Resources by address.
#[derive(Default)]
pub(crate) struct Resources {
    all: Vec<Resource>,
    places: FxHashMap<Address, usize>,
    /// The parts of each declaration that has some.
    parts: FxHashMap<Address, Vec<Address>>,
}

impl Resources {
    /// None, with room for `count`.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Resources {
            all: Vec::with_capacity(count),
            places: FxHashMap::with_capacity_and_hasher(count, Default::default()),
            parts: FxHashMap::default(),
        }
    }

    /// Adds a resource; one that is already at its address stays.
    pub(crate) fn insert(&mut self, resource: Resource) {
        let address = resource.address.clone();
        let Entry::Vacant(place) = self.places.entry(address.clone()) else {
            return;
        };
        place.insert(self.all.len());
        if address.part.is_some() {
            let parts = self.parts.entry(address.owner()).or_default();
            parts.push(address);
        }
        self.all.push(resource);
    }

    pub(crate) fn contains(&self, address: &Address) -> bool {
        self.places.contains_key(address)
    }

    pub(crate) fn get(&self, address: &Address) -> Option<&Resource> {
        self.all.get(*self.places.get(address)?)
    }

    pub(crate) fn get_mut(&mut self, address: &Address) -> Option<&mut Resource> {
        self.all.get_mut(*self.places.get(address)?)
    }

    /// The addresses of the resources of a declaration, in order.
    pub(crate) fn of(&self, decl: &Address) -> Vec<Address> {
        let main = self.contains(decl).then(|| decl.clone());
        let parts = self.parts.get(decl).into_iter().flatten();
        let mut all: Vec<Address> = main.into_iter().chain(parts.cloned()).collect();
        all.sort();
        all
    }

    /// All, in the order they were added.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.all.iter()
    }

    /// All, to be changed; their addresses must stay.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        self.all.iter_mut()
    }

    /// All, sorted by address.
    pub(crate) fn into_sorted(mut self) -> Vec<Resource> {
        self.all
            .sort_by(|one, other| one.address.cmp(&other.address));
        self.all
    }
}
