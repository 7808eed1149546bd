//! Answers the engine's requests: finds what makes the type, makes the calls, and turns slices into updates of what
//! they are slices of.

use crate::account::{Account, Options};
use crate::clients::Clients;
use crate::registry::resource;
use crate::resource::{At, Change, Packages, Resource};
use formwork_provider::{
    Answer, Failure, FailureClass, Identity, Listing, Live, Page, Provider, Reply, Request, Target,
};
use formwork_schema::{Catalog, Part, ResourceType};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// An account of AWS, signed in.
pub struct AwsProvider {
    account: Account,
    catalog: Arc<dyn Catalog>,
    packages: Arc<dyn Packages>,
}

impl AwsProvider {
    /// Signs in and asks AWS whose account that is. The code of functions comes from `packages`.
    ///
    /// # Errors
    /// Nobody is signed in, or the role of the environment cannot be taken on.
    pub async fn connect(
        options: &Options,
        catalog: Arc<dyn Catalog>,
        packages: Arc<dyn Packages>,
    ) -> Result<Self, Failure> {
        Ok(AwsProvider {
            account: Account::open(options).await?,
            catalog,
            packages,
        })
    }

    /// The account, 12 digits.
    pub fn account(&self) -> &Arc<str> {
        &self.account.identity().account
    }

    /// When the credentials end; `None` if they do not.
    pub fn expires(&self) -> Option<SystemTime> {
        self.account.expires()
    }

    fn resource_type(&self, target: &Target) -> Result<Arc<ResourceType>, Failure> {
        let known = self.catalog.resource_type(&target.type_name);
        known.ok_or_else(|| unknown_type(&target.type_name))
    }

    fn at<'a>(
        &'a self,
        clients: &'a Clients,
        resource: &'a ResourceType,
        target: &'a Target,
    ) -> At<'a> {
        At {
            clients,
            account: &self.account.identity().account,
            resource,
            target,
            packages: self.packages.as_ref(),
        }
    }

    async fn make(&self, request: Request) -> Result<Reply, Failure> {
        let target = request.target();
        let ty = self.resource_type(target)?;
        let clients = self.account.clients(&target.region);
        let at = self.at(&clients, &ty, target);
        let made_by = resource(&target.type_name);
        if let Some(slice) = &target.slice {
            return sliced(&at, part_of(&ty, slice)?, &request).await;
        }
        match &request {
            Request::Read(_) => Ok(made_by.read(&at).await?.map_or(Reply::Absent, Reply::Found)),
            Request::Find {
                properties, owner, ..
            } => {
                let mut found = made_by.find(&at, properties).await?;
                if ty.taggable() && (at.target.name.is_none() || !ty.known_by_name()) {
                    found.retain(|live| at.is_ours(live, owner));
                }
                Ok(Reply::Candidates(found))
            }
            Request::Search {
                properties, tags, ..
            } => {
                let mut found = made_by.find(&at, properties).await?;
                found.retain(|live| matches(live, properties, tags));
                Ok(Reply::Candidates(found))
            }
            Request::Create {
                properties, token, ..
            } => match made_by.create(&at, properties, token).await {
                Err(failure) => Err(half_made(made_by, &at, properties, failure).await),
                made => made,
            },
            Request::Update {
                changed,
                removed,
                properties,
                token,
                ..
            } => {
                let change = Change {
                    changed,
                    removed,
                    wanted: properties,
                    token,
                };
                made_by.update(&at, &change).await
            }
            Request::Delete { force, .. } => made_by.delete(&at, *force).await,
            Request::Poll { deleting, .. } => made_by.poll(&at, *deleting).await,
        }
    }

    /// Reads those of one type and region.
    async fn read_alike(&self, targets: &[&Target]) -> Vec<Result<Option<Live>, Failure>> {
        let Some(first) = targets.first() else {
            return Vec::new();
        };
        let ty = match self.resource_type(first) {
            Ok(ty) => ty,
            Err(failure) => return targets.iter().map(|_| Err(failure.clone())).collect(),
        };
        let clients = self.account.clients(&first.region);
        let all: Vec<At<'_>> = targets
            .iter()
            .map(|target| self.at(&clients, &ty, target))
            .collect();
        let answers = resource(&first.type_name).read_many(&all).await;
        let each = targets.iter().zip(answers);
        each.map(|(target, answer)| match &target.slice {
            Some(slice) => Ok(answer?.and_then(|live| of_part(part_of(&ty, slice).ok()?, live))),
            None => answer,
        })
        .collect()
    }

    async fn read_all(&self, targets: &[Target]) -> Vec<Result<Option<Live>, Failure>> {
        let mut alike: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (at, target) in targets.iter().enumerate() {
            let key = (&*target.type_name, &*target.region);
            alike.entry(key).or_default().push(at);
        }
        let groups = alike.into_values().map(|places| async move {
            let group: Vec<&Target> = places.iter().filter_map(|at| targets.get(*at)).collect();
            let answers = self.read_alike(&group).await;
            places.into_iter().zip(answers).collect::<Vec<_>>()
        });
        let mut answers: Vec<_> = futures_util::future::join_all(groups)
            .await
            .into_iter()
            .flatten()
            .collect();
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

impl Provider for AwsProvider {
    fn identity(&self) -> Answer<'_, Result<Identity, Failure>> {
        Box::pin(async { Ok(self.account.identity().clone()) })
    }

    fn read(&self, targets: Vec<Target>) -> Answer<'_, Vec<Result<Option<Live>, Failure>>> {
        Box::pin(async move { self.read_all(&targets).await })
    }

    fn list(&self, listing: Listing) -> Answer<'_, Result<Option<Page>, Failure>> {
        Box::pin(async move {
            let clients = self.account.clients(&listing.region);
            resource(&listing.type_name).list(&clients, &listing).await
        })
    }

    fn call(&self, request: Request) -> Answer<'_, Result<Reply, Failure>> {
        Box::pin(self.make(request))
    }

    fn sleep(&self, milliseconds: u64) -> Answer<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(milliseconds)))
    }

    fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
    }
}

/// Whether an object has properties and tags; one that is `false` may be absent.
fn matches(live: &Live, properties: &Map<String, Json>, tags: &BTreeMap<String, String>) -> bool {
    let has = |(name, wanted): (&String, &Json)| match live.properties.get(name) {
        Some(value) => value == wanted,
        None => *wanted == Json::Bool(false),
    };
    let tagged = |(key, value): (&String, &String)| live.tags.get(key) == Some(value);
    properties.iter().all(has) && tags.iter().all(tagged)
}

/// A create is often several calls: where a later one is refused for good, the object that the first one made is not
/// lost. The engine finds it by its tags and keeps it as one that failed.
async fn half_made(
    made_by: &dyn Resource,
    at: &At<'_>,
    wanted: &Map<String, Json>,
    failure: Failure,
) -> Failure {
    let refused = matches!(
        failure.class,
        FailureClass::InvalidInput(_) | FailureClass::AccessDenied(_) | FailureClass::Quota
    );
    if !refused || !at.resource.taggable() {
        return failure;
    }
    let tags = at.tags(wanted);
    let found = made_by.find(at, wanted).await.unwrap_or_default();
    let ours = |live: &Live| {
        tags.iter()
            .all(|(key, value)| live.tags.get(key) == Some(value))
    };
    match !tags.is_empty() && found.iter().any(ours) {
        true => Failure {
            class: FailureClass::CreationFailed,
            ..failure
        },
        false => failure,
    }
}

fn unknown_type(name: &str) -> Failure {
    let message = format!("the catalog has no type {name}");
    Failure::new(FailureClass::Bug, "TypeNotFound", message)
}

fn part_of<'t>(ty: &'t ResourceType, slice: &str) -> Result<&'t Part, Failure> {
    ty.overlay.parts.get(slice).ok_or_else(|| {
        let message = format!("{} has no slice {slice}", ty.name);
        Failure::new(FailureClass::Bug, "SliceNotFound", message)
    })
}

/// A call about some properties of an object that have an address of their own: to create, change or delete them is
/// to change the object.
async fn sliced(at: &At<'_>, part: &Part, request: &Request) -> Result<Reply, Failure> {
    let made_by = resource(&at.target.type_name);
    let whole = |live: Live| of_part(part, live);
    let nothing = Map::new();
    match request {
        Request::Read(_) => Ok(made_by
            .read(at)
            .await?
            .and_then(whole)
            .map_or(Reply::Absent, Reply::Found)),
        Request::Find { .. } => Ok(Reply::Candidates(
            made_by
                .read(at)
                .await?
                .and_then(whole)
                .into_iter()
                .collect(),
        )),
        // A slice is looked for by what it is a slice of.
        Request::Search { .. } => Ok(Reply::Candidates(Vec::new())),
        Request::Create {
            properties, token, ..
        } => {
            let change = Change {
                changed: properties,
                removed: &[],
                wanted: properties,
                token,
            };
            narrowed(part, made_by.update(at, &change).await?)
        }
        Request::Update {
            changed,
            removed,
            properties,
            token,
            ..
        } => {
            let change = Change {
                changed,
                removed,
                wanted: properties,
                token,
            };
            narrowed(part, made_by.update(at, &change).await?)
        }
        Request::Delete { .. } => {
            if made_by.read(at).await?.and_then(whole).is_none() {
                return Ok(Reply::Deleted);
            }
            let change = Change {
                changed: &nothing,
                removed: &part.properties,
                wanted: &nothing,
                token: "",
            };
            made_by.update(at, &change).await?;
            Ok(Reply::Deleted)
        }
        Request::Poll { deleting, .. } => {
            let reply = made_by.poll(at, false).await?;
            match (reply, deleting) {
                (Reply::Done(_) | Reply::Absent, true) => Ok(Reply::Deleted),
                (reply, _) => narrowed(part, reply),
            }
        }
    }
}

fn narrowed(part: &Part, reply: Reply) -> Result<Reply, Failure> {
    Ok(match reply {
        Reply::Done(live) => {
            let empty = Live {
                properties: Map::new(),
                contents: None,
                ..live.clone()
            };
            Reply::Done(of_part(part, live).unwrap_or(empty))
        }
        other => other,
    })
}

/// What of an object belongs to a slice; `None` if nothing of it is there.
fn of_part(part: &Part, live: Live) -> Option<Live> {
    let belongs = |name: &str| part.properties.iter().any(|known| **known == *name);
    let properties: Map<String, Json> = live
        .properties
        .into_iter()
        .filter(|(name, _)| belongs(name))
        .collect();
    (!properties.is_empty()).then_some(Live {
        properties,
        contents: None,
        ..live
    })
}
