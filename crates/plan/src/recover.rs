//! What interrupted operations came to, from reads alone.

use crate::item::{Held, Item, SightRef};
use crate::paths::Step;
use crate::{Data, Finding, Inputs, Live, Recovery, compare, errors};
use formwork_diag::Diagnostic;
use formwork_schema::{Address, Identity, Overlay, ResourceType, Shapes};
use formwork_state::{Intent, IntentAction, Object, ObjectKey, ObjectStatus, Outcome};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The tag that names the stack.
pub(crate) const TAG_STACK: &str = "formwork:stack";
/// The tag that names the environment.
pub(crate) const TAG_ENV: &str = "formwork:env";
/// The tag that holds the address.
pub(crate) const TAG_ADDRESS: &str = "formwork:address";
/// The tag that holds the generation.
pub(crate) const TAG_GENERATION: &str = "formwork:generation";

/// What becomes of an open intent.
pub(crate) enum Repair<'a> {
    /// Its outcome is recorded.
    Record {
        recovery: Recovery,
        generation: u32,
        said: String,
        /// The generation up to which the address has had objects, by this outcome.
        used: u32,
    },
    /// It is waited for.
    Settle { intent: &'a Intent, id: Arc<str> },
    /// An object that nobody needs is deleted: made by a create that was sent twice, or by a delete cut short. What
    /// it is takes a generation of its own, so that its end does not touch the object that stays.
    Surplus {
        intent: &'a Intent,
        id: Arc<str>,
        generation: u32,
        /// Whether it may hold data: one made by mistake is deleted only empty, one whose deletion had begun is lost.
        data: Data,
        /// Closes the intent once the delete is done.
        closes: bool,
    },
}

impl Repair<'_> {
    /// The first generation that is free after it.
    pub(crate) fn used(&self) -> u32 {
        match self {
            Repair::Record { used, .. } => *used,
            Repair::Settle { intent, .. } => intent.generation + 1,
            Repair::Surplus { generation, .. } => generation + 1,
        }
    }

    /// What was found, for people.
    pub(crate) fn said(&self) -> String {
        match self {
            Repair::Record { said, .. } => said.clone(),
            Repair::Settle { .. } => "its creation was cut short and goes on".into(),
            Repair::Surplus { .. } => "a second object was made and is deleted".into(),
        }
    }
}

/// Whose object it is, by its tags.
pub(crate) enum Owner {
    /// Ours: this address and generation.
    Ours,
    /// Nobody says.
    Untagged,
    /// Ours, of a later generation.
    Later(u32),
    /// Somebody else's; who, for people.
    Foreign(String),
}

/// Judges an object by its tags; those of a renamed one may still say what it was.
pub(crate) fn owner(
    inputs: &Inputs<'_>,
    live: &Live,
    address: &Address,
    generation: u32,
    former: Option<&ObjectKey>,
) -> Owner {
    let tag = |name: &str| live.tags.get(name).map(String::as_str);
    let (Some(stack), Some(env)) = (tag(TAG_STACK), tag(TAG_ENV)) else {
        return Owner::Untagged;
    };
    let theirs = tag(TAG_ADDRESS).unwrap_or("");
    if stack != &*inputs.stack || env != &*inputs.env {
        return Owner::Foreign(format!("`{theirs}` of {stack} · {env}"));
    }
    let living = tag(TAG_GENERATION).and_then(|text| text.parse::<u32>().ok());
    if former
        .is_some_and(|former| theirs == former.address.tag() && living == Some(former.generation))
    {
        return Owner::Ours;
    }
    if theirs != address.tag() {
        return Owner::Foreign(format!("`{theirs}`"));
    }
    match living {
        Some(live) if live > generation => Owner::Later(live),
        Some(live) if live < generation => {
            Owner::Foreign(format!("generation {live} of `{theirs}`"))
        }
        _ => Owner::Ours,
    }
}

/// Turns a finding into repairs, and makes the objects of the item what they are afterwards.
pub(crate) fn resolve<'a>(
    inputs: &Inputs<'a>,
    intent: &'a Intent,
    finding: &'a Finding,
    item: &mut Item<'a>,
    ty: &Arc<ResourceType>,
) -> Result<(), Box<Diagnostic>> {
    match intent.action {
        IntentAction::Create => match &intent.id {
            Some(id) if intent.slice.is_none() => pending_create(intent, id, finding, item),
            _ => create(inputs, intent, finding, item, ty)?,
        },
        IntentAction::Update => update(intent, finding, item, ty),
        IntentAction::Delete => delete(inputs, intent, finding, item),
    }
    Ok(())
}

fn record<'a>(intent: &Intent, outcome: Outcome, said: &str, used: u32) -> Repair<'a> {
    Repair::Record {
        recovery: Recovery {
            intent: intent.operation,
            outcome,
        },
        generation: intent.generation,
        said: said.to_owned(),
        used,
    }
}

fn no_effect(said: &str) -> Outcome {
    Outcome::NoEffect {
        reason: said.to_owned(),
    }
}

/// The create gave an id before it was cut short.
fn pending_create<'a>(
    intent: &'a Intent,
    id: &Arc<str>,
    finding: &'a Finding,
    item: &mut Item<'a>,
) {
    let at = item
        .held
        .iter()
        .position(|held| held.generation == intent.generation);
    let live = finding.found().first();
    let Some(live) = live else {
        // The cloud took its half-made object away again.
        let said = "its creation failed after its id was given";
        item.repairs.push(record(
            intent,
            Outcome::Deleted,
            said,
            intent.generation + 1,
        ));
        if let Some(at) = at {
            item.held.remove(at);
        }
        return;
    };
    if let Some(held) = at.and_then(|at| item.held.get_mut(at)) {
        held.sight = match live.pending {
            true => SightRef::NotRead,
            false => SightRef::Live(live),
        };
        if let Finding::Broken { .. } = finding {
            held.object.to_mut().status = ObjectStatus::Failed;
        }
    }
    if let Finding::Broken { reason, .. } = finding {
        item.repairs.push(broken(intent, id, reason));
        return;
    }
    item.repairs.push(match live.pending {
        true => Repair::Settle {
            intent,
            id: id.clone(),
        },
        false => record(
            intent,
            created(live),
            "its creation was cut short and had ended",
            0,
        ),
    });
}

/// The creation failed: the object is kept in the state, to be replaced or deleted.
fn broken<'a>(intent: &Intent, id: &Arc<str>, reason: &str) -> Repair<'a> {
    let outcome = Outcome::Failed {
        id: id.clone(),
        reason: reason.to_owned(),
    };
    record(
        intent,
        outcome,
        "its creation failed after its id was given",
        0,
    )
}

fn created(live: &Live) -> Outcome {
    Outcome::Created {
        id: live.id.clone(),
        attributes: live.properties.clone(),
        stamp: live.stamp.clone(),
    }
}

fn create<'a>(
    inputs: &Inputs<'a>,
    intent: &'a Intent,
    finding: &'a Finding,
    item: &mut Item<'a>,
    ty: &Arc<ResourceType>,
) -> Result<(), Box<Diagnostic>> {
    let found = finding.found();
    let taggable = ty.taggable();
    let mut foreign = None;
    let mut ours = Vec::new();
    for live in found {
        if intent.slice.is_some() {
            // Shown by its parent, whose tags are not its own.
            ours.push(live);
            continue;
        }
        let former = intent.former.as_ref();
        match owner(inputs, live, &intent.address, intent.generation, former) {
            Owner::Ours => ours.push(live),
            // The object that is being replaced is found beside the new one, and is not it.
            Owner::Untagged if is_held(inputs, intent, live) => {}
            // What cannot be tagged is ours by its parent or name and the intent; so is a create whose tags were
            // cut off.
            Owner::Untagged if !taggable || live.pending => ours.push(live),
            Owner::Untagged => foreign = Some((live, "somebody else".to_owned())),
            Owner::Later(other) => foreign = Some((live, format!("generation {other}"))),
            Owner::Foreign(who) => foreign = Some((live, who)),
        }
    }
    let mut ours = ours.into_iter();
    let Some(first) = ours.next() else {
        if let (Some((live, who)), Identity::Name) = (foreign, ty.overlay.identity) {
            let span = item.span();
            return Err(Box::new(errors::foreign_name(
                &intent.address,
                &live.id,
                &who,
                span,
            )));
        }
        let said = "its creation was cut short and had no effect";
        item.repairs.push(record(intent, no_effect(said), said, 0));
        item.reserved = intent.name.clone();
        return Ok(());
    };
    let status = adopt(intent, finding, first, item);
    item.held
        .retain(|held| held.generation != intent.generation);
    item.held.push(Held {
        generation: intent.generation,
        object: Cow::Owned(Object {
            status,
            ..made(intent, first)
        }),
        sight: match first.pending {
            true => SightRef::NotRead,
            false => SightRef::Live(first),
        },
        ty: ty.clone(),
        deleting: false,
    });
    for (at, live) in ours.enumerate() {
        item.repairs.push(Repair::Surplus {
            intent,
            id: live.id.clone(),
            generation: intent.generation + 1 + at as u32,
            data: match ty.overlay.data {
                true => Data::Empty,
                false => Data::None,
            },
            closes: false,
        });
    }
    Ok(())
}

/// Whether the state has the object already, for another address or generation.
fn is_held(inputs: &Inputs<'_>, intent: &Intent, live: &Live) -> bool {
    let mut objects = inputs.state.objects.iter();
    objects.any(|(key, object)| {
        let own = key.address == intent.address && key.generation == intent.generation;
        !own && object.id == live.id && object.type_name == intent.type_name
    })
}

/// Records that an object is ours, and waits for it where its creation has not ended; how far it is then.
fn adopt<'a>(
    intent: &'a Intent,
    finding: &Finding,
    live: &Live,
    item: &mut Item<'a>,
) -> ObjectStatus {
    if let Finding::Broken { reason, .. } = finding {
        item.repairs.push(broken(intent, &live.id, reason));
        return ObjectStatus::Failed;
    }
    let said = "its creation was cut short and is adopted";
    if !live.pending {
        item.repairs.push(record(intent, created(live), said, 0));
        return ObjectStatus::Ready;
    }
    let id = live.id.clone();
    let pending = Outcome::Pending { id: id.clone() };
    item.repairs.push(record(intent, pending, said, 0));
    item.repairs.push(Repair::Settle { intent, id });
    ObjectStatus::Ready
}

/// The object that an adopted create leaves in the state.
fn made(intent: &Intent, live: &Live) -> Object {
    Object {
        type_name: intent.type_name.clone(),
        slice: intent.slice.clone(),
        region: intent.region.clone(),
        id: live.id.clone(),
        name: intent.name.clone(),
        status: ObjectStatus::Ready,
        authored: intent.properties.clone(),
        attributes: live.properties.clone(),
        stamp: live.stamp.clone(),
        uncertain: BTreeSet::new(),
        metadata: intent.metadata.clone(),
        former: intent.former.clone(),
    }
}

fn update<'a>(
    intent: &'a Intent,
    finding: &'a Finding,
    item: &mut Item<'a>,
    ty: &Arc<ResourceType>,
) {
    let held = item
        .held
        .iter_mut()
        .find(|held| held.generation == intent.generation);
    let live = finding.found().first();
    let (Some(held), Some(live)) = (held, live) else {
        let said = "it was gone when its update was looked up";
        item.repairs.push(record(intent, no_effect(said), said, 0));
        if let Some(held) = item
            .held
            .iter_mut()
            .find(|held| held.generation == intent.generation)
        {
            held.sight = SightRef::Absent;
        }
        return;
    };
    held.sight = SightRef::Live(live);
    let touched = || intent.changed.iter().chain(&intent.removed);
    let shown = |properties: &Map<String, Json>| {
        touched().all(|name| shows(ty, name, properties.get(&**name), live))
    };
    let object = held.object.to_mut();
    let (outcome, said) = if shown(&intent.properties) {
        object.authored = intent.properties.clone();
        object.attributes = live.properties.clone();
        object.metadata = intent.metadata.clone();
        object.former = intent.former.clone();
        for name in touched() {
            object.uncertain.remove(name);
        }
        object.stamp = live.stamp.clone();
        let updated = Outcome::Updated {
            attributes: live.properties.clone(),
            stamp: live.stamp.clone(),
        };
        (updated, "its update was cut short and had ended")
    } else {
        object.uncertain.extend(touched().cloned());
        let said = "its update was cut short and is sent again";
        (
            Outcome::Uncertain {
                reason: said.to_owned(),
            },
            said,
        )
    };
    item.repairs.push(record(intent, outcome, said, 0));
}

/// Whether a read shows that a property has its value; what is never read never shows it.
fn shows(ty: &ResourceType, name: &Arc<str>, want: Option<&Json>, live: &Live) -> bool {
    let path = [Step::Name(name)];
    let root = |path: &formwork_schema::Path| path.root() == &**name;
    if ty.write_only.iter().any(root) {
        return false;
    }
    match (want, live.properties.get(&**name)) {
        (Some(want), Some(live)) => compare::equal(ty, &path, want, live),
        (None, None) => true,
        (None, Some(live)) => {
            let reset = ty.overlay.resets.get(&formwork_schema::Path(name.clone()));
            reset.is_some_and(|reset| compare::equal(ty, &path, reset, live))
                || compare::Comparison::is_default(ty, &path, live)
        }
        (Some(_), None) => false,
    }
}

fn delete<'a>(inputs: &Inputs<'a>, intent: &'a Intent, finding: &'a Finding, item: &mut Item<'a>) {
    let live = finding.found().iter().find(|live| {
        let former = intent.former.as_ref();
        let owner = owner(inputs, live, &intent.address, intent.generation, former);
        let own = !matches!(owner, Owner::Foreign(_)) || intent.slice.is_some();
        own || surplus(intent, item)
    });
    let at = item.held.iter().position(|held| is_about(intent, held));
    let Some(live) = live else {
        let used = intent.generation + 1;
        let said = "its deletion was cut short and had ended";
        item.repairs
            .push(record(intent, Outcome::Deleted, said, used));
        if let Some(at) = at {
            item.held.remove(at);
        }
        return;
    };
    match at.and_then(|at| item.held.get_mut(at)) {
        Some(held) => {
            held.sight = SightRef::Live(live);
            held.deleting = live.pending;
            let said = "its deletion was cut short";
            item.repairs.push(record(intent, no_effect(said), said, 0));
        }
        None => item.repairs.push(Repair::Surplus {
            intent,
            id: live.id.clone(),
            generation: intent.generation,
            data: Data::None,
            closes: true,
        }),
    }
}

/// Whether a delete intent is about an object that the state does not hold.
fn surplus(intent: &Intent, item: &Item<'_>) -> bool {
    !item.held.iter().any(|held| is_about(intent, held))
}

fn is_about(intent: &Intent, held: &Held<'_>) -> bool {
    let same = intent.id.as_ref().is_none_or(|id| *id == held.object.id);
    held.generation == intent.generation && same
}

/// A type of which nothing is known: objects of it can be deleted.
pub(crate) fn nameless_type() -> ResourceType {
    ResourceType {
        name: "".into(),
        properties: Shapes::default(),
        definitions: BTreeMap::new(),
        required: Vec::new(),
        create_only: Vec::new(),
        conditional_create_only: Vec::new(),
        read_only: Vec::new(),
        write_only: Vec::new(),
        deprecated: Vec::new(),
        primary_identifier: Vec::new(),
        mutable: true,
        tags: None,
        checks: Vec::new(),
        overlay: Overlay {
            written: false,
            identity: Identity::Marker,
            name: None,
            name_length: 64,
            name_alphabet: "a-zA-Z0-9_-".into(),
            name_scope: "account-region".into(),
            parent: None,
            attributes: BTreeMap::new(),
            references: Vec::new(),
            resets: BTreeMap::new(),
            defaults: BTreeMap::new(),
            unordered: Vec::new(),
            json: Vec::new(),
            merge: Vec::new(),
            replace: BTreeMap::new(),
            create_first: false,
            parts: BTreeMap::new(),
            times: (2_000, 2_000, 2_000),
            window: 5_000,
            family: "cloudcontrol".into(),
            create_overwrites: false,
            keeps: Vec::new(),
            data: false,
            counted: false,
            delete_blocked_by_content: false,
            before_delete: BTreeMap::new(),
        },
    }
}
