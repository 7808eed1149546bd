//! The same life below the kinds: every property of every resource type that a kind is lowered to, as far as its values
//! follow from its shape. What AWS's rules refuse is counted, not lived.

use crate::subject::Subject;
use crate::world::{World, kinds, lowered};
use formwork_catalog::{aws, example};
use formwork_plan::{Action, Change, Mode, Reason};
use formwork_schema::{ResourceType, Shape, ShapeKind};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// How many properties were lived, and how many have no two values that follow from the shape or are refused.
#[derive(Debug, Default)]
struct Count {
    types: usize,
    in_place: usize,
    replaced: usize,
    refused: usize,
}

pub(crate) fn lives() -> Result<(), String> {
    let mut count = Count::default();
    let mut wrong = Vec::new();
    for name in types() {
        let ty = aws().get(&name).unwrap();
        count.types += 1;
        let mut world = World::new();
        for (property, shape) in &ty.properties {
            let own = ty
                .read_only
                .iter()
                .chain(&ty.write_only)
                .chain(&ty.overlay.name);
            let special = own
                .chain(&ty.overlay.parent)
                .any(|path| path.root() == &**property);
            let tags = ty
                .tags
                .as_ref()
                .is_some_and(|tags| tags.property == *property);
            // What it refers to would have to be there.
            let mut refers = ty.overlay.references.iter();
            let refers = refers.any(|reference| reference.path.root() == &**property);
            let values = values(ty.resolve(shape));
            let Some(values) = values.filter(|_| !special && !tags && !refers) else {
                continue;
            };
            match live(&mut world, &ty, property, &values) {
                Ok(Some(true)) => count.replaced += 1,
                Ok(Some(false)) => count.in_place += 1,
                Ok(None) => {
                    count.refused += 1;
                    world = World::new();
                }
                Err(why) => {
                    wrong.push(format!("{name} {property}: {why}"));
                    world = World::new();
                }
            }
        }
    }
    println!("{count:?}");
    match wrong.is_empty() {
        true if count.in_place > 100 && count.replaced > 30 => Ok(()),
        true => Err(format!("too little was lived: {count:?}")),
        false => Err(wrong.join("\n")),
    }
}

/// The types that the kinds are lowered to, in their plainest form.
fn types() -> BTreeSet<String> {
    let subjects = kinds().specs().map(Subject::of);
    let stacks = subjects.filter_map(|subject| {
        let texts = subject.texts(std::slice::from_ref(&subject.base));
        lowered(&texts[0]).ok()
    });
    let resources = stacks.flat_map(|stack| stack.resources);
    let whole = resources.filter(|resource| resource.slice.is_none());
    let names = whole.map(|resource| resource.type_name.to_string());
    names.filter(|name| name.starts_with("AWS::")).collect()
}

/// Two values that a shape allows.
fn values(shape: &Shape) -> Option<[Json; 2]> {
    if let [one, two, ..] = shape.allowed.as_slice() {
        return Some([one.clone(), two.clone()]);
    }
    let plain = shape.pattern.is_none() && shape.allowed.is_empty();
    match &shape.kind {
        ShapeKind::Bool => Some([json!(true), json!(false)]),
        ShapeKind::Integer => {
            let least = shape.range.0.unwrap_or(1.0).max(1.0);
            let fits = shape.range.1.is_none_or(|most| least + 1.0 <= most);
            fits.then(|| [json!(least as i64), json!(least as i64 + 1)])
        }
        ShapeKind::String if plain && shape.format.is_none() => Some([json!("one"), json!("two")]),
        _ => None,
    }
}

/// Sets a property, changes it and takes it out; whether the change replaced its object. `None` if it is refused.
fn live(
    world: &mut World,
    ty: &ResourceType,
    property: &str,
    values: &[Json; 2],
) -> Result<Option<bool>, String> {
    let mut steps: Vec<Option<&Json>> = values.iter().map(Some).collect();
    let required = ty.required.iter().any(|name| **name == *property);
    steps.extend((!required).then_some(None));
    let mut change = None;
    for (at, value) in steps.into_iter().enumerate() {
        let mut examples = example::stack(ty);
        let subject = examples.last_mut().unwrap();
        match value {
            Some(value) => {
                _ = subject
                    .properties
                    .insert(property.to_owned(), value.clone())
            }
            None => _ = subject.properties.remove(property),
        }
        let label = subject.label.clone();
        let text = format!(
            "stack s {{ region = us_east_1 }}\n{}",
            example::text(&examples)
        );
        let Ok(wanted) = lowered(&text) else {
            return Ok(None);
        };
        let plan = world.plan(&wanted, Mode::Apply)?;
        let found = plan
            .changes
            .iter()
            .find(|change| *change.address.label == *label);
        if at == 1 {
            change = found.cloned();
        }
        match world.apply(plan) {
            Err(why) if why.contains("InvalidInput") => return Ok(None),
            other => other?,
        }
        let again = world.plan(&wanted, Mode::Apply)?;
        if !again.operations.is_empty() {
            return Err(format!(
                "{value:?}: not empty: {}",
                crate::shown::full(&again.changes)
            ));
        }
    }
    told(ty, property, change)
}

/// Whether a change was what the type says of the property.
fn told(ty: &ResourceType, property: &str, change: Option<Change>) -> Result<Option<bool>, String> {
    let change = change.ok_or("a change is not seen")?;
    let named = change
        .reasons
        .contains(&Reason::CannotChange(property.into()));
    let fixed = ty.create_only.iter().chain(&ty.conditional_create_only);
    let fixed = fixed.into_iter().any(|path| *path.0 == *property);
    let overlay = ty
        .overlay
        .replace
        .iter()
        .find(|(path, _)| *path.0 == *property);
    let replaces = !ty.mutable || overlay.map_or(fixed, |(_, replaces)| *replaces);
    match change.action {
        Action::Update if !replaces => Ok(Some(false)),
        Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst if replaces && named => {
            Ok(Some(true))
        }
        action => Err(format!("{action:?}, {:?}", change.reasons)),
    }
}
