//! Reads, finds and polls.

use crate::card::Card;
use crate::cloud::{Cloud, Delivery};
use crate::failures;
use crate::object::{Object, Owner, Standing};
use crate::paths::{self, Properties};
use crate::view;
use formwork_provider::{Failure, Live, OwnerTags, Reply, Request, Target};
use formwork_schema::Identity;
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
            let place = self.place(&target.type_name, &target.region);
            self.look_alikes(card, place, target.name.as_ref(), properties)?
        };
        let lives: Result<Vec<Live>, Failure> = found
            .into_iter()
            .filter(|object| self.is_seen(object) && !object.head.elsewhere)
            .filter(|object| !matches!(object.standing(self.now()), Standing::Leaving(_)))
            .map(|object| view::live(card, &self.settings, object, self.now()))
            .collect();
        Ok(Reply::Candidates(lives?))
    }

    /// Objects without tags that have the parent, the name and the other create-only properties of a create; of a part
    /// that is written again and again, those that refer to the same objects.
    pub(crate) fn look_alikes(
        &self,
        card: &Card,
        place: &str,
        name: Option<&Arc<str>>,
        properties: &Properties,
    ) -> Result<Vec<&Object>, Failure> {
        let resource = &card.resource;
        let named = resource.overlay.name.as_ref().zip(name);
        let objects = match named {
            Some((_, name)) => self.world.by_name(&resource.name, place, name),
            None => self.world.of_type(&resource.name, place),
        };
        let mut keys: Vec<&str> = resource
            .create_only
            .iter()
            .chain(&resource.overlay.parent)
            .chain(&resource.overlay.name)
            .chain(&resource.primary_identifier)
            .map(|path| &*path.0)
            .filter(|path| !paths::values(properties, path).is_empty())
            .collect();
        if keys.is_empty() && resource.overlay.identity == Identity::Upsert {
            let references = resource.overlay.references.iter();
            keys = references.map(|reference| &*reference.path.0).collect();
            keys.retain(|path| !paths::values(properties, path).is_empty());
        }
        let mut alike = Vec::new();
        for object in objects {
            let has = view::parsed(object)?;
            let same = keys
                .iter()
                .all(|path| paths::values(&has, path) == paths::values(properties, path));
            if same && !(keys.is_empty() && named.is_none()) {
                alike.push(object);
            }
        }
        Ok(alike)
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
