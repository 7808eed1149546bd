//! What happens to each wanted resource, and why.

use crate::compare::{Cause, Comparison, Difference};
use crate::deps::{Dep, Deps, Index, Via};
use crate::item::{Held, Item, SightRef};
use crate::known::{Decided, Lookup, Standing};
use crate::naming::{Names, name_property};
use crate::paths::{self, Step};
use crate::recover::{self, Owner};
use crate::tags::TagValue;
use crate::wanted::{Wanted, evaluate, json_at};
use crate::{Action, After, FieldChange, Inputs, Reason, errors, fields, tags};
use formwork_diag::{Diagnostic, Diagnostics};
use formwork_schema::{Path, Resolver, Resource};
use formwork_state::ObjectStatus;
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// All that decisions are made from.
pub(crate) struct Context<'c, 'a> {
    pub(crate) inputs: &'c Inputs<'a>,
    pub(crate) items: &'c [Item<'a>],
    pub(crate) index: &'c Index<'a>,
    pub(crate) deps: &'c Deps,
    pub(crate) names: Names,
    pub(crate) words: tags::Words,
}

/// Decides for every wanted item, needs first. Rings of names known at plan are decided again until nothing moves.
pub(crate) fn decide_all(
    context: &Context<'_, '_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Option<Decided>> {
    let mut decided: Vec<Option<Decided>> = vec![None; context.items.len()];
    for group in context.deps.evaluation_order() {
        let ring = group.len() > 1 || group.iter().any(|at| context.deps.reads_itself(*at));
        if ring {
            for at in &group {
                let first = context.item(*at).map(|item| context.assumed(*at, item));
                set(&mut decided, *at, first);
            }
        }
        let mut rounds = if ring { group.len() + 2 } else { 1 };
        loop {
            let mut found = Diagnostics::new();
            let mut moved = false;
            for at in &group {
                let next = context.decide(*at, &decided, &mut found);
                let before = decided.get(*at).and_then(Option::as_ref);
                moved |= outcome(before) != outcome(next.as_ref());
                set(&mut decided, *at, next);
            }
            rounds -= 1;
            if !moved || rounds == 0 {
                diagnostics.extend(found);
                break;
            }
        }
    }
    decided
}

fn set(decided: &mut [Option<Decided>], at: usize, value: Option<Decided>) {
    if let Some(slot) = decided.get_mut(at) {
        *slot = value;
    }
}

/// What others see of a decision.
fn outcome(decided: Option<&Decided>) -> Option<(Action, u32, Standing, Option<&Arc<str>>)> {
    decided.map(|d| (d.action, d.generation, d.standing, d.name.as_ref()))
}

impl<'a> Context<'_, 'a> {
    fn item(&self, at: usize) -> Option<&Item<'a>> {
        self.items.get(at)
    }

    /// The needs of an item.
    pub(crate) fn deps(&self, at: usize) -> &[Dep] {
        self.deps.of.get(at).map_or(&[], Vec::as_slice)
    }

    /// Looks values up among decisions.
    pub(crate) fn lookup<'l>(&'l self, decided: &'l [Option<Decided>]) -> Lookup<'l, 'a> {
        Lookup {
            items: self.items,
            index: self.index,
            decided,
            account: &self.inputs.account,
        }
    }

    /// What is assumed of a member of a ring before it is decided: that it stays as it is.
    fn assumed(&self, at: usize, item: &Item<'a>) -> Decided {
        let authored = item
            .desired
            .zip(name_property(item))
            .and_then(|(resource, name)| {
                let node = resource.properties.get(name)?;
                let lookup = self.lookup(&[]);
                Some(node.to_json(&lookup).ok()?.as_str()?.into())
            });
        match item.current() {
            Some(held) => Decided {
                name: authored.or_else(|| held_name(item, held)),
                ..stays(held)
            },
            None => Decided {
                name: authored.or_else(|| self.new_name(at, item)),
                standing: Standing::Made,
                generation: item.next,
                ..nothing()
            },
        }
    }

    fn decide(
        &self,
        at: usize,
        decided: &[Option<Decided>],
        diagnostics: &mut Diagnostics,
    ) -> Option<Decided> {
        let item = self.item(at)?;
        let resource = item.desired?;
        if !item.selected {
            return Some(match item.current() {
                Some(held) => Decided {
                    name: held_name(item, held),
                    ..stays(held)
                },
                None => nothing(),
            });
        }
        let lookup = self.lookup(decided);
        let wanted = match evaluate(&resource.properties, &lookup) {
            Ok(wanted) => wanted,
            Err((error, span)) => {
                diagnostics.push(errors::member(&error, span));
                return Some(nothing());
            }
        };
        let authored = match authored_name(item, resource, &wanted) {
            Ok(authored) => authored,
            Err(found) => {
                diagnostics.push(*found);
                return Some(nothing());
            }
        };
        let Some(held) = item.current() else {
            return Some(self.create(at, item, wanted, authored, &lookup));
        };
        if let Some(found) = self.misplaced(item, held) {
            diagnostics.push(found);
        }
        let case = Case {
            context: self,
            at,
            item,
            resource,
            held,
            decided,
        };
        Some(case.existing(wanted, authored, diagnostics))
    }

    /// An object that the state says is ours, and that its tags say is not.
    fn misplaced(&self, item: &Item<'_>, held: &Held<'_>) -> Option<Diagnostic> {
        let SightRef::Live(live) = held.sight else {
            return None;
        };
        if held.object.slice.is_some() {
            return None;
        }
        match recover::owner(self.inputs, live, item.address, held.generation) {
            Owner::Ours | Owner::Untagged => None,
            Owner::Later(later) => Some(errors::older_state(
                item.address,
                later,
                held.generation,
                item.span(),
            )),
            Owner::Foreign(who) => Some(errors::foreign_name(
                item.address,
                &live.id,
                &who,
                item.span(),
            )),
        }
    }

    fn create(
        &self,
        at: usize,
        item: &Item<'a>,
        wanted: IndexMap<Arc<str>, Wanted>,
        authored: Option<Arc<str>>,
        lookup: &dyn Resolver,
    ) -> Decided {
        let mut reasons: Vec<Reason> = interrupted(item);
        let failed = item.repairs.iter().any(|repair| repair.used() > 0);
        let gone = item.held.last();
        reasons.push(match gone {
            Some(_) => Reason::DeletedOutside,
            None if failed && item.held.is_empty() && !reasons.is_empty() => Reason::CreationFailed,
            None => Reason::New,
        });
        let name = authored.or_else(|| self.new_name(at, item));
        let fields = fields::of_create(item, &wanted, name.as_ref(), lookup);
        Decided {
            action: Action::Create,
            reasons,
            fields,
            generation: item.next,
            standing: match gone {
                Some(_) => Standing::Replaced,
                None => Standing::Made,
            },
            name,
            wanted,
            ..nothing()
        }
    }

    /// The name that an object to be made gets when none is authored.
    fn new_name(&self, at: usize, item: &Item<'a>) -> Option<Arc<str>> {
        name_property(item)?;
        // What was deleted outside has left its name free; what an interrupted create asked for is asked for again.
        let gone = item.held.last().and_then(|held| held_name(item, held));
        let kept = item.reserved.clone().or(gone);
        let chosen = || self.names.allocate(self.inputs, item, at, item.next);
        Some(kept.unwrap_or_else(chosen))
    }
}

fn authored_name(
    item: &Item<'_>,
    resource: &Resource,
    wanted: &IndexMap<Arc<str>, Wanted>,
) -> Result<Option<Arc<str>>, Box<Diagnostic>> {
    let Some(property) = name_property(item) else {
        return Ok(None);
    };
    match wanted.get(property) {
        None => Ok(None),
        Some(Wanted::Known(Json::String(name))) => Ok(Some(name.as_str().into())),
        Some(_) => {
            let node = resource.properties.get(property);
            let span = node.map_or(resource.span, |node| node.span);
            Err(Box::new(errors::unknown_name(item.address, property, span)))
        }
    }
}

fn held_name(item: &Item<'_>, held: &Held<'_>) -> Option<Arc<str>> {
    let read = || held.property(name_property(item)?)?.as_str().map(Arc::from);
    held.object.name.clone().or_else(read)
}

fn interrupted(item: &Item<'_>) -> Vec<Reason> {
    item.repairs
        .iter()
        .map(|repair| Reason::Interrupted(repair.said()))
        .collect()
}

fn nothing() -> Decided {
    Decided {
        action: Action::Nothing,
        reasons: Vec::new(),
        fields: Vec::new(),
        generation: 0,
        standing: Standing::Missing,
        name: None,
        wanted: IndexMap::new(),
        changed: Vec::new(),
        removed: Vec::new(),
        resets: Vec::new(),
        ignored: Vec::new(),
    }
}

fn stays(held: &Held<'_>) -> Decided {
    Decided {
        generation: held.generation,
        standing: Standing::Stays,
        ..nothing()
    }
}

/// A wanted resource whose object is there.
struct Case<'k, 'c, 'a> {
    context: &'k Context<'c, 'a>,
    at: usize,
    item: &'k Item<'a>,
    resource: &'a Resource,
    held: &'k Held<'a>,
    decided: &'k [Option<Decided>],
}

impl Case<'_, '_, '_> {
    fn existing(
        &self,
        wanted: IndexMap<Arc<str>, Wanted>,
        authored: Option<Arc<str>>,
        diagnostics: &mut Diagnostics,
    ) -> Decided {
        let mut resets = Vec::new();
        let mut differences = match self.held.object.type_name == self.resource.type_name {
            true => self.differences(&wanted, authored.as_ref(), &mut resets),
            false => Vec::new(),
        };
        let follows = self.follows(&wanted, &mut differences);
        let forced = self.forced(&follows);
        let old_name = held_name(self.item, self.held);
        let name = authored.clone().or_else(|| old_name.clone());
        let mut decided = Decided {
            name,
            wanted,
            ..stays(self.held)
        };
        let replaced = forced.is_some() || differences.iter().any(|d| d.field.replaces);
        if !replaced && differences.is_empty() {
            return self.unchanged(decided);
        }
        decided.reasons = self.reasons(&differences, &follows, forced);
        if replaced {
            let free =
                authored.is_none() || authored != old_name || name_property(self.item).is_none();
            decided.action = self.replacement(free);
            decided.standing = Standing::Replaced;
            decided.generation = self.item.next;
            if authored.is_none() && name_property(self.item).is_some() {
                let context = self.context;
                let next = self.item.next;
                let name = context
                    .names
                    .allocate(context.inputs, self.item, self.at, next);
                decided.name = Some(name);
            }
            if self.resource.protect {
                diagnostics.push(self.protected(&decided.reasons));
            }
        } else {
            decided.action = Action::Update;
            self.split(&differences, &resets, &mut decided);
            decided.resets = resets;
            decided.ignored = self.ignored();
        }
        decided.fields = differences.into_iter().map(|d| d.field).collect();
        fields::locate(self.resource, &mut decided.fields);
        decided
    }

    fn unchanged(&self, mut decided: Decided) -> Decided {
        let needs = crate::operations::metadata(self.context, self.at, self.resource);
        decided.action = match () {
            () if !self.item.repairs.is_empty() => Action::Recover,
            () if self.held.object.metadata != needs => Action::Record,
            () => Action::Nothing,
        };
        decided.reasons = interrupted(self.item);
        decided
    }

    fn protected(&self, reasons: &[Reason]) -> Diagnostic {
        let why = reasons.first().map_or_else(String::new, fields::sentence);
        let span = Some(self.resource.span);
        errors::protected(self.item.address, "replaced", &why, span)
    }

    fn differences(
        &self,
        wanted: &IndexMap<Arc<str>, Wanted>,
        authored_name: Option<&Arc<str>>,
        resets: &mut Vec<(Path, Json)>,
    ) -> Vec<Difference> {
        let item = self.item;
        let name = name_property(item);
        let tag_field = item.ty.tags.as_ref().filter(|_| !item.is_slice());
        let special = |property: &str| {
            name == Some(property) || tag_field.is_some_and(|field| &*field.property == property)
        };
        let live = self.held.readable();
        let authored = &self.held.object.authored;
        let mut comparison = Comparison::new(&item.ty).ignoring(&self.resource.ignore_changes);
        for (property, value) in wanted.iter().filter(|(property, _)| !special(property)) {
            let (live, before) = (live.get(&**property), authored.get(&**property));
            comparison.property(property, value, live, before);
        }
        let mut found = comparison.finish();
        self.unsure(wanted, &mut found);
        self.taken_out(wanted, special, &mut found, resets);
        if let (Some(property), Some(name)) = (name, authored_name) {
            let old = held_name(item, self.held);
            if old.as_ref() != Some(name) {
                let before = old.map(|old| Json::from(&*old));
                let after = After::Known(Json::from(&**name));
                found.push(difference(property, before, after, Cause::Changed, true));
            }
        }
        if let Some(field) = tag_field {
            self.tag_differences(field, &mut found);
        }
        found
    }

    /// What an update that was cut short may have set, and no read shows, is sent again.
    fn unsure(&self, wanted: &IndexMap<Arc<str>, Wanted>, found: &mut Vec<Difference>) {
        for property in &self.held.object.uncertain {
            let hidden = self.item.ty.write_only.iter();
            let hidden = hidden.filter(|path| path.root() == &**property).count() > 0;
            let known = found.iter().any(|difference| difference.root == *property);
            let Some(value) = wanted.get(property).filter(|_| hidden && !known) else {
                continue;
            };
            let after = match value.known() {
                Some(json) => After::Known(json.clone()),
                None => After::Unknown,
            };
            found.push(difference(property, None, after, Cause::Changed, false));
        }
    }

    fn taken_out(
        &self,
        wanted: &IndexMap<Arc<str>, Wanted>,
        special: impl Fn(&str) -> bool,
        found: &mut Vec<Difference>,
        resets: &mut Vec<(Path, Json)>,
    ) {
        let ty = &self.item.ty;
        let object = &self.held.object;
        let before: BTreeSet<&str> = object
            .authored
            .keys()
            .map(String::as_str)
            .chain(object.uncertain.iter().map(|name| &**name))
            .filter(|name| !wanted.contains_key(*name) && !special(name))
            .collect();
        for name in before {
            let path = [Step::Name(name)];
            let ignored = |path: &Arc<str>| paths::split(path) == [Step::Name(name)];
            if self.resource.ignore_changes.iter().any(ignored) {
                continue;
            }
            let live = self.held.readable().get(name);
            let hidden = ty.write_only.iter().any(|known| known.root() == name);
            let reset = ty.overlay.resets.get(&Path(name.into()));
            let done = match (reset, live) {
                (Some(reset), Some(live)) => crate::compare::equal(ty, &path, reset, live),
                (None, Some(live)) => Comparison::is_default(ty, &path, live),
                (_, None) => !hidden,
            };
            if done {
                continue;
            }
            let after = reset.map_or(After::Absent, |reset| After::Known(reset.clone()));
            let live = live.or_else(|| object.authored.get(name)).cloned();
            let replaces = crate::replace::replaces(ty, &path, live.as_ref(), &after);
            found.push(difference(name, live, after, Cause::TakenOut, replaces));
            if let Some(reset) = reset {
                resets.push((Path(name.into()), reset.clone()));
            }
        }
        // Deeper ones: the rest of their property is sent, so what is left out needs its reset beside it.
        for difference in found.iter_mut().filter(|d| d.cause == Cause::TakenOut) {
            let steps = paths::split(&difference.field.path);
            let known = ty.overlay.resets.iter();
            let mut known = known.filter(|(path, _)| path.segments().count() > 1);
            if let Some((path, reset)) = known.find(|(path, _)| paths::is_exact(path, &steps)) {
                difference.field.after = After::Known(reset.clone());
                resets.push((path.clone(), reset.clone()));
            }
        }
    }

    fn tag_differences(&self, field: &formwork_schema::TagField, found: &mut Vec<Difference>) {
        let context = self.context;
        let wanted = tags::wanted(self.item, field, &context.words, self.held.generation);
        let live = tags::of_object(self.held, field);
        let authored = tags::of_properties(&self.held.object.authored, field);
        let lookup = context.lookup(self.decided);
        let mut note = |key: &str, after: After, cause: Cause| {
            if !field.updatable && cause == Cause::Drifted {
                return;
            }
            let path = format!("{}/{key}", field.property);
            let before = live.get(key).map(|value| Json::from(value.as_str()));
            let mut new = difference(&path, before, after, cause, !field.updatable);
            new.root = field.property.clone();
            found.push(new);
        };
        for (key, value) in &wanted {
            let text = match value {
                TagValue::Text(text) => Some(Cow::Borrowed(&**text)),
                TagValue::Node(node) => node.to_json(&lookup).ok().map(|json| match json {
                    Json::String(text) => Cow::Owned(text),
                    other => Cow::Owned(other.to_string()),
                }),
            };
            match text {
                None => note(key, After::Unknown, Cause::Changed),
                Some(text) if live.get(&**key).map(String::as_str) != Some(&*text) => {
                    let cause = match authored.contains(&(&**key, &*text)) {
                        true => Cause::Drifted,
                        false => Cause::Changed,
                    };
                    note(key, After::Known(Json::from(&*text)), cause);
                }
                Some(_) => {}
            }
        }
        for (key, _) in authored.iter().filter(|(key, _)| live.contains_key(*key)) {
            if !wanted.iter().any(|(known, _)| &**known == *key) {
                note(key, After::Absent, Cause::TakenOut);
            }
        }
    }

    /// What is needed and gets a new object: its references are made anew even where the value looks the same.
    fn follows(
        &self,
        wanted: &IndexMap<Arc<str>, Wanted>,
        differences: &mut Vec<Difference>,
    ) -> Vec<(String, usize)> {
        let mut follows = Vec::new();
        for dep in self.context.deps(self.at) {
            let target = self.decided.get(dep.on).and_then(Option::as_ref);
            if dep.on == self.at || target.is_none_or(|t| t.standing != Standing::Replaced) {
                continue;
            }
            let Via::Value { path, reference } = &dep.via else {
                continue;
            };
            let at = |difference: &Difference| {
                let other = difference.field.path.as_str();
                path == other
                    || path
                        .strip_prefix(other)
                        .is_some_and(|rest| rest.starts_with('/'))
            };
            if differences.iter().any(at) {
                follows.push((path.clone(), dep.on));
            } else if *reference {
                let steps = paths::split(path);
                let names: Vec<&str> = path.split('/').collect();
                let (root, below) = names.split_first().unwrap_or((&"", &[]));
                let value = wanted.get(*root).and_then(|wanted| wanted.at(below));
                let value = value.and_then(|value| value.known().cloned());
                let live = self.held.readable().get(*root);
                let live = live.and_then(|live| json_at(live, below)).cloned();
                let after = value.map_or(After::Unknown, After::Known);
                let replaces =
                    crate::replace::replaces(&self.item.ty, &steps, live.as_ref(), &after);
                differences.push(difference(path, live, after, Cause::Changed, replaces));
                follows.push((path.clone(), dep.on));
            }
        }
        follows
    }

    /// Why the object is replaced whatever its properties say.
    fn forced(&self, follows: &[(String, usize)]) -> Option<Reason> {
        let inputs = self.context.inputs;
        let object = &self.held.object;
        let resource = self.resource;
        if object.type_name != resource.type_name || object.slice != resource.slice {
            return Some(Reason::CannotChange("type".into()));
        }
        if object.region != resource.region {
            return Some(Reason::CannotChange("region".into()));
        }
        if object.status == ObjectStatus::Failed {
            return Some(Reason::CreationFailed);
        }
        if self.held.deleting {
            return Some(Reason::Interrupted(
                "its deletion was cut short and goes on".into(),
            ));
        }
        if crate::filter::names(&inputs.filters.replace, self.item.address) {
            return Some(Reason::Requested);
        }
        for dep in self.context.deps(self.at) {
            let target = self.decided.get(dep.on).and_then(Option::as_ref);
            let Some(target) = target.filter(|_| dep.on != self.at) else {
                continue;
            };
            let parent = dep.via == Via::Parent
                && (target.standing == Standing::Replaced || self.is_stranded(dep.on));
            let blocks = dep.blocks
                && target.action == Action::ReplaceDeleteFirst
                && follows.iter().any(|(_, on)| *on == dep.on);
            if parent || blocks {
                let address = self.context.items.get(dep.on)?.address;
                return Some(Reason::Follows(address.clone()));
            }
        }
        None
    }

    /// Whether it is a slice of an object that its parent no longer is.
    fn is_stranded(&self, parent: usize) -> bool {
        let parent = self.context.items.get(parent).and_then(Item::current);
        self.item.is_slice() && parent.is_some_and(|parent| parent.object.id != self.held.object.id)
    }

    /// Whether the new object can be made beside the old one.
    fn replacement(&self, name_is_free: bool) -> Action {
        let parent = self.context.deps(self.at).iter().find_map(|dep| {
            let target = self.decided.get(dep.on)?.as_ref()?;
            (dep.via == Via::Parent && target.standing == Standing::Replaced)
                .then_some(target.action)
        });
        if let Some(parent @ (Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst)) = parent {
            return parent;
        }
        let deps = self.context.deps(self.at);
        let stranded = |dep: &Dep| dep.via == Via::Parent && self.is_stranded(dep.on);
        if deps.iter().any(stranded) {
            return Action::ReplaceCreateFirst;
        }
        let waits = self.context.deps(self.at).iter().any(|dep| {
            let target = self.decided.get(dep.on).and_then(Option::as_ref);
            target.is_some_and(|target| target.action == Action::ReplaceDeleteFirst)
                && self
                    .context
                    .items
                    .get(dep.on)
                    .is_some_and(|item| self.held.object.metadata.needs.contains(item.address))
        });
        let slice = self.item.is_slice();
        match self.item.ty.overlay.create_first
            && name_is_free
            && !waits
            && !slice
            && !self.held.deleting
        {
            true => Action::ReplaceCreateFirst,
            false => Action::ReplaceDeleteFirst,
        }
    }

    fn reasons(
        &self,
        differences: &[Difference],
        follows: &[(String, usize)],
        forced: Option<Reason>,
    ) -> Vec<Reason> {
        let mut out: Vec<Reason> = interrupted(self.item);
        out.extend(forced);
        let follow = |difference: &Difference| {
            let path = &difference.field.path;
            let below = |follow: &str| {
                follow == path
                    || follow
                        .strip_prefix(path.as_str())
                        .is_some_and(|r| r.starts_with('/'))
            };
            let on = follows.iter().find(|(follow, _)| below(follow));
            let item = on.and_then(|(_, on)| self.context.items.get(*on));
            item.map(|item| Reason::Follows(item.address.clone()))
        };
        let mut sorted: Vec<&Difference> = differences.iter().collect();
        sorted.sort_by_key(|difference| !difference.field.replaces);
        for difference in sorted {
            let path: Arc<str> = difference.field.path.as_str().into();
            if let Some(reason) = follow(difference) {
                out.push(reason);
                continue;
            }
            if difference.field.replaces {
                out.push(Reason::CannotChange(path.clone()));
            }
            out.push(match difference.cause {
                Cause::Changed => Reason::Changed(path),
                Cause::Drifted => Reason::Drifted(path),
                Cause::TakenOut => Reason::TakenOut(path),
            });
        }
        let mut seen: Vec<Reason> = Vec::with_capacity(out.len());
        for reason in out {
            if !seen.contains(&reason) {
                seen.push(reason);
            }
        }
        seen
    }

    /// Sorts the differences into what is sent and what is taken out.
    fn split(&self, differences: &[Difference], resets: &[(Path, Json)], decided: &mut Decided) {
        let mut changed = BTreeSet::new();
        let mut removed = BTreeSet::new();
        for difference in differences {
            let whole = difference.cause == Cause::TakenOut
                && *difference.field.path == *difference.root
                && !resets.iter().any(|(path, _)| *path.0 == *difference.root);
            match whole && !decided.wanted.contains_key(&difference.root) {
                true => removed.insert(difference.root.clone()),
                false => changed.insert(difference.root.clone()),
            };
        }
        decided.changed = changed.into_iter().collect();
        decided.removed = removed.into_iter().collect();
    }

    /// What is left alone goes along as it is, for calls that take the whole.
    fn ignored(&self) -> Vec<(Path, Option<Json>)> {
        let live = self.held.readable();
        let mut out = Vec::new();
        for path in &self.resource.ignore_changes {
            let names: Vec<&str> = path.split(['.', '/']).collect();
            let Some((root, below)) = names.split_first() else {
                continue;
            };
            let value = live.get(*root).and_then(|live| json_at(live, below));
            out.push((Path(names.join("/").into()), value.cloned()));
        }
        out
    }
}

fn difference(
    path: &str,
    before: Option<Json>,
    after: After,
    cause: Cause,
    replaces: bool,
) -> Difference {
    Difference {
        root: path.split('/').next().unwrap_or(path).into(),
        field: FieldChange {
            path: path.to_owned(),
            before,
            after,
            replaces,
            span: None,
        },
        cause,
    }
}
