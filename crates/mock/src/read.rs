//! Reads, finds and polls.

use crate::card::Card;
use crate::check::same;
use crate::cloud::{Cloud, Delivery};
use crate::failures;
use crate::object::{Object, Owner, Standing};
use crate::paths::{self, Properties};
use crate::view;
use formwork_provider::{Failure, Live, OwnerTags, Reply, Request, Target};
use formwork_schema::{Identity, ResourceType};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Least and most milliseconds between two polls that the cloud advises.
const POLL_AFTER: (u64, u64) = (500, 30_000);

impl Cloud {
    /// Reads many objects: one answer per target, in order; `None` if an injected fault lets the caller die.
    pub fn read_all(&mut self, targets: &[Target]) -> Option<Vec<Result<Option<Live>, Failure>>> {
        if !self.faults.is_set() {
            if let Err(failure) = self.prepare(false) {
                return Some(targets.iter().map(|_| Err(failure.clone())).collect());
            }
            self.faults.pass(targets.len());
            return Some(targets.iter().map(|target| self.read(target)).collect());
        }
        let each =
            targets.iter().map(
                |target| match self.deliver(&Request::Read(target.clone())) {
                    Delivery::Answer(Ok(Reply::Found(live))) => Some(Ok(Some(live))),
                    Delivery::Answer(Ok(_)) => Some(Ok(None)),
                    Delivery::Answer(Err(failure)) => Some(Err(failure)),
                    Delivery::Crash => None,
                },
            );
        each.collect()
    }

    /// Reads an object, or a slice of it; `None` if it is not there or not seen yet.
    pub(crate) fn read(&mut self, target: &Target) -> Result<Option<Live>, Failure> {
        let card = self.card(&target.type_name)?;
        let Some(object) = self.find_target(target)? else {
            return Ok(None);
        };
        if object.head.elsewhere {
            return Err(failures::elsewhere(&object.type_name, &object.head.id));
        }
        if !self.is_seen(object) {
            return Ok(None);
        }
        let live = view::live(&card, &self.settings, object, self.now())?;
        match &target.slice {
            None => Ok(Some(live)),
            Some(slice) => view::slice(&card, slice, live, object),
        }
    }

    /// Finds the objects that were made for an address and generation, oldest first.
    pub(crate) fn find(
        &self,
        card: &Card,
        target: &Target,
        owner: &OwnerTags,
        properties: &Properties,
    ) -> Result<Reply, Failure> {
        let found = if card.resource.taggable() {
            let owner = Owner {
                stack: Arc::clone(&owner.stack),
                env: Arc::clone(&owner.env),
                address: target.address.tag().into(),
                generation: target.generation.to_string().into(),
            };
            let place = self.place(&target.type_name, &target.region);
            let owned = self.world.by_owner(&target.type_name, &owner);
            owned
                .into_iter()
                .filter(|object| object.place() == place)
                .collect()
        } else {
            let name = target.name.as_ref();
            self.look_alikes(card, &target.region, name, properties)?
        };
        let lives: Result<Vec<Live>, Failure> = found
            .into_iter()
            .filter(|object| self.is_seen(object) && !object.head.elsewhere)
            .filter(|object| !matches!(object.standing(self.now()), Standing::Leaving(_)))
            .map(|object| view::live(card, &self.settings, object, self.now()))
            .collect();
        Ok(Reply::Candidates(lives?))
    }

    /// Finds the objects of a type and region that have these properties and tags, oldest first.
    pub(crate) fn search(
        &self,
        card: &Card,
        target: &Target,
        properties: &Properties,
        tags: &BTreeMap<String, String>,
    ) -> Result<Reply, Failure> {
        let place = self.place(&target.type_name, &target.region);
        let mut objects = self.world.of_type(&target.type_name);
        objects.retain(|object| object.place() == place && !object.head.elsewhere);
        objects.retain(|object| self.is_seen(object));
        objects.retain(|object| !matches!(object.standing(self.now()), Standing::Leaving(_)));
        objects.sort_by_key(|object| object.number);
        let mut found = Vec::new();
        for object in objects {
            let live = view::live(card, &self.settings, object, self.now())?;
            let stored = view::parsed(object)?;
            let has = |(name, wanted): (&String, &Json)| {
                let shown = [stored.get(name), live.properties.get(name)];
                shown.into_iter().flatten().any(|value| same(value, wanted))
                    || (*wanted == Json::Bool(false) && shown == [None, None])
            };
            let tagged = |(key, value): (&String, &String)| live.tags.get(key) == Some(value);
            if properties.iter().all(has) && tags.iter().all(tagged) {
                found.push(live);
            }
        }
        Ok(Reply::Candidates(found))
    }

    /// Objects without tags that have the parent, the name and the other create-only properties of a create; of a part
    /// that is written again and again, those that refer to the same objects.
    pub(crate) fn look_alikes(
        &self,
        card: &Card,
        region: &str,
        name: Option<&Arc<str>>,
        properties: &Properties,
    ) -> Result<Vec<&Object>, Failure> {
        let resource = &card.resource;
        let keys = keys(resource, properties);
        let named = resource.overlay.name.as_ref().zip(name);
        let objects = match named {
            Some((_, name)) => {
                let place = self.place(&resource.name, region);
                self.world.by_name(&resource.name, place, name)
            }
            None if keys.is_empty() => Vec::new(),
            None => self.candidates(resource, region, &keys, properties),
        };
        let mut alike = Vec::new();
        for object in objects {
            let has = view::parsed(object)?;
            let same = keys
                .iter()
                .all(|path| paths::values(&has, path) == paths::values(properties, path));
            if same {
                alike.push(object);
            }
        }
        Ok(alike)
    }

    /// The objects that may have these keys: those that refer to what one of the keys refers to, else all of the type.
    fn candidates(
        &self,
        resource: &ResourceType,
        region: &str,
        keys: &[&str],
        properties: &Properties,
    ) -> Vec<&Object> {
        let references = resource.overlay.references.iter();
        let mut checked =
            references.filter(|reference| reference.checked && keys.contains(&&*reference.path.0));
        let known = checked.find_map(|reference| {
            let values = paths::texts(properties, &reference.path.0);
            let object = self.referred(reference, region, values.first()?, &[])?;
            object.head.parent.is_none().then_some(object.number)
        });
        let mut objects = match known {
            Some(number) => self.world.referrers(number),
            None => self.world.of_type(&resource.name),
        };
        let place = self.place(&resource.name, region);
        objects.retain(|object| object.type_name == resource.name && object.place() == place);
        objects
    }

    /// Asks whether what takes time has ended.
    pub(crate) fn poll(&mut self, target: &Target, deleting: bool) -> Result<Reply, Failure> {
        let card = self.card(&target.type_name)?;
        match self.find_target(target)? {
            None if deleting => Ok(Reply::Deleted),
            None => Ok(Reply::Absent),
            Some(object) => self.answer(&card, object),
        }
    }

    /// The reply that says to ask again.
    pub(crate) fn pending(&self, object: &Object) -> Reply {
        let (left, waiting) = match object.standing(self.now()) {
            Standing::Busy(left, doing) => (left, doing),
            Standing::Leaving(left) => (left, "deleting"),
            Standing::Ready | Standing::Failed(_) => (0, "ready"),
        };
        let (least, most) = POLL_AFTER;
        Reply::Pending {
            id: Arc::clone(&object.head.id),
            poll_after: left.clamp(least, most),
            waiting: waiting.to_owned(),
        }
    }
}

/// The properties that tell an object without tags from others of its type, as far as they are given.
fn keys<'r>(resource: &'r ResourceType, properties: &Properties) -> Vec<&'r str> {
    let given = |path: &&str| !paths::values(properties, path).is_empty();
    let overlay = &resource.overlay;
    let own = resource.create_only.iter();
    let keys: Vec<&str> = own
        .chain(&overlay.parent)
        .chain(&overlay.name)
        .chain(&resource.primary_identifier)
        .map(|path| &*path.0)
        .filter(given)
        .collect();
    if keys.is_empty() && overlay.identity == Identity::Upsert {
        let references = overlay.references.iter();
        return references
            .map(|reference| &*reference.path.0)
            .filter(given)
            .collect();
    }
    keys
}
