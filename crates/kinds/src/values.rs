//! Reading the fields of a checked declaration by name and type.

use crate::nodes;
use formwork_diag::Span;
use formwork_schema::{Call, Fields, Member, Node, Quantity, ResourceRef, Val, Value};
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// Whether a field was given, and what was given is wrong: an error was reported there.
pub(crate) fn is_wrong(fields: &Fields, name: &str) -> bool {
    match fields.get(name).map(|val| &val.value) {
        Some(Value::Error) => true,
        Some(Value::List(items)) => items.iter().any(|item| item.value == Value::Error),
        _ => false,
    }
}

/// Typed access to fields; each gives `None` when the field is absent, `none`, or of another sort.
pub(crate) trait Read {
    /// The value as a property.
    fn node(&self, name: &str) -> Option<Node>;
    /// A known string.
    fn text(&self, name: &str) -> Option<(&Arc<str>, &Val)>;
    /// A word of an enum.
    fn word(&self, name: &str) -> Option<&str>;
    /// A known bool.
    fn flag(&self, name: &str) -> Option<bool>;
    /// A known whole number.
    fn int(&self, name: &str) -> Option<i64>;
    /// A quantity.
    fn quantity(&self, name: &str) -> Option<Quantity>;
    /// A quantity as a whole number of `unit`s, as a property.
    fn amount(&self, name: &str, unit: &str) -> Option<Node>;
    /// The items of a list; none if it is absent.
    fn items(&self, name: &str) -> &[Val];
    /// A nested object or map.
    fn object(&self, name: &str) -> Option<&Fields>;
    /// A reference to a declaration.
    fn resource(&self, name: &str) -> Option<&ResourceRef>;
    /// Where the value stands.
    fn span(&self, name: &str) -> Option<Span>;
}

impl Read for Fields {
    fn node(&self, name: &str) -> Option<Node> {
        self.get(name).and_then(nodes::node)
    }

    fn text(&self, name: &str) -> Option<(&Arc<str>, &Val)> {
        let val = self.get(name)?;
        match &val.value {
            Value::String(known) | Value::Path(known) => Some((known, val)),
            _ => None,
        }
    }

    fn word(&self, name: &str) -> Option<&str> {
        match &self.get(name)?.value {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)?.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn int(&self, name: &str) -> Option<i64> {
        match self.get(name)?.value {
            Value::Number(number) => number.to_i64(),
            _ => None,
        }
    }

    fn quantity(&self, name: &str) -> Option<Quantity> {
        match self.get(name)?.value {
            Value::Quantity(quantity) => Some(quantity),
            _ => None,
        }
    }

    fn amount(&self, name: &str, unit: &str) -> Option<Node> {
        let whole = self.quantity(name)?.whole(unit)?;
        Some(nodes::int(whole, self.span(name)?))
    }

    fn items(&self, name: &str) -> &[Val] {
        match self.get(name).map(|val| &val.value) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    fn object(&self, name: &str) -> Option<&Fields> {
        match &self.get(name)?.value {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    }

    fn resource(&self, name: &str) -> Option<&ResourceRef> {
        match &self.get(name)?.value {
            Value::Resource(of) => Some(of),
            _ => None,
        }
    }

    fn span(&self, name: &str) -> Option<Span> {
        self.get(name).map(|val| val.span)
    }
}

/// A value that is a call: `every(5min)`.
pub(crate) fn call(val: &Val) -> Option<&Arc<Call>> {
    match &val.value {
        Value::Call(call) => Some(call),
        _ => None,
    }
}

/// A value that is a permission, event or metric.
pub(crate) fn member(val: &Val) -> Option<&Arc<Member>> {
    match &val.value {
        Value::Member(member) => Some(member),
        _ => None,
    }
}

/// A value that is a declaration.
pub(crate) fn resource(val: &Val) -> Option<&ResourceRef> {
    match &val.value {
        Value::Resource(of) => Some(of),
        _ => None,
    }
}

/// The place of bytes `from..to` of a known string, if it was written there as it reads; else the whole string.
pub(crate) fn within(val: &Val, text: &str, from: usize, to: usize) -> Span {
    let span = val.span;
    let plain = (span.end - span.start) as usize == text.len() + 2;
    if !plain || val.origin.is_some() {
        return span;
    }
    let at = |offset: usize| span.start + 1 + offset as u32;
    Span::new(span.source, at(from), at(to))
}
