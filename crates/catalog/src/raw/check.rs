//! The walk along values and shapes.

use super::rules::{self, Said};
use super::{convert, errors, pattern};
use formwork_diag::{Diagnostic, Diagnostics, Span};
use formwork_schema::{
    Fields, Node, Path, Prop, Properties, ResourceType, Shape, ShapeKind, Shapes, Val, Value,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rustc_hash::FxBuildHasher;
use std::sync::{Arc, LazyLock};

/// Whether objects are whole, or what is merged into others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    Part,
}

/// Checks the values of one declaration.
pub(super) struct Checker<'a> {
    ty: &'a ResourceType,
    extent: Extent,
    /// What was found.
    pub(super) diagnostics: Diagnostics,
    /// Of what something was said: rules do not judge it again.
    said: Said,
    /// The way down to the value looked at.
    path: Vec<Step<'a>>,
}

/// A step from a value to one in it.
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Item(usize),
}

/// The shape of values of free form.
static ANY: LazyLock<Arc<Shape>> = LazyLock::new(Arc::default);

impl<'a> Checker<'a> {
    pub(super) fn new(ty: &'a ResourceType, extent: Extent) -> Self {
        Checker {
            ty,
            extent,
            diagnostics: Diagnostics::new(),
            said: Said::default(),
            path: Vec::new(),
        }
    }

    /// All fields of a declaration.
    pub(super) fn declaration(&mut self, fields: &'a Fields, name_span: Span) -> Properties {
        let ty = self.ty;
        let properties = self.object(&ty.name, &ty.properties, &ty.required, fields, name_span);
        let whole = rules::Thing::Fields(fields, name_span);
        for check in &ty.checks {
            let at = check.at.as_ref().map_or("", |at| &at.0);
            for (name, thing) in rules::things_at(whole, at) {
                self.rule(name.as_deref().unwrap_or(&ty.name), &check.rule, thing);
            }
        }
        properties
    }

    /// One property by its name.
    pub(super) fn property(
        &mut self,
        name: &'a str,
        name_span: Span,
        val: &'a Val,
    ) -> Option<Node> {
        let ty = self.ty;
        self.field(&ty.name, &ty.properties, name, name_span, val)
    }

    fn report(&mut self, bad: Span, diagnostic: Diagnostic) {
        self.said.values.insert(bad);
        self.diagnostics.push(diagnostic);
    }

    /// The name of the property looked at; of a list's item, that of the list.
    fn name(&self) -> &'a str {
        let named = |step: &Step<'a>| match step {
            Step::Name(name) if name.parse::<usize>().is_err() => Some(*name),
            _ => None,
        };
        self.path.iter().rev().find_map(named).unwrap_or("value")
    }

    /// Whether the property looked at is one of these or lies below one of them.
    fn is_below(&self, paths: &[Path]) -> bool {
        paths.iter().any(|path| {
            let mut steps = self.path.iter();
            path.segments().all(|wanted| match steps.next() {
                Some(Step::Name(name)) => wanted == "*" || wanted == *name,
                Some(Step::Item(_)) => wanted == "*",
                None => false,
            })
        })
    }

    fn path_text(&self) -> String {
        let steps = self.path.iter().map(|step| match step {
            Step::Name(name) => (*name).to_owned(),
            Step::Item(at) => at.to_string(),
        });
        steps.collect::<Vec<_>>().join("/")
    }

    fn object(
        &mut self,
        of: &str,
        known: &'a Shapes,
        required: &[Arc<str>],
        fields: &'a Fields,
        head: Span,
    ) -> Properties {
        let mut properties = Properties::with_capacity_and_hasher(fields.len(), FxBuildHasher);
        for (name, span, val) in fields.all() {
            if val.value == Value::None {
                continue;
            }
            if !known.contains_key(name) {
                self.said.names.entry(head).or_default().push(name.clone());
            }
            if let Some(node) = self.field(of, known, name, span, val) {
                properties.insert(name.clone(), node);
            }
        }
        let absent = |name: &&Arc<str>| fields.get(name).is_none();
        let misspelt = |name: &&Arc<str>| {
            let unknown = fields.iter().map(|(name, _)| &**name);
            let mut unknown = unknown.filter(|name| !known.contains_key(*name));
            unknown.any(|other| formwork_diag::nearest(other, [&***name]).is_some())
        };
        let missing = required.iter().filter(absent);
        let missing: Vec<Arc<str>> = missing.filter(|name| !misspelt(name)).cloned().collect();
        if !missing.is_empty() && self.extent == Extent::Whole {
            self.diagnostics.push(errors::missing(of, &missing, head));
            self.said.names.entry(head).or_default().extend(missing);
        }
        properties
    }

    fn field(
        &mut self,
        of: &str,
        known: &'a Shapes,
        name: &'a str,
        name_span: Span,
        val: &'a Val,
    ) -> Option<Node> {
        let Some(shape) = known.get(name) else {
            let names: Vec<&str> = self.settable(known);
            self.report(
                name_span,
                errors::unknown_property(of, name, &names, name_span),
            );
            return None;
        };
        self.path.push(Step::Name(name));
        let node = if self.is_below(&self.ty.read_only) {
            self.report(name_span, errors::read_only(name, name_span));
            None
        } else {
            if self.is_below(&self.ty.deprecated) {
                self.diagnostics.push(errors::deprecated(name, name_span));
            }
            self.value(shape, val, name_span)
        };
        self.path.pop();
        node
    }

    /// The names of an object that can be set.
    fn settable<'s>(&self, known: &'s Shapes) -> Vec<&'s str> {
        let prefix = self.path_text();
        let settable = |name: &&'s str| {
            let path = match prefix.as_str() {
                "" => (*name).to_owned(),
                prefix => format!("{prefix}/{name}"),
            };
            !ResourceType::covers(&self.ty.read_only, &path)
        };
        known.keys().map(|name| &**name).filter(settable).collect()
    }

    /// A value against its shape; `head` is the name it was given to, or the item itself.
    fn value(&mut self, shape: &'a Arc<Shape>, val: &'a Val, head: Span) -> Option<Node> {
        let shape = self.ty.resolve(shape);
        let prop = match &val.value {
            Value::None => return None,
            Value::Error => {
                self.said.values.insert(val.span);
                return None;
            }
            Value::Deferred(deferred) => Some(Prop::Deferred(deferred.clone())),
            Value::Quantity(quantity) => {
                let (name, path) = (self.name(), self.path_text());
                self.report(val.span, errors::quantity(name, &path, quantity, val.span));
                None
            }
            _ => self.known(shape, val, head),
        };
        let prop = prop?;
        Some(Node {
            prop,
            span: val.span,
        })
    }

    fn known(&mut self, shape: &'a Arc<Shape>, val: &'a Val, head: Span) -> Option<Prop> {
        match (&shape.kind, &val.value) {
            (ShapeKind::OneOf(all), _) => self.one_of(all, shape, val, head),
            (ShapeKind::Any, _) => self.anything(val),
            (ShapeKind::Bool, Value::Bool(value)) => Some(Prop::Bool(*value)),
            (ShapeKind::Integer, Value::Number(number)) if number.is_integer() => {
                self.number(shape, *number, val)
            }
            (ShapeKind::Number, Value::Number(number)) => self.number(shape, *number, val),
            (ShapeKind::String, Value::String(text) | Value::Path(text)) => {
                self.text(shape, text, val)
            }
            (ShapeKind::String, Value::Word(word)) => self.word(shape, word, val),
            (ShapeKind::List(item), Value::List(items)) => self.list(shape, item, items, val),
            (ShapeKind::Map { values, keys }, Value::Object(fields)) => {
                self.map(shape, values, keys.as_ref(), fields, val)
            }
            (
                ShapeKind::Object {
                    properties,
                    required,
                },
                Value::Object(fields),
            ) => {
                let of = self.name();
                let map = self.object(of, properties, required, fields, head);
                if let Some(rule) = &shape.rules {
                    self.rule(of, rule, rules::Thing::Fields(fields, head));
                }
                Some(Prop::Map(map))
            }
            _ => self.wrong_type(&shape.to_string(), val),
        }
    }

    fn wrong_type(&mut self, wanted: &str, val: &Val) -> Option<Prop> {
        if let Value::Word(word) = &val.value {
            self.report(val.span, errors::word(word, val.span));
            return None;
        }
        let name = self.name();
        self.report(
            val.span,
            errors::wrong_type(name, wanted, &val.value, val.span),
        );
        None
    }

    fn number(&mut self, shape: &Shape, number: Decimal, val: &Val) -> Option<Prop> {
        let name = self.name();
        if !shape.allowed.is_empty()
            && !shape
                .allowed
                .iter()
                .any(|json| convert::same(&val.value, json))
        {
            let text = number.normalize().to_string();
            self.report(
                val.span,
                errors::not_allowed(name, &text, &shape.allowed, val.span),
            );
            return None;
        }
        let value = number.to_f64().unwrap_or(f64::NAN);
        let (least, most) = shape.range;
        if least.is_some_and(|least| value < least) || most.is_some_and(|most| value > most) {
            let text = number.normalize().to_string();
            self.report(val.span, errors::range(name, &text, shape.range, val.span));
            return None;
        }
        if let Some(rule) = &shape.rules {
            self.rule(name, rule, rules::Thing::Val(val, val.span));
        }
        Some(Prop::Number(convert::number(number)))
    }

    fn word(&mut self, shape: &Shape, word: &Arc<str>, val: &Val) -> Option<Prop> {
        if shape.allowed.is_empty() {
            self.report(val.span, errors::word(word, val.span));
            return None;
        }
        self.text(shape, word, val)
    }

    fn text(&mut self, shape: &Shape, text: &Arc<str>, val: &Val) -> Option<Prop> {
        let name = self.name();
        if !shape.allowed.is_empty()
            && !shape.allowed.iter().any(|json| json.as_str() == Some(text))
        {
            self.report(
                val.span,
                errors::not_allowed(name, text, &shape.allowed, val.span),
            );
            return None;
        }
        let length = text.chars().count();
        if outside(length, shape.length) {
            self.report(
                val.span,
                errors::length(name, length, shape.length, val.span),
            );
            return None;
        }
        if let Some(wanted) = &shape.pattern {
            let matches =
                pattern(wanted).is_none_or(|regex| regex.is_match(&**text).unwrap_or(true));
            if !matches {
                let example = crate::example::text_for(shape, name);
                let example = example.as_deref();
                self.report(
                    val.span,
                    errors::pattern(name, text, wanted, example, val.span),
                );
                return None;
            }
        }
        Some(Prop::String(text.clone()))
    }

    fn list(
        &mut self,
        shape: &Shape,
        item: &'a Arc<Shape>,
        items: &'a [Val],
        val: &Val,
    ) -> Option<Prop> {
        let name = self.name();
        if outside(items.len(), shape.length) {
            self.report(
                val.span,
                errors::item_count(name, items.len(), shape.length, val.span),
            );
        }
        let mut nodes: Vec<Node> = Vec::with_capacity(items.len());
        for (at, val) in items.iter().enumerate() {
            self.path.push(Step::Item(at));
            let node = self.value(item, val, val.span);
            self.path.pop();
            let Some(node) = node else {
                continue;
            };
            let earlier = nodes
                .iter()
                .find(|earlier| shape.unique && is_same(earlier, &node));
            if let Some(earlier) = earlier {
                let first = earlier.span;
                self.report(val.span, errors::duplicate(name, first, val.span));
            }
            nodes.push(node);
        }
        Some(Prop::List(nodes))
    }

    fn map(
        &mut self,
        shape: &Shape,
        values: &'a Arc<Shape>,
        keys: Option<&Arc<str>>,
        fields: &'a Fields,
        val: &Val,
    ) -> Option<Prop> {
        let (name, entries) = (self.name(), fields.iter().count());
        if outside(entries, shape.length) {
            self.report(
                val.span,
                errors::item_count(name, entries, shape.length, val.span),
            );
        }
        let mut map = Properties::default();
        for (key, val) in fields.iter() {
            let span = fields.name_span(key).unwrap_or(val.span);
            let wanted = keys.and_then(|keys| Some((keys, pattern(keys)?)));
            if let Some((keys, regex)) = wanted
                && !regex.is_match(&**key).unwrap_or(true)
            {
                self.report(span, errors::map_key(name, key, keys, span));
                continue;
            }
            self.path.push(Step::Name(key));
            if let Some(node) = self.value(values, val, span) {
                map.insert(key.clone(), node);
            }
            self.path.pop();
        }
        Some(Prop::Map(map))
    }

    fn one_of(
        &mut self,
        all: &'a [Arc<Shape>],
        whole: &Shape,
        val: &'a Val,
        head: Span,
    ) -> Option<Prop> {
        let ty = self.ty;
        let fitting: Vec<&Arc<Shape>> = all
            .iter()
            .map(|shape| ty.resolve(shape))
            .filter(|shape| is_of_sort(shape, &val.value))
            .collect();
        let Some(first) = fitting.first() else {
            return self.wrong_type(&whole.to_string(), val);
        };
        for shape in fitting.iter().filter(|_| fitting.len() > 1) {
            let mut attempt = Checker::new(self.ty, self.extent);
            attempt.path.clone_from(&self.path);
            let prop = attempt.known(shape, val, head);
            if !attempt.diagnostics.has_errors() {
                return prop;
            }
        }
        self.known(first, val, head)
    }

    /// A value of free form, such as a policy document.
    fn anything(&mut self, val: &'a Val) -> Option<Prop> {
        Some(match &val.value {
            Value::Bool(value) => Prop::Bool(*value),
            Value::Number(number) => Prop::Number(convert::number(*number)),
            Value::String(text) | Value::Path(text) => Prop::String(text.clone()),
            Value::List(items) => {
                let nodes = items.iter();
                let nodes = nodes.filter_map(|item| self.value(&ANY, item, item.span));
                Prop::List(nodes.collect())
            }
            Value::Object(fields) => {
                let mut map = Properties::default();
                for (name, val) in fields.iter() {
                    self.path.push(Step::Name(name));
                    if let Some(node) = self.value(&ANY, val, val.span) {
                        map.insert(name.clone(), node);
                    }
                    self.path.pop();
                }
                Prop::Map(map)
            }
            _ => return self.wrong_type("any value", val),
        })
    }

    fn rule(&mut self, of: &str, rule: &serde_json::Value, thing: rules::Thing<'_>) {
        if self.extent == Extent::Part {
            return;
        }
        let faults = rules::faults(rule, thing, &self.said);
        for fault in faults {
            let found = errors::rule(of, &fault.message, &fault.help, &fault.labels);
            if !self.diagnostics.iter().any(|known| *known == found) {
                self.diagnostics.push(found);
            }
        }
    }
}

fn outside(length: usize, (least, most): (Option<u64>, Option<u64>)) -> bool {
    let length = length as u64;
    least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most)
}

/// Whether a value is of the sort a shape takes, whatever it holds.
fn is_of_sort(shape: &Shape, value: &Value) -> bool {
    matches!(
        (&shape.kind, value),
        (ShapeKind::Any | ShapeKind::OneOf(_), _)
            | (ShapeKind::Bool, Value::Bool(_))
            | (ShapeKind::Integer | ShapeKind::Number, Value::Number(_))
            | (
                ShapeKind::String,
                Value::String(_) | Value::Path(_) | Value::Word(_)
            )
            | (ShapeKind::List(_), Value::List(_))
            | (
                ShapeKind::Map { .. } | ShapeKind::Object { .. },
                Value::Object(_)
            )
    )
}

/// Whether two nodes say the same, wherever they were written.
fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.prop, &b.prop) {
        (Prop::List(a), Prop::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Prop::Map(a), Prop::Map(b)) => {
            let same = |(name, a): (&Arc<str>, &Node)| b.get(name).is_some_and(|b| is_same(a, b));
            a.len() == b.len() && a.iter().all(same)
        }
        (a, b) => a == b,
    }
}
