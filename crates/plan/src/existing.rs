//! What happens to a wanted resource whose object is there: nothing, an update or a replacement, and why.

use crate::compare::{Cause, Difference};
use crate::decide::{Context, held_name, interrupted, stays};
use crate::deps::{Dep, Via};
use crate::item::{Held, Item};
use crate::known::{Decided, Standing};
use crate::naming::name_property;
use crate::wanted::{Entries, json_at};
use crate::{Action, FieldChange, Reason, errors, fields, names};
use formwork_diag::{Diagnostic, Diagnostics};
use formwork_schema::{Claim, Path, Resource};
use formwork_state::ObjectStatus;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A wanted resource whose object is there.
pub(crate) struct Case<'k, 'c, 'a> {
    pub(crate) context: &'k Context<'c, 'a>,
    pub(crate) at: usize,
    pub(crate) item: &'k Item<'a>,
    pub(crate) resource: &'a Resource,
    pub(crate) held: &'k Held<'a>,
    pub(crate) decided: &'k [Option<Decided>],
}

impl Case<'_, '_, '_> {
    /// Decides.
    pub(crate) fn existing(
        &self,
        wanted: Entries,
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
        let retagged = self.retagged(&differences);
        if replaced {
            let free = authored.is_none()
                || authored != old_name
                || name_property(self.item).is_none()
                || names::repeats(&self.item.ty.overlay);
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
            if let Some(found) = self.adopted_replaced(&differences, &decided.reasons) {
                diagnostics.push(found);
            }
        } else {
            decided.action = match retagged {
                _ if self.item.adopts => Action::Adopt,
                true => Action::Rename,
                false => Action::Update,
            };
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
            () if self.item.adopts => Action::Adopt,
            () if !self.item.repairs.is_empty() => Action::Recover,
            () if self.context.moves.contains_key(self.item.address) => Action::Rename,
            () if self.held.object.metadata != needs => Action::Record,
            () => Action::Nothing,
        };
        decided.reasons = interrupted(self.item);
        decided.reasons.extend(self.adopted());
        decided.reasons.extend(self.renamed());
        decided
    }

    /// That it is taken over by this plan.
    fn adopted(&self) -> Option<Reason> {
        let id = &self.held.object.id;
        self.item.adopts.then(|| Reason::Adopted(id.clone()))
    }

    /// What is taken over is never replaced for what it is, unless that is asked for once it is the stack's.
    fn adopted_replaced(
        &self,
        differences: &[Difference],
        reasons: &[Reason],
    ) -> Option<Diagnostic> {
        let asked = reasons.contains(&Reason::Requested) && !self.item.adopts;
        if asked || !matches!(self.resource.claim, Claim::Adopt { .. }) {
            return None;
        }
        let cause = |reason: &&Reason| !matches!(reason, Reason::Adopted(_) | Reason::Changed(_));
        let why: Vec<String> = reasons.iter().filter(cause).map(fields::sentence).collect();
        let mut fields: Vec<FieldChange> = differences.iter().map(|d| d.field.clone()).collect();
        fields.retain(|field| field.replaces);
        fields::locate(self.resource, &mut fields);
        let places = fields.into_iter();
        let places = places.filter_map(|field| Some((field.path, field.span?)));
        let places: Vec<_> = places.collect();
        Some(crate::claims::errors::adopt_replaces(
            self.resource,
            &why,
            &places,
        ))
    }

    /// What it was, if it is renamed now or its tags still say so.
    fn renamed(&self) -> Option<Reason> {
        let now = self.context.moves.get(self.item.address);
        let former = self.held.object.former.as_ref().map(|key| &key.address);
        let tagged = self.item.ty.tags.as_ref();
        let pending = former.filter(|_| tagged.is_some_and(|field| field.updatable));
        now.or(pending).cloned().map(Reason::Renamed)
    }

    /// Whether all that differs are the tags that say which address a renamed object has.
    fn retagged(&self, differences: &[Difference]) -> bool {
        let field = self.item.ty.tags.as_ref();
        let own = |difference: &Difference| {
            let key = field.and_then(|field| {
                let path = difference.field.path.strip_prefix(&*field.property)?;
                path.strip_prefix('/')
            });
            // `Name` is what consoles show of an object without a name: after its address.
            key.is_some_and(|key| key == "Name" || crate::tags::is_own(key))
        };
        self.renamed().is_some() && differences.iter().all(own)
    }

    fn protected(&self, reasons: &[Reason]) -> Diagnostic {
        let why = reasons.first().map_or_else(String::new, fields::sentence);
        let span = Some(self.resource.span);
        errors::protected(self.item.address, "replaced", &why, span)
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

    /// Whether it is a slice that has something for itself, as the disks that are attached to a server.
    fn is_exclusive(&self) -> bool {
        let holds = |name: &str| {
            let references = &self.item.ty.overlay.references;
            references
                .iter()
                .any(|reference| reference.exclusive && reference.path.root() == name)
        };
        self.item.is_slice() && self.held.object.authored.keys().any(|name| holds(name))
    }

    /// Whether the new object can be made beside the old one.
    fn replacement(&self, name_is_free: bool) -> Action {
        let parent = self.context.deps(self.at).iter().find_map(|dep| {
            let target = self.decided.get(dep.on)?.as_ref()?;
            (dep.via == Via::Parent && target.standing == Standing::Replaced)
                .then_some(target.action)
        });
        if parent.is_some() && self.is_exclusive() {
            return Action::ReplaceDeleteFirst;
        }
        if let Some(parent @ (Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst)) = parent {
            return parent;
        }
        let deps = self.context.deps(self.at);
        let stranded = |dep: &Dep| dep.via == Via::Parent && self.is_stranded(dep.on);
        if deps.iter().any(stranded) {
            return match self.is_exclusive() {
                true => Action::ReplaceDeleteFirst,
                false => Action::ReplaceCreateFirst,
            };
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
            // What is of no use makes way first: the new object may have the same place.
            && self.held.object.status != ObjectStatus::Failed
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
        out.extend(self.adopted());
        out.extend(self.renamed());
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
            // Tags are put together apart, because ours among them are never left alone.
            let tags = self.item.ty.tags.as_ref();
            if tags.is_some_and(|field| *field.property == **root) {
                continue;
            }
            let value = live.get(*root).and_then(|live| json_at(live, below));
            out.push((Path(names.join("/").into()), value.cloned()));
        }
        out
    }
}
