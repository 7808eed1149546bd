//! Updates: only what may change in place changes, and what others wrote into shared properties stays.

use crate::card::Card;
use crate::check::{self, Extent, same};
use crate::cloud::{Call, Cloud};
use crate::create::AT_ONCE;
use crate::effects::Verb;
use crate::failures;
use crate::identity::{handles, owner, storable, text_of};
use crate::make::{self, Moment, Origin};
use crate::merge;
use crate::object::{Head, Object, Phase, Standing};
use crate::paths::{self, Properties};
use crate::references::Sent;
use crate::view;
use formwork_provider::{Failure, Reply, Target};
use formwork_schema::{Attribute, ResourceType};
use serde_json::Value as Json;
use std::sync::Arc;

impl Cloud {
    /// Changes an object in place.
    pub(crate) fn update(
        &mut self,
        card: &Card,
        target: &Target,
        changed: &Properties,
        removed: &[Arc<str>],
        token: &Arc<str>,
    ) -> Result<Reply, Failure> {
        let before_delete = &card.resource.overlay.before_delete;
        let prepares = removed.is_empty()
            && changed
                .keys()
                .all(|name| before_delete.contains_key(name.as_str()));
        let object = match prepares {
            // What could not be created can still be made ready to be deleted.
            true => self.there(target)?,
            false => self.changeable(target)?,
        };
        let resource = &card.resource;
        check::check(resource, changed, Extent::Some, &mut self.patterns)?;
        let before = view::parsed(&object)?;
        refuse_replacement(resource, &before, changed)?;
        let mut after = before.clone();
        take_out(resource, &mut after, removed)?;
        let sent = storable(resource, changed);
        for (name, value) in &sent {
            after.insert(name.clone(), value.clone());
        }
        check::required(resource, &with_write_only(resource, &after))?;
        merge::keep_foreign(&object, &mut after);
        let mut object = self.rewrite(card, object, after, Sent::Only(changed))?;
        let object_tags = |name: &String| {
            let tags = resource.tags.as_ref();
            tags.is_some_and(|tags| *tags.property == **name)
        };
        if !removed.is_empty() || !changed.keys().all(object_tags) {
            self.revise(card, &mut object)?;
        }
        self.refuse_namesake(card, &object)?;
        if !matches!(object.head.phase, Phase::Failed(_)) {
            object.head.phase = self.busy_for(resource.overlay.times.1);
        }
        let call = Call {
            target: Some(target),
            token: Some(token),
            sent: &format!("{}-{removed:?}", text_of(&sent)),
        };
        self.log(Verb::Update, &object, call);
        let reply = self.answer(card, &object)?;
        self.world.put(object);
        Ok(reply)
    }

    /// The object of a target, if it can be changed now.
    pub(crate) fn changeable(&self, target: &Target) -> Result<Object, Failure> {
        let object = self.there(target)?;
        match object.standing(self.now()) {
            Standing::Failed(why) => {
                let (type_name, id) = (&target.type_name, &object.head.id);
                Err(failures::creation_failed(type_name, id, &why))
            }
            _ => Ok(object),
        }
    }

    /// The object of a target, if nothing is being done to it.
    fn there(&self, target: &Target) -> Result<Object, Failure> {
        let name = target.id.as_ref().or(target.name.as_ref());
        let name = name.map_or("", |name| &**name);
        let missing = || failures::missing(&target.type_name, name);
        let object = self.find_target(target)?.ok_or_else(missing)?;
        if object.head.elsewhere {
            return Err(failures::elsewhere(&target.type_name, name));
        }
        match object.standing(self.now()) {
            Standing::Ready | Standing::Failed(_) => Ok(object.clone()),
            Standing::Busy(_, doing) => Err(failures::busy(&target.type_name, name, doing)),
            Standing::Leaving(_) => Err(missing()),
        }
    }

    /// The object with other properties: what follows from them is made anew.
    pub(crate) fn rewrite(
        &self,
        card: &Card,
        object: Object,
        mut properties: Properties,
        sent: Sent<'_>,
    ) -> Result<Object, Failure> {
        let resource = &card.resource;
        let origin = Origin {
            account: Arc::clone(&self.account),
            region: Arc::clone(&object.region),
            seed: String::new(),
            serial: 1,
        };
        make::attributes(resource, &mut properties, &origin, Moment::Change);
        let own = Some(object.number);
        let ties = self.ties(resource, &object.region, &properties, sent, own)?;
        let named = self.named(card, &properties, &ties);
        Ok(Object {
            head: Head {
                handles: handles(card, &properties, &object.head.id, named.name.as_ref()),
                name: named.name,
                scope: named.scope,
                owner: owner(resource, &properties),
                holds: ties.holds,
                refers: ties.refers,
                parent: ties.parent,
                ..object.head
            },
            body: text_of(&properties),
            ..object
        })
    }

    /// Gives a changed object its next version or revision, if its type counts them.
    fn revise(&mut self, card: &Card, object: &mut Object) -> Result<(), Failure> {
        let resource = &card.resource;
        if !resource.overlay.attributes.values().any(Attribute::moves) {
            return Ok(());
        }
        let mut counters = Vec::new();
        let mut origin = Origin {
            account: Arc::clone(&self.account),
            region: Arc::clone(&object.region),
            seed: String::new(),
            serial: 1,
        };
        self.number_it(resource, &object.head, &mut origin, &mut counters);
        let mut properties = view::parsed(object)?;
        make::attributes(resource, &mut properties, &origin, Moment::Revision);
        object.head.handles = handles(
            card,
            &properties,
            &object.head.id,
            object.head.name.as_ref(),
        );
        object.body = text_of(&properties);
        for counter in counters {
            self.world.count(counter);
        }
        Ok(())
    }

    fn refuse_namesake(&self, card: &Card, object: &Object) -> Result<(), Failure> {
        let (true, Some(name)) = (card.unique, &object.head.name) else {
            return Ok(());
        };
        let named = self.world.by_name(&object.type_name, object.place(), name);
        let rival = named
            .iter()
            .any(|other| other.number != object.number && other.head.scope == object.head.scope);
        if rival {
            return Err(failures::exists(&object.type_name, name));
        }
        Ok(())
    }

    /// The phase of an object that is changed for so many milliseconds.
    pub(crate) fn busy_for(&self, takes: u32) -> Phase {
        if takes < AT_ONCE {
            return Phase::Ready;
        }
        Phase::Updating {
            until: self.now().saturating_add(u64::from(takes)),
        }
    }
}

/// Refuses a change of what is set at creation; the property is named.
fn refuse_replacement(
    resource: &ResourceType,
    before: &Properties,
    changed: &Properties,
) -> Result<(), Failure> {
    let replaced = resource.overlay.replace.iter();
    let replaced = replaced
        .filter(|(_, replaces)| **replaces)
        .map(|(path, _)| path);
    for path in resource.create_only.iter().chain(replaced) {
        let stays = resource.overlay.replace.get(path) == Some(&false);
        if stays || !changed.contains_key(path.root()) {
            continue;
        }
        let (old, new) = (
            paths::values(before, &path.0),
            paths::values(changed, &path.0),
        );
        let equal = old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| same(old, new));
        if !equal {
            return Err(failures::create_only(&path.0));
        }
    }
    let updatable = |name: &String| {
        let tags = resource.tags.as_ref();
        tags.is_some_and(|tags| tags.updatable && *tags.property == **name)
    };
    match changed.keys().find(|name| !updatable(name)) {
        Some(name) if !resource.mutable => Err(failures::create_only(name)),
        _ => Ok(()),
    }
}

/// Takes properties out that may be taken out.
fn take_out(
    resource: &ResourceType,
    properties: &mut Properties,
    removed: &[Arc<str>],
) -> Result<(), Failure> {
    for name in removed {
        let known = resource
            .properties
            .contains_key(name.split('/').next().unwrap_or(name));
        if !known {
            return Err(failures::invalid(
                name,
                format!("{} has no such property", resource.name),
            ));
        }
        if ResourceType::covers(&resource.read_only, name) {
            return Err(failures::invalid(
                name,
                "it is made by AWS and cannot be taken out",
            ));
        }
        let resets = &resource.overlay.resets;
        if let Some((_, value)) = resets.iter().find(|(path, _)| *path.0 == **name) {
            let message = format!("leaving it out changes nothing; it is reset to {value}");
            return Err(failures::invalid(name, message));
        }
        let present = !paths::values(properties, name).is_empty();
        if present && ResourceType::covers(&resource.create_only, name) {
            return Err(failures::create_only(name));
        }
        paths::take_out(properties, name);
    }
    Ok(())
}

/// The properties with a stand-in for those that are required and never stored.
fn with_write_only(resource: &ResourceType, properties: &Properties) -> Properties {
    let mut all = properties.clone();
    for path in &resource.write_only {
        all.entry(path.root()).or_insert(Json::Null);
    }
    all
}
