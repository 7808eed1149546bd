//! Checks properties against the shapes of their type: what AWS would refuse is refused, nothing is dropped.

use crate::failures;
use crate::paths::{self, Properties};
use crate::pattern::Patterns;
use crate::rules;
use formwork_provider::Failure;
use formwork_schema::{ResourceType, Shape, ShapeKind, Shapes};
use serde_json::{Number, Value as Json};
use std::sync::Arc;

/// The key of an object that stands for code known by its digest.
pub(crate) const ARTIFACT: &str = "$artifact";

/// How deep shapes may refer to each other along one value.
const DEEPEST: usize = 128;

/// Whether all that a type requires must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// These are all properties of an object.
    Whole,
    /// These are some properties of an object.
    Some,
}

/// Checks properties; the first fault is given.
pub(crate) fn check(
    resource: &ResourceType,
    properties: &Properties,
    extent: Extent,
    patterns: &mut Patterns,
) -> Result<(), Failure> {
    let mut checker = Checker {
        resource,
        patterns,
        nested_read_only: resource.read_only.iter().any(|path| path.0.contains('/')),
        path: Vec::new(),
    };
    for (name, value) in properties {
        let shape = resource.properties.get(name.as_str()).ok_or_else(|| {
            failures::invalid(name, format!("{} has no such property", resource.name))
        })?;
        checker.path.push(name.clone());
        if ResourceType::covers(&resource.read_only, name) {
            return Err(checker.fault("it is made by AWS and cannot be given"));
        }
        // AWS's update calls take these although its schema may not: an empty string for "none".
        if extent == Extent::Whole || !is_reset(resource, name, value) {
            checker.value(shape, value)?;
        }
        checker.path.pop();
    }
    if extent == Extent::Whole {
        required(resource, properties)?;
        rules_between(resource, properties, patterns)?;
    }
    Ok(())
}

/// Refuses properties that break a rule between them; where it is about a part, the part is named.
fn rules_between(
    resource: &ResourceType,
    properties: &Properties,
    patterns: &mut Patterns,
) -> Result<(), Failure> {
    if resource.checks.is_empty() {
        return Ok(());
    }
    let whole = Json::Object(properties.clone());
    for check in &resource.checks {
        if !rules::is_of_one_object(&check.rule) {
            continue;
        }
        let path = check.at.as_ref().map_or("", |path| &*path.0);
        let judged = match path {
            "" => vec![&whole],
            path => paths::values(properties, path),
        };
        for value in judged {
            if !is_artifact(value) && !rules::holds(&check.rule, value, patterns) {
                let message = format!("it breaks the rule `{}`: {}", check.name, check.rule);
                return Err(failures::invalid(path, message));
            }
        }
    }
    Ok(())
}

/// Refuses properties that lack what the type requires.
pub(crate) fn required(resource: &ResourceType, properties: &Properties) -> Result<(), Failure> {
    match resource
        .required
        .iter()
        .find(|name| !properties.contains_key(&***name))
    {
        Some(name) => Err(failures::invalid(name, "it is required")),
        None => Ok(()),
    }
}

fn is_reset(resource: &ResourceType, name: &str, value: &Json) -> bool {
    let mut resets = resource.overlay.resets.iter();
    resets.any(|(path, reset)| *path.0 == *name && reset == value)
}

struct Checker<'a> {
    resource: &'a ResourceType,
    patterns: &'a mut Patterns,
    nested_read_only: bool,
    path: Vec<String>,
}

impl Checker<'_> {
    fn fault(&self, message: impl Into<String>) -> Failure {
        failures::invalid(&self.path.join("/"), message)
    }

    fn value(&mut self, shape: &Arc<Shape>, value: &Json) -> Result<(), Failure> {
        if self.path.len() > DEEPEST {
            return Err(self.fault("it is nested too deeply"));
        }
        if is_artifact(value) {
            return Ok(());
        }
        if value.is_null() {
            return Err(self.fault("null is no value"));
        }
        let resource = self.resource;
        let shape = resource.resolve(shape);
        if !shape.allowed.is_empty() && !shape.allowed.iter().any(|allowed| same(allowed, value)) {
            let allowed: Vec<String> = shape.allowed.iter().map(Json::to_string).collect();
            return Err(self.fault(format!("{value} is none of {}", allowed.join(", "))));
        }
        if let Some(rule) = &shape.rules
            && rules::is_of_one_object(rule)
            && !rules::holds(rule, value, self.patterns)
        {
            return Err(self.fault(format!("it breaks the rule {rule}")));
        }
        match (&shape.kind, value) {
            (ShapeKind::Any, _) | (ShapeKind::Bool, Json::Bool(_)) => Ok(()),
            (ShapeKind::Integer, Json::Number(number)) if is_whole(number) => {
                self.number(shape, number)
            }
            (ShapeKind::Number, Json::Number(number)) => self.number(shape, number),
            (ShapeKind::String, Json::String(text)) => self.text(shape, text),
            (ShapeKind::List(item), Json::Array(items)) => self.list(shape, item, items),
            (
                ShapeKind::Object {
                    properties,
                    required,
                },
                Json::Object(map),
            ) => {
                if properties.is_empty() {
                    return Ok(());
                }
                self.object(properties, required, map)
            }
            (ShapeKind::Map { values, keys }, Json::Object(map)) => {
                self.length(shape, map.len(), "entries")?;
                self.map(values, keys.as_ref(), map)
            }
            (ShapeKind::Ref(_), _) => Ok(()),
            (ShapeKind::OneOf(shapes), _) => self.one_of(shapes, value),
            (_, other) => Err(self.fault(format!("{} is wanted, not {}", shape, sort_of(other)))),
        }
    }

    fn number(&self, shape: &Shape, number: &Number) -> Result<(), Failure> {
        let Some(value) = number.as_f64() else {
            return Ok(());
        };
        match shape.range {
            (Some(least), _) if value < least => {
                Err(self.fault(format!("{number} is below {least}")))
            }
            (_, Some(most)) if value > most => Err(self.fault(format!("{number} is above {most}"))),
            _ => Ok(()),
        }
    }

    fn text(&mut self, shape: &Shape, text: &str) -> Result<(), Failure> {
        if shape.length != (None, None) {
            self.length(shape, text.chars().count(), "characters")?;
        }
        match &shape.pattern {
            Some(pattern) if !self.patterns.matches(pattern, text) => {
                Err(self.fault(format!("{text:?} does not match {pattern}")))
            }
            _ => Ok(()),
        }
    }

    fn length(&self, shape: &Shape, length: usize, of: &str) -> Result<(), Failure> {
        let length = length as u64;
        match shape.length {
            (Some(least), _) if length < least => {
                Err(self.fault(format!("it has {length} {of}, at least {least} are wanted")))
            }
            (_, Some(most)) if length > most => {
                Err(self.fault(format!("it has {length} {of}, at most {most} are allowed")))
            }
            _ => Ok(()),
        }
    }

    fn list(&mut self, shape: &Shape, item: &Arc<Shape>, items: &[Json]) -> Result<(), Failure> {
        self.length(shape, items.len(), "items")?;
        for (at, value) in items.iter().enumerate() {
            self.path.push(at.to_string());
            let repeated = items.iter().take(at).any(|earlier| earlier == value);
            if shape.unique && repeated {
                return Err(self.fault("it is repeated"));
            }
            self.value(item, value)?;
            self.path.pop();
        }
        Ok(())
    }

    fn object(
        &mut self,
        properties: &Shapes,
        required: &[Arc<str>],
        map: &Properties,
    ) -> Result<(), Failure> {
        for (name, value) in map {
            self.path.push(name.clone());
            let Some(shape) = properties.get(name.as_str()) else {
                return Err(self.fault(format!("{} has no such property", self.resource.name)));
            };
            if self.nested_read_only && self.is_read_only() {
                return Err(self.fault("it is made by AWS and cannot be given"));
            }
            self.value(shape, value)?;
            self.path.pop();
        }
        for name in required {
            if !map.contains_key(&**name) {
                self.path.push(name.to_string());
                return Err(self.fault("it is required"));
            }
        }
        Ok(())
    }

    fn is_read_only(&self) -> bool {
        let names: Vec<&str> = self
            .path
            .iter()
            .map(|name| match name.parse::<usize>() {
                Ok(_) => "*",
                Err(_) => name.as_str(),
            })
            .collect();
        ResourceType::covers(&self.resource.read_only, &names.join("/"))
    }

    fn map(
        &mut self,
        values: &Arc<Shape>,
        keys: Option<&Arc<str>>,
        map: &Properties,
    ) -> Result<(), Failure> {
        for (name, value) in map {
            self.path.push(name.clone());
            if let Some(pattern) = keys
                && !self.patterns.matches(pattern, name)
            {
                return Err(self.fault(format!("the name does not match {pattern}")));
            }
            self.value(values, value)?;
            self.path.pop();
        }
        Ok(())
    }

    fn one_of(&mut self, shapes: &[Arc<Shape>], value: &Json) -> Result<(), Failure> {
        let depth = self.path.len();
        let mut first = None;
        for shape in shapes {
            match self.value(shape, value) {
                Ok(()) => return Ok(()),
                Err(failure) => {
                    self.path.truncate(depth);
                    first.get_or_insert(failure);
                }
            }
        }
        first.map_or(Ok(()), Err)
    }
}

/// Whether a value stands for code known by its digest.
pub(crate) fn is_artifact(value: &Json) -> bool {
    value
        .as_object()
        .is_some_and(|map| map.contains_key(ARTIFACT))
}

/// Equality that does not tell `1` from `1.0`.
pub(crate) fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}

fn is_whole(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|value| value.fract() == 0.0)
}

fn sort_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
