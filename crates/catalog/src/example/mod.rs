//! The smallest valid properties of any type: for tests, for documentation, and for "AWS takes the form …".
//!
//! In: a resource type. Out: properties that its schema, its rules and its patterns allow, or a whole stack with the
//! resources it refers to. What cannot be told from the schema is written by hand in `data/examples.toml`.

mod stack;
mod words;

pub use stack::{Example, all, stack, text};
pub use words::text_for;

use formwork_schema::{ResourceType, Shape, ShapeKind, Shapes};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// How deep shapes are followed; the smallest value of a type never needs more.
const DEEPEST: usize = 12;

/// The smallest valid properties of a type: all that is required, and nothing else.
pub fn minimal_properties(ty: &ResourceType) -> Map<String, Json> {
    let mut out = object(ty, &ty.properties, &ty.required, None, 0);
    let constraints = ty
        .checks
        .iter()
        .filter(|check| &*check.name == "constraints");
    for check in constraints.filter(|check| check.at.is_none()) {
        add_needed(ty, &ty.properties, &check.rule, &mut out, 0);
    }
    for (name, value) in by_hand(&ty.name).into_iter().flatten() {
        match value {
            // A property that only one alternative of a rule wants.
            Json::String(text) if text == "-" => _ = out.remove(name),
            value => _ = out.insert(name.clone(), value.clone()),
        }
    }
    out
}

fn by_hand(type_name: &str) -> Option<&'static Map<String, Json>> {
    static EXAMPLES: OnceLock<BTreeMap<String, Map<String, Json>>> = OnceLock::new();
    let examples = EXAMPLES.get_or_init(|| {
        toml::from_str(include_str!("../../data/examples.toml")).unwrap_or_default()
    });
    examples.get(type_name)
}

fn object(
    ty: &ResourceType,
    properties: &Shapes,
    required: &[Arc<str>],
    rules: Option<&Json>,
    depth: usize,
) -> Map<String, Json> {
    let mut out = Map::new();
    for name in required {
        if let Some(shape) = properties.get(name) {
            out.insert(name.to_string(), value(ty, shape, name, depth + 1));
        }
    }
    if let Some(rules) = rules {
        add_needed(ty, properties, rules, &mut out, depth);
    }
    out
}

/// Adds what a rule wants of one of several properties: the first alternative.
fn add_needed(
    ty: &ResourceType,
    properties: &Shapes,
    rule: &Json,
    out: &mut Map<String, Json>,
    depth: usize,
) {
    for word in ["requiredXor", "requiredOr", "oneOf", "anyOf"] {
        let all = rule
            .get(word)
            .and_then(Json::as_array)
            .into_iter()
            .flatten();
        let alternatives: Vec<Vec<&str>> = all
            .map(|one| match one {
                Json::String(name) => vec![name.as_str()],
                one => {
                    let names = one
                        .get("required")
                        .and_then(Json::as_array)
                        .into_iter()
                        .flatten();
                    names.filter_map(Json::as_str).collect()
                }
            })
            .collect();
        let given = |names: &Vec<&str>| {
            !names.is_empty() && names.iter().all(|name| out.contains_key(*name))
        };
        if alternatives.iter().any(given) {
            continue;
        }
        for name in alternatives.first().into_iter().flatten() {
            if let Some(shape) = properties.get(*name) {
                out.insert((*name).to_owned(), value(ty, shape, name, depth + 1));
            }
        }
    }
}

fn value(ty: &ResourceType, shape: &Arc<Shape>, name: &str, depth: usize) -> Json {
    let shape = ty.resolve(shape);
    if depth > DEEPEST {
        return Json::Null;
    }
    if let Some(first) = shape.allowed.first() {
        return first.clone();
    }
    match &shape.kind {
        ShapeKind::Any => json!({}),
        ShapeKind::Bool => json!(false),
        ShapeKind::Integer | ShapeKind::Number => number(shape),
        ShapeKind::String => json!(text_for(shape, name).unwrap_or_else(|| "example".to_owned())),
        ShapeKind::List(item) => {
            let count = shape.length.0.unwrap_or(0).max(1);
            let first = value(ty, item, name, depth + 1);
            let more = (1..count).map(|at| match &first {
                Json::String(text) => json!(format!("{text}{at}")),
                other => other.clone(),
            });
            std::iter::once(first.clone()).chain(more).collect()
        }
        ShapeKind::Map { values, keys } => map(ty, shape, values, keys.as_deref(), (name, depth)),
        ShapeKind::Object {
            properties,
            required,
        } => Json::Object(object(
            ty,
            properties,
            required,
            shape.rules.as_deref(),
            depth,
        )),
        ShapeKind::OneOf(all) => match all.first() {
            Some(first) => value(ty, first, name, depth + 1),
            None => Json::Null,
        },
        ShapeKind::Ref(_) => Json::Null,
    }
}

fn number(shape: &Shape) -> Json {
    let (least, most) = shape.range;
    let number = least.unwrap_or(1.0).max(1.0);
    let number = most.map_or(number, |most| number.min(most));
    match shape.kind {
        ShapeKind::Integer => json!(number as i64),
        _ => json!(number),
    }
}

fn map(
    ty: &ResourceType,
    shape: &Shape,
    values: &Arc<Shape>,
    keys: Option<&str>,
    (name, depth): (&str, usize),
) -> Json {
    if name.ends_with("PolicyDocument") || name.ends_with("Policy") || name == "PolicyText" {
        return policy(name);
    }
    let mut out = Map::new();
    if shape.length.0.unwrap_or(0) > 0 {
        let key = Shape {
            kind: ShapeKind::String,
            pattern: keys.map(Arc::from),
            ..Shape::default()
        };
        let key = text_for(&key, "Key").unwrap_or_else(|| "example".to_owned());
        out.insert(key, value(ty, values, name, depth + 1));
    }
    Json::Object(out)
}

/// A policy that lets the Lambda service take a role, or somebody read.
fn policy(name: &str) -> Json {
    let statement = match name {
        "AssumeRolePolicyDocument" => json!({
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": { "Service": "lambda.amazonaws.com" },
        }),
        _ => json!({ "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*" }),
    };
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

#[cfg(test)]
mod tests;
