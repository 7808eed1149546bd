//! Creates: names, tokens, what is made for the object, and how long it takes.

use crate::card::Card;
use crate::check::{self, Extent, same};
use crate::cloud::{Call, Cloud};
use crate::effects::Verb;
use crate::failures;
use crate::identity::{handles, identifier, owner, storable, text_of};
use crate::make::{self, Moment, Origin};
use crate::object::{Head, Number, Object, Phase, Standing};
use crate::paths::{self, Properties};
use crate::references::{Sent, Ties};
use crate::view;
use formwork_provider::{Failure, Reply, Target};
use formwork_schema::{Attribute, Identity, ResourceType};
use serde_json::Value as Json;
use std::sync::Arc;

/// A time below this is the call's own latency and not a state to wait for, in milliseconds.
pub(crate) const AT_ONCE: u32 = 2_500;

/// A create, by a call or by somebody else.
pub(crate) struct Creation<'a> {
    /// The region.
    pub(crate) region: &'a Arc<str>,
    /// What was asked for.
    pub(crate) properties: &'a Properties,
    /// The call and its token; none from outside.
    pub(crate) call: Option<(&'a Target, &'a Arc<str>)>,
    /// The object belongs to another account.
    pub(crate) elsewhere: bool,
}

impl<'a> Creation<'a> {
    /// A create by a call.
    pub(crate) fn called(
        target: &'a Target,
        properties: &'a Properties,
        token: &'a Arc<str>,
    ) -> Self {
        Creation {
            region: &target.region,
            properties,
            call: Some((target, token)),
            elsewhere: false,
        }
    }

    fn token(&self) -> Option<&'a Arc<str>> {
        self.call.map(|(_, token)| token)
    }

    fn log<'b>(&'b self, sent: &'b str) -> Call<'b> {
        Call {
            target: self.call.map(|(target, _)| target),
            token: self.token(),
            sent,
        }
    }

    /// What others put in need not be whole.
    fn extent(&self) -> Extent {
        match self.call {
            Some(_) => Extent::Whole,
            None => Extent::Some,
        }
    }

    fn sent(&self) -> Sent<'a> {
        match self.call {
            Some(_) => Sent::All,
            None => Sent::None,
        }
    }

    /// Whom its ids are counted for.
    fn maker(&self) -> String {
        match self.call {
            Some((target, _)) => format!("{}#{}", target.address, target.generation),
            None => "outside".to_owned(),
        }
    }
}

impl Cloud {
    /// Creates an object.
    pub(crate) fn create(&mut self, card: &Card, by: &Creation<'_>) -> Result<Reply, Failure> {
        let resource = &card.resource;
        check::check(resource, by.properties, by.extent(), &mut self.patterns)?;
        let mut properties = storable(resource, by.properties);
        let sent = text_of(&properties);
        if let Some(reply) = self.repeated(card, by, &sent)? {
            return Ok(reply);
        }
        let mut counters = Vec::new();
        let mut origin = self.origin(card, by, &mut counters);
        name_it(resource, &mut properties, &origin);
        let ties = self.ties(resource, by.region, &properties, by.sent(), None)?;
        let head = self.named(card, &properties, &ties);
        if let Some(existing) = self.namesake(card, &head, by.region)? {
            return self.take_over(card, existing, &properties, by, &sent);
        }
        if let Some(existing) = self.written_before(card, by, &properties)? {
            return self.take_over(card, existing, &properties, by, &sent);
        }
        self.number_it(resource, &head, &mut origin, &mut counters);
        make::attributes(resource, &mut properties, &origin, Moment::Creation);
        let id: Arc<str> = identifier(resource, &mut properties, &origin).into();
        if let Some(existing) = self.identical(card, &id, by.region)? {
            return self.take_over(card, existing, &properties, by, &sent);
        }
        for counter in counters {
            self.world.count(counter);
        }
        let object = Object {
            number: self.world.next_object,
            type_name: Arc::clone(&resource.name),
            region: Arc::clone(by.region),
            head: Head {
                handles: handles(card, &properties, &id, head.name.as_ref()),
                id,
                owner: owner(resource, &properties),
                token: token_of(resource, by, &sent),
                holds: ties.holds,
                refers: ties.refers,
                parent: ties.parent,
                born: self.now(),
                phase: self.creating(resource, by),
                elsewhere: by.elsewhere,
                ..head
            },
            body: text_of(&properties),
        };
        let verb = by.call.map_or(Verb::OutsidePut, |_| Verb::Create);
        self.log(verb, &object, by.log(&sent));
        let reply = self.answer(card, &object)?;
        self.world.put(object);
        Ok(reply)
    }

    /// What a call comes to: `Done`, or `Pending` while something is done to the object.
    pub(crate) fn answer(&self, card: &Card, object: &Object) -> Result<Reply, Failure> {
        match object.standing(self.now()) {
            Standing::Busy(..) | Standing::Leaving(_) => Ok(self.pending(object)),
            Standing::Failed(why) => {
                let id = &object.head.id;
                Err(failures::creation_failed(&object.type_name, id, &why))
            }
            Standing::Ready => Ok(Reply::Done(view::live(
                card,
                &self.settings,
                object,
                self.now(),
            )?)),
        }
    }

    /// The reply to a create that was made before with the same token, while the token lives.
    fn repeated(
        &self,
        card: &Card,
        by: &Creation<'_>,
        sent: &str,
    ) -> Result<Option<Reply>, Failure> {
        let (Identity::Token(lifetime), Some(token)) = (card.resource.overlay.identity, by.token())
        else {
            return Ok(None);
        };
        let Some(object) = self.world.by_token(&card.resource.name, token) else {
            return Ok(None);
        };
        let ends = object.head.born.saturating_add(u64::from(lifetime) * 1_000);
        if ends <= self.now() {
            return Ok(None);
        }
        let known = object.head.token.as_ref().map(|(_, digest)| &**digest);
        if known != Some(&*make::digest(sent.as_bytes())) {
            return Err(failures::token_reused(token));
        }
        self.answer(card, object).map(Some)
    }

    /// What the object's ids are made from: whom it is made for, and how many were before.
    fn origin(&self, card: &Card, by: &Creation<'_>, counters: &mut Vec<String>) -> Origin {
        let resource = &card.resource;
        let counter = format!("made\u{1f}{}\u{1f}{}", resource.name, by.maker());
        let before = self.world.counters.get(&counter).copied().unwrap_or(0);
        let attributes = &resource.overlay.attributes;
        let known = |attribute: &Attribute| matches!(attribute, Attribute::Template(_));
        let all_known = !attributes.is_empty() && attributes.values().all(known);
        let seed = format!(
            "{}\u{1f}{counter}\u{1f}{}\u{1f}{before}",
            self.seed, by.region
        );
        if !all_known || by.call.is_none() {
            counters.push(counter);
        }
        Origin {
            account: Arc::clone(&self.account),
            region: Arc::clone(by.region),
            seed,
            serial: 1,
        }
    }

    /// Gives the object its version or revision, if its type counts them.
    pub(crate) fn number_it(
        &self,
        resource: &ResourceType,
        head: &Head,
        origin: &mut Origin,
        counters: &mut Vec<String>,
    ) {
        let counts = |attribute: &Attribute| {
            let (Attribute::Template(text) | Attribute::Made(text)) = attribute;
            text.contains("{serial}")
        };
        if !resource.overlay.attributes.values().any(counts) {
            return;
        }
        let within = match (head.parent, &head.name) {
            (Some(parent), _) => format!("#{parent}"),
            (None, Some(name)) => name.to_string(),
            (None, None) => String::new(),
        };
        let place = if head.everywhere { "" } else { &*origin.region };
        let counter = format!("serial\u{1f}{}\u{1f}{place}\u{1f}{within}", resource.name);
        origin.serial = self.world.counters.get(&counter).copied().unwrap_or(0) + 1;
        counters.push(counter);
    }

    /// The name of an object and what it is unique within.
    pub(crate) fn named(&self, card: &Card, properties: &Properties, ties: &Ties) -> Head {
        let overlay = &card.resource.overlay;
        let text = |path: &str| {
            paths::texts(properties, path)
                .first()
                .map(|text| Arc::from(&**text))
        };
        let scope = match (card.scope(), &overlay.parent, ties.parent) {
            (Some(property), Some(path), Some(parent)) if *property == *path.0 => {
                Some(format!("#{parent}").into())
            }
            (Some(property), ..) => text(property),
            (None, ..) => None,
        };
        Head {
            name: overlay.name.as_ref().and_then(|path| text(&path.0)),
            scope: scope.unwrap_or_default(),
            everywhere: card.everywhere,
            parent: ties.parent,
            ..Head::default()
        }
    }

    /// The object that has the name, if creating another takes it over.
    pub(crate) fn namesake(
        &self,
        card: &Card,
        head: &Head,
        region: &str,
    ) -> Result<Option<Number>, Failure> {
        let (true, Some(name)) = (card.unique, &head.name) else {
            return Ok(None);
        };
        let place = if head.everywhere { "" } else { region };
        let named = self.world.by_name(&card.resource.name, place, name);
        match named
            .into_iter()
            .find(|other| other.head.scope == head.scope)
        {
            Some(other) => self.rival(card, other, name),
            None => Ok(None),
        }
    }

    fn identical(&self, card: &Card, id: &str, region: &str) -> Result<Option<Number>, Failure> {
        let place = if card.everywhere { "" } else { region };
        match self.world.by_id(&card.resource.name, place, id) {
            Some(other) => self.rival(card, other, id),
            None => Ok(None),
        }
    }

    /// The part that an earlier call wrote in the same place, where its type has neither name nor id of ours.
    fn written_before(
        &self,
        card: &Card,
        by: &Creation<'_>,
        properties: &Properties,
    ) -> Result<Option<Number>, Failure> {
        if card.resource.overlay.identity != Identity::Upsert || by.call.is_none() {
            return Ok(None);
        }
        let alike = self.look_alikes(card, by.region, None, properties)?;
        let ours = alike.iter().find(|object| !object.head.elsewhere);
        Ok(ours.map(|object| object.number))
    }

    fn rival(&self, card: &Card, other: &Object, name: &str) -> Result<Option<Number>, Failure> {
        let type_name = &card.resource.name;
        if other.head.elsewhere {
            return Err(failures::taken(type_name, name));
        }
        if let Standing::Leaving(_) = other.standing(self.now()) {
            return Err(failures::busy(type_name, name, "being deleted"));
        }
        if card.overwrites() {
            return Ok(Some(other.number));
        }
        Err(failures::exists(type_name, name))
    }

    /// What some of AWS's creates do to an object that is there: they write over it and say it is done.
    fn take_over(
        &mut self,
        card: &Card,
        number: Number,
        asked: &Properties,
        by: &Creation<'_>,
        sent: &str,
    ) -> Result<Reply, Failure> {
        let missing = || failures::missing(&card.resource.name, "taken over");
        let object = self.world.get(number).cloned().ok_or_else(missing)?;
        let mut properties = view::parsed(&object)?;
        for path in &card.resource.create_only {
            let (old, new) = (
                paths::values(&properties, &path.0),
                paths::values(asked, &path.0),
            );
            let differs = !new.is_empty()
                && (old.len() != new.len()
                    || !old.iter().zip(&new).all(|(old, new)| same(old, new)));
            if differs {
                return Err(failures::exists(&object.type_name, &object.head.id));
            }
        }
        let made = |name: &String| ResourceType::covers(&card.resource.read_only, name);
        let kept = |name: &String| {
            ResourceType::covers(&card.resource.overlay.keeps, name)
                && properties.get(name).is_some_and(|value| !value.is_null())
        };
        let given = asked.iter().filter(|(name, _)| !made(name) && !kept(name));
        let given: Vec<(String, Json)> = given
            .map(|(name, value)| (name.clone(), Json::clone(value)))
            .collect();
        properties.extend(given);
        let object = self.rewrite(card, object, properties, by.sent())?;
        self.log(Verb::Overwrite, &object, by.log(sent));
        let reply = self.answer(card, &object)?;
        self.world.put(object);
        Ok(reply)
    }

    fn creating(&self, resource: &ResourceType, by: &Creation<'_>) -> Phase {
        let takes = resource.overlay.times.0;
        if takes < AT_ONCE || by.call.is_none() {
            return Phase::Ready;
        }
        Phase::Creating {
            until: self.now().saturating_add(u64::from(takes)),
            failure: None,
        }
    }
}

/// Gives the object a name if its type has one and none was given.
fn name_it(resource: &ResourceType, properties: &mut Properties, origin: &Origin) {
    let Some(path) = &resource.overlay.name else {
        return;
    };
    let made = ResourceType::covers(&resource.read_only, &path.0) || path.0.contains('*');
    if !made && paths::values(properties, &path.0).is_empty() {
        let name = make::name(resource, origin);
        paths::set(properties, &path.0, Json::String(name));
    }
}

fn token_of(
    resource: &ResourceType,
    by: &Creation<'_>,
    sent: &str,
) -> Option<(Arc<str>, Arc<str>)> {
    match resource.overlay.identity {
        Identity::Token(_) => {
            let digest = make::digest(sent.as_bytes()).into();
            by.token().map(|token| (Arc::clone(token), digest))
        }
        _ => None,
    }
}
