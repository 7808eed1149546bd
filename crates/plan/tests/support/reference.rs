//! A planner that only says which action each address gets: slow, plain, and written apart from the real one.

use super::catalog::TestCatalog;
use super::cloud::World;
use formwork_plan::Action;
use formwork_schema::{Address, Catalog, Deferred, Node, Piece, Prop, Resource, ResourceType};
use formwork_state::Object;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// The actions for a world in which everything is read and nothing was interrupted. Names are never authored.
pub fn reference(world: &World) -> BTreeMap<Address, Action> {
    let mut fresh: BTreeSet<Address> = BTreeSet::new();
    let mut replaced: BTreeMap<Address, Action> = BTreeMap::new();
    // A resource is only made anew, never the reverse, so this ends.
    loop {
        let before = fresh.len();
        for resource in &world.resources {
            if fresh.contains(&resource.address) {
                continue;
            }
            match newest(world, resource) {
                None => {
                    fresh.insert(resource.address.clone());
                }
                Some(object) => {
                    if let Some(action) = replacement(world, resource, object, &fresh, &replaced) {
                        fresh.insert(resource.address.clone());
                        replaced.insert(resource.address.clone(), action);
                    }
                }
            }
        }
        if fresh.len() == before {
            break;
        }
    }
    let mut actions = BTreeMap::new();
    for resource in &world.resources {
        let address = resource.address.clone();
        let action = match replaced.get(&address) {
            Some(action) => *action,
            None if fresh.contains(&address) => Action::Create,
            None => match changes(world, resource, &fresh, &replaced) {
                true => Action::Update,
                false => continue,
            },
        };
        actions.insert(address, action);
    }
    for key in world.state.objects.keys() {
        if !world.resources.iter().any(|r| r.address == key.address) {
            actions.insert(key.address.clone(), Action::Delete);
        }
    }
    actions
}

fn newest<'w>(world: &'w World, resource: &Resource) -> Option<&'w Object> {
    let (_, object) = world.state.newest(&resource.address)?;
    let key = (object.type_name.clone(), object.id.clone());
    world.cloud.things.contains_key(&key).then_some(object)
}

fn type_of(catalog: &TestCatalog, resource: &Resource) -> std::sync::Arc<ResourceType> {
    catalog.resource_type(&resource.type_name).expect("a type")
}

/// The properties whose wanted value is not what is live.
fn differing(
    world: &World,
    resource: &Resource,
    fresh: &BTreeSet<Address>,
    replaced: &BTreeMap<Address, Action>,
) -> Vec<String> {
    let ty = type_of(&world.catalog, resource);
    let object = newest(world, resource).expect("an object");
    let thing = &world.cloud.things[&(object.type_name.clone(), object.id.clone())];
    let mut out = Vec::new();
    for (name, node) in &resource.properties {
        let follows = ty.overlay.references.iter().any(|reference| {
            reference.path.root() == &**name
                && refers(node).iter().any(|of| {
                    let target = world.resources.iter().find(|r| r.address == *of);
                    let again = replaced.contains_key(of)
                        || (fresh.contains(of) && world.state.newest(of).is_some());
                    again && target.is_some_and(|t| t.type_name == reference.target)
                })
        });
        let wanted = value(world, node, fresh);
        let path = formwork_schema::Path(name.clone());
        let absent = !thing.properties.contains_key(&**name);
        if absent
            && !follows
            && wanted.is_some()
            && wanted.as_ref() == ty.overlay.defaults.get(&path)
        {
            continue;
        }
        if follows || wanted.is_none() || wanted.as_ref() != thing.properties.get(&**name) {
            out.push(name.to_string());
        }
    }
    for name in object.authored.keys() {
        let tags = ty
            .tags
            .as_ref()
            .is_some_and(|tags| *tags.property == **name);
        let own_name = ty
            .overlay
            .name
            .as_ref()
            .is_some_and(|path| path.root() == name);
        if resource.properties.contains_key(name.as_str()) || tags || own_name {
            continue;
        }
        let path = formwork_schema::Path(name.as_str().into());
        let rest = ty
            .overlay
            .resets
            .get(&path)
            .or(ty.overlay.defaults.get(&path));
        if thing
            .properties
            .get(name)
            .is_some_and(|live| Some(live) != rest)
        {
            out.push(name.clone());
        }
    }
    out
}

fn changes(
    world: &World,
    resource: &Resource,
    fresh: &BTreeSet<Address>,
    replaced: &BTreeMap<Address, Action>,
) -> bool {
    !differing(world, resource, fresh, replaced).is_empty()
}

/// Whether a living object must be replaced, and which way.
fn replacement(
    world: &World,
    resource: &Resource,
    object: &Object,
    fresh: &BTreeSet<Address>,
    replaced: &BTreeMap<Address, Action>,
) -> Option<Action> {
    let ty = type_of(&world.catalog, resource);
    let differing = differing(world, resource, fresh, replaced);
    let fixed = |name: &String| !ty.mutable || ty.create_only.iter().any(|p| p.root() == name);
    let blocked = resource.properties.iter().any(|(name, node)| {
        ty.overlay.references.iter().any(|reference| {
            reference.blocks_delete
                && reference.path.root() == &**name
                && refers(node)
                    .iter()
                    .any(|of| replaced.get(of) == Some(&Action::ReplaceDeleteFirst))
        })
    });
    if !differing.iter().any(fixed) && !blocked {
        return None;
    }
    let waits = object
        .metadata
        .needs
        .iter()
        .any(|need| replaced.get(need) == Some(&Action::ReplaceDeleteFirst));
    let needs_it = resource.properties.values().any(|node| {
        refers(node)
            .iter()
            .any(|of| replaced.get(of) == Some(&Action::ReplaceDeleteFirst))
    });
    match ty.overlay.create_first && !(waits && needs_it) {
        true => Some(Action::ReplaceCreateFirst),
        false => Some(Action::ReplaceDeleteFirst),
    }
}

fn refers(node: &Node) -> Vec<Address> {
    let mut out = Vec::new();
    node.attributes(&mut |of, _| out.push(of.clone()));
    out
}

/// The value of a node with everything unknown left out: nothing if any of it is unknown.
fn value(world: &World, node: &Node, fresh: &BTreeSet<Address>) -> Option<Json> {
    Some(match &node.prop {
        Prop::Bool(value) => Json::Bool(*value),
        Prop::Number(number) => Json::Number(number.clone()),
        Prop::String(text) => Json::from(&**text),
        Prop::List(items) => {
            let items: Option<Vec<Json>> = items.iter().map(|i| value(world, i, fresh)).collect();
            Json::Array(items?)
        }
        Prop::Map(map) => {
            let mut out = Map::new();
            for (name, node) in map {
                out.insert(name.to_string(), value(world, node, fresh)?);
            }
            Json::Object(out)
        }
        Prop::Artifact(_) => return None,
        Prop::Deferred(deferred) => match &**deferred {
            Deferred::Attribute { of, property } => read(world, of, property, fresh)?,
            Deferred::Concat(pieces) => {
                let mut out = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.push_str(text),
                        Piece::Value(inner) => {
                            let node = Node {
                                prop: Prop::Deferred(inner.clone()),
                                span: node.span,
                            };
                            out.push_str(value(world, &node, fresh)?.as_str()?);
                        }
                    }
                }
                Json::from(out)
            }
            _ => return None,
        },
    })
}

/// A value of another resource. One that is made anew has none here: its name changes with its generation.
fn read(world: &World, of: &Address, property: &str, fresh: &BTreeSet<Address>) -> Option<Json> {
    if fresh.contains(of) {
        return None;
    }
    let (_, object) = world.state.newest(of)?;
    if property == "id" {
        return Some(Json::from(&*object.id));
    }
    let thing = &world.cloud.things[&(object.type_name.clone(), object.id.clone())];
    thing.properties.get(property).cloned()
}
