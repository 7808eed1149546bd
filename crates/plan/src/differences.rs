//! How an object differs from what is wanted: properties, what is taken out, tags, and references to what is made
//! anew.

use crate::compare::{Cause, Comparison, Difference};
use crate::decide::held_name;
use crate::deps::Via;
use crate::existing::Case;
use crate::known::Standing;
use crate::naming::name_property;
use crate::paths::{self, Step};
use crate::tags::TagValue;
use crate::wanted::{Entries, json_at};
use crate::{After, FieldChange, names, tags};
use formwork_schema::Path;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Case<'_, '_, '_> {
    /// All differences, and what is reset.
    pub(crate) fn differences(
        &self,
        wanted: &Entries,
        authored_name: Option<&Arc<str>>,
        resets: &mut Vec<(Path, Json)>,
    ) -> Vec<Difference> {
        let item = self.item;
        let name = name_property(item);
        let tag_field = item.ty.tags.as_ref().filter(|_| !item.is_slice());
        let tagged = |property: &str| tag_field.is_some_and(|field| &*field.property == property);
        let special = |property: &str| name == Some(property) || tagged(property);
        // A name that is nothing but a property is compared like one.
        let fixed = name.filter(|_| !names::changes(&item.ty));
        let special_if_wanted = |property: &str| fixed == Some(property) || tagged(property);
        let live = self.held.readable();
        let authored = &self.held.object.authored;
        let mut comparison = Comparison::new(&item.ty).ignoring(&self.resource.ignore_changes);
        let plain = wanted
            .iter()
            .filter(|(property, _)| !special_if_wanted(property));
        for (property, value) in plain {
            let (live, before) = (live.get(&**property), authored.get(&**property));
            comparison.property(property, value, live, before);
        }
        let mut found = comparison.finish();
        self.unsure(wanted, &mut found);
        self.taken_out(wanted, special, &mut found, resets);
        if let (Some(property), Some(name)) = (fixed, authored_name) {
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
    fn unsure(&self, wanted: &Entries, found: &mut Vec<Difference>) {
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
        wanted: &Entries,
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
            .filter(|name| !wanted.contains_key(name) && !special(name))
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
            // What is not shown is known to be as it was written, unless that was cut short.
            let sure = hidden && !object.uncertain.contains(name);
            let seen = live.or_else(|| object.authored.get(name).filter(|_| sure));
            let done = match (reset, seen) {
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
        let wanted = tags::wanted(
            self.item,
            field,
            &context.words,
            Some(self.held),
            self.held.generation,
        );
        let live = tags::of_object(self.held, field);
        let authored = tags::of_properties(&self.held.object.authored, field);
        let lookup = context.lookup(self.decided);
        let mut note = |key: &str, after: After, cause: Cause| {
            // What cannot be tagged anew stays known by what it was.
            let unmarked = self.held.object.former.is_some() || !live.contains_key(key);
            let renamed = unmarked && tags::is_own(key);
            if !field.updatable && (cause == Cause::Drifted || renamed) {
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
    pub(crate) fn follows(
        &self,
        wanted: &Entries,
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
                let value = wanted.get(root).and_then(|wanted| wanted.at(below));
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
