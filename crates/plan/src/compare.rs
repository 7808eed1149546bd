//! What is wanted against what is live: differences at the deepest path, after undoing what AWS's reads do.

use crate::paths::{self, Step};
use crate::policy;
use crate::replace;
use crate::wanted::{Entries, Wanted};
use crate::{After, change::FieldChange};
use formwork_schema::{ResourceType, Shape, ShapeKind};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// How a property came to differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Another value is authored than last time.
    Changed,
    /// The value was changed outside.
    Drifted,
    /// It is no longer authored.
    TakenOut,
}

/// A difference.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference {
    pub(crate) field: FieldChange,
    pub(crate) cause: Cause,
    pub(crate) root: Arc<str>,
}

/// Compares the properties of one object.
pub(crate) struct Comparison<'a> {
    ty: &'a ResourceType,
    /// Whether differences are kept or only counted.
    keep: bool,
    count: usize,
    found: Vec<Difference>,
    root: Arc<str>,
    /// Paths whose differences are left alone.
    ignore: Vec<Vec<Step<'a>>>,
}

/// The three forms of a value: what it should be, what it is, and what was authored last.
#[derive(Clone, Copy)]
struct Sides<'a> {
    live: Option<&'a Json>,
    authored: Option<&'a Json>,
    shape: Option<&'a Arc<Shape>>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(ty: &'a ResourceType) -> Self {
        Comparison {
            ty,
            keep: true,
            count: 0,
            found: Vec::new(),
            root: "".into(),
            ignore: Vec::new(),
        }
    }

    /// Leaves the differences at these paths alone.
    pub(crate) fn ignoring(mut self, paths: &'a [Arc<str>]) -> Self {
        self.ignore = paths.iter().map(|path| paths::split(path)).collect();
        self
    }

    /// Compares one property.
    pub(crate) fn property(
        &mut self,
        name: &Arc<str>,
        wanted: &Wanted,
        live: Option<&Json>,
        authored: Option<&Json>,
    ) {
        self.root = name.clone();
        let sides = Sides {
            live,
            authored,
            shape: self.ty.properties.get(name),
        };
        self.wanted(&mut vec![Step::Name(name)], wanted, sides);
    }

    /// The differences, in the order found.
    pub(crate) fn finish(self) -> Vec<Difference> {
        self.found
    }

    /// Whether a value that is live, or wanted, at a property is what AWS takes when nothing is given.
    pub(crate) fn is_default(ty: &ResourceType, path: &[Step<'_>], live: &Json) -> bool {
        if is_empty(live) {
            return true;
        }
        let given = ty
            .overlay
            .defaults
            .iter()
            .find(|(known, _)| paths::is_exact(known, path));
        let shape = shape_at(ty, path);
        let schema = shape.as_ref().and_then(|shape| shape.default.as_ref());
        let default = given.map(|(_, value)| value).or(schema);
        if default.is_some_and(|default| equal(ty, path, default, live)) {
            return true;
        }
        // Of a structure each entry may be.
        let structure = shape
            .as_ref()
            .is_some_and(|shape| matches!(shape.kind, ShapeKind::Object { .. }));
        let entries = live.as_object().filter(|_| structure);
        entries.is_some_and(|entries| {
            entries.iter().all(|(name, live)| {
                let own = default.and_then(|default| default.get(name));
                let below = [path, &[Step::Name(name)]].concat();
                own.is_some_and(|own| equal(ty, &below, own, live))
                    || Self::is_default(ty, &below, live)
            })
        })
    }

    fn wanted<'p>(&mut self, path: &mut Vec<Step<'p>>, wanted: &'p Wanted, sides: Sides<'_>) {
        match wanted {
            Wanted::Known(json) => self.json(path, json, sides),
            Wanted::Unknown => self.note(path, sides, After::Unknown),
            Wanted::Map(entries) => self.partly_known(path, entries, sides),
            Wanted::List(items) => {
                let live = sides.live.and_then(Json::as_array);
                // Without an order nothing tells which live item an unknown one is.
                let paired = |live: &&Vec<Json>| live.len() == items.len();
                let ordered = !self.is_unordered(path, sides.shape);
                let Some(live) = live.filter(paired).filter(|_| ordered) else {
                    return self.note(path, sides, After::Unknown);
                };
                for (index, (item, live)) in items.iter().zip(live).enumerate() {
                    let below = Sides {
                        live: Some(live),
                        authored: sides.authored.and_then(|json| json.get(index)),
                        shape: item_shape(self.ty, sides.shape),
                    };
                    path.push(Step::Index(index));
                    self.wanted(path, item, below);
                    path.pop();
                }
            }
        }
    }

    fn partly_known<'p>(
        &mut self,
        path: &mut Vec<Step<'p>>,
        entries: &'p Entries,
        sides: Sides<'_>,
    ) {
        let live = sides.live.map(policy::parsed);
        for (name, entry) in entries.iter() {
            let below = Sides {
                live: live.as_ref().and_then(|json| json.get(&**name)),
                authored: sides.authored.and_then(|json| json.get(&**name)),
                shape: entry_shape(self.ty, sides.shape, name),
            };
            path.push(Step::Name(name));
            self.wanted(path, entry, below);
            path.pop();
        }
    }

    fn json<'p>(&mut self, path: &mut Vec<Step<'p>>, want: &'p Json, sides: Sides<'_>) {
        let write_only = |known: &formwork_schema::Path| paths::leads_to(known, path);
        if self.ty.write_only.iter().any(write_only) || want.get("$artifact").is_some() {
            return self.unreadable(path, want, sides);
        }
        if sides.live == Some(want) {
            return;
        }
        if self.is_document(path, want, &sides) {
            let same = sides
                .live
                .is_some_and(|live| policy::same_document(want, live));
            if !same {
                self.note(path, sides, After::Known(want.clone()));
            }
            return;
        }
        match (want, sides.live) {
            (Json::Object(entries), Some(Json::Object(live))) => {
                self.object(path, entries, live, sides);
            }
            (Json::Object(entries), None) if self.is_structure(sides.shape) => {
                self.object(path, entries, &Map::new(), sides);
            }
            (Json::Array(items), Some(Json::Array(live))) => self.list(path, items, live, sides),
            (_, None) if Self::is_default(self.ty, path, want) => {}
            (_, Some(live)) if is_empty(want) && is_empty(live) => {}
            (_, Some(live)) if same_scalar(want, live, resolved(self.ty, sides.shape)) => {}
            _ => self.note(path, sides, After::Known(want.clone())),
        }
    }

    /// What is never read back is compared with what was authored; code by its digest, objects name by name.
    fn unreadable<'p>(&mut self, path: &mut Vec<Step<'p>>, want: &'p Json, sides: Sides<'_>) {
        let digest = |json: &Json| json.get("$artifact")?.get("digest").cloned();
        if let (Json::Object(entries), Some(Json::Object(before))) = (want, sides.authored)
            && digest(want).is_none()
        {
            return self.unreadable_entries(path, entries, before, sides);
        }
        let read = sides.live.filter(|live| digest(live).is_some());
        let before = read.or(sides.authored);
        let same = match (digest(want), before.and_then(digest)) {
            (Some(want), Some(before)) => want == before,
            _ => before == Some(want),
        };
        if !same {
            let sides = Sides {
                live: before,
                ..sides
            };
            self.note(path, sides, After::Known(want.clone()));
        }
    }

    fn unreadable_entries<'p>(
        &mut self,
        path: &mut Vec<Step<'p>>,
        want: &'p Map<String, Json>,
        before: &Map<String, Json>,
        sides: Sides<'_>,
    ) {
        let below = |name: &str| Sides {
            live: sides.live.and_then(|json| json.get(name)),
            authored: before.get(name),
            shape: entry_shape(self.ty, sides.shape, name),
        };
        for (name, value) in want {
            let below = below(name);
            path.push(Step::Name(name));
            match below.authored {
                Some(authored) if authored == value => {}
                _ => self.unreadable(path, value, below),
            }
            path.pop();
        }
        for (name, value) in before.iter().filter(|(name, _)| !want.contains_key(*name)) {
            let mut path = path.clone();
            path.push(Step::Name(name));
            let below = Sides {
                live: Some(value),
                ..below(name)
            };
            self.note(&path, below, After::Absent);
        }
    }

    fn object<'p>(
        &mut self,
        path: &mut Vec<Step<'p>>,
        want: &'p Map<String, Json>,
        live: &Map<String, Json>,
        sides: Sides<'_>,
    ) {
        for (name, value) in want {
            let below = Sides {
                live: live.get(name),
                authored: sides.authored.and_then(|json| json.get(name)),
                shape: entry_shape(self.ty, sides.shape, name),
            };
            path.push(Step::Name(name));
            self.json(path, value, below);
            path.pop();
        }
        let whole = self.is_whole(path, sides.shape);
        for (name, value) in live {
            let authored = sides.authored.and_then(|json| json.get(name));
            if want.contains_key(name) || !(whole || authored.is_some()) {
                continue;
            }
            let mut below = path.clone();
            below.push(Step::Name(name));
            if !Self::is_default(self.ty, &below, value) && !is_reset(self.ty, &below, value) {
                let sides = Sides {
                    live: Some(value),
                    authored,
                    shape: None,
                };
                self.note(&below, sides, After::Absent);
            }
        }
    }

    fn list<'p>(
        &mut self,
        path: &mut Vec<Step<'p>>,
        want: &'p [Json],
        live: &[Json],
        sides: Sides<'_>,
    ) {
        if paths::exact(self.ty.overlay.merge.iter(), path) {
            return self.merged_list(path, want, live, sides);
        }
        let unordered = self.is_unordered(path, sides.shape);
        if want.len() == live.len() && !unordered {
            for (index, (want, live)) in want.iter().zip(live).enumerate() {
                let below = Sides {
                    live: Some(live),
                    authored: sides.authored.and_then(|json| json.get(index)),
                    shape: item_shape(self.ty, sides.shape),
                };
                path.push(Step::Index(index));
                self.json(path, want, below);
                path.pop();
            }
            return;
        }
        if !unordered || !self.same_set(path, want, live, sides) {
            self.note(path, sides, After::Known(Json::Array(want.to_vec())));
        }
    }

    fn is_unordered(&self, path: &[Step<'_>], shape: Option<&Arc<Shape>>) -> bool {
        resolved(self.ty, shape).is_some_and(|shape| shape.unordered)
            || paths::exact(self.ty.overlay.unordered.iter(), path)
    }

    /// Whether every wanted item has a live one of its own, and none is left over.
    fn same_set(
        &mut self,
        path: &[Step<'_>],
        want: &[Json],
        live: &[Json],
        sides: Sides<'_>,
    ) -> bool {
        if want.len() != live.len() {
            return false;
        }
        let mut free: Vec<&Json> = live.iter().collect();
        want.iter().enumerate().all(|(index, want)| {
            let authored = sides.authored.and_then(|json| json.get(index));
            let same = |live: &&Json| *live == want;
            let like = |live: &&Json| self.same_item(path, index, want, live, authored, sides);
            match free
                .iter()
                .position(same)
                .or_else(|| free.iter().position(like))
            {
                Some(at) => {
                    free.swap_remove(at);
                    true
                }
                None => false,
            }
        })
    }

    fn same_item(
        &self,
        path: &[Step<'_>],
        index: usize,
        want: &Json,
        live: &Json,
        authored: Option<&Json>,
        sides: Sides<'_>,
    ) -> bool {
        let mut quiet = Comparison {
            keep: false,
            ..Comparison::new(self.ty)
        };
        let below = Sides {
            live: Some(live),
            authored,
            shape: item_shape(self.ty, sides.shape),
        };
        let mut path: Vec<Step<'_>> = path.to_vec();
        path.push(Step::Index(index));
        quiet.json(&mut path, want, below);
        quiet.count == 0
    }

    /// Only our entries are ours: each must be there, and none that was ours before may be left.
    fn merged_list(&mut self, path: &[Step<'_>], want: &[Json], live: &[Json], sides: Sides<'_>) {
        let there = |want: &Json| {
            live.iter()
                .any(|live| self.same_item(path, 0, want, live, None, sides))
        };
        let missing = want.iter().any(|want| !there(want));
        let before = sides.authored.and_then(Json::as_array);
        let left = before
            .into_iter()
            .flatten()
            .any(|before| !want.contains(before) && there(before));
        if missing || left {
            self.note(path, sides, After::Known(Json::Array(want.to_vec())));
        }
    }

    fn note(&mut self, path: &[Step<'_>], sides: Sides<'_>, after: After) {
        self.count += 1;
        if !self.keep || self.ignore.iter().any(|ignored| path.starts_with(ignored)) {
            return;
        }
        let replaces = replace::replaces(self.ty, path, sides.live, &after);
        let cause = match (&after, sides.authored) {
            (After::Absent, Some(_)) => Cause::TakenOut,
            (After::Absent, None) => Cause::Drifted,
            (After::Known(want), Some(authored)) if equal(self.ty, path, want, authored) => {
                Cause::Drifted
            }
            _ => Cause::Changed,
        };
        self.found.push(Difference {
            field: FieldChange {
                path: paths::text(path),
                before: sides.live.cloned(),
                after,
                replaces,
                span: None,
            },
            cause,
            root: self.root.clone(),
        });
    }

    /// Whether the value is compared as a document: JSON in a string, a policy, or whatever has no shape.
    fn is_document(&self, path: &[Step<'_>], want: &Json, sides: &Sides<'_>) -> bool {
        if paths::exact(self.ty.overlay.json.iter(), path) {
            return true;
        }
        let container = |json: &Json| json.is_object() || json.is_array();
        let shape = resolved(self.ty, sides.shape);
        let shapeless = shape.is_some_and(|shape| shape.kind == ShapeKind::Any);
        let turned = sides.live.is_some_and(|live| {
            container(want) && live.is_string() || container(live) && want.is_string()
        });
        turned || policy::is_policy(want) || (shapeless && container(want) && sides.live.is_some())
    }

    /// Whether entries that are not authored count: of a map they do, of a structure they are AWS's.
    fn is_whole(&self, path: &[Step<'_>], shape: Option<&Arc<Shape>>) -> bool {
        let map = resolved(self.ty, shape)
            .is_some_and(|shape| matches!(shape.kind, ShapeKind::Map { .. }));
        map && !paths::exact(self.ty.overlay.merge.iter(), path)
    }

    fn is_structure(&self, shape: Option<&Arc<Shape>>) -> bool {
        resolved(self.ty, shape).is_some_and(|shape| matches!(shape.kind, ShapeKind::Object { .. }))
    }
}

/// The shape behind references; of several, the one with structure.
fn resolved<'t>(ty: &'t ResourceType, shape: Option<&'t Arc<Shape>>) -> Option<&'t Arc<Shape>> {
    let shape = ty.resolve(shape?);
    match &shape.kind {
        ShapeKind::OneOf(all) => {
            let structured = |one: &&Arc<Shape>| {
                matches!(one.kind, ShapeKind::Object { .. } | ShapeKind::List(_))
            };
            let found = all.iter().map(|one| ty.resolve(one)).find(structured);
            found.or(Some(shape))
        }
        _ => Some(shape),
    }
}

fn entry_shape<'t>(
    ty: &'t ResourceType,
    shape: Option<&'t Arc<Shape>>,
    name: &str,
) -> Option<&'t Arc<Shape>> {
    match &resolved(ty, shape)?.kind {
        ShapeKind::Object { properties, .. } => properties.get(name),
        ShapeKind::Map { values, .. } => Some(values),
        _ => None,
    }
}

fn item_shape<'t>(ty: &'t ResourceType, shape: Option<&'t Arc<Shape>>) -> Option<&'t Arc<Shape>> {
    match &resolved(ty, shape)?.kind {
        ShapeKind::List(item) => Some(item),
        _ => None,
    }
}

/// Whether two reads of a property say the same: lists without order, texts that hold JSON by their structure,
/// numbers and words in any of the forms AWS gives.
pub fn same_value(ty: &ResourceType, property: &str, one: &Json, other: &Json) -> bool {
    equal(ty, &[Step::Name(property)], one, other)
}

/// Whether two values are the same once what AWS's reads do is undone.
pub(crate) fn equal(ty: &ResourceType, path: &[Step<'_>], one: &Json, other: &Json) -> bool {
    let mut quiet = Comparison {
        keep: false,
        ..Comparison::new(ty)
    };
    let shape = shape_at(ty, path);
    let sides = Sides {
        live: Some(other),
        authored: Some(other),
        shape: shape.as_ref(),
    };
    quiet.json(&mut path.to_vec(), one, sides);
    quiet.count == 0
}

/// The shape at a path of a type.
fn shape_at(ty: &ResourceType, path: &[Step<'_>]) -> Option<Arc<Shape>> {
    let mut steps = path.iter();
    let Some(Step::Name(root)) = steps.next() else {
        return None;
    };
    let mut shape = ty.properties.get(*root)?;
    for step in steps {
        shape = match step {
            Step::Name(name) => entry_shape(ty, Some(shape), name)?,
            Step::Index(_) => item_shape(ty, Some(shape))?,
        };
    }
    resolved(ty, Some(shape)).cloned()
}

/// Whether a value is what a property is set to when it is no longer authored.
pub(crate) fn is_reset(ty: &ResourceType, path: &[Step<'_>], live: &Json) -> bool {
    let mut resets = ty.overlay.resets.iter();
    let reset = resets.find(|(known, _)| paths::is_exact(known, path));
    reset.is_some_and(|(_, reset)| equal(ty, path, reset, live))
}

/// Nothing, an empty list and an empty map are one.
fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Scalars in the forms AWS gives them back: numbers as text, words of a fixed set in another case.
fn same_scalar(want: &Json, live: &Json, shape: Option<&Arc<Shape>>) -> bool {
    match (want, live) {
        (Json::Number(one), Json::Number(other)) => one.as_f64() == other.as_f64(),
        (Json::Number(number), Json::String(text)) | (Json::String(text), Json::Number(number)) => {
            text.parse().ok() == number.as_f64()
        }
        (Json::Bool(value), Json::String(text)) | (Json::String(text), Json::Bool(value)) => {
            text.eq_ignore_ascii_case(if *value { "true" } else { "false" })
        }
        (Json::String(one), Json::String(other)) => {
            let fixed = shape.is_some_and(|shape| !shape.allowed.is_empty());
            one == other || (fixed && one.eq_ignore_ascii_case(other))
        }
        _ => want == live,
    }
}
