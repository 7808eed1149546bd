//! The overlay of a type that nobody wrote one for: *marker* if it carries tags, else a name within its parent.

use super::{attributes, references};
use crate::families;
use crate::raw::pattern;
use formwork_schema::{Identity, Path, ResourceType, Shape, ShapeKind};
use std::sync::Arc;

/// Fills the overlay with what names, formats and identifiers tell.
pub(super) fn derive(ty: &mut ResourceType) {
    let made = |path: &Path| ResourceType::covers(&ty.read_only, &path.0);
    let made_by_aws = ty.primary_identifier.iter().any(made);
    // An id that AWS makes cannot be asked for: what was created is then found by listing.
    ty.overlay.identity = match ty.taggable() || made_by_aws {
        true => Identity::Marker,
        false => Identity::Name,
    };
    ty.overlay.references = references::derive(ty);
    ty.overlay.name = name(ty);
    if let Some(name) = ty.overlay.name.clone() {
        let most = ty
            .properties
            .get(name.root())
            .and_then(|shape| ty.resolve(shape).length.1);
        ty.overlay.name_length = most.map_or(64, |most| most.min(255) as usize);
    }
    ty.overlay.parent = parent(ty);
    ty.overlay.name_scope = match &ty.overlay.parent {
        Some(parent) => parent.0.clone(),
        None => "account-region".into(),
    };
    ty.overlay.attributes = attributes::derive(ty);
    ty.overlay.json = json_paths(ty);
    if let Some(tags) = &ty.tags {
        let tags = Path(tags.property.clone());
        ty.overlay.unordered.push(tags.clone());
        ty.overlay.merge.push(tags);
    }
    ty.overlay.family = families::family_of(&ty.name).into();
    ty.overlay.create_first &= made_by_aws || ty.overlay.name.is_some();
}

/// Fills the alphabet of names with what the pattern of the naming property takes. Compiles that pattern, which takes
/// longer than all the rest.
pub(super) fn derive_alphabet(ty: &mut ResourceType) {
    let name = ty.overlay.name.as_ref().map(Path::root);
    let shape = name.and_then(|name| ty.properties.get(name));
    let pattern = shape.and_then(|shape| ty.resolve(shape).pattern.as_deref());
    ty.overlay.name_alphabet = alphabet(pattern).into();
}

/// Alphabets of names from wide to narrow, each with a name that uses all of it.
const ALPHABETS: &[(&str, &str)] = &[
    ("a-zA-Z0-9_-", "aB1_x-y"),
    ("a-zA-Z0-9-", "aB1-x"),
    ("a-zA-Z0-9_", "aB1_x"),
    ("a-z0-9-", "ab1-x"),
    ("a-zA-Z0-9", "aB1"),
];

/// The widest alphabet whose names a pattern takes; the narrowest if it takes none.
fn alphabet(wanted: Option<&str>) -> &'static str {
    let regex = wanted.and_then(pattern);
    let takes = |name: &str| {
        regex
            .as_ref()
            .is_none_or(|regex| regex.is_match(name).unwrap_or(true))
    };
    let found = ALPHABETS.iter().find(|(_, name)| takes(name));
    found.map_or("a-z0-9", |(alphabet, _)| alphabet)
}

/// The settable property that names the object, if there is one.
fn name(ty: &ResourceType) -> Option<Path> {
    let settable = |path: &&Path| {
        let is_string = ty
            .properties
            .get(&path.0)
            .is_some_and(|shape| matches!(ty.resolve(shape).kind, ShapeKind::String));
        let refers = ty
            .overlay
            .references
            .iter()
            .any(|reference| reference.path == **path);
        is_string && !refers && !ResourceType::covers(&ty.read_only, &path.0)
    };
    let looks_like_name = |path: &&Path| path.0.ends_with("Name") || path.0.ends_with("Identifier");
    let own = ty.primary_identifier.iter().filter(settable);
    if let Some(found) = own.clone().find(looks_like_name) {
        return Some(found.clone());
    }
    let mut named = ty
        .create_only
        .iter()
        .filter(settable)
        .filter(looks_like_name);
    let short = ty.name.rsplit("::").next().unwrap_or("");
    let found = named.clone().find(|path| &*path.0 == "Name");
    found
        .or_else(|| named.find(|path| path.0.strip_suffix("Name") == Some(short)))
        .cloned()
}

/// The property that names the object this one lives in.
fn parent(ty: &ResourceType) -> Option<Path> {
    if ty.taggable() {
        return None;
    }
    let refers = |path: &&Path| {
        ty.overlay
            .references
            .iter()
            .any(|reference| reference.path == **path)
    };
    let settable = |path: &&Path| {
        ty.properties.contains_key(&path.0)
            && Some(*path) != ty.overlay.name.as_ref()
            && !ResourceType::covers(&ty.read_only, &path.0)
    };
    let required = |path: &&Path| ty.required.contains(&path.0);
    let own = ty.primary_identifier.iter().filter(settable);
    own.chain(ty.create_only.iter().filter(refers).filter(required))
        .next()
        .cloned()
}

/// Paths that may hold JSON as an object or as a string.
fn json_paths(ty: &ResourceType) -> Vec<Path> {
    let mut found = Vec::new();
    visit(ty, &mut |path, shape| {
        if let ShapeKind::OneOf(all) = &shape.kind {
            let object = |one: &Arc<Shape>| {
                matches!(one.kind, ShapeKind::Map { .. } | ShapeKind::Object { .. })
            };
            let string = |one: &Arc<Shape>| matches!(one.kind, ShapeKind::String);
            if all.iter().any(object) && all.iter().any(string) {
                found.push(Path(path.into()));
            }
        }
    });
    found
}

/// Calls `see` with every property of a type, nested ones by path; a shape within itself is seen once.
pub(super) fn visit(ty: &ResourceType, see: &mut dyn FnMut(&str, &Shape)) {
    for (name, shape) in &ty.properties {
        visit_shape(ty, name, shape, &mut Vec::new(), see);
    }
}

fn visit_shape(
    ty: &ResourceType,
    path: &str,
    shape: &Shape,
    within: &mut Vec<Arc<str>>,
    see: &mut dyn FnMut(&str, &Shape),
) {
    match &shape.kind {
        ShapeKind::Ref(name) => {
            if within.contains(name) {
                return;
            }
            if let Some(next) = ty.definitions.get(name) {
                within.push(name.clone());
                visit_shape(ty, path, next, within, see);
                within.pop();
            }
            return;
        }
        _ => see(path, shape),
    }
    match &shape.kind {
        ShapeKind::List(item) => visit_shape(ty, &format!("{path}/*"), item, within, see),
        ShapeKind::Map { values, .. } => {
            visit_shape(ty, &format!("{path}/*"), values, within, see);
        }
        ShapeKind::Object { properties, .. } => {
            for (name, shape) in properties {
                visit_shape(ty, &format!("{path}/{name}"), shape, within, see);
            }
        }
        ShapeKind::OneOf(all) => {
            for one in all {
                if matches!(
                    one.kind,
                    ShapeKind::Object { .. } | ShapeKind::List(_) | ShapeKind::Ref(_)
                ) {
                    visit_shape(ty, path, one, within, see);
                }
            }
        }
        _ => {}
    }
}
