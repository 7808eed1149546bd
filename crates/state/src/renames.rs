//! Renames: objects get other addresses, and everything that names those follows.

use crate::{Metadata, Move, ObjectKey, State};
use formwork_schema::Address;
use std::collections::BTreeMap;

impl State {
    /// Where the objects and open intents of moved addresses are afterwards. Nothing is put in the place of another
    /// object, and no generation is used twice.
    pub fn moved(&self, moves: &[Move]) -> BTreeMap<ObjectKey, ObjectKey> {
        let to: BTreeMap<&Address, &Address> = moves.iter().map(|m| (&m.from, &m.to)).collect();
        let free: BTreeMap<&Address, u32> =
            moves.iter().map(|m| (&m.to, self.free(&m.to))).collect();
        let intents = self.open.values().map(|intent| ObjectKey {
            address: intent.address.clone(),
            generation: intent.generation,
        });
        let keys = self.objects.keys().cloned().chain(intents);
        let moved = keys.filter_map(|key| {
            let address = *to.get(&key.address)?;
            let first = free.get(address).copied().unwrap_or(0);
            let new = ObjectKey {
                address: address.clone(),
                generation: first.saturating_add(key.generation),
            };
            Some((key, new))
        });
        moved.collect()
    }

    /// The first generation that no object or intent of an address ever had.
    fn free(&self, address: &Address) -> u32 {
        let made = self.newest(address).map(|(generation, _)| generation);
        let open = self.open.values();
        let open = open.filter(|intent| intent.address == *address);
        let open = open.map(|intent| intent.generation);
        let next = made.into_iter().chain(open).max();
        let next = next.map_or(0, |newest| newest.saturating_add(1));
        next.max(self.past.get(address).copied().unwrap_or(0))
    }

    /// Gives objects other addresses. What their tags say stays known, until those follow.
    pub fn rename(&mut self, moves: &[Move]) {
        let moved = self.moved(moves);
        for (old, new) in &moved {
            if let Some(mut object) = self.objects.remove(old) {
                object.former.get_or_insert_with(|| old.clone());
                self.objects.insert(new.clone(), object);
            }
            let next = self.past.entry(old.address.clone()).or_default();
            *next = (*next).max(old.generation.saturating_add(1));
        }
        for intent in self.open.values_mut() {
            let old = ObjectKey {
                address: intent.address.clone(),
                generation: intent.generation,
            };
            if let Some(new) = moved.get(&old) {
                intent.former.get_or_insert(old);
                intent.address = new.address.clone();
                intent.generation = new.generation;
            }
        }
        if let Some(last) = &mut self.last {
            let losses = std::mem::take(&mut last.losses).into_iter();
            let follow = |key: ObjectKey| moved.get(&key).cloned().unwrap_or(key);
            last.losses = losses.map(follow).collect();
        }
        let to: BTreeMap<&Address, &Address> = moves.iter().map(|m| (&m.from, &m.to)).collect();
        let objects = self.objects.values_mut().map(|object| &mut object.metadata);
        let intents = self.open.values_mut().map(|intent| &mut intent.metadata);
        for metadata in objects.chain(intents) {
            metadata.follow(&to);
        }
    }
}

impl Metadata {
    fn follow(&mut self, to: &BTreeMap<&Address, &Address>) {
        let mut moved = false;
        for address in self.needs.iter_mut().chain(&mut self.parent) {
            if let Some(new) = to.get(address) {
                *address = (*new).clone();
                moved = true;
            }
        }
        if moved {
            self.needs.sort();
        }
    }
}
