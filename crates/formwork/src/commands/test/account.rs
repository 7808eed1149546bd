//! What a test supposes to be in the account: of everything that the stack looks up or takes over, one.

use crate::pipeline::MOCK_ACCOUNT;
use crate::stack::catalog;
use formwork_mock::Cloud;
use formwork_plan::Live;
use formwork_schema::{Address, Catalog, Claim, Node, Resolver, Resource};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What would be found, by the resource that asks for it.
type Found = BTreeMap<Address, Vec<Live>>;

/// One object for each resource that is looked up or taken over, with the properties it is found by.
pub(super) fn supposed(resources: &[Resource]) -> Found {
    let mut found = Found::new();
    let mut waiting: Vec<&Resource> = resources.iter().collect();
    waiting.retain(|resource| resource.claim != Claim::Own);
    if waiting.is_empty() {
        return found;
    }
    let Ok(mut cloud) = Cloud::in_memory(Arc::new(catalog()), MOCK_ACCOUNT) else {
        return found;
    };
    // What is found by another waits for that one; nothing can wait for itself.
    loop {
        let before = found.len();
        waiting.retain(|resource| match one(&mut cloud, resource, &found) {
            Some(live) => {
                found.insert(resource.address.clone(), vec![live]);
                false
            }
            None => true,
        });
        if found.len() == before {
            return found;
        }
    }
}

fn one(cloud: &mut Cloud, resource: &Resource, found: &Found) -> Option<Live> {
    let ty = catalog().resource_type(&resource.type_name)?;
    let mut given = Map::new();
    if let Claim::Adopt { id, .. } = &resource.claim {
        let name = ty.overlay.name.as_ref()?;
        given.insert(name.0.to_string(), Value::from(&**id));
    } else {
        for (name, node) in &resource.properties {
            given.insert(name.to_string(), value(node, found)?);
        }
    }
    let mut asked = given.clone();
    asked.retain(|name, _| !ty.read_only.iter().any(|path| *path.0 == **name));
    let live = cloud.put(&ty.name, &resource.region, &asked).ok()?;
    let mut properties = live.properties;
    properties.extend(given);
    let id = match ty.primary_identifier.as_slice() {
        [only] => properties.get(&*only.0).and_then(Value::as_str),
        _ => None,
    };
    Some(Live {
        id: id.map_or(live.id, Arc::from),
        properties,
        ..Live::default()
    })
}

fn value(node: &Node, found: &Found) -> Option<Value> {
    node.to_json(&Known(found)).ok()
}

/// What is known of what was supposed so far.
struct Known<'f>(&'f Found);

impl Resolver for Known<'_> {
    fn attribute(&self, of: &Address, property: &str) -> Option<Value> {
        let [live] = self.0.get(of)?.as_slice() else {
            return None;
        };
        match property {
            "id" => Some(Value::from(&*live.id)),
            _ => live.properties.get(property).cloned(),
        }
    }

    fn account(&self) -> Option<Arc<str>> {
        Some(MOCK_ACCOUNT.into())
    }
}
