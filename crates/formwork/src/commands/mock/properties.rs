//! The properties of `mock put`: from a file, from the command line, and the name.

use super::dotted;
use crate::cli::MockPutArgs;
use crate::failure::{Exit, Failure};
use formwork_diag::{Code, nearest, safe};
use formwork_schema::{Path, ResourceType, Shape, ShapeKind, TagShape};
use serde_json::{Map, Value, json};

/// The tag by which AWS's console names what has no name.
const TITLE: &str = "Name";

/// All properties of an object to be put.
pub(super) fn read(
    arguments: &MockPutArgs,
    ty: &ResourceType,
) -> Result<Map<String, Value>, Failure> {
    let mut out = match &arguments.file {
        Some(path) => file(path)?,
        None => Map::new(),
    };
    for text in &arguments.properties {
        let (path, value) = pair(text, "PROPERTY=VALUE")?;
        let names: Vec<&str> = path.split('.').collect();
        let value = value_of(ty, &names, value)?;
        set(&mut out, &names, value);
    }
    let mut tags: Vec<(String, String)> = Vec::new();
    for text in &arguments.tags {
        let (key, value) = pair(text, "KEY=VALUE")?;
        tags.push((key.to_owned(), value.to_owned()));
    }
    match name_property(ty) {
        Some(path) => {
            let names: Vec<&str> = path.segments().collect();
            set(&mut out, &names, Value::from(arguments.name.as_str()));
        }
        None => tags.insert(0, (TITLE.to_owned(), arguments.name.clone())),
    }
    tag(ty, &mut out, tags)?;
    Ok(out)
}

/// The property that is chosen as a name, if the type has one.
fn name_property(ty: &ResourceType) -> Option<&Path> {
    let chosen = |path: &&Path| !ty.read_only.contains(path);
    let name = ty.overlay.name.as_ref().filter(chosen);
    name.or_else(|| ty.primary_identifier.first().filter(chosen))
}

fn file(path: &std::path::Path) -> Result<Map<String, Value>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(wrong(
            format!("{}: this is no JSON object", path.display()),
            "write the properties as `{ \"NAME\": … }`",
        )),
        Err(error) => Err(wrong(
            format!("{}: {error}", path.display()),
            "write the properties as JSON: `{ \"NAME\": … }`",
        )),
    }
}

fn pair<'t>(text: &'t str, form: &str) -> Result<(&'t str, &'t str), Failure> {
    text.split_once('=').ok_or_else(|| {
        wrong(
            format!("`{}` has no `=`", safe(text)),
            &format!("write `{form}`"),
        )
    })
}

/// A value as its property takes it: a text as it stands, anything else as JSON.
fn value_of(ty: &ResourceType, names: &[&str], text: &str) -> Result<Value, Failure> {
    let root = names.first().copied().unwrap_or_default();
    let Some(mut shape) = ty.properties.get(root) else {
        let message = format!("{} has no property `{}`", ty.name, safe(root));
        let failure = Failure::new(Exit::Usage, Code("mock::property"), message);
        let known = ty.properties.keys().map(|name| &**name);
        return Err(meant(failure, root, known));
    };
    for name in names.iter().skip(1) {
        shape = match &ty.resolve(shape).kind {
            ShapeKind::Object { properties, .. } => match properties.get(*name) {
                Some(shape) => shape,
                None => return Err(unknown(ty, names, name, properties.keys().map(|n| &**n))),
            },
            ShapeKind::Map { values, .. } => values,
            _ => {
                return Err(wrong(
                    format!("`{}` has nothing below it", safe(root)),
                    &format!("look at `formwork schema {}`", dotted(ty)),
                ));
            }
        };
    }
    let shape = ty.resolve(shape);
    let parsed = serde_json::from_str::<Value>(text).ok();
    match (&shape.kind, parsed) {
        (ShapeKind::String, _) => Ok(Value::from(text)),
        (ShapeKind::Any | ShapeKind::OneOf(_), None) => Ok(Value::from(text)),
        (_, Some(value)) => Ok(value),
        (_, None) => Err(unfit(&names.join("."), text, shape)),
    }
}

fn set(map: &mut Map<String, Value>, names: &[&str], value: Value) {
    match names {
        [] => {}
        [last] => _ = map.insert((*last).to_owned(), value),
        [first, rest @ ..] => {
            let below = map
                .entry(*first)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(below) = below {
                set(below, rest, value);
            }
        }
    }
}

/// Adds tags in the form in which the type carries them.
fn tag(
    ty: &ResourceType,
    out: &mut Map<String, Value>,
    tags: Vec<(String, String)>,
) -> Result<(), Failure> {
    if tags.is_empty() {
        return Ok(());
    }
    let Some(field) = &ty.tags else {
        return Err(wrong(
            format!("{} has neither a name to choose nor tags", ty.name),
            "give its properties with `--file` and leave the tags out",
        ));
    };
    let property = out.entry(field.property.to_string());
    match field.shape {
        TagShape::List => {
            let all = property.or_insert_with(|| Value::Array(Vec::new()));
            let pairs = tags
                .into_iter()
                .map(|(key, value)| json!({ "Key": key, "Value": value }));
            if let Value::Array(all) = all {
                all.extend(pairs);
            }
        }
        TagShape::Map => {
            let all = property.or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(all) = all {
                all.extend(
                    tags.into_iter()
                        .map(|(key, value)| (key, Value::from(value))),
                );
            }
        }
    }
    Ok(())
}

fn wrong(message: String, help: &str) -> Failure {
    Failure::new(Exit::Usage, Code("mock::property"), message).help(help)
}

fn unfit(path: &str, text: &str, shape: &Shape) -> Failure {
    let message = format!("`{}` takes {shape}, not `{}`", safe(path), safe(text));
    wrong(
        message,
        "write the value as JSON: `[\"a\"]`, `{\"b\": 1}`, `true`, `3`",
    )
}

fn unknown<'n>(
    ty: &ResourceType,
    names: &[&str],
    name: &str,
    known: impl Iterator<Item = &'n str>,
) -> Failure {
    let path = names.join(".");
    let message = format!("{} has no property `{}`", ty.name, safe(&path));
    let failure = Failure::new(Exit::Usage, Code("mock::property"), message);
    meant(failure, name, known)
}

/// Adds the nearest of what is known.
pub(super) fn meant<'n>(
    failure: Failure,
    name: &str,
    known: impl Iterator<Item = &'n str>,
) -> Failure {
    match nearest(name, known) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`formwork schema TYPE` shows what it has"),
    }
}
