//! Which differences cannot be made on a living object.

use crate::After;
use crate::paths::{self, Step};
use formwork_schema::{Path, ResourceType};
use serde_json::Value as Json;

/// Whether a difference at a path needs a new object.
pub(crate) fn replaces(
    ty: &ResourceType,
    path: &[Step<'_>],
    before: Option<&Json>,
    after: &After,
) -> bool {
    if !ty.mutable {
        return true;
    }
    let overlay = ty.overlay.replace.iter();
    let nearest = overlay
        .filter(|(known, _)| paths::leads_to(known, path))
        .max_by_key(|(known, _)| known.segments().count());
    if let Some((_, replaces)) = nearest {
        return *replaces;
    }
    let fixed = || ty.create_only.iter().chain(&ty.conditional_create_only);
    if fixed().any(|known| paths::leads_to(known, path)) {
        return true;
    }
    let after = match after {
        After::Known(json) => Some(json),
        After::Unknown | After::Absent => None,
    };
    let holds = |rest: &[&str]| {
        [before, after]
            .into_iter()
            .flatten()
            .any(|json| has(json, rest))
    };
    let differs = |known: &Path| {
        paths::below(known, path).is_some_and(|rest| holds(&rest) && !same(before, after, &rest))
    };
    let exempt = |known: &Path| ty.overlay.replace.get(known) == Some(&false);
    let added = ty.overlay.replace.iter().filter(|(_, replaces)| **replaces);
    fixed().any(|known| differs(known) && !exempt(known))
        || added.map(|(known, _)| known).any(differs)
}

/// Whether there is anything at a path below a value.
fn has(json: &Json, names: &[&str]) -> bool {
    let Some((first, rest)) = names.split_first() else {
        return !json.is_null();
    };
    match (json, *first) {
        (Json::Array(items), "*") => items.iter().any(|item| has(item, rest)),
        (Json::Object(map), "*") => map.values().any(|value| has(value, rest)),
        (Json::Object(map), name) => map.get(name).is_some_and(|value| has(value, rest)),
        _ => false,
    }
}

/// Whether before and after agree at a path below them; paths through lists never do.
fn same(before: Option<&Json>, after: Option<&Json>, names: &[&str]) -> bool {
    let below = |json: Option<&Json>| {
        json.and_then(|json| crate::wanted::json_at(json, names))
            .cloned()
    };
    let (before, after) = (below(before), below(after));
    before.is_some() && before == after
}
