//! Everything known of one address: what is wanted there, what was made there, and what interrupted work came to.

use crate::claims::claim;
use crate::recover::{self, Repair};
use crate::{Finding, Inputs, Live, Mode, Sight, errors};
use formwork_diag::{Diagnostics, Span};
use formwork_schema::{Address, Catalog, Resource, ResourceType};
use formwork_state::{Intent, Object};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::sync::Arc;

/// One address.
pub(crate) struct Item<'a> {
    pub(crate) address: &'a Address,
    pub(crate) desired: Option<&'a Resource>,
    /// The type of what is wanted, or of what was made.
    pub(crate) ty: Arc<ResourceType>,
    /// The objects, oldest first, as they are once the repairs are done.
    pub(crate) held: Vec<Held<'a>>,
    /// All that were found of it, if it is many that are only read.
    pub(crate) all: Option<&'a [Live]>,
    /// Objects that the stack made under an address at which it only reads now.
    pub(crate) left: Vec<Held<'a>>,
    /// Whether its object is there and becomes the stack's by this plan.
    pub(crate) adopts: bool,
    /// What becomes of open intents.
    pub(crate) repairs: Vec<Repair<'a>>,
    /// The generation of the next object.
    pub(crate) next: u32,
    /// The name that an interrupted create without effect had.
    pub(crate) reserved: Option<Arc<str>>,
    /// Whether the filters let it be planned.
    pub(crate) selected: bool,
}

/// An object of an address.
pub(crate) struct Held<'a> {
    pub(crate) generation: u32,
    pub(crate) object: Cow<'a, Object>,
    pub(crate) sight: SightRef<'a>,
    pub(crate) ty: Arc<ResourceType>,
    /// Whether an interrupted delete still runs.
    pub(crate) deleting: bool,
}

/// What was seen of an object.
#[derive(Clone, Copy)]
pub(crate) enum SightRef<'a> {
    Live(&'a Live),
    Absent,
    NotRead,
}

impl Item<'_> {
    /// Where its declaration's name stands.
    pub(crate) fn span(&self) -> Option<Span> {
        self.desired.map(|resource| resource.span)
    }

    /// The newest object, unless it is gone.
    pub(crate) fn current(&self) -> Option<&Held<'_>> {
        self.held
            .last()
            .filter(|held| !matches!(held.sight, SightRef::Absent))
    }

    /// Whether its object is only read.
    pub(crate) fn looks(&self) -> bool {
        self.desired.is_some_and(|resource| resource.claim.looks())
    }

    /// Whether what was found of it has a property.
    pub(crate) fn shows(&self, property: &str) -> bool {
        let root = property.split(['.', '/']).next().unwrap_or(property);
        let template = matches!(
            crate::deps::attribute(&self.ty, property),
            Some(formwork_schema::Attribute::Template(_))
        );
        let has = |live: &Live| live.properties.contains_key(root);
        let one = self.held.last().map(|held| held.sight);
        property == "id"
            || template
            || self.all.is_some_and(|all| all.iter().all(has))
            || matches!(one, Some(SightRef::Live(live)) if has(live))
    }

    /// Whether what is wanted is a slice of another object.
    pub(crate) fn is_slice(&self) -> bool {
        self.desired
            .is_some_and(|resource| resource.slice.is_some())
    }
}

impl<'a> Held<'a> {
    /// The properties to compare with: those live, or what was authored when nothing was read.
    pub(crate) fn readable(&self) -> &Map<String, Json> {
        match self.sight {
            SightRef::Live(live) => &live.properties,
            _ => &self.object.authored,
        }
    }

    /// How many items of data it was seen to hold.
    pub(crate) fn contents(&self) -> Option<u64> {
        match self.sight {
            SightRef::Live(live) if self.object.slice.is_none() => live.contents,
            _ => None,
        }
    }

    /// A property as last known: live, else as last read.
    pub(crate) fn property(&self, name: &str) -> Option<&Json> {
        let live = match self.sight {
            SightRef::Live(live) => live.properties.get(name),
            _ => None,
        };
        let object = &*self.object;
        live.or_else(|| object.attributes.get(name))
            .or_else(|| object.authored.get(name))
    }
}

/// Gives resource types, each asked for once.
pub(crate) struct Types<'a> {
    catalog: &'a dyn Catalog,
    known: FxHashMap<Arc<str>, Option<Arc<ResourceType>>>,
    unknown: Arc<ResourceType>,
}

impl<'a> Types<'a> {
    pub(crate) fn new(catalog: &'a dyn Catalog) -> Self {
        Types {
            catalog,
            known: FxHashMap::default(),
            unknown: Arc::new(recover::nameless_type()),
        }
    }

    fn get(&mut self, name: &Arc<str>) -> Option<Arc<ResourceType>> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let found = self.catalog.resource_type(name);
        self.known.insert(name.clone(), found.clone());
        found
    }

    /// The type, or one without any knowledge: enough to delete an object of it.
    pub(crate) fn of_object(&mut self, name: &Arc<str>) -> Arc<ResourceType> {
        self.get(name).unwrap_or_else(|| self.unknown.clone())
    }
}

/// Brings together what concerns each address, sorted by address.
pub(crate) fn gather<'a>(inputs: &Inputs<'a>, diagnostics: &mut Diagnostics) -> Vec<Item<'a>> {
    let mut types = Types::new(inputs.catalog);
    let wanted = wanted(inputs, &mut types, diagnostics);
    let mut items = add_objects(inputs, &mut types, wanted);
    for (operation, intent) in &inputs.state.open {
        let place = items.binary_search_by(|item| item.address.cmp(&intent.address));
        let at = place.unwrap_or_else(|at| {
            let ty = types.of_object(&intent.type_name);
            items.insert(at, empty(&intent.address, None, ty));
            at
        });
        let finding = inputs.observed.intents.get(operation);
        if let Some(item) = items.get_mut(at) {
            resolve(inputs, intent, finding, item, &mut types, diagnostics);
        }
    }
    for item in &mut items {
        finish(inputs, item);
        claim(inputs, item, diagnostics);
    }
    items
}

/// An item for every wanted resource.
fn wanted<'a>(
    inputs: &Inputs<'a>,
    types: &mut Types<'a>,
    diagnostics: &mut Diagnostics,
) -> Vec<Item<'a>> {
    // What is only read is nothing to take away.
    let gone = |resource: &&Resource| inputs.mode == Mode::Destroy && resource.claim.looks();
    let mut sorted: Vec<&'a Resource> = inputs.resources.iter().collect();
    sorted.retain(|resource| !gone(resource));
    sorted.sort_by(|one, other| (&one.address, one.span).cmp(&(&other.address, other.span)));
    let mut items: Vec<Item<'a>> = Vec::with_capacity(sorted.len());
    for resource in sorted {
        let last = items.last().and_then(|item| item.desired);
        if let Some(first) = last.filter(|last| last.address == resource.address) {
            let found = errors::duplicate_address(&resource.address, first.span, resource.span);
            diagnostics.push(found);
            continue;
        }
        if types.get(&resource.type_name).is_none() {
            let names = inputs.catalog.resource_type_names();
            let found = errors::unknown_type(&resource.type_name, resource.span, names.into_iter());
            diagnostics.push(found);
        }
        let ty = types.of_object(&resource.type_name);
        items.push(empty(&resource.address, Some(resource), ty));
    }
    items
}

fn empty<'a>(
    address: &'a Address,
    desired: Option<&'a Resource>,
    ty: Arc<ResourceType>,
) -> Item<'a> {
    Item {
        address,
        desired,
        ty,
        held: Vec::new(),
        all: None,
        left: Vec::new(),
        adopts: false,
        repairs: Vec::new(),
        next: 0,
        reserved: None,
        selected: true,
    }
}

/// Adds the objects of the state. All that is walked is sorted by address, so no lookup is needed.
fn add_objects<'a>(
    inputs: &Inputs<'a>,
    types: &mut Types<'a>,
    wanted: Vec<Item<'a>>,
) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'a>> = Vec::with_capacity(wanted.len());
    let mut wanted = wanted.into_iter().peekable();
    let mut seen = inputs.observed.objects.iter().peekable();
    for (key, object) in &inputs.state.objects {
        while let Some(item) = wanted.next_if(|item| *item.address <= key.address) {
            items.push(item);
        }
        while seen.next_if(|(other, _)| *other < key).is_some() {}
        let sight = seen.next_if(|(other, _)| *other == key);
        let ty = types.of_object(&object.type_name);
        if items.last().is_none_or(|item| *item.address != key.address) {
            items.push(empty(&key.address, None, ty.clone()));
        }
        let held = Held {
            generation: key.generation,
            object: Cow::Borrowed(object),
            sight: match sight {
                Some((_, Sight::Live(live))) => SightRef::Live(live),
                Some((_, Sight::Absent)) => SightRef::Absent,
                Some((_, Sight::NotRead)) | None => SightRef::NotRead,
            },
            ty,
            deleting: false,
        };
        if let Some(item) = items.last_mut() {
            item.held.push(held);
        }
    }
    items.extend(wanted);
    items
}

fn resolve<'a>(
    inputs: &Inputs<'a>,
    intent: &'a Intent,
    finding: Option<&'a Finding>,
    item: &mut Item<'a>,
    types: &mut Types<'a>,
    diagnostics: &mut Diagnostics,
) {
    let Some(finding) = finding else {
        diagnostics.push(errors::unresolved(&intent.address, item.span()));
        return;
    };
    let ty = types.of_object(&intent.type_name);
    if let Err(found) = recover::resolve(inputs, intent, finding, item, &ty) {
        diagnostics.push(*found);
    }
}

/// The generation that the next object of an address gets.
fn finish(inputs: &Inputs<'_>, item: &mut Item<'_>) {
    item.held.sort_by_key(|held| held.generation);
    let held = item.held.last().map_or(0, |held| held.generation + 1);
    let past = inputs.state.past.get(item.address).copied().unwrap_or(0);
    let gone = item.repairs.iter().map(Repair::used).max().unwrap_or(0);
    item.next = held.max(past).max(gone);
}
