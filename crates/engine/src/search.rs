//! Looks for objects that are there before the stack: those it only reads, and those it takes over. Reads only.

use crate::refresh::{RefreshError, call, seen, wait_window};
use formwork_plan::Live;
use formwork_provider::{Failure, Provider, Reply, Request, Target};
use formwork_schema::{Address, Catalog, Claim, Node, Resolver, Resource};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was found, by the resource that asks for it, oldest first.
type Found = BTreeMap<Address, Vec<Live>>;

/// Looks for the objects of resources that are looked up or taken over; what names another waits for that one.
///
/// # Errors
/// A read was denied, or failed until it was time to give up.
pub async fn look_up(
    resources: &[Resource],
    account: &Arc<str>,
    catalog: &dyn Catalog,
    provider: &dyn Provider,
) -> Result<Found, RefreshError> {
    let mut waiting: Vec<&Resource> = resources.iter().collect();
    waiting.retain(|resource| resource.claim != Claim::Own);
    let mut found = Found::new();
    let mut failures = Vec::new();
    // A round looks for all that is known by now; nothing can wait for itself.
    loop {
        let known = Known {
            found: &found,
            account,
        };
        let (ready, later): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .map(|resource| (resource, sought(resource, &known)))
            .partition(|(_, sought)| sought.is_some());
        let mut ready: Vec<(&Resource, Sought)> = ready
            .into_iter()
            .filter_map(|(resource, sought)| Some((resource, sought?)))
            .collect();
        if ready.is_empty() {
            break;
        }
        let search = Search { catalog, provider };
        for turn in [Turn::First, Turn::Last] {
            let mut absent = Vec::new();
            for (resource, sought) in ready {
                match search.one(resource, &sought).await {
                    Ok(lives) if lives.is_empty() && turn == Turn::First => {
                        absent.push((resource, sought));
                    }
                    Ok(lives) => {
                        found.insert(resource.address.clone(), lives);
                    }
                    Err(failure) => failures.push((resource.address.clone(), failure)),
                }
            }
            if !absent.is_empty() {
                let types = absent.iter().map(|(resource, _)| &*resource.type_name);
                wait_window(catalog, provider, types).await;
            }
            ready = absent;
        }
        waiting = later.into_iter().map(|(resource, _)| resource).collect();
    }
    match failures.is_empty() {
        true => Ok(found),
        false => Err(RefreshError { failures }),
    }
}

/// What a first look does not show is looked for again, because it may have been made just now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    First,
    Last,
}

/// What an object is looked for by.
struct Sought {
    properties: Map<String, Json>,
    tags: BTreeMap<String, String>,
}

/// What a resource is looked for by, once all of it is known.
fn sought(resource: &Resource, known: &Known<'_>) -> Option<Sought> {
    let properties = match &resource.claim {
        Claim::Look | Claim::LookAll => resource.properties.iter(),
        // It is looked for by what `adopt` names.
        Claim::Adopt { .. } | Claim::Own => {
            return Some(Sought {
                properties: Map::new(),
                tags: BTreeMap::new(),
            });
        }
    };
    let value = |node: &Node| node.to_json(known).ok();
    let properties = properties.map(|(name, node)| Some((name.to_string(), value(node)?)));
    let tags = resource.tags.iter().map(|(name, node)| {
        let text = match value(node)? {
            Json::String(text) => text,
            other => other.to_string(),
        };
        Some((name.to_string(), text))
    });
    Some(Sought {
        properties: properties.collect::<Option<_>>()?,
        tags: tags.collect::<Option<_>>()?,
    })
}

/// What is known of what was found so far.
struct Known<'a> {
    found: &'a Found,
    account: &'a Arc<str>,
}

impl Resolver for Known<'_> {
    fn attribute(&self, of: &Address, property: &str) -> Option<Json> {
        let [live] = self.found.get(of)?.as_slice() else {
            return None;
        };
        match property {
            "id" => Some(Json::from(&*live.id)),
            _ => live.properties.get(property).cloned(),
        }
    }

    fn account(&self) -> Option<Arc<str>> {
        Some(self.account.clone())
    }
}

struct Search<'a> {
    catalog: &'a dyn Catalog,
    provider: &'a dyn Provider,
}

impl Search<'_> {
    /// The objects that a resource means.
    async fn one(&self, resource: &Resource, sought: &Sought) -> Result<Vec<Live>, Failure> {
        if let Claim::Adopt { id, .. } = &resource.claim {
            let by_id = self.read(resource, By::Id(id.clone())).await?;
            return match by_id.is_empty() {
                true => self.named(resource, id).await,
                false => Ok(by_id),
            };
        }
        if let Some(by) = self.read_by(resource, sought) {
            return self.read(resource, by).await;
        }
        let (properties, tags) = (sought.properties.clone(), sought.tags.clone());
        self.all(resource, properties, tags).await
    }

    /// The objects of a name: one where names are unique.
    async fn named(&self, resource: &Resource, name: &Arc<str>) -> Result<Vec<Live>, Failure> {
        let ty = self.catalog.resource_type(&resource.type_name);
        let Some((ty, property)) = ty
            .as_ref()
            .and_then(|ty| Some((ty, ty.overlay.name.as_ref()?)))
        else {
            return Ok(Vec::new());
        };
        if ty.known_by_name() {
            return self.read(resource, By::Name(name.clone())).await;
        }
        let properties = Map::from_iter([(property.0.to_string(), Json::from(&**name))]);
        self.all(resource, properties, BTreeMap::new()).await
    }

    /// All objects that have these properties and tags.
    async fn all(
        &self,
        resource: &Resource,
        properties: Map<String, Json>,
        tags: BTreeMap<String, String>,
    ) -> Result<Vec<Live>, Failure> {
        let request = Request::Search {
            target: target(resource, None),
            properties,
            tags,
        };
        Ok(match call(self.provider, &request).await? {
            Reply::Candidates(all) => all.into_iter().map(seen).collect(),
            Reply::Found(live) => vec![seen(live)],
            _ => Vec::new(),
        })
    }

    /// The id or the name by which an object can be read, if nothing else is said of it.
    fn read_by(&self, resource: &Resource, sought: &Sought) -> Option<By> {
        let only = sought.properties.len() == 1 && sought.tags.is_empty();
        if !only || resource.claim != Claim::Look {
            return None;
        }
        let (property, value) = sought.properties.iter().next()?;
        let value: Arc<str> = value.as_str()?.into();
        let ty = self.catalog.resource_type(&resource.type_name)?;
        let id = matches!(ty.primary_identifier.as_slice(), [id] if *id.0 == **property);
        let name = ty
            .overlay
            .name
            .as_ref()
            .is_some_and(|name| *name.0 == **property);
        match (id, name && ty.known_by_name()) {
            (true, _) => Some(By::Id(value)),
            (_, true) => Some(By::Name(value)),
            _ => None,
        }
    }

    async fn read(&self, resource: &Resource, by: By) -> Result<Vec<Live>, Failure> {
        let request = Request::Read(target(resource, Some(by)));
        Ok(match call(self.provider, &request).await? {
            Reply::Found(live) => vec![seen(live)],
            _ => Vec::new(),
        })
    }
}

/// What tells one object from all others of its type.
enum By {
    Id(Arc<str>),
    Name(Arc<str>),
}

fn target(resource: &Resource, by: Option<By>) -> Target {
    let (id, name) = match by {
        Some(By::Id(id)) => (Some(id), None),
        Some(By::Name(name)) => (None, Some(name)),
        None => (None, None),
    };
    Target {
        address: resource.address.clone(),
        generation: 0,
        type_name: resource.type_name.clone(),
        slice: None,
        region: resource.region.clone(),
        id,
        name,
    }
}
