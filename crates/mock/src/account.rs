//! Prepares and disturbs the account from outside: objects without our owner, drift, content, names of others.

use crate::card::Card;
use crate::check::{self, Extent};
use crate::cloud::{Call, Cloud};
use crate::create::Creation;
use crate::effects::Verb;
use crate::failures;
use crate::identity::{storable, text_of};
use crate::merge;
use crate::object::{Object, Standing};
use crate::paths::{self, Properties};
use crate::references::Sent;
use crate::view;
use formwork_provider::{Failure, Live};
use serde_json::Value as Json;
use std::sync::Arc;

/// An object in a list of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its type.
    pub type_name: Arc<str>,
    /// Its region.
    pub region: Arc<str>,
    /// Its primary identifier.
    pub id: Arc<str>,
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
    /// The stack, by its tags.
    pub stack: Option<Arc<str>>,
    /// The environment, by its tags.
    pub env: Option<Arc<str>>,
    /// The address, by its tags.
    pub address: Option<Arc<str>>,
    /// The generation, by its tags.
    pub generation: Option<Arc<str>>,
    /// When it was created, in virtual milliseconds.
    pub born: u64,
    /// Whether something is being done to it.
    pub pending: bool,
    /// How many items of data it holds.
    pub content: u64,
}

/// What others do in the account. Durable after [`Cloud::commit`], as all else; in the log as done outside.
impl Cloud {
    /// Puts an object into the account as somebody else would; nothing need be given that a call would have to.
    ///
    /// # Errors
    /// The type is not known, a property is not valid, the name is taken.
    pub fn put(
        &mut self,
        type_name: &str,
        region: &str,
        properties: &Properties,
    ) -> Result<Live, Failure> {
        let card = self.outside(type_name)?;
        let id = self.put_object(&card, region, properties, Whose::Account)?;
        let place = self.place(type_name, region);
        let object = self.world.by_id(type_name, place, &id);
        let object = object.ok_or_else(|| failures::missing(type_name, &id))?;
        view::live(&card, &self.settings, object, self.now())
    }

    /// Puts an object of this name into the account; see [`Cloud::put`].
    ///
    /// # Errors
    /// As [`Cloud::put`], or the type has no name to choose.
    pub fn put_named(
        &mut self,
        type_name: &str,
        region: &str,
        name: &str,
    ) -> Result<Live, Failure> {
        let card = self.outside(type_name)?;
        let properties = named(&card, name)?;
        self.put(type_name, region, &properties)
    }

    /// Lets a name belong to another account.
    ///
    /// # Errors
    /// As [`Cloud::put_named`].
    pub fn reserve(&mut self, type_name: &str, region: &str, name: &str) -> Result<(), Failure> {
        let card = self.outside(type_name)?;
        let properties = named(&card, name)?;
        self.put_object(&card, region, &properties, Whose::Other)?;
        Ok(())
    }

    /// The objects of the account, of a type if one is given, oldest first; those of other accounts left out.
    pub fn list(&self, type_name: Option<&str>) -> Vec<Summary> {
        let wanted = |object: &&Object| {
            !object.head.elsewhere && type_name.is_none_or(|name| *object.type_name == *name)
        };
        let objects = self.world.oldest_first().into_iter().filter(wanted);
        objects.map(|object| self.summary(object)).collect()
    }

    /// The object of an id as a read shows it.
    ///
    /// # Errors
    /// The type is not known, or nothing has the id.
    pub fn get(&mut self, type_name: &str, region: &str, id: &str) -> Result<Live, Failure> {
        let card = self.outside_reading(type_name)?;
        let object = self.object(type_name, region, id)?;
        view::live(&card, &self.settings, object, self.now())
    }

    /// Changes properties as somebody else would; `null` takes one out.
    ///
    /// # Errors
    /// The type is not known, nothing has the id, a property is not valid.
    pub fn change(
        &mut self,
        type_name: &str,
        region: &str,
        id: &str,
        changes: &Properties,
    ) -> Result<(), Failure> {
        let card = self.outside(type_name)?;
        let object = self.object(type_name, region, id)?.clone();
        let given = changes.iter().filter(|(_, value)| !value.is_null());
        let given: Properties = given
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        check::check(&card.resource, &given, Extent::Some, &mut self.patterns)?;
        let before = view::parsed(&object)?;
        let mut after = before.clone();
        after.retain(|name, _| !changes.get(name).is_some_and(Json::is_null));
        after.extend(storable(&card.resource, &given));
        let foreign = merge::foreign_after(&card.resource, &object, &before, &after);
        let mut object = self.rewrite(&card, object, after, Sent::None)?;
        object.head.foreign = foreign;
        let sent = text_of(&given);
        self.log_outside(Verb::OutsideChange, &object, &sent);
        self.world.put(object);
        Ok(())
    }

    /// Removes an object as somebody else would: no rule stops it, and what lives in it goes too.
    ///
    /// # Errors
    /// The type is not known, or nothing has the id.
    pub fn remove(&mut self, type_name: &str, region: &str, id: &str) -> Result<(), Failure> {
        self.outside(type_name)?;
        let object = self.object(type_name, region, id)?.clone();
        self.log_outside(Verb::OutsideRemove, &object, "");
        self.vanish(object.number);
        Ok(())
    }

    /// Lets an object hold so many items of data: a bucket objects, a repository images.
    ///
    /// # Errors
    /// The type is not known, or nothing has the id.
    pub fn put_content(
        &mut self,
        type_name: &str,
        region: &str,
        id: &str,
        items: u64,
    ) -> Result<(), Failure> {
        self.outside(type_name)?;
        let mut object = self.object(type_name, region, id)?.clone();
        object.head.content = items;
        self.log_outside(Verb::OutsideChange, &object, "content");
        self.world.put(object);
        Ok(())
    }

    fn outside(&mut self, type_name: &str) -> Result<Arc<Card>, Failure> {
        self.prepare(true)?;
        self.card(&type_name.into())
    }

    fn outside_reading(&mut self, type_name: &str) -> Result<Arc<Card>, Failure> {
        self.prepare(false)?;
        self.card(&type_name.into())
    }

    fn put_object(
        &mut self,
        card: &Card,
        region: &str,
        properties: &Properties,
        whose: Whose,
    ) -> Result<Arc<str>, Failure> {
        let region: Arc<str> = region.into();
        let creation = Creation {
            region: &region,
            properties,
            call: None,
            elsewhere: whose == Whose::Other,
        };
        match self.create(card, &creation)? {
            formwork_provider::Reply::Done(live) => Ok(live.id),
            formwork_provider::Reply::Pending { id, .. } => Ok(id),
            _ => Err(failures::missing(&card.resource.name, "put")),
        }
    }

    fn object(&self, type_name: &str, region: &str, id: &str) -> Result<&Object, Failure> {
        let place = self.place(type_name, region);
        let object = self.world.by_id(type_name, place, id);
        object.ok_or_else(|| failures::missing(type_name, id))
    }

    fn summary(&self, object: &Object) -> Summary {
        let owner = object.head.owner.as_ref();
        Summary {
            type_name: Arc::clone(&object.type_name),
            region: Arc::clone(&object.region),
            id: Arc::clone(&object.head.id),
            name: object.head.name.clone(),
            stack: owner.map(|owner| Arc::clone(&owner.stack)),
            env: owner.map(|owner| Arc::clone(&owner.env)),
            address: owner.map(|owner| Arc::clone(&owner.address)),
            generation: owner.map(|owner| Arc::clone(&owner.generation)),
            born: object.head.born,
            pending: matches!(
                object.standing(self.now()),
                Standing::Busy(..) | Standing::Leaving(_)
            ),
            content: object.head.content,
        }
    }

    fn log_outside(&mut self, verb: Verb, object: &Object, sent: &str) {
        let call = Call {
            sent,
            ..Call::default()
        };
        self.log(verb, object, call);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Account,
    Other,
}

fn named(card: &Card, name: &str) -> Result<Properties, Failure> {
    let resource = &card.resource;
    let path = resource.overlay.name.as_ref().or_else(|| {
        let identifier = resource.primary_identifier.first();
        identifier.filter(|path| !resource.read_only.contains(path))
    });
    let path = path.ok_or_else(|| failures::unnamed(&resource.name))?;
    let mut properties = Properties::new();
    paths::set(&mut properties, &path.0, Json::String(name.to_owned()));
    Ok(properties)
}
