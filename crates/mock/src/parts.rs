//! Slices: calls about some properties of an object that have an address and life of their own.

use crate::card::Card;
use crate::check::{self, Extent};
use crate::cloud::{Call, Cloud};
use crate::effects::Verb;
use crate::failures;
use crate::identity::{storable, text_of};
use crate::merge;
use crate::paths::Properties;
use crate::references::Sent;
use crate::view;
use formwork_provider::{Failure, Live, Reply, Request, Target};
use formwork_schema::Part;
use std::sync::Arc;

impl Cloud {
    /// Answers a call about a slice.
    pub(crate) fn slice_call(
        &mut self,
        card: &Card,
        slice: &Arc<str>,
        request: &Request,
    ) -> Result<Reply, Failure> {
        let unknown = || failures::no_such_slice(&card.resource.name, slice);
        let part = card.resource.overlay.parts.get(slice).ok_or_else(unknown)?;
        match request {
            Request::Read(target) => Ok(self.read(target)?.map_or(Reply::Absent, Reply::Found)),
            Request::Find { target, .. } => {
                let found: Vec<Live> = self.read(target)?.into_iter().collect();
                Ok(Reply::Candidates(found))
            }
            Request::Search { .. } => Ok(Reply::Candidates(Vec::new())),
            Request::Create {
                target,
                properties,
                token,
                ..
            } => self.write_slice(card, part, target, properties, &[], token),
            Request::Update {
                target,
                changed,
                removed,
                token,
                ..
            } => self.write_slice(card, part, target, changed, removed, token),
            Request::Delete { target, .. } => self.delete_slice(card, part, target),
            Request::Poll { target, deleting } => match self.read(target)? {
                Some(live) if live.pending => {
                    let object = self.find_target(target)?;
                    Ok(object.map_or(Reply::Absent, |object| self.pending(object)))
                }
                Some(live) => Ok(Reply::Done(live)),
                None if *deleting => Ok(Reply::Deleted),
                None => Ok(Reply::Absent),
            },
        }
    }

    /// Writes a slice's properties on the object it is a slice of.
    fn write_slice(
        &mut self,
        card: &Card,
        part: &Part,
        target: &Target,
        given: &Properties,
        removed: &[Arc<str>],
        token: &Arc<str>,
    ) -> Result<Reply, Failure> {
        let object = self.changeable(target)?;
        let names = given.keys().map(String::as_str);
        let mut names = names.chain(removed.iter().map(|name| &**name));
        if let Some(name) =
            names.find(|name| !part.properties.iter().any(|known| **known == **name))
        {
            return Err(failures::invalid(name, "it does not belong to this slice"));
        }
        check::check(&card.resource, given, Extent::Some, &mut self.patterns)?;
        let sent = storable(&card.resource, given);
        let mut properties = view::parsed(&object)?;
        for name in removed {
            properties.remove(&**name);
        }
        properties.extend(sent.clone());
        merge::keep_foreign(&object, &mut properties);
        let mut object = self.rewrite(card, object, properties, Sent::Only(given))?;
        object.head.phase = self.busy_for(card.resource.overlay.times.1);
        let call = Call {
            target: Some(target),
            token: Some(token),
            sent: &format!("{}-{removed:?}", text_of(&sent)),
        };
        self.log(Verb::Update, &object, call);
        let live = view::live(card, &self.settings, &object, self.now())?;
        let reply = if live.pending {
            self.pending(&object)
        } else {
            Reply::Done(view::of_part(part, live))
        };
        self.world.put(object);
        Ok(reply)
    }

    /// Takes a slice's properties off the object: they are reset, and what others put there stays.
    fn delete_slice(
        &mut self,
        card: &Card,
        part: &Part,
        target: &Target,
    ) -> Result<Reply, Failure> {
        if self.find_target(target)?.is_none() {
            return Ok(Reply::Deleted);
        }
        let object = self.changeable(target)?;
        let mut properties = view::parsed(&object)?;
        let before = properties.len();
        for name in &part.properties {
            let resets = &card.resource.overlay.resets;
            let reset = resets.iter().find(|(path, _)| path.0 == *name);
            match reset {
                Some((_, value)) if properties.contains_key(&**name) => {
                    properties.insert(name.to_string(), value.clone());
                }
                _ => {
                    properties.remove(&**name);
                }
            }
        }
        let nothing = before == properties.len()
            && !part
                .properties
                .iter()
                .any(|name| properties.contains_key(&**name));
        if nothing {
            return Ok(Reply::Deleted);
        }
        merge::keep_foreign(&object, &mut properties);
        let mut object = self.rewrite(card, object, properties, Sent::None)?;
        object.head.phase = self.busy_for(card.resource.overlay.times.1);
        let call = Call {
            target: Some(target),
            token: None,
            sent: "",
        };
        self.log(Verb::Delete, &object, call);
        self.world.put(object);
        Ok(Reply::Deleted)
    }
}
