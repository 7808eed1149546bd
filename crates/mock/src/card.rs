//! What is known of a type, and how its objects are looked up.

use crate::Lag;
use crate::cloud::Cloud;
use crate::failures;
use crate::object::Object;
use formwork_provider::{Failure, Target};
use formwork_schema::{Identity, ResourceType};
use std::sync::Arc;

/// A resource type and what follows from its overlay.
#[derive(Debug)]
pub(crate) struct Card {
    /// The type.
    pub(crate) resource: Arc<ResourceType>,
    /// Its objects are known in every region.
    pub(crate) everywhere: bool,
    /// Its names are unique within their scope.
    pub(crate) unique: bool,
}

impl Cloud {
    /// What is known of a type.
    pub(crate) fn card(&mut self, type_name: &Arc<str>) -> Result<Arc<Card>, Failure> {
        if !self.cards.contains_key(type_name) {
            let card = self.catalog.resource_type(type_name).map(Card::new);
            self.cards.insert(Arc::clone(type_name), card.map(Arc::new));
        }
        let card = self.cards.get(type_name).and_then(Option::as_ref);
        card.map(Arc::clone)
            .ok_or_else(|| failures::unknown_type(type_name))
    }

    /// The place in which objects of a type are looked up.
    pub(crate) fn place<'a>(&self, type_name: &str, region: &'a str) -> &'a str {
        let everywhere = match self.cards.get(type_name) {
            Some(card) => card.as_ref().is_some_and(|card| card.everywhere),
            None => self
                .catalog
                .resource_type(type_name)
                .is_some_and(|resource| is_everywhere(&resource)),
        };
        if everywhere { "" } else { region }
    }

    /// The object a call is about.
    pub(crate) fn find_target(&self, target: &Target) -> Result<Option<&Object>, Failure> {
        let place = self.place(&target.type_name, &target.region);
        if let Some(id) = &target.id {
            return Ok(self.world.by_id(&target.type_name, place, id));
        }
        let unnamed = || failures::unnamed(&target.type_name);
        let name = target.name.as_ref().ok_or_else(unnamed)?;
        let named = self.world.by_name(&target.type_name, place, name);
        match named.as_slice() {
            _ if self.is_scoped(&target.type_name) => Err(unnamed()),
            [] => Ok(None),
            [only] => Ok(Some(only)),
            _ => Err(unnamed()),
        }
    }

    /// Whether reads, lists and references see an object by now.
    pub(crate) fn is_seen(&self, object: &Object) -> bool {
        if self.settings.lag == Lag::Off {
            return true;
        }
        let window = match self.cards.get(&object.type_name) {
            Some(Some(card)) => card.resource.overlay.window,
            _ => self
                .catalog
                .resource_type(&object.type_name)
                .map_or(0, |resource| resource.overlay.window),
        };
        object.head.born.saturating_add(u64::from(window)) <= self.now()
    }

    /// Whether names of a type are unique only within a parent, so that a name alone names nothing.
    fn is_scoped(&self, type_name: &str) -> bool {
        match self.cards.get(type_name) {
            Some(Some(card)) => card.scope().is_some(),
            _ => false,
        }
    }
}

impl Card {
    fn new(resource: Arc<ResourceType>) -> Self {
        Card {
            everywhere: is_everywhere(&resource),
            unique: resource.overlay.identity != Identity::Marker,
            resource,
        }
    }

    /// Whether a create takes over an object that is there.
    pub(crate) fn overwrites(&self) -> bool {
        let overlay = &self.resource.overlay;
        overlay.create_overwrites || overlay.identity == Identity::Upsert
    }

    /// The property within which names are unique, if it is not the place.
    pub(crate) fn scope(&self) -> Option<&str> {
        match &*self.resource.overlay.name_scope {
            "" | "account-region" | "account" | "global" => None,
            property => Some(property),
        }
    }
}

fn is_everywhere(resource: &ResourceType) -> bool {
    matches!(&*resource.overlay.name_scope, "account" | "global")
}
